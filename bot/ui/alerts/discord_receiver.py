"""Delivers notifications to Discord, and raises the exceptions of `bot.alerting.receiver`."""

import io
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import discord

from bot.alerting.receiver import (
    ChannelClosed,
    MessageDeleted,
    Notification,
    RetryAfter,
    RoleState,
)
from bot.core.errors import QuetzalError
from bot.core.i18n import N_, _
from bot.domain.notifications import ClosedChannel, Message, MessageKind
from bot.services.alerts import NotificationContext
from bot.ui.alerts import notification_embed as embeds
from bot.ui.alerts import private_warnings
from bot.ui.alerts.buttons import buttons
from bot.ui.alerts.chart import describe_alert, draw_alert
from bot.ui.alerts.deliverability import role_problem
from bot.ui.kit.card import Attachment
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.discord_errors import faults, is_refused_form
from bot.ui.kit.languages import language_of

log = logging.getLogger(__name__)

T = TypeVar("T")

_STORE_S = 5.0
_CHART_S = 10.0
_REFUSED_S = 900.0
_LEFT = N_("Quetzal is no longer in that Discord server.")
_NOT_THEIRS = N_("the settings no longer give the panel to that Discord server.")
_NO_HISTORY = N_("Quetzal can't read its history, so it can't tell whether a message arrived.")


@dataclass(frozen=True, slots=True)
class _Dressed:
    """A message as it is sent, in the language of its Discord server. `role_id` is mentioned."""

    content: str | None
    """What stands above the embed: the mention, or why there is none."""
    embed: discord.Embed
    plain: discord.Embed
    """For when Discord refuses the form of the other."""
    view: discord.ui.View | None = None
    role_id: int | None = None
    chart: Attachment | None = None

    def file(self) -> discord.File | None:
        """Make the chart's file, which can be sent once."""
        if self.chart is None:
            return None
        content = io.BytesIO(self.chart.content)
        return discord.File(content, self.chart.name, description=self.chart.description)


