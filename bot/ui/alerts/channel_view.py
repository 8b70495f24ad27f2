"""Choosing the alert channel, in a command and in the set-up."""

from typing import NamedTuple

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.guild_settings import GuildSettings
from bot.ui.alerts import channel_cards as cards
from bot.ui.alerts.deliverability import channel_problem, role_problem
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.channel_post import check_can_post
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView, view_of


class Tried(NamedTuple):
    """The result of a test, in words, and whether it arrived."""

    said: str
    arrived: bool


async def choose_alert_channel(
    interaction: Interaction, panel_id: str, channel_id: int, role_id: int | None
) -> Tried:
    """Choose the channel, send a test as alerts are sent, and say whether it arrived."""
    check_can_post(interaction.guild, channel_id, history=True)
    role = _role(interaction, role_id)
    alerts = interaction.client.services.alert_channel
    choice = await alerts.choose(actor(interaction), panel_id, channel_id, role_id)
    arrived = await alerts.arrived(choice.test)
    mentionable = role is None or _may_mention(interaction, role, channel_id)
    return Tried(cards.chosen(choice, arrived=arrived, mentionable=mentionable), arrived)


async def choose_alert_role(interaction: Interaction, panel_id: str, role_id: int | None) -> str:
    """Choose the role that critical alerts mention, None for no role, and say so."""
    role = _role(interaction, role_id)
    settings = await interaction.client.services.guild_settings.choose_alert_role(
        actor(interaction), panel_id, role_id
    )
    channel_id = settings.alert_channel_id
    certain = role is None or channel_id is None or _may_mention(interaction, role, channel_id)
    return cards.role_chosen(role_id, mentionable=certain)


async def test_alert_channel(interaction: Interaction, panel_id: str) -> Tried:
    """Send a test as alerts are sent, and say whether it arrived."""
    services = interaction.client.services
    message = await services.alert_channel.test(actor(interaction), panel_id)
    arrived = await services.alert_channel.arrived(message)
    settings = await services.guild_settings.get(interaction.guild_id or 0, panel_id)
    problems = await _problems(interaction, settings)
    return Tried(cards.tested(settings, arrived=arrived, why=problems.channel), arrived)


async def show_alert_channel(interaction: Interaction, access: AccessCheck, panel_id: str, said: str) -> None:
    """Show what is chosen."""
    settings = await interaction.client.services.guild_settings.get(interaction.guild_id or 0, panel_id)
    view = ChannelView(interaction, access, panel_id, settings)
    problems = await _problems(interaction, settings)
    await respond(interaction, card=cards.channel(settings, said, problems), view=view)


class ChannelView(BaseView):
    """Choose the channel, send a test, or end the mention of a role."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, panel_id: str, settings: GuildSettings
    ) -> None:
        super().__init__(interaction, access)
        self.panel_id = panel_id
        self.role_id = settings.alert_role_id
        if settings.alert_channel_id is None:
            self.add_item(_ChannelMenu())
            return
        self.add_item(_TestButton())
        if settings.alert_role_id is not None:
            self.add_item(_NobodyButton())


class _ChannelMenu(discord.ui.ChannelSelect[ChannelView]):
    def __init__(self) -> None:
        super().__init__(
            placeholder=_("Choose a channel…"),
            channel_types=[discord.ChannelType.text, discord.ChannelType.news],
        )

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        said, _ = await choose_alert_channel(interaction, view.panel_id, self.values[0].id, view.role_id)
        await show_alert_channel(interaction, view.access, view.panel_id, said)


class _TestButton(discord.ui.Button[ChannelView]):
    def __init__(self) -> None:
        super().__init__(label=_("Send test alert"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        said, _ = await test_alert_channel(interaction, view.panel_id)
        await show_alert_channel(interaction, view.access, view.panel_id, said)


class _NobodyButton(discord.ui.Button[ChannelView]):
    def __init__(self) -> None:
        super().__init__(label=_("Mention nobody"))

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        said = await choose_alert_role(interaction, view.panel_id, None)
        await show_alert_channel(interaction, view.access, view.panel_id, said)


async def _problems(interaction: Interaction, settings: GuildSettings) -> cards.Problems:
    """Find what is known to be in the way: by the gateway, and by the last try to deliver."""
    channel_id = settings.alert_channel_id
    if channel_id is None:
        return cards.NO_PROBLEMS
    pending = await interaction.client.services.dispatcher.pending(settings.guild_id)
    here = next((waiting for waiting in pending if waiting.channel_id == channel_id), None)
    problem = channel_problem(interaction.guild, channel_id)
    if problem is None and here is not None:
        problem = _(here.why) if here.why else None
    role = role_problem(interaction.guild, settings.alert_role_id, channel_id)
    return cards.Problems(problem, role, here.count if here is not None else 0)


def _role(interaction: Interaction, role_id: int | None) -> discord.Role | None:
    """Find the role; @everyone is none that can be mentioned by its id."""
    if role_id is None or interaction.guild is None:
        return None
    role = interaction.guild.get_role(role_id)
    if role is None or role.is_default():
        raise BadInput(
            _("That role can't be mentioned."),
            next_step=_("Choose a role whose members should get critical alerts."),
        )
    return role


def _may_mention(interaction: Interaction, role: discord.Role, channel_id: int) -> bool:
    guild = interaction.guild
    channel = guild.get_channel_or_thread(channel_id) if guild is not None else None
    if role.mentionable or guild is None or channel is None:
        return role.mentionable
    return channel.permissions_for(guild.me).mention_everyone
