"""The subusers of a server in pages: a row each, which opens them, and Invite."""

from collections.abc import Sequence

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.grants import Grant
from bot.domain.panel_permissions import LONGEST_EMAIL
from bot.panel.models import Subuser
from bot.ui.kit.authorize import actor
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.retry import with_retry
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BACK_ROW, BaseModal, view_of
from bot.ui.subusers import cards
from bot.ui.subusers.subuser_view import invite, on_subuser, show_one


async def show_list(context: ServerContext) -> None:
    """List the subusers into the interaction's response."""
    await with_retry(context, _show)


async def _show(context: ServerContext) -> None:
    subusers = await context.services.subusers.list(await context.permit())
    grants = await context.services.granting.given(actor(context.interaction), context.target)
    await SubuserPages(context, subusers, grants).show(context.interaction)


class SubuserPages(ListPages[Subuser]):
    """All subusers of a server, by name."""

    def __init__(self, context: ServerContext, subusers: Sequence[Subuser], grants: Sequence[Grant]) -> None:
        super().__init__(context.interaction, context.access, subusers)
        self.context = context
        self._grants = sorted(grants, key=lambda grant: -grant.level)
        self._tools = [_InviteButton()]

    @override
    async def render(self) -> Card:
        rows = [Row(cards.row_text(subuser), _OpenButton(subuser)) for subuser in self.on_page()]
        return cards.subuser_list(self.context.server, rows, len(self.entries), self._grants)

    @override
    def extra_buttons(self) -> Sequence[discord.ui.Button["Pages"]]:
        return self._tools


class _OpenButton(discord.ui.Button[SubuserPages]):
    def __init__(self, subuser: Subuser) -> None:
        super().__init__(label=_("Open"))
        self._subuser = subuser

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        async def show(context: ServerContext, subuser: Subuser) -> None:
            await show_one(context, subuser, show_list)

        context = view_of(self).context.continued_by(interaction)
        await on_subuser(context, self._subuser.uuid, show)


class _InviteButton(discord.ui.Button[SubuserPages]):
    acknowledgement = Acknowledgement.FORM

    def __init__(self) -> None:
        super().__init__(label=_("Invite"), style=discord.ButtonStyle.success, row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await open_form(interaction, _InviteForm(view_of(self).context.continued_by(interaction)))


class _InviteForm(BaseModal):
    def __init__(self, context: ServerContext) -> None:
        super().__init__(context.interaction, context.access, title=_("Invite somebody to the panel"))
        self._context = context
        self._email: discord.ui.TextInput[_InviteForm] = discord.ui.TextInput(
            placeholder=_("name@example.com"), max_length=LONGEST_EMAIL
        )
        self.add_item(
            discord.ui.Label(
                text=_("E-mail address"),
                description=_("The address of their panel account, or of a new one"),
                component=self._email,
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Let their permissions be chosen."""
        await invite(self._context.continued_by(interaction), self._email.value, None, show_list)