class DiscordReceiver:
    """Delivers notifications to Discord channels: the `Receiver` of the dispatcher."""

    def __init__(self, bot: QuetzalClient) -> None:
        self._bot = bot

    async def ready(self) -> None:
        """Wait until the bot knows its guilds."""
        await self._bot.came_up.wait()

    async def post(self, notification: Notification) -> int:
        """Send it: a nonce that Discord enforces goes with it, so that sending it twice makes one message."""
        message = notification.message
        self._check(message)
        with language_of(self._bot.get_guild(message.guild_id)):
            dressed = await self._dress(notification)
        channel = self._channel(message.channel_id, message.guild_id)

        async def send_full() -> discord.Message:
            # discord.py sends `enforce_nonce` with every nonce.
            return await channel.send(
                dressed.content,
                embed=dressed.embed,
                nonce=message.nonce,
                silent=message.kind is MessageKind.RECOVERY,
                allowed_mentions=_mentioning(dressed.role_id),
                **self._extras(notification, dressed),
            )

        async def send_minimal() -> discord.Message:
            return await channel.send(
                dressed.content,
                embed=dressed.plain,
                nonce=message.nonce,
                silent=message.kind is MessageKind.RECOVERY,
                allowed_mentions=_mentioning(dressed.role_id),
            )

        return (await _in_some_form(send_full, send_minimal)).id

    async def edit(self, notification: Notification) -> None:
        """Update the embed, the buttons and the chart."""
        message = notification.message
        self._check(message)
        with language_of(self._bot.get_guild(message.guild_id)):
            dressed = await self._dress(notification)
        channel = self._channel(message.channel_id, message.guild_id)
        partial = channel.get_partial_message(_delivered(message))

        async def send_full() -> discord.Message:
            # Without a new chart the old one stays; with one, it takes its place.
            chart = dressed.file()
            shown: dict[str, Any] = {"attachments": [chart]} if chart is not None else {}
            if notification.leads_on:
                shown = {"attachments": []}
            return await partial.edit(embed=dressed.embed, view=dressed.view, **shown)

        async def send_minimal() -> discord.Message:
            return await partial.edit(embed=dressed.plain, view=None)

        await _in_some_form(send_full, send_minimal)

    async def find(self, message: Message, *, since: datetime) -> int | None:
        """Read what the bot wrote into the channel since then; the reference stands in the footer."""
        self._check(message)
        if not self._may_read(message):
            raise ChannelClosed(_(_NO_HISTORY))
        channel = self._channel(message.channel_id, message.guild_id)
        with faults():
            return await private_warnings.find_reference(self._bot, channel, message.reference, since)

    async def check_role(self, message: Message) -> RoleState | None:
        """Check the role as the gateway last reported it."""
        chosen = await self._bot.services.guild_settings.get(message.guild_id, message.panel_id)
        role_id = chosen.alert_role_id
        if role_id is None:
            return None
        guild = self._bot.get_guild(message.guild_id)
        return RoleState(role_id, role_problem(guild, role_id, message.channel_id))

    async def warn_of_role(self, role: ClosedChannel, configured_by: int | None) -> None:
        """Warn both by private messages."""
        with language_of(self._bot.get_guild(role.guild_id)):
            await private_warnings.warn_of_role(self._bot, role, configured_by)

    async def warn(self, channel: ClosedChannel, configured_by: int | None) -> None:
        """Warn both by private messages."""
        with language_of(self._bot.get_guild(channel.guild_id)):
            await private_warnings.warn_of_channel(self._bot, channel, configured_by)

    def _check(self, message: Message) -> None:
        """Refuse guilds that the bot has left, and those that the settings don't give the panel to."""
        if self._bot.get_guild(message.guild_id) is None:
            raise ChannelClosed(_(_LEFT))
        if message.panel_id not in self._bot.services.access.panels_of(message.guild_id):
            raise ChannelClosed(_(_NOT_THEIRS))

    async def _dress(self, notification: Notification) -> _Dressed:
        """Draw it, and find whom to mention."""
        services, message = self._bot.services, notification.message
        now = services.clock.now()
        try:
            backdrop = (
                await services.alert_past.get_for(notification.incidents, now, message.guild_id)
                if notification.incidents
                else NotificationContext()
            )
            chosen = await services.guild_settings.get(message.guild_id, message.panel_id)
        except QuetzalError as error:
            raise RetryAfter(_STORE_S, _("what it says could not be read: {error}", error=error)) from error
        plain = embeds.plain(notification)
        try:
            embed = embeds.alert(notification, backdrop, now)
        except Exception:  # a defect in drawing must not keep an alert back
            log.exception("alert %s could not be drawn", message.reference)
            embed = plain
        chart = await self._chart(notification, backdrop)
        if chart is not None:
            embed.set_image(url=f"attachment://{embeds.CHART}")
        role_id = chosen.alert_role_id if message.mentions_role else None
        problem = role_problem(self._bot.get_guild(message.guild_id), role_id, message.channel_id)
        content = f"<@&{role_id}>" if role_id else None
        if problem is not None:
            content, role_id = embeds.nobody_mentioned(problem), None
        return _Dressed(content, embed, plain, buttons(notification, backdrop.last_changes), role_id, chart)

    async def _chart(self, notification: Notification, backdrop: NotificationContext) -> Attachment | None:
        """Draw the hour around an alert; the text says it too, so the drawing has little time."""
        drawing = embeds.chart(notification, backdrop)
        if drawing is None or not self._allows(notification.message, discord.Permissions(attach_files=True)):
            return None
        try:
            png = await self._bot.services.clock.timeout(
                _CHART_S, self._bot.services.charts.draw(draw_alert, drawing)
            )
        except TimeoutError:
            return None
        return None if png is None else Attachment(embeds.CHART, png, describe_alert(drawing))

    def _channel(self, channel_id: int, guild_id: int) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(channel_id, guild_id=guild_id)

    def _may_read(self, message: Message) -> bool:
        """Discord gives an empty history, and no error, to those who may not read it."""
        return self._allows(message, discord.Permissions(read_message_history=True))

    def _allows(self, message: Message, permissions: discord.Permissions) -> bool:
        """Whether the bot may do this in the channel, as far as it knows the channel."""
        guild = self._bot.get_guild(message.guild_id)
        channel = guild.get_channel_or_thread(message.channel_id) if guild is not None else None
        if guild is None or channel is None:
            return True
        return channel.permissions_for(guild.me).is_superset(permissions)

    def _extras(self, notification: Notification, dressed: _Dressed) -> dict[str, Any]:
        """Add chart, buttons, and what it answers; without the history Discord lets nobody answer."""
        extras: dict[str, Any] = {"view": dressed.view, "file": dressed.file()}
        extras = {name: value for name, value in extras.items() if value is not None}
        answered, channel_id = notification.reply_to, notification.message.channel_id
        if answered is None or answered.discord_id is None or answered.channel_id != channel_id:
            return extras
        if not self._may_read(notification.message):
            return extras
        reference = discord.MessageReference(
            message_id=answered.discord_id,
            channel_id=channel_id,
            guild_id=answered.guild_id,
            fail_if_not_exists=False,
        )
        return {**extras, "reference": reference}


async def _in_some_form(send_full: Callable[[], Awaitable[T]], send_minimal: Callable[[], Awaitable[T]]) -> T:
    """Send it whole or, when Discord refuses its form, with as little as possible, for it blocks others."""
    with faults():
        try:
            return await send_full()
        except discord.HTTPException as error:
            if not is_refused_form(error):
                raise
            log.error("Discord refused an alert's form, so it is cut down: %s", error)  # noqa: TRY400 - its text says it all
        try:
            return await send_minimal()
        except discord.HTTPException as error:
            if not is_refused_form(error):
                raise
            raise RetryAfter(
                _REFUSED_S, _("Discord refuses every form of it: {error}", error=error)
            ) from error


def _mentioning(role_id: int | None) -> discord.AllowedMentions:
    roles = [discord.Object(role_id)] if role_id else False
    return discord.AllowedMentions(everyone=False, users=False, roles=roles, replied_user=False)


def _delivered(message: Message) -> int:
    if message.discord_id is None:
        raise MessageDeleted(_("{reference} was never delivered", reference=message.reference))
    return message.discord_id
