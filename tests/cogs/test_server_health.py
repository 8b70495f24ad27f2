"""/server health: the verdict first, then what to do; each part fails on its own."""

from datetime import timedelta
from functools import partial

import pytest
from simcord import InteractionResult

from bot.domain.alerts import RuleKind, Severity
from bot.domain.incidents import Incident, Subject
from bot.domain.levels import Level
from bot.domain.observation import Observation
from bot.panel.models import PowerState
from bot.storage.repositories import alerts, server_states
from bot.storage.repositories.server_states import ServerState
from sandbox import Fault
from sandbox.resources import Backup
from tests.fault_messages.backups import past
from tests.support.grants import grant
from tests.support.messages import buttons, text
from tests.support.metrics_history import key_of, point, remember
from tests.support.world import World, shown


async def ask(world: World, server: str = "Survival") -> InteractionResult:
    return await world.admin.slash(world.channel, "server health", server=server)


async def health_text(world: World) -> str:
    return text(shown(await ask(world)))


def head(said: str) -> str:
    """Take the verdict: the title is the first line that is not empty."""
    return next(line for line in said.splitlines() if line).removeprefix("## ")


async def test_a_server_that_is_well(world: World) -> None:
    await remember(world)
    past(world, "nightly", days=1)
    said = await health_text(world)
    assert head(said) == "✅ Survival is healthy"
    assert "all passed" in said
    for line in (
        "✅ Panel: reachable",
        "✅ Node: answered in 0.1 s",
        "✅ State: running",
        "✅ Last backup: 24 hours old",
    ):
        assert line in said
    assert "✅ Disk forecast: not filling up" in said


async def test_what_failed_stands_before_what_is_well(world: World) -> None:
    world.survival.feature_limits.backups = 3
    await remember(world, step=lambda ago, at, observations: point(at, observations, disk=3.9 - ago / 100))
    world.survival.limits.disk = 4096
    said = await health_text(world)
    assert head(said) == "❌ Survival has problems"
    assert "No backup yet\n➡️ Make one now." in said
    assert said.index("⚠️ Last backup") < said.index("✅ State: running")
    assert "Health score: 59 of 100" in said


async def test_an_old_and_a_failed_backup_are_warned_of(world: World) -> None:
    past(world, "old", days=5)
    world.survival.backups.append(past_failed(world, days=3))
    said = await health_text(world)
    assert head(said) == "⚠️ Survival needs attention"
    assert "5 days old" in said
    assert "1 failed since the last good one" in said


async def test_a_failure_before_the_last_good_backup_is_past(world: World) -> None:
    world.survival.backups.append(past_failed(world))
    past(world, "good", days=1)
    said = await health_text(world)
    assert "✅ Failed backups: none" in said


async def test_a_backup_of_no_bytes_is_not_the_last_good_one(world: World) -> None:
    past(world, "real", days=5)
    past(world, "hollow", days=1).size = 0
    said = await health_text(world)
    assert "5 days old" in said
    assert "1 failed since the last good one" in said


def past_failed(world: World, *, days: float = 4) -> Backup:
    row = past(world, "failed", days=days)
    world.survival.backups.remove(row)
    row.is_successful = False
    return row


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("*/backups*", "Last backup: not known: The panel account that Quetzal uses has no permission"),
        ("*/databases*", "✅ State: running"),
    ],
)
async def test_without_a_permission_a_part_is_not_known_and_no_error(
    world: World, path: str, words: str
) -> None:
    await remember(world)
    past(world, "nightly", days=1)
    world.sandbox.faults.add(Fault.status(403), path=path)
    said = await health_text(world)
    assert words in said
    assert "✅ State: running" in said
    assert "internal error" not in said


async def test_a_node_that_is_down_is_no_crash(world: World) -> None:
    past(world, "nightly", days=1)
    world.sandbox.faults.add(Fault.status(504), path="*/resources")
    said = await health_text(world)
    assert head(said) == "❌ Survival has problems"
    assert "**❌ Node**\nThe node can't be reached" in said
    assert "✅ Panel: reachable" in said
    assert "State: not known" in said
    assert "✅ Last backup: 24 hours old" in said


async def test_a_panel_that_is_down_fails_the_connection_and_nothing_is_invented(world: World) -> None:
    await world.admin.slash(world.channel, "server list")  # the list is known from before
    world.sandbox.faults.add(Fault.status(503), path="*")
    said = await health_text(world)
    assert head(said) == "❌ Survival has problems"
    assert "The panel can't be reached" in said
    assert "State: not known" in said
    assert "Memory: not measured" in said


