"""Posts what people did into the channels that guilds chose for it."""

import logging
from collections import defaultdict

from bot.alerting.receiver import DeliveryUnknown, RetryAfter
from bot.core.supervisor import Pulse
from bot.domain.audit import AuditEntry
from bot.ui.access import audit_cards as cards
from bot.ui.alerts.deliverability import channel_problem
from bot.ui.alerts.private_warnings import warn_of_audit
from bot.ui.kit.channel_post import CannotPost, post
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.languages import language_of
from bot.ui.kit.server_names import server_names

log = logging.getLogger(__name__)

_AT_ONCE = 10


async def post_acts(bot: QuetzalClient, pulse: Pulse) -> None:
    """Post for ever, for the supervisor. The store has every act, so what cannot be posted is let go."""
    queue = bot.services.audit.unposted
    is_open: set[int] = set()
    while True:
        acts = [await queue.get()]
        while not queue.empty() and len(acts) < _AT_ONCE:
            acts.append(queue.get_nowait())
        by_channel: defaultdict[int, list[AuditEntry]] = defaultdict(list)
        for act in acts:
            if (channel_id := await _channel(bot, act)) is not None:
                by_channel[channel_id].append(act)
        for channel_id, some in by_channel.items():
            await _post(bot, channel_id, some, is_open)
        pulse.beat()


async def _channel(bot: QuetzalClient, act: AuditEntry) -> int | None:
    """Find the channel of the act's panel; for what concerns the guild, that of its first panel with one."""
    services = bot.services
    panel_ids = [act.panel_id] if act.panel_id else services.access.panels_of(act.guild_id)
    for panel_id in panel_ids:
        settings = await services.guild_settings.get(act.guild_id, panel_id)
        if settings.audit_channel_id is not None:
            return settings.audit_channel_id
    return None


async def _post(bot: QuetzalClient, channel_id: int, acts: list[AuditEntry], is_open: set[int]) -> None:
    names = await server_names(bot.services.directory, ((act.panel_id, act.server_uuid) for act in acts))
    try:
        with language_of(bot.get_guild(acts[0].guild_id)):
            embed = cards.posted(acts, names)
        await post(bot, channel_id, embed)
    except CannotPost as error:
        is_open.discard(channel_id)
        await _notify_of_closed(bot, channel_id, acts[-1], error)
    else:
        if channel_id not in is_open:
            await bot.services.closed_channels.reopened(channel_id)
        is_open.add(channel_id)


async def _notify_of_closed(bot: QuetzalClient, channel_id: int, act: AuditEntry, error: CannotPost) -> None:
    """Notify the owner, once for as long as it stays closed."""
    why = channel_problem(bot.get_guild(act.guild_id), channel_id, reads=False) or error.happened
    channel = await bot.services.closed_channels.note(channel_id, act.guild_id, act.panel_id, why)
    if channel is None:
        return
    log.warning("cannot post the audit into channel %d: %s", channel_id, why)
    try:
        with language_of(bot.get_guild(act.guild_id)):
            await warn_of_audit(bot, channel)
    except (DeliveryUnknown, RetryAfter) as failure:
        log.warning("this couldn't be reported to anybody: %s", failure)
