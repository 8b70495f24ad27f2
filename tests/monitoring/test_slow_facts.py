"""What changes slowly is read rarely, and soon where the bot itself changed it."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.audit import Outcome
from bot.domain.observation import Observation, Sample, ServerKey
from bot.monitoring.slow_facts import PER_MINUTE, reads_per_minute
from bot.panel.budget import BudgetView, Use
from bot.panel.models import PowerState
from bot.storage.repositories import backup_copies, metrics
from sandbox import Fault
from sandbox.model import GameServer
from sandbox.resources import Backup
from tests.monitoring.rig import Rig, did
from tests.support.copies import copy_of

MIB = 1024 * 1024


def backed_up(rig: Rig, server: GameServer, *, days: float, failed: bool = False, runs: bool = False) -> None:
    at = rig.clock.now() - timedelta(days=days)
    row = Backup(rig.sandbox.world.next_id(), rig.sandbox.world.new_uuid(), "x", at)
    if not runs:
        row.completed_at, row.is_successful = at + timedelta(minutes=1), not failed
        row.size = 0 if failed else 1000
    server.backups.append(row)


async def test_the_age_of_the_last_good_backup_and_what_is_wrong_since(rig: Rig) -> None:
    good, failed, hangs, none = (rig.add(name) for name in ("Good", "Failed", "Hangs", "None"))
    closed = rig.add("Closed", backups=0)
    backed_up(rig, good, days=9)
    backed_up(rig, good, days=4)
    backed_up(rig, failed, days=4)
    backed_up(rig, failed, days=1, failed=True)
    backed_up(rig, hangs, days=0.5, runs=True)
    await rig.begin()
    await rig.pass_time(180)
    known = {
        server.name: rig.collector.last(server).rule_input for server in (good, failed, hangs, none, closed)
    }
    ages = {
        name: None if rule_input.backup_age_days is None else round(rule_input.backup_age_days, 1)
        for name, rule_input in known.items()
    }
    assert ages == {"Good": 4.0, "Failed": 4.0, "Hangs": None, "None": None, "Closed": 0.0}
    troubles = {name: rule_input.backup_trouble for name, rule_input in known.items()}
    assert troubles == {"Good": False, "Failed": True, "Hangs": True, "None": False, "Closed": False}
    assert rig.count_requests(f"{closed.uuid}/backups") == 0


@pytest.mark.sweep
async def test_facts_are_read_once_an_hour_and_spread(rig: Rig) -> None:
    for number in range(30):
        rig.add(f"Server {number}")
    await rig.begin()
    counts, before = [], 0
    for _ in range(6):
        await rig.pass_time(30)
        counts.append(rig.count_requests("/backups") - before)
        before = rig.count_requests("/backups")
    assert max(counts) <= 11
    assert sum(counts) == 30
    await rig.pass_time(900)
    assert rig.count_requests("/backups") == 30


@pytest.mark.parametrize(
    ("limit", "used", "tokens", "per_minute"),
    [
        (None, 0, 0.0, PER_MINUTE),
        (240, 20, 5.0, PER_MINUTE),
        (256, 191, 174.0, 13),  # 1,600 connections, and nobody uses a command: all in two hours
        (256, 230, 174.0, 1),  # people do
        (60, 46, 10.0, 8),
        (60, 100, 40.0, 1),
    ],
)
def test_facts_are_read_with_what_connections_and_people_leave(
    limit: int | None, used: int, tokens: float, per_minute: int
) -> None:
    budget = BudgetView(limit, limit, 60.0, {Use.CONNECTIONS: used})
    assert int(reads_per_minute(budget, tokens)) == per_minute


async def test_a_backup_by_the_bot_is_known_within_a_minute(rig: Rig) -> None:
    server = rig.add("Survival")
    backed_up(rig, server, days=8)
    await rig.begin()
    await rig.pass_time(120)
    assert (rig.collector.last(server).rule_input.backup_age_days or 0) > 7
    backed_up(rig, server, days=0)
    await did(rig, server, "backup.end", Outcome.DONE)
    await rig.pass_time(120)
    assert (rig.collector.last(server).rule_input.backup_age_days or 9) < 1


async def test_checked_copy_counts_though_the_panel_has_deleted_its_backup(rig: Rig) -> None:
    server = rig.add("Survival")
    backed_up(rig, server, days=8)
    await rig.begin()
    await rig.pass_time(120)
    now = rig.clock.now()
    copy = replace(copy_of(ServerKey("main", server.uuid), "nightly", now), backup_at=now - timedelta(days=2))
    await rig.store.write(lambda conn: backup_copies.create(conn, copy))
    await did(rig, server, "backup.copy_end", Outcome.DONE)
    await rig.pass_time(120)
    assert round(rig.collector.last(server).rule_input.backup_age_days or 9) == 2


@pytest.mark.sweep
async def test_what_cannot_be_read_stays_unknown_and_is_tried_again(rig: Rig) -> None:
    server = rig.add("Survival")
    backed_up(rig, server, days=4)
    rig.sandbox.faults.add(Fault.status(500), path="*/backups", times=1)
    await rig.begin()
    await rig.pass_time(120)
    assert rig.collector.last(server).rule_input.backup_age_days is None
    await rig.pass_time(500)
    assert rig.collector.last(server).rule_input.backup_age_days is not None


async def test_a_key_that_may_not_read_backups_leaves_their_age_unknown(rig: Rig) -> None:
    server = rig.add("Survival", owner="somebody")
    rig.sandbox.world.add_subuser(server, "owner", ["websocket.connect"])
    await rig.begin()
    await rig.pass_time(1000)
    assert rig.collector.last(server).rule_input.backup_age_days is None
    assert rig.count_requests("/backups") == 1


async def test_a_disk_that_fills_has_hours_left_and_others_have_no_end(rig: Rig) -> None:
    fills, steady, free = rig.add("Fills", disk=1000), rig.add("Steady", disk=1000), rig.add("Free", disk=0)
    await rig.begin()
    now = rig.clock.now()
    samples = [
        Sample(
            Observation(
                ServerKey("main", server.uuid),
                now - timedelta(minutes=minutes),
                PowerState.RUNNING,
                1,
                1,
                size * MIB,
                0,
                0,
                1,
            )
        )
        for minutes in range(1, 600, 5)
        for server, size in ((fills, 900 - minutes), (steady, 500 + minutes % 2), (free, 900 - minutes))
    ]
    await rig.store.write(lambda conn: metrics.write(conn, samples, now))
    await rig.restart()
    await rig.pass_time(120)
    hours = rig.collector.last(fills).rule_input.hours_to_full
    assert hours is not None
    assert 1.5 < hours < 1.9
    assert rig.collector.last(steady).rule_input.hours_to_full == math.inf
    assert rig.collector.last(free).rule_input.hours_to_full == math.inf
