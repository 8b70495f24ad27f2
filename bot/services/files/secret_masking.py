"""Hides secrets in files from operators: passwords require the level manager."""

from contextlib import suppress

from bot.core.secret_masking import is_secret_name
from bot.domain.levels import Level
from bot.panel.errors import PanelError
from bot.services.access import Permit

SEES_SECRETS = Level.MANAGER
"""The level that sees secrets: as for `/database connection`, and for changes and downloads of files."""


async def values_to_hide(permit: Permit) -> tuple[str, ...] | None:
    """Return the known secrets of the server to hide from this person; None: they may see all.

    What looks like a secret is hidden too, so a panel that doesn't return passwords is no error.
    """
    if permit.level >= SEES_SECRETS:
        return None
    with suppress(PanelError):
        await permit.panel.databases.list(permit.uuid, with_passwords=True)
    known = permit.panel.secrets.of(permit.uuid)
    named = (value for name, value in known.variables.items() if is_secret_name(name))
    return (*named, *(value.get_secret_value() for value in known.values))
