"""What a bot that was there for some time has in its store: a past, and choices that people made."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Override, RuleKind
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.storage.repositories import alert_rules, guild_settings
from demo.harness import PANEL_ID, D, Harness
from demo.seed_history import write_past

_KEEP_S = 60.0
"""An alert goes green so long after recovery: nobody waits five minutes for it in a demo."""


async def live_in(harness: Harness[D]) -> None:
    """Give the bot of a demo its past; alerts go to the channel of the demo, and mention nobody."""
    services = harness.services
    await write_past(services.store, harness.sandbox, PANEL_ID, services.clock.now())
    await services.store.write(lambda conn: _choose(conn, harness))


async def _choose(conn: AsyncConnection, harness: Harness[D]) -> None:
    now = harness.services.clock.now()
    await guild_settings.put(
        conn,
        GuildSettings(
            harness.guild.id,
            PANEL_ID,
            harness.admin.id,
            now,
            alert_channel_id=harness.channel.id,
            steps=frozenset(SetupStep),
            alerts_by=harness.admin.id,
        ),
    )
    for kind in RuleKind:
        await alert_rules.put(
            conn,
            panel_id=PANEL_ID,
            server_uuid=None,
            rule=kind,
            guild_id=harness.guild.id,
            override=Override(keep_firing_for_s=_KEEP_S),
            by=harness.admin.id,
            now=now,
        )
