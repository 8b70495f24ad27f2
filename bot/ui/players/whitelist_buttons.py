"""The buttons of whitelist requests, which survive restarts: to ask for anybody, to decide for operators."""

import re
from collections.abc import Sequence
from typing import ClassVar, Self

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.moderation import PlayerAction
from bot.domain.target import Target
from bot.domain.whitelist import (
    DECIDERS,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_SENTENCE,
    WhitelistForm,
    WhitelistRequest,
)
from bot.services.access import AnyServerOn, OneServer
from bot.services.players import AlreadyDecided, TakesNoRequests, WhitelistService
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.correction import offer_correction
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import respond, show_progress
from bot.ui.kit.retry import PlainContext, with_retry_if_unchanged
from bot.ui.kit.text import label
from bot.ui.kit.view import BaseModal
from bot.ui.players import whitelist_cards as cards
from bot.ui.players.moderation_flow import answer
from bot.ui.servers.cards import console_file

_Offered = Sequence[tuple[WhitelistForm, Target]]


class RequestWhitelistButton(BaseDynamicItem, template=r"whitelist:request:(?P<panel>[a-z0-9-]{1,32})"):
    """Opens the form, for everybody who sees the public board."""

    acknowledgement = Acknowledgement.FORM
    is_for_everybody = True

    def __init__(self, panel_id: str) -> None:
        self._panel_id = panel_id
        super().__init__(
            discord.ui.Button(
                label=_("Request whitelist"),
                style=discord.ButtonStyle.primary,
                custom_id=f"whitelist:request:{panel_id}",
            )
        )

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(match["panel"])

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        return _anybody(self._panel_id)

    @override
    async def pressed(self, interaction: Interaction) -> None:
        offered = await _service(interaction).forms.of_panel(interaction.guild_id or 0, self._panel_id)
        if not offered:
            raise TakesNoRequests
        await open_form(interaction, _RequestForm(interaction, self._panel_id, offered))


class _RequestForm(BaseModal):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(  # noqa: PLR0913, PLR0917 - what was filled in before
        self,
        interaction: Interaction,
        panel_id: str,
        offered: _Offered,
        chosen: str = "",
        player: str = "",
        sentence: str = "",
    ) -> None:
        """Be filled in as it was. With one server only, there is no choice."""
        super().__init__(interaction, _anybody(panel_id), title=_("Request whitelist"))
        self._panel_id = panel_id
        self._forms = {form.server_uuid: form for form, _target in offered}
        self._server: discord.ui.Select[_RequestForm] = discord.ui.Select(
            options=[
                discord.SelectOption(
                    label=label(target.server.name),
                    value=form.server_uuid,
                    default=form.server_uuid == chosen,
                )
                for form, target in offered
            ]
        )
        self._player: discord.ui.TextInput[_RequestForm] = discord.ui.TextInput(
            default=player, max_length=LONGEST_NAME
        )
        self._sentence: discord.ui.TextInput[_RequestForm] = discord.ui.TextInput(
            default=sentence, max_length=LONGEST_SENTENCE, required=False
        )
        if len(offered) > 1:
            self.add_item(discord.ui.Label(text=_("Server"), component=self._server))
        self.add_item(
            discord.ui.Label(
                text=_("Player name"), description=_("Exactly as in the game"), component=self._player
            )
        )
        self.add_item(
            discord.ui.Label(
                text=_("About you"), description=_("A sentence for the staff"), component=self._sentence
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Send the request, or say what is wrong with a way to correct it."""
        chosen = next(iter(self._server.values), None) or next(iter(self._forms))
        form, service = self._forms[chosen], _service(interaction)
        player, sentence = self._player.value, self._sentence.value
        offered = await service.forms.of_panel(interaction.guild_id or 0, self._panel_id)

        def again(pressed: Interaction) -> BaseModal:
            return _RequestForm(pressed, self._panel_id, offered, chosen, player, sentence)

        locale = interaction.locale.value
        try:
            server_name = await service.ask(actor(interaction), form, player, sentence, locale)
        except BadInput as error:
            await offer_correction(interaction, self.access, error, again)
            return
        await respond(interaction, card=cards.asked(player, server_name))


class DecisionButton(BaseDynamicItem, template=r"(?!)"):
    """Decides a request, which its number names."""

    action: ClassVar[str]

    def __init__(self, number: int, text: str, style: discord.ButtonStyle) -> None:
        self.number = number
        custom_id = f"whitelist:{self.action}:{number}"
        super().__init__(discord.ui.Button(label=text, style=style, custom_id=custom_id))

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        return AccessCheck(DECIDERS, OneServer(*(await self.request(interaction)).key))

    async def request(self, interaction: Interaction) -> WhitelistRequest:
        """Return the request; raises NoSuchRequest."""
        return await _service(interaction).get(self.number, interaction.guild_id)


class ApproveButton(DecisionButton, template=r"whitelist:approve:(?P<number>[0-9]{1,18})"):
    """Puts the player on the whitelist."""

    action = "approve"

    def __init__(self, number: int) -> None:
        super().__init__(number, _("Approve"), discord.ButtonStyle.success)

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        access = await self.required_access(interaction)
        await with_retry_if_unchanged(PlainContext(interaction, access), self._approve)

    async def _approve(self, context: PlainContext) -> None:
        interaction = context.interaction
        request = await self.request(interaction)
        target = await _service(interaction).target(request)

        async def begins() -> None:
            await show_progress(interaction, card=cards.approving(request))

        approval = await _service(interaction).approve(actor(interaction), self.number, begins)
        await respond(
            interaction,
            card=answer(target.server, PlayerAction.ALLOW, request.player, approval.line, approval.outcome),
            file=console_file(approval.outcome),
        )


class RefuseButton(DecisionButton, template=r"whitelist:refuse:(?P<number>[0-9]{1,18})"):
    """Asks for the reason, which may stay empty, and refuses."""

    acknowledgement = Acknowledgement.FORM
    action = "refuse"

    def __init__(self, number: int) -> None:
        super().__init__(number, _("Refuse…"), discord.ButtonStyle.secondary)

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def pressed(self, interaction: Interaction) -> None:
        request = await self.request(interaction)
        if request.is_decided:
            raise AlreadyDecided
        await open_form(interaction, _RefusalForm(interaction, request))


class _RefusalForm(BaseModal):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self, interaction: Interaction, request: WhitelistRequest) -> None:
        access = AccessCheck(DECIDERS, OneServer(*request.key))
        super().__init__(interaction, access, title=_("Refuse {player}", player=label(request.player)))
        self._request = request
        self._reason: discord.ui.TextInput[_RefusalForm] = discord.ui.TextInput(
            max_length=LONGEST_REASON, required=False
        )
        self.add_item(
            discord.ui.Label(
                text=_("Reason"), description=_("Shown to them; optional"), component=self._reason
            )
        )

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Refuse it, unless another person was first."""
        service = _service(interaction)
        refused = await service.refuse(actor(interaction), self._request.id, self._reason.value)
        await respond(interaction, card=cards.refused(refused))


BUTTONS = (RequestWhitelistButton, ApproveButton, RefuseButton)
"""The buttons that have to be registered to work after a restart."""


def _anybody(panel_id: str) -> AccessCheck:
    return AccessCheck(Level.NONE, AnyServerOn(panel_id))


def _service(interaction: Interaction) -> WhitelistService:
    return interaction.client.services.whitelist
