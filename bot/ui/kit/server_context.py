"""What a command about one server works with and hands on to its flow: interaction, server and level."""

from dataclasses import dataclass, replace

from bot.container import Services
from bot.core.errors import Missing
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.panel.models import Server
from bot.services.access import Permit
from bot.ui.kit.authorize import AccessCheck, require
from bot.ui.kit.client import Interaction
from bot.ui.kit.confirm import Prompt, confirm
from bot.ui.kit.server_option import choose_server


@dataclass(frozen=True, slots=True)
class ServerContext:
    """A person at work on one server, and the interaction by which they are.

    1. `server_context()` makes it for a command, when the person has the command's level on the server.
    2. The flow takes a `permit()` from it right before it reads or changes something.
    3. A confirmation, a click or a form is an interaction of its own: go on with the context that `confirm()`
       or `continued_by()` gives. It responds there, and its permit names that interaction in the audit.
    """

    interaction: Interaction
    level: Level
    """What the person must have on the server, now and on each click that follows."""
    target: Target

    @property
    def server(self) -> Server:
        """The server."""
        return self.target.server

    @property
    def services(self) -> Services:
        """The services of the running bot."""
        return self.interaction.client.services

    @property
    def access(self) -> AccessCheck:
        """The access check for the views of this flow."""
        return AccessCheck(self.level, self.target)

    async def permit(self) -> Permit:
        """Check access again, and give the proof that services take; raises AccessDenied."""
        return await self.access.permit(self.interaction)

    async def confirm(self, prompt: Prompt) -> "ServerContext | None":
        """Ask, and return the context of the click or form that confirmed, else None."""
        confirmed_by = await confirm(self.interaction, prompt, self.access)
        return None if confirmed_by is None else self.continued_by(confirmed_by)

    def continued_by(self, interaction: Interaction) -> "ServerContext":
        """Return the context of an interaction that follows from this one."""
        return replace(self, interaction=interaction)

    def raised_to(self, level: Level) -> "ServerContext":
        """Return the context for something on the server that also requires this level."""
        return replace(self, level=max(self.level, level))


async def find_target(interaction: Interaction, panel_id: str, uuid: str) -> Target:
    """Find the server that a button names; raises Missing when its panel no longer lists it."""
    target = await interaction.client.services.directory.find(panel_id, uuid)
    if target is None:
        raise Missing(
            _("That server is no longer on its panel."), next_step=_("See all servers with `/server list`.")
        )
    return target


async def server_context(interaction: Interaction, typed: str | None) -> ServerContext:
    """Begin a command about one server, which the command tree has acknowledged.

    1. Refuse people who may run the command on no server, before they learn which servers there are.
    2. Find the server: what was typed, else the default of this place, else the only one. Ask with a menu
       when several fit.
    3. Check the command's level on that server.

    Raises AccessDenied, BadInput when there is no such server, QuestionExpired.
    """
    target = await choose_server(interaction, typed)
    access = await require(interaction, target)
    return ServerContext(interaction, access.level, target)
