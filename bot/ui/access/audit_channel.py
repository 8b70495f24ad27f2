"""Posts what people did into the channels that guilds chose for it."""

import logging
from collections import defaultdict
from typing import TYPE_CHECKING

from bot.core.supervisor import Pulse
from bot.domain.audit import AuditEntry
from bot.ui.access import audit_embeds as embeds
from bot.ui.kit.channel_post import CannotPost, post
from bot.ui.kit.server_names import server_names

if TYPE_CHECKING:
    from bot.client import QuetzalBot

log = logging.getLogger(__name__)

_AT_ONCE = 10


async def post_acts(bot: "QuetzalBot", pulse: Pulse) -> None:
    """Post for ever, for the supervisor. The store has every act, so what cannot be posted is let go."""
    told = bot.services.audit.told
    shut: set[int] = set()
    while True:
        acts = [await told.get()]
        while not told.empty() and len(acts) < _AT_ONCE:
            acts.append(told.get_nowait())
        by_channel: defaultdict[int, list[AuditEntry]] = defaultdict(list)
        for act in acts:
            if (channel_id := await _channel(bot, act)) is not None:
                by_channel[channel_id].append(act)
        for channel_id, some in by_channel.items():
            await _post(bot, channel_id, some, shut)
        pulse.beat()


async def _channel(bot: "QuetzalBot", act: AuditEntry) -> int | None:
    """Find the channel of the act's panel; for what concerns the guild, that of its first panel with one."""
    services = bot.services
    panel_ids = [act.panel_id] if act.panel_id else services.access.panels_of(act.guild_id)
    for panel_id in panel_ids:
        settings = await services.guild_settings.get(act.guild_id, panel_id)
        if settings.audit_channel_id is not None:
            return settings.audit_channel_id
    return None


async def _post(bot: "QuetzalBot", channel_id: int, acts: list[AuditEntry], shut: set[int]) -> None:
    names = await server_names(bot.services.directory, ((act.panel_id, act.server_uuid) for act in acts))
    try:
        await post(bot, channel_id, embeds.posted(acts, names))
    except CannotPost:
        if channel_id not in shut:
            log.warning("cannot post the audit into channel %d: it is gone, or closed to Quetzal", channel_id)
        shut.add(channel_id)
    else:
        shut.discard(channel_id)
