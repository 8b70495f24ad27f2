"""From the list to a server, to everything about it, and back; what follows a power action; one state."""

from pathlib import Path

import pytest
from simcord import InteractionResult

from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
from bot.domain.notifications import Board
from sandbox import Fault
from sandbox.games import Game
from tests.support.alerts import begun, incident
from tests.support.file_changes import furnish
from tests.support.messages import buttons, text
from tests.support.world import GUILD_ID, World, new_world, shown


async def status(world: World, server: str = "Survival") -> InteractionResult:
    return await world.admin.slash(world.channel, "server status", server=server)


PAGES = [
    ("Files", "This folder is empty"),
    ("Backups", "no backups yet"),
    ("Performance", "24h"),
    ("Health", "checks"),
    ("Alerts", "No active alerts"),
]


async def test_each_page_of_the_hub_leads_back_to_the_status(world: World, subtests: pytest.Subtests) -> None:
    for page, says in PAGES:
        with subtests.test(page):
            report = await status(world)
            await world.admin.click(shown(report), label=page)
            assert says in text(shown(report))

            await world.admin.click(shown(report), label="◀ Status")
            assert "🟢 Survival" in text(shown(report))
            assert "◀ Status" not in buttons(shown(report))


async def test_the_way_back_goes_on_from_the_status_to_the_list(world: World) -> None:
    listed = await world.admin.slash(world.channel, "server list")
    for label in ("Open", "Health", "Check again", "◀ Status", "Refresh", "◀ Servers"):
        await world.admin.click(shown(listed), label=label)
    assert "1 server" in text(shown(listed))
    assert buttons(shown(listed)) == ["Open", "Refresh"]


async def test_an_opened_alert_leads_back_to_the_alerts_and_they_to_the_status(world: World) -> None:
    await begun(world, incident(world))
    report = await status(world)
    await world.admin.click(shown(report), label="Alerts")
    await world.admin.click(shown(report), label="Open")
    assert "◀ Alerts" in buttons(shown(report))
    await world.admin.click(shown(report), label="◀ Alerts")
    assert "◀ Status" in buttons(shown(report))


@pytest.mark.sweep
async def test_the_console_opens_beside_the_status(world: World) -> None:
    report = await status(world)
    opened = await world.admin.click(shown(report), label="Console")
    assert "Survival" in text(shown(opened))
    assert "Restart" in buttons(shown(report))


