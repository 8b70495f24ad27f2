"""Operators read files without the secrets in them: a database's password takes the level manager."""

from contextlib import suppress

from bot.core.secret_masking import is_secret_name
from bot.domain.levels import Level
from bot.panel.errors import PanelError
from bot.services.access import Permit

SEES_SECRETS = Level.MANAGER
"""As for `/database connection`, and for all that changes files or hands them out whole."""


async def values_to_hide(permit: Permit) -> tuple[str, ...] | None:
    """Give the server's secrets that are known, to be hidden from this person; None: they may see all.

    What only looks like a secret is hidden, too, so a panel that does not give the passwords out is no error.
    """
    if permit.level >= SEES_SECRETS:
        return None
    with suppress(PanelError):
        await permit.panel.databases.list(permit.uuid, with_passwords=True)
    known = permit.panel.secrets.of(permit.uuid)
    named = (value for name, value in known.variables.items() if is_secret_name(name))
    return (*named, *(value.get_secret_value() for value in known.values))
