"""Databases of a server (docs/reference/databases.md)."""

from typing import Annotated

from pydantic import AliasPath, BeforeValidator, Field, SecretStr

from bot.panel.models.base import Model, Text

# Pterodactyl gives a hashid, Pelican the plain number (docs/reference/versions.md#pelican).
DatabaseId = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class DatabaseHost(Model):
    """Where the database listens."""

    address: str
    port: int


class Database(Model):
    """A database. The password comes with create and rotate, and with a list that asks for it."""

    id: DatabaseId
    name: str
    username: str
    host: DatabaseHost
    connections_from: Text = "%"
    max_connections: int | None = None
    password: SecretStr | None = Field(
        default=None, validation_alias=AliasPath("relationships", "password", "attributes", "password")
    )

    @property
    def connection_limit(self) -> int | None:
        """None: no limit (the panel says 0 or null)."""
        return self.max_connections or None
