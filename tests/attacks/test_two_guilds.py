"""Two Discord servers see the same game server: what one of them does about an alert is its own affair."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.audit import AuditFilter
from bot.storage.repositories import outbox
from tests.support.alerts import (
    PANEL_ID,
    begun,
    incident,
    now,
    seen,
    sent,
    told,
)
from tests.support.messages import buttons, text
from tests.support.world import (
    FOREIGN_GUILD_ID,
    GUILD_ID,
    World,
    new_world,
    shown,
)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with new_world(tmp_path, {GUILD_ID: "all", FOREIGN_GUILD_ID: "all"}) as made:
        yield made


async def test_nobody_handles_an_alert_for_another_guild(world: World) -> None:
    (one,) = await begun(world, incident(world))
    ours = await told(world, [one])
    theirs = await world.services.store.write(
        lambda conn: outbox.post(
            conn,
            guild_id=FOREIGN_GUILD_ID,
            panel_id=PANEL_ID,
            channel_id=world.foreign_channel.id,
            kind=ours.kind,
            group_key="test",
            incident_ids=[one.id],
            now=world.services.clock.now(),
        )
    )
    await sent(world)
    theirs = await now(world, theirs)

    await world.foreign_admin.click(seen(world, theirs).message, label="Acknowledge")
    asked = await world.foreign_admin.click(seen(world, theirs).message, label="Snooze")
    await world.foreign_admin.click(shown(asked), label="4 hours")
    noted = await world.foreign_admin.slash(
        world.foreign_channel, "alerts resolve-note", alert=str(one.id), note="Ours to know"
    )
    assert "Ours to know" in text(shown(noted))
    await sent(world)

    assert "Acknowledged by" in text(seen(world, theirs))
    assert "Ours to know" in text(seen(world, theirs))
    said = text(seen(world, ours))
    for word in ("Acknowledged", "Snoozed", "Ours to know"):
        assert word not in said
    assert "Acknowledge" in buttons(seen(world, ours))
    listed = text(shown(await world.operator.slash(world.channel, "alerts list")))
    history = text(shown(await world.operator.slash(world.channel, "alerts history")))
    for word in ("👀", "💤", "Ours to know"):
        assert word not in listed + history

    # The guild whose people did it has it in its audit; the other can still take its own alert.
    (here, elsewhere) = [
        {act.action for act in (await world.services.audit.page(AuditFilter(guild_id))).acts}
        for guild_id in (GUILD_ID, FOREIGN_GUILD_ID)
    ]
    assert elsewhere >= {"alert.acknowledge", "alert.snooze", "alert.note"}
    assert not here
    await world.operator.click(seen(world, ours).message, label="Acknowledge")
    await sent(world)
    assert f"Acknowledged by <@{world.operator.id}>" in text(seen(world, ours))
