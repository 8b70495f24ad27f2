"""What a bot that was there for some time has in its store: a past, and choices that people made."""

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Override, RuleKind
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.storage.repositories import alert_rules, guild_settings
from demo.harness import PANEL_ID, D, Harness
from demo.seed_history import write_past

_KEEP_S = 60.0
"""An alert goes green so long after recovery: nobody waits five minutes for it in a demo."""


async def live_in(stage: Harness[D]) -> None:
    """Give the bot of a demo its past; alerts go to the stage's channel, and mention nobody."""
    services = stage.services
    await write_past(services.store, stage.sandbox, PANEL_ID, services.clock.now())
    await services.store.write(lambda conn: _choose(conn, stage))


async def _choose(conn: AsyncConnection, stage: Harness[D]) -> None:
    now = stage.services.clock.now()
    await guild_settings.put(
        conn,
        GuildSettings(
            stage.guild.id,
            PANEL_ID,
            stage.admin.id,
            now,
            alert_channel_id=stage.channel.id,
            steps=frozenset(SetupStep),
            alerts_by=stage.admin.id,
        ),
    )
    for kind in RuleKind:
        await alert_rules.put(
            conn,
            panel_id=PANEL_ID,
            server_uuid=None,
            rule=kind,
            guild_id=stage.guild.id,
            override=Override(keep_firing_for_s=_KEEP_S),
            by=stage.admin.id,
            now=now,
        )