async def test_a_fault_for_one_server_is_no_panel_that_does_not_answer(world: World) -> None:
    world.sandbox.faults.add(Fault.status(504, html=True), path="*/resources")
    said = await health_text(world)
    assert "**❌ Panel**\nThe panel didn't report the server's state" in said
    assert "State: not known" in said


async def test_a_key_that_is_refused_is_said(world: World) -> None:
    await world.admin.slash(world.channel, "server list")
    world.sandbox.faults.add(Fault.status(401), path="*")
    assert "**❌ Connection**\nThe panel rejects the key\n➡️ Create a new one" in await health_text(world)


async def test_a_suspended_server_says_so(world: World) -> None:
    world.sandbox.world.add_server(name="Unpaid", owner="owner", status="suspended")
    await world.advance(70)
    said = text(shown(await ask(world, "Unpaid")))
    assert "**❌ State**\nSuspended" in said
    assert "✅ Panel: reachable" in said
    assert "Node" not in said


async def test_offline_is_a_failure_only_when_the_stop_was_not_requested(world: World) -> None:
    past(world, "nightly", days=1)
    world.survival.power.state, world.survival.power.container_started = "offline", None
    await world.advance(25)
    assert "✅ State: offline" in await health_text(world)

    # The watch saw it run and has not looked since: nobody knows yet who stopped it.
    running = Observation(
        key_of(world.survival), world.services.clock.now(), PowerState.RUNNING, 1, 1.0, 1, 0, 0, 60_000
    )
    await saw(world, ServerState(running, stop_requested=False))
    assert "✅ State: offline" in await health_text(world)

    await saw(world, ServerState(stop_requested=False))
    said = await health_text(world)
    assert "**❌ State**\nWent offline unexpectedly" in said
    assert "Health score: 0 of 100" in said


async def test_crashes_of_a_day_are_counted(world: World) -> None:
    past(world, "nightly", days=1)
    await saw(world, ServerState(stop_requested=False))
    now = world.services.clock.now()
    for hours in (30, 5, 2):
        crash = Incident(
            0,
            Subject.server(key_of(world.survival)),
            RuleKind.CRASH,
            "Survival",
            None,
            Severity.WARNING,
            Severity.WARNING,
            now - timedelta(hours=hours),
            peak=1.0,
            ended_at=now - timedelta(hours=hours - 1),
        )
        await world.services.store.write(partial(alerts.begin, incident=crash))
    assert "**⚠️ State**\nRunning, 2 crashes in a day" in await health_text(world)


async def saw(world: World, memory: ServerState) -> None:
    await world.services.store.write(
        lambda conn: server_states.put(conn, "main", {world.survival.uuid: memory})
    )


async def test_it_can_be_checked_again(world: World) -> None:
    answer = await ask(world)
    assert "State: running" in text(shown(answer))
    world.survival.power.state, world.survival.power.container_started = "offline", None
    await world.advance(25)
    await world.admin.click(shown(answer), label="Check again")
    assert "State: offline" in text(shown(answer))


async def test_what_the_checks_ask_for_are_buttons(world: World) -> None:
    world.survival.feature_limits.backups = 3
    await remember(world, step=lambda ago, at, observations: point(at, observations, disk=3.9 - ago / 100))
    world.survival.limits.disk = 4096
    answer = await ask(world)
    assert "➡️ Make one now." in text(shown(answer))
    assert buttons(shown(answer)) == ["Files", "Back up", "Check again"]

    made = await world.admin.click(shown(answer), label="Back up")
    await world.until(lambda: "finished" in text(shown(made)))
    assert len(world.survival.backups) == 1

    await world.admin.click(shown(answer), label="Files")
    assert "📁 Survival" in text(shown(answer))


async def test_a_viewer_is_offered_only_what_they_may_do(world: World) -> None:
    world.survival.feature_limits.backups = 3
    await grant(world, world.stranger.id, Level.VIEWER)
    answer = await world.stranger.slash(world.channel, "server health", server="Survival")
    assert "➡️ Make one now." in text(shown(answer))
    assert buttons(shown(answer)) == ["Check again"]


async def test_a_stranger_sees_nothing(world: World) -> None:
    answer = await world.stranger.slash(world.channel, "server health", server="Survival")
    assert "You don't have access to Quetzal here." in text(shown(answer))
