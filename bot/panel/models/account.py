"""The account behind a key, its permissions, and what people did.

Source: docs/reference/panel-api.md#account-and-keys.
"""

from typing import Any

from pydantic import AliasPath, Field

from bot.panel.models.base import Flag, Model, Text, Timestamp
from bot.panel.models.php import PhpMap, PhpObject


class Account(Model):
    """The account behind the key. Pelican gives a uuid instead of the number and the names."""

    id: int | None = None
    uuid: str | None = None
    username: str
    email: str = Field(repr=False)
    is_admin: Flag = Field(default=False, validation_alias="admin")
    language: Text = "en"

    @property
    def is_of_pelican(self) -> bool:
        """Whether the panel is Pelican (docs/reference/versions.md#pelican)."""
        return self.id is None and self.uuid is not None


class PermissionGroup(Model):
    """One group of permissions: key -> description."""

    description: Text = ""
    keys: PhpMap[str, Text] = Field(default_factory=dict)


class SystemPermissions(Model):
    """All permissions that the panel knows, by group."""

    permissions: PhpMap[str, PhpObject[PermissionGroup]]

    @property
    def names(self) -> frozenset[str]:
        """Full names, such as `control.start`."""
        return frozenset(
            f"{group}.{key}"
            for group, permission_group in self.permissions.items()
            for key in permission_group.keys
        )


class Activity(Model):
    """An entry of the activity log. `actor` None: the system, or an account that may not be seen."""

    id: str
    event: str
    is_api: Flag = False
    ip: str | None = Field(default=None, repr=False)
    description: str | None = None
    properties: PhpMap[str, Any] = Field(default_factory=dict)
    at: Timestamp = Field(validation_alias="timestamp")
    actor: str | None = Field(
        default=None, validation_alias=AliasPath("relationships", "actor", "attributes", "username")
    )
