"""The panel's permissions on a server, and sets of them by Quetzal's words for levels. Pure.

The panel's permissions count on its web page, by SFTP and for API keys; Quetzal's levels count in Discord.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import BadInput
from bot.core.i18n import Worded, _
from bot.domain.formatting import joined

CONNECT = "websocket.connect"
"""Everybody with access to a server has it, and with it the console: the panel adds it always."""
LONGEST_EMAIL = 191


class Preset(Worded, StrEnum):
    """Sets of permissions that are close to what Quetzal's levels of the same name may do."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"


_VIEWER = frozenset({CONNECT, "allocation.read", "backup.read", "database.read", "schedule.read"})
_OPERATOR = _VIEWER | {
    "activity.read",
    "backup.create",
    "control.console",
    "control.restart",
    "control.start",
    "control.stop",
    "file.read",
    "file.read-content",
    "startup.read",
}
_MANAGER = _OPERATOR | {
    "allocation.create",
    "allocation.delete",
    "allocation.update",
    "backup.delete",
    "backup.download",
    "backup.restore",
    "database.create",
    "database.delete",
    "database.update",
    "database.view_password",
    "file.archive",
    "file.create",
    "file.delete",
    "file.sftp",
    "file.update",
    "schedule.create",
    "schedule.delete",
    "schedule.update",
    "settings.rename",
    "startup.docker-image",
    "startup.update",
}
PRESETS = {Preset.VIEWER: _VIEWER, Preset.OPERATOR: _OPERATOR, Preset.MANAGER: _MANAGER}


@dataclass(frozen=True, slots=True)
class Grantable:
    """What can be given: the permissions that the panel knows and the account of the key has."""

    held: frozenset[str]
    spelling: Mapping[str, str]
    """How the panel spells what it knows: it drops what it doesn't know, without an error."""

    @classmethod
    def of(cls, known: Iterable[str], permissions: Collection[str]) -> "Grantable":
        """Read `*` as everything that the panel knows."""
        spelling = {name.replace("view-password", "view_password"): name for name in known}  # Pelican
        held = frozenset(spelling)
        return cls(held if "*" in permissions else held.intersection(permissions), spelling)

    def spelled(self, permissions: Iterable[str]) -> list[str]:
        """Spell permissions as the panel does."""
        return sorted(self.spelling.get(permission, permission) for permission in permissions)

    def preset(self, preset: Preset) -> frozenset[str]:
        """Return the preset, as far as it can be given."""
        return PRESETS[preset] & self.held | {CONNECT}

    def check(self, wanted: Iterable[str]) -> frozenset[str]:
        """Return what is wanted, with `websocket.connect`. Raises BadInput for what can't be given."""
        wanted = frozenset(wanted) | {CONNECT}
        if beyond := sorted(wanted - self.held - {CONNECT}):
            raise BadInput(
                _(
                    "The panel account that Quetzal uses doesn't have {beyond} itself.",
                    beyond=joined(beyond),
                ),
                next_step=_("Leave that out, or link a panel key that has it with `/quetzal link`."),
            )
        return wanted


def closest_preset(permissions: frozenset[str]) -> tuple[Preset | None, int]:
    """Return the preset that differs least, and by how many permissions; None when it is none of them."""
    preset = min(PRESETS, key=lambda preset: len(PRESETS[preset] ^ permissions))
    distance = len(PRESETS[preset] ^ permissions)
    return (preset, distance) if distance <= len(permissions) // 3 else (None, distance)


def runs_anything(permissions: frozenset[str]) -> bool:
    """Whether schedules make up for rights that are not given: the panel runs their tasks as itself."""
    by_schedule = {"schedule.create", "schedule.update"} <= permissions
    return by_schedule and not {"control.console", "control.stop", "backup.create"} <= permissions


def checked_email(typed: str) -> str:
    """Return the address without blanks around it. Raises BadInput for what can't be one."""
    email = typed.strip()
    name, at, domain = email.partition("@")
    if not (at and name and domain) or "@" in domain or any(map(str.isspace, email)):
        raise BadInput(_("That isn't an e-mail address."))
    if len(email) > LONGEST_EMAIL:
        raise BadInput(
            _(
                "The e-mail address is longer than the {longest_email} characters that panels take.",
                longest_email=LONGEST_EMAIL,
            )
        )
    return email
