"""Renames a server, and shows the new name wherever servers are listed."""

from dataclasses import dataclass

from bot.core.i18n import N_
from bot.domain.server_name import checked_server_name
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.services.servers.directory import ServerDirectory

_UNCONFIRMED = ChangeWords(
    unknown=N_("The server may or may not have its new name."),
    undone=N_("The server still had its old name when Quetzal checked."),
    next_step=N_("Check its name with `/server status` before you try again."),
)


@dataclass(frozen=True, slots=True)
class RenameResult:
    """The names before and after. `is_listed`: lists show the new name already, else within a minute."""

    old: str
    new: str
    is_listed: bool


class RenameService:
    """Renames servers."""

    def __init__(self, directory: ServerDirectory, audit: Audit) -> None:
        self._directory = directory
        self._audit = audit

    async def rename(self, permit: Permit, typed: str) -> RenameResult:
        """Rename the server. Raises BadInput for a name that the panel would refuse, else the panel's error.

        When the panel doesn't say whether it renamed the server, the server's name is read again.
        """
        old, new = permit.server.name, checked_server_name(typed)

        async def renamed() -> bool | None:
            return (await permit.panel.servers.view(permit.uuid, fresh=True)).name == new or None

        async with self._audit.act(permit, "server.rename", {"old": old, "new": new}) as act:
            try:
                await permit.panel.servers.rename(permit.uuid, new)
            except UNCERTAIN as error:
                await confirm_change(error, act, renamed, _UNCONFIRMED)
        return RenameResult(old, new, await self._directory.refresh_server(permit.panel_id, permit.uuid))