async def test_after_a_stop_the_start_and_the_status_are_one_tap_away(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
    await world.admin.click(shown(asked), label="Stop")
    await world.until(lambda: "is stopped" in text(shown(asked)))
    assert buttons(shown(asked)) == ["Start", "Status"]

    await world.admin.click(shown(asked), label="Start")
    await world.until(lambda: "is running" in text(shown(asked)))
    assert buttons(shown(asked)) == ["Status", "Console"]
    await world.admin.click(shown(asked), label="Status")
    assert "**Running**" in text(shown(asked))


async def test_what_is_off_already_offers_a_start(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(10)
    asked = await world.admin.slash(world.channel, "server power", action="kill", server="Lobby")
    await world.until(lambda: "is already offline" in text(shown(asked)))
    assert buttons(shown(asked)) == ["Start", "Status"]


async def test_what_does_not_stop_can_be_killed_from_the_answer(world: World) -> None:
    world.sandbox.world.add_server(
        name="Stubborn", owner="owner", state="running", game=Game(stop_seconds=None)
    )
    await world.advance(10)
    asked = await world.admin.slash(world.channel, "server power", action="stop", server="Stubborn")
    await world.admin.click(shown(asked), label="Stop")
    await world.until(lambda: "Kill" in buttons(shown(asked)), within_s=200)

    await world.admin.click(shown(asked), label="Kill")
    await world.admin.click(shown(asked), label="Kill")
    await world.until(lambda: "was killed" in text(shown(asked)))


async def test_a_status_that_could_not_be_read_can_be_tried_again(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/servers/*")
    report = await status(world)
    await world.until(lambda: buttons(shown(report)) == ["Retry"], within_s=30)

    world.sandbox.faults.clear()
    await world.advance(30)
    await world.admin.click(shown(report), label="Retry")
    assert "🟢 Survival" in text(shown(report))


async def test_a_signal_that_was_not_accepted_can_be_tried_again(world: World) -> None:
    world.sandbox.node_down()
    await world.advance(30)
    asked = await world.admin.slash(world.channel, "server power", action="start", server="Survival")
    await world.until(lambda: buttons(shown(asked)) == ["Retry"], within_s=60)

    world.sandbox.node_down(down=False)
    await world.advance(30)
    await world.admin.click(shown(asked), label="Retry")
    await world.until(lambda: "is already running" in text(shown(asked)))  # the node started it


async def test_list_status_and_health_show_what_was_just_seen(world: World) -> None:
    await status(world)  # the panel keeps its answer for 20 s
    asked = await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
    await world.admin.click(shown(asked), label="Stop")
    await world.until(lambda: "is stopped" in text(shown(asked)))

    report = text(shown(await status(world)))
    assert "⚫ Survival" in report
    assert "**Offline**" in report
    listed = shown(await world.admin.slash(world.channel, "server list"))
    assert "**0 online** · 1 off" in text(listed)
    assert "Start" in buttons(listed)
    health = text(shown(await world.admin.slash(world.channel, "server health", server="Survival")))
    assert "State: offline" in health


async def test_a_restart_shows_the_new_running_time_at_once(world: World) -> None:
    await status(world)
    began = int(world.services.clock.now().timestamp())
    asked = await world.admin.slash(world.channel, "server power", action="restart", server="Survival")
    await world.admin.click(shown(asked), label="Restart")
    await world.until(lambda: "was restarted" in text(shown(asked)))

    report = text(shown(await status(world)))
    started = int(report.split("started <t:")[1].split(":")[0])
    assert started >= began


async def test_the_panel_is_believed_again_once_its_answer_is_newer(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
    await world.admin.click(shown(asked), label="Stop")
    await world.until(lambda: "is stopped" in text(shown(asked)))
    world.survival.power.state = "running"  # started by another person
    await world.advance(25)
    assert "**Running**" in text(shown(await status(world)))


async def test_the_board_shows_a_stop_before_monitoring_has_seen_it(tmp_path: Path) -> None:
    async with new_world(tmp_path, watch=True) as world:
        await world.advance(90)
        asked = await world.admin.slash(world.channel, "server power", action="stop", server="Survival")
        await world.admin.click(shown(asked), label="Stop")
        await world.until(lambda: "is stopped" in text(shown(asked)))
        now = world.services.clock.now()
        board = Board(GUILD_ID, "main", world.channel.id, world.admin.id, now, "1")
        (row,) = (await world.services.boards.content(board)).rows
        assert row.state is not None
        assert row.state.value == "offline"


async def test_colour_and_heart_follow_the_worst_alert(world: World) -> None:
    await begun(world, incident(world), incident(world, rule=RuleKind.DISK))
    asked = await status(world)
    report = text(shown(asked))
    assert "## 🔴 Survival" in report
    assert "**🔴 Health** 59 of 100, critical" in report
    detailed = text(shown(await world.admin.click(shown(asked), label="Details")))
    assert "-# At most 59 while a critical alert is active." in detailed


async def test_the_list_puts_what_is_wrong_first_and_says_what_it_is(world: World) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        world.sandbox.world.add_server(name=name, owner="owner", state="running")
    down = world.sandbox.world.add_server(name="Zulu", owner="owner", state="offline")
    await world.advance(30)
    await begun(world, incident(world, down, rule=RuleKind.CRASH, value=1.0), incident(world))
    listed = text(shown(await world.admin.slash(world.channel, "server list")))
    assert "**4 online** · 1 crashed · 🟠 1 with alerts" in listed
    names = [line.split("**")[1] for line in listed.split("\n") if line.startswith(("🔴 **", "🟢 **"))]
    assert names == ["Zulu", "Survival", "Alpha", "Beta", "Gamma"]
    assert "-# crashed <t:" in listed
    assert "-# **memory 25%** · CPU 5%" in listed


async def test_a_row_with_a_safe_fix_has_it_as_its_button(world: World) -> None:
    down = world.sandbox.world.add_server(name="Zulu", owner="owner", state="offline")
    await world.advance(30)
    facts = Annotations(gave_up=True, offer="eula:")
    await begun(world, incident(world, down, rule=RuleKind.CRASH, value=1.0, facts=facts))
    listed = await world.admin.slash(world.channel, "server list")
    assert buttons(shown(listed)) == ["Fix", "Open", "Refresh"]
    of_operator = await world.operator.slash(world.channel, "server list")
    assert buttons(shown(of_operator)) == ["Start", "Open", "Refresh"]
    prompt = await world.admin.click(shown(listed), label="Fix")
    assert "Accept the EULA for Zulu?" in text(shown(prompt))
    assert "2 servers" in text(shown(listed))


async def test_start_in_the_list_starts_it_beside_the_list_which_then_shows_it(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(10)
    listed = await world.admin.slash(world.channel, "server list")
    started = await world.admin.click(shown(listed), label="Start")
    await world.until(lambda: "is running" in text(shown(started)))
    await world.env.settle()
    assert "**2 online**" in text(shown(listed))


@pytest.mark.parametrize(
    ("command", "options", "path"),
    [
        ("files list", {"path": "/"}, "*/files/list*"),
        ("files read", {"path": "/server.properties"}, "*/files/*"),
        ("backup list", {}, "*/backups*"),
        ("database list", {}, "*/databases*"),
        ("server console", {}, "*/websocket*"),
    ],
)
async def test_a_page_that_failed_for_a_moment_has_retry(
    world: World, command: str, options: dict[str, str], path: str
) -> None:
    world.sandbox.faults.add(Fault.status(504), path=path)
    asked = await world.admin.slash(world.channel, command, server="Survival", **options)
    await world.until(lambda: buttons(shown(asked)) == ["Retry"], within_s=60)
    world.sandbox.faults.clear()
    await world.advance(60)
    await world.admin.click(shown(asked), label="Retry")
    await world.until(lambda: "Reference" not in text(shown(asked)), within_s=60)


async def test_a_server_list_that_cannot_be_had_is_asked_for_again(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*")
    await world.restart()
    asked = await world.admin.slash(world.channel, "server list")
    await world.until(lambda: buttons(shown(asked)) == ["Retry"], within_s=60)
    world.sandbox.faults.clear()
    await world.advance(120)
    await world.admin.click(shown(asked), label="Retry")
    await world.until(lambda: "Survival" in text(shown(asked)), within_s=60)


@pytest.mark.parametrize(
    ("command", "options", "confirm", "done"),
    [
        ("files delete", {"path": "/notes.txt"}, "Delete", "Deleted"),
        ("files set", {"path": "/server.properties", "key": "max-players=30"}, "Save", "Saved"),
        ("database create", {"name": "essentials"}, "Create", "created"),
        ("startup set", {"variable": "SERVER_JARFILE", "value": "paper.jar"}, "Set", "paper.jar"),
        ("server image", {"image": "Java 17"}, "Change image", "Java 17"),
        (
            "schedule create",
            {"name": "Nightly", "when": "every day at 4:00", "does": "backup"},
            "Create",
            "Nightly",
        ),
    ],
)
async def test_what_was_confirmed_during_maintenance_of_the_panel_changed_nothing_and_is_tried_again(
    world: World, command: str, options: dict[str, str], confirm: str, done: str
) -> None:
    furnish(world)
    asked = await world.admin.slash(world.channel, command, server="Survival", **options)
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await world.admin.click(shown(asked), label=confirm)
    await world.until(lambda: buttons(shown(asked)) == ["Retry"], within_s=120)
    assert "Nothing was changed." in text(shown(asked))

    world.sandbox.faults.clear()
    await world.advance(60)
    await world.admin.click(shown(asked), label="Retry")
    await world.until(lambda: done in text(shown(asked)) and "Retry" not in buttons(shown(asked)))
