"""Two Discord servers see the same game server: what one of them does about an alert is its own affair."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import ChannelHandle, MemberActor

from bot.domain.alerts import RuleKind
from bot.domain.audit import AuditFilter, Outcome
from bot.domain.levels import THE_GUILD
from bot.storage.repositories import alert_rules, outbox, retention
from tests.support.alerts import (
    PANEL_ID,
    begun,
    edit_rule,
    incident,
    notify,
    now,
    seen,
    sent,
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


async def test_a_guild_cannot_handle_an_alert_for_another_one(world: World) -> None:
    (alert,) = await begun(world, incident(world))
    ours = await notify(world, [alert])
    theirs = await world.services.store.write(
        lambda conn: outbox.post(
            conn,
            guild_id=FOREIGN_GUILD_ID,
            panel_id=PANEL_ID,
            channel_id=world.foreign_channel.id,
            kind=ours.kind,
            group_key="test",
            incident_ids=[alert.id],
            now=world.services.clock.now(),
        )
    )
    await sent(world)
    theirs = await now(world, theirs)

    await world.foreign_admin.click(seen(world, theirs).message, label="Acknowledge")
    asked = await world.foreign_admin.click(seen(world, theirs).message, label="Silence")
    await world.foreign_admin.click(shown(asked), label="4 hours")
    noted = await world.foreign_admin.slash(
        world.foreign_channel, "alerts resolve-note", alert=str(alert.id), note="Ours to know"
    )
    assert "Ours to know" in text(shown(noted))
    await sent(world)

    assert "Acknowledged by" in text(seen(world, theirs))
    assert "Ours to know" in text(seen(world, theirs))
    said = text(seen(world, ours))
    for word in ("Acknowledged", "Silenced", "Ours to know"):
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


async def audited(world: World, guild_id: int, action: str) -> list[tuple[Outcome, object]]:
    entries = (await world.services.audit.page(AuditFilter(guild_id, action=action))).acts
    return [(act.outcome, act.user_id) for act in entries]


async def change_disk_rule(world: World, who: MemberActor, channel: ChannelHandle, warning: str) -> str:
    page = await who.slash(channel, "alerts rules", server="Survival")
    form = await edit_rule(who, page, RuleKind.DISK)
    assert form.modal is not None
    first, *_, switch = (row["component"] for row in form.modal["components"])
    filled = {first["custom_id"]: warning, switch["custom_id"]: [switch["options"][0]["value"]]}
    return text(shown(await who.submit_modal(form, filled)))


async def test_a_rule_of_another_guild_is_left_alone_and_both_audits_have_the_change(world: World) -> None:
    assert "✅" in await change_disk_rule(world, world.admin, world.channel, "70")
    refused = await change_disk_rule(world, world.foreign_admin, world.foreign_channel, "10")
    assert "Another Discord server that sees this server set that up" in refused
    assert "Nothing was changed." in refused
    async with world.services.store.read() as conn:
        rules = await alert_rules.changed(conn, PANEL_ID)
    assert [rule.warn for of_server in rules.of_one.values() for rule in of_server.values()] == [70]
    assert await audited(world, GUILD_ID, "alert.rule") == [(Outcome.DONE, world.admin.id)]
    assert await audited(world, FOREIGN_GUILD_ID, "alert.rule") == [
        (Outcome.FAILED, world.foreign_admin.id),
        (Outcome.DONE, THE_GUILD),
    ]
    page = text(shown(await world.foreign_admin.slash(world.foreign_channel, "quetzal audit")))
    assert "another Discord server changed an alert rule" in page
    assert str(world.admin.id) not in page


async def test_retention_and_schedule_of_another_guild_are_left_alone(world: World) -> None:
    asked = await world.admin.slash(
        world.channel, "backup retention", keep_last=3, stay_on=True, server="Survival"
    )
    await world.admin.click(shown(asked), label="Turn on")
    asked = await world.admin.slash(world.channel, "backup schedule", cron="0 4 * * *", server="Survival")
    await world.admin.click(shown(asked), label="Schedule")

    theirs, where = world.foreign_admin, world.foreign_channel
    asked = await theirs.slash(where, "backup retention", keep_last=1, stay_on=True, server="Survival")
    await theirs.click(shown(asked), label="Turn on")
    assert "Another Discord server that sees this server set that up" in text(shown(asked))
    response = text(shown(await theirs.slash(where, "backup retention", off=True, server="Survival")))
    assert "can only be changed there" in response
    response = text(shown(await theirs.slash(where, "backup schedule", off=True, server="Survival")))
    assert "can only be changed there" in response
    response = text(shown(await theirs.slash(where, "backup retention", server="Survival")))
    assert "It was set up in another Discord server" in response
    assert str(world.admin.id) not in response
    async with world.services.store.read() as conn:
        (policy,) = await retention.iter_all(conn)
    assert (policy.guild_id, policy.keep_last) == (GUILD_ID, 3)
    assert [schedule.is_active for schedule in world.survival.schedules] == [True]
    for action in ("backup.retention", "backup.schedule"):
        assert (Outcome.DONE, THE_GUILD) in await audited(world, FOREIGN_GUILD_ID, action)
        assert (Outcome.FAILED, theirs.id) in await audited(world, FOREIGN_GUILD_ID, action)
