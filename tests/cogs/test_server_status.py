"""/server status: the live report and its quick actions."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.storage.repositories import server_states
from sandbox import Fault
from sandbox.games import Game
from tests.support.games import BedrockGame, answer
from tests.support.messages import buttons, text
from tests.support.metrics_history import point, remember
from tests.support.world import World, new_world, shown

GIB = 1024**3
PAGES = [
    *("Console", "Files", "Backups", "Performance", "Players", "Alerts"),
    *("Health", "Schedules", "Startup"),
    *("Details", "Refresh"),
]


async def test_the_report_shows_use_against_the_limits_on_the_scale(world: World) -> None:
    world.sandbox.world.add_server(
        name="Busy", owner="owner", state="running", memory=1024, cpu=200, disk=0,
        game=Game(memory_bytes=int(0.96 * GIB), cpu_absolute=150.0),
    )  # fmt: skip
    await world.advance(10)

    report = text(shown(await world.admin.slash(world.channel, "server status", server="Busy")))
    assert "🟢 Busy" in report
    started = int((world.services.clock.now() - timedelta(hours=1, seconds=10)).timestamp())
    assert f"**Running** · started <t:{started}:R>" in report
    assert "🔴 **Memory 96%** · 983 MiB / 1 GiB\n`████████████░`" in report
    assert "**CPU** 75% of 2 cores\n`██████████░░░`" in report
    assert "**Disk** 0 B, no limit" in report


async def test_what_a_node_did_not_measure_is_said_beside_the_rest(world: World) -> None:
    world.sandbox.world.add_server(
        name="Half", owner="owner", state="running", memory=1024, cpu=200,
        game=Game(memory_bytes=GIB // 2, lacks_cpu=True),
    )  # fmt: skip
    await world.advance(10)

    report = text(shown(await world.admin.slash(world.channel, "server status", server="Half")))
    assert "**Memory** 50% · 512 MiB / 1 GiB" in report
    assert "**CPU** not measured" in report
    checked = text(shown(await world.admin.slash(world.channel, "server health", server="Half")))
    assert "CPU" in checked
    assert "not measured" in checked
    (line,) = [
        line
        for line in text(shown(await world.admin.slash(world.channel, "server list"))).splitlines()
        if "memory 50%" in line
    ]
    assert "CPU" not in line


async def test_a_running_server_says_how_many_players_are_on(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True, asks_games=True) as world:
        game = BedrockGame(world.survival)
        async with game.socket:
            world.survival.allocations[0].port = game.port
            await world.until(lambda: world.services.players.latest(game.key) is not None)
            report = text(shown(await world.admin.slash(world.channel, "server status", server="Survival")))
    assert "👥 3 of 20 players" in report


@pytest.mark.parametrize(("maximum", "words"), [(40, "1 of 40 players"), (None, "1 player")])
async def test_players_are_counted_with_the_limit_where_there_is_one(
    world: World, maximum: int | None, words: str
) -> None:
    answer(world, 1, maximum)
    shown_status = await world.admin.slash(world.channel, "server status", server="Survival")
    assert f"👥 {words}\n" in text(shown(shown_status))


async def test_an_old_answer_is_not_shown(world: World) -> None:
    answer(world, 5)
    await world.advance(200)
    assert "👥" not in text(shown(await world.admin.slash(world.channel, "server status", server="Survival")))


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("running", ["Restart", "Stop", "Back up"]),
        ("offline", ["Start", "Back up"]),
        ("starting", ["Stop", "Kill"]),
        ("stopping", ["Kill"]),
    ],
)
async def test_the_buttons_fit_the_state(world: World, state: str, offered: list[str]) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner", state=state)
    await world.advance(10)

    assert buttons(shown(await world.admin.slash(world.channel, "server status", server="Lobby"))) == [
        *offered,
        *PAGES,
    ]


async def test_refresh_shows_the_new_state_and_new_buttons(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(10)
    report = await world.admin.slash(world.channel, "server status", server="Lobby")
    lobby.power.state = "running"
    await world.advance(25)  # the panel caches for 20 s

    await world.admin.click(shown(report), label="Refresh")
    assert "🟢 Lobby" in text(shown(report))
    assert buttons(shown(report)) == ["Restart", "Stop", "Back up", *PAGES]


async def test_a_quick_action_asks_beside_the_report_and_is_followed(world: World) -> None:
    report = await world.admin.slash(world.channel, "server status", server="Survival")

    stop_requested = await world.admin.click(shown(report), label="Stop")
    question = shown(stop_requested)
    assert "Stop Survival?" in text(question)
    assert "Survival" in text(shown(report))  # still there

    await world.admin.click(question, label="Stop")
    await world.until(lambda: "is stopped" in text(shown(stop_requested)))

    await world.env.settle()
    assert "⚫ Survival" in text(shown(report))  # though the panel says for 20 s what it said before
    assert buttons(shown(report)) == ["Start", "Back up", *PAGES]


async def test_a_quick_action_that_is_declined_leaves_the_report_as_it_is(world: World) -> None:
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    stop_requested = await world.admin.click(shown(report), label="Stop")
    await world.admin.click(shown(stop_requested), label="Cancel")
    reads = polls(world)

    await world.advance(25)

    assert buttons(shown(report)) == ["Restart", "Stop", "Back up", *PAGES]
    assert polls(world) == reads


def polls(world: World) -> int:
    return sum(entry.path.endswith("/resources") for entry in world.sandbox.requests)


async def test_the_score_comes_with_its_reasons(world: World) -> None:
    world.sandbox.world.add_server(
        name="Busy", owner="owner", state="running", memory=1024, cpu=200, disk=0, java=False,
        game=Game(memory_bytes=int(0.96 * GIB), cpu_absolute=155.0),
    )  # fmt: skip
    await world.advance(70)
    asked = await world.admin.slash(world.channel, "server status", server="Busy")
    assert "**🔴 Health** 59 of 100, critical" in text(shown(asked))
    assert "Memory at" not in text(shown(asked))

    report = text(shown(await world.admin.click(shown(asked), label="Details")))
    assert "-# At most 59 while this needs attention: Memory." in report
    assert "-# Memory at 96% of its limit (-30)." in report
    assert "-# CPU at 78% of its limit (-10)." in report


async def test_offline_is_critical_only_when_the_stop_was_not_requested(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(70)
    report = await world.admin.slash(world.channel, "server status", server="Lobby")
    assert "**Offline**" in text(shown(report))
    assert "Health" not in text(shown(report))

    unwanted = {lobby.uuid: server_states.ServerState(stop_requested=False)}
    await world.services.store.write(lambda conn: server_states.put(conn, "main", unwanted))
    await world.admin.click(shown(report), label="Details")
    assert "**🔴 Health** 0 of 100, critical" in text(shown(report))
    assert "went offline unexpectedly" in text(shown(report))


async def test_the_last_hour_is_drawn_from_the_history(world: World) -> None:
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    assert "Last hour" not in text(shown(report))

    await remember(
        world,
        step=lambda ago, at, observations: (
            None if ago < 0.5 else point(at, observations, cpu=10 if ago > 0.75 else 90)
        ),
    )
    await world.admin.click(shown(report), label="Details")
    assert "CPU ▂▂▂▇▇▇▇····· 10-90%" in text(shown(report))


async def test_back_up_now_makes_a_backup_beside_the_report(world: World) -> None:
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    pressed = await world.admin.click(shown(report), label="Back up")
    await world.until(lambda: "Backup of Survival finished" in text(shown(pressed)))
    assert [backup.is_successful for backup in world.survival.backups] == [True]
    assert "Running" in text(shown(report))


async def test_without_room_for_backups_none_is_offered(world: World) -> None:
    world.survival.feature_limits.backups = 0
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    assert buttons(shown(report)) == ["Restart", "Stop", *PAGES]


async def test_buttons_expire_when_they_are_not_used(world: World) -> None:
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    await world.advance(301)
    assert buttons(shown(report)) == ["Open status"]


async def test_a_node_that_is_down_is_said_without_inventing_a_state(world: World) -> None:
    world.sandbox.faults.add(Fault.status(504), path="*/resources")
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    await world.advance(30)

    assert "can't be reached" in text(shown(report))
    assert buttons(shown(report)) == PAGES


async def test_a_suspended_server_says_so(world: World) -> None:
    world.sandbox.world.add_server(name="Unpaid", owner="owner", status="suspended")
    await world.advance(10)

    report = text(shown(await world.admin.slash(world.channel, "server status", server="Unpaid")))
    assert "🔒 Unpaid" in report
    assert "It is suspended." in report
