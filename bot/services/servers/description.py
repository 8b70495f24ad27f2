"""Describes a server."""

from contextlib import suppress
from dataclasses import dataclass

from bot.core.i18n import N_
from bot.panel.errors import NotFound, PanelError
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.services.servers.directory import ServerDirectory

_UNCONFIRMED = ChangeWords(
    unknown=N_("The description may or may not have been changed."),
    undone=N_("The server still had its old description when Quetzal checked."),
    next_step=N_("Check it with `/server describe` before you try again."),
)


@dataclass(frozen=True, slots=True)
class Description:
    """A server's description before and after."""

    old: str
    new: str


class DescriptionService:
    """Reads and writes the descriptions of servers."""

    def __init__(self, directory: ServerDirectory, audit: Audit) -> None:
        self._directory = directory
        self._audit = audit

    async def read(self, permit: Permit) -> str:
        """Return the description; empty when there is none."""
        return (await permit.panel.servers.view(permit.uuid, fresh=True)).description

    async def write(self, permit: Permit, typed: str) -> Description:
        """Describe the server, in several lines if need be; an empty text removes the description.

        When the panel doesn't say whether it did, the description is read again.
        """
        before = await permit.panel.servers.view(permit.uuid, fresh=True)
        new = "\n".join(line.rstrip() for line in typed.strip().splitlines())

        async def described() -> bool | None:
            return await self.read(permit) == new or None

        facts = {"old_size": len(before.description), "new_size": len(new)}
        async with self._audit.act(permit, "server.describe", facts) as act:
            try:
                await permit.panel.servers.describe(permit.uuid, before.name, new)
                await self._describe_on_pelican(permit, new)
            except UNCERTAIN as error:
                await confirm_change(error, act, described, _UNCONFIRMED)
        await self._directory.refresh_server(permit.panel_id, permit.uuid)
        return Description(before.description, new)

    async def _describe_on_pelican(self, permit: Permit, new: str) -> None:
        """Use Pelican's route, when the panel passed over the description."""
        try:
            if await self.read(permit) == new:
                return
        except PanelError:
            return  # the panel took the request, and most panels take the description with it
        with suppress(NotFound):  # a panel that has no such route
            await permit.panel.servers.describe_alone(permit.uuid, new)
