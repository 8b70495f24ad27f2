"""Subusers: people with some permissions on a server (docs/reference/servers.md#subusers)."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, model_validator

from bot.panel.models.base import Flag, Model, Timestamp
from bot.panel.models.servers import Permissions


class Subuser(Model):
    """A person who may do some things on a server. `email` is personal: it goes into no log."""

    uuid: str
    username: str
    email: str = Field(repr=False)
    has_two_factor: Flag = Field(default=False, validation_alias="2fa_enabled")
    created_at: Timestamp | None = None
    permissions: Permissions = frozenset()
    is_stored_twice: bool = False
    """Whether a permission was once sent twice: the panel's tokens for them don't open the console then."""

    @model_validator(mode="before")
    @classmethod
    def _notice_gaps(cls, values: object) -> object:
        """Notice the object that such a list becomes (panel/users-view-permissions-object)."""
        if isinstance(values, Mapping) and isinstance(values.get("permissions"), Mapping):
            noticed: dict[str, Any] = {**values, "is_stored_twice": True}
            return noticed
        return values
