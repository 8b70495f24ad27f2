"""/server power: confirmed first, followed to the end, shown truthfully."""

import pytest
from simcord import InteractionResult

from sandbox import Fault, request_pipeline
from sandbox.demo_world_games import LivelyGame
from sandbox.games import Game
from sandbox.node.volumes import disk_of
from tests.support.disk import furnished
from tests.support.messages import buttons, text
from tests.support.world import World, shown


async def power(world: World, action: str, server: str = "Survival") -> InteractionResult:
    return await world.admin.slash(world.channel, "server power", action=action, server=server)


async def seen(world: World, result: InteractionResult, words: str) -> str:
    """Let time pass until the answer says this."""
    await world.until(lambda: words in text(shown(result)), within_s=300)
    return text(shown(result))


def signals(world: World) -> list[str]:
    return [entry.path for entry in world.sandbox.requests if entry.path.endswith("/power")]


async def test_a_restart_is_asked_confirmed_and_followed_until_it_runs_again(world: World) -> None:
    asked = await power(world, "restart")
    question = shown(asked)
    assert "Restart Survival?" in text(question)
    assert "disconnected" in text(question)
    assert buttons(question) == ["Restart", "Cancel"]
    assert signals(world) == []

    await world.admin.click(question, label="Restart")
    answer = await seen(world, asked, "was restarted and is running")
    assert "It took" in answer
    assert buttons(shown(asked)) == ["Status", "Console"]
    assert len(signals(world)) == 1


async def test_a_start_over_the_disk_limit_says_so_at_once(world: World) -> None:
    world.survival.power.state = "offline"
    world.survival.limits.disk = 1
    world.survival.disk.ballast_bytes = 2 * 1024 * 1024
    await world.advance(30)
    asked = await power(world, "start")
    await world.until(lambda: "over its disk limit" in text(shown(asked)), within_s=12)
    response = text(shown(asked))
    assert "2 MiB / 1 MiB (200" in response and "raised in the panel" in response
    world.survival.disk.ballast_bytes = 0  # the panel's figures are older than that
    await seen(world, await power(world, "start"), "is running")


@pytest.mark.parametrize(
    ("action", "still_says"), [("restart", "until it is back"), ("stop", "stays offline"), ("kill", "saving")]
)
async def test_what_would_not_start_again_is_said_before_it_is_stopped(
    world: World, action: str, still_says: str
) -> None:
    world.survival.limits.disk = 1
    world.survival.disk.ballast_bytes = 2 * 1024 * 1024
    await world.advance(30)
    asked = await power(world, action)
    response = text(shown(asked))
    assert "won't start again" in response and "2 MiB / 1 MiB (200" in response and still_says in response
    assert buttons(shown(asked)) == ["Cancel", f"{action.capitalize()} anyway"]
    await world.admin.click(shown(asked), label="Cancel")
    assert signals(world) == []
    world.survival.limits.disk = 100
    calm = [action.capitalize(), "Cancel"] if action != "kill" else ["Cancel", "Kill"]
    assert buttons(shown(await power(world, action))) == calm


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("action", "before", "reached"),
    [
        ("stop", "running", "is stopped"),
        ("kill", "running", "was killed"),
        ("start", "offline", "is running"),
        ("restart", "running", "was restarted and is running"),
    ],
)
async def test_a_server_whose_state_cannot_be_read_can_be_steered(
    world: World, action: str, before: str, reached: str
) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/resources")
    world.survival.power.state = before
    asked = await power(world, action)
    if action != "start":
        await world.admin.click(shown(asked), label=action.capitalize())
    await seen(world, asked, reached)
    assert len(signals(world)) == 1


async def test_a_signal_without_a_visible_effect_is_shown_as_unconfirmed(world: World) -> None:
    for path in ("*/resources", "*/websocket"):
        world.sandbox.faults.add(Fault.status(500), path=path)
    asked = await power(world, "kill")
    await world.admin.click(shown(asked), label="Kill")
    response = await seen(world, asked, "The state of Survival is unknown")
    assert "The panel took the signal" in response
    assert world.survival.power.state == "offline"


async def test_a_node_that_is_down_is_reported_before_a_signal_is_sent(world: World) -> None:
    world.sandbox.node_down()
    await world.advance(30)
    asked = await power(world, "stop")
    await world.admin.click(shown(asked), label="Stop")
    await seen(world, asked, "can't be reached")
    assert signals(world) == []


@pytest.mark.parametrize(
    ("status", "expected"), [("suspended", "is suspended"), ("installing", "isn't installed yet")]
)
async def test_a_server_state_that_forbids_the_signal_is_shown_at_once_in_every_language(
    world: World, monkeypatch: pytest.MonkeyPatch, status: str, expected: str
) -> None:
    monkeypatch.setattr(
        request_pipeline, "CONFLICTS", dict.fromkeys(request_pipeline.CONFLICTS, "Der Server ist gesperrt.")
    )
    world.survival.status = status
    await world.advance(30)
    assert expected in text(shown(await power(world, "start")))


async def test_a_start_needs_no_confirmation(world: World) -> None:
    world.sandbox.world.add_server(name="Lobby", owner="owner", state="offline")
    await world.advance(10)
    asked = await power(world, "start", "Lobby")
    await seen(world, asked, "is running")


@pytest.mark.parametrize(("action", "title"), [("start", "Starting Lobby…"), ("stop", "Stopping Lobby…")])
async def test_progress_says_the_state_once(world: World, action: str, title: str) -> None:
    state = "offline" if action == "start" else "running"
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state=state)
    await world.advance(10)
    asked = await power(world, action, "Lobby")
    if action == "stop":
        await world.admin.click(shown(asked), label="Stop")
    await world.until(lambda: lobby.state in ("starting", "stopping"))
    await world.until(lambda: "Sending the signal" not in text(shown(asked)))
    word = title.split(maxsplit=1)[0]
    assert text(shown(asked)).count(word) == 1 and title in text(shown(asked))


async def test_a_stop_is_followed_until_it_is_off(world: World) -> None:
    asked = await power(world, "stop")
    await world.admin.click(shown(asked), label="Stop")
    await seen(world, asked, "is stopped")


async def test_cancel_and_time_out_change_nothing_and_leave_no_live_button(world: World) -> None:
    cancelled = await power(world, "stop")
    await world.admin.click(shown(cancelled), label="Cancel")
    assert "Cancelled. Nothing was changed." in text(shown(cancelled))
    assert buttons(shown(cancelled)) == []

    forgotten = await power(world, "stop")
    await world.advance(61)
    assert "This prompt has expired. Nothing was changed." in text(shown(forgotten))
    assert buttons(shown(forgotten)) == ["Open status"]
    assert signals(world) == []


async def test_only_who_asked_can_confirm(world: World) -> None:
    asked = await world.admin.slash(
        world.channel, "server power", action="stop", server="Survival", public=True
    )
    response = shown(await world.stranger.click(shown(asked), label="Stop"))

    assert response.ephemeral
    assert "someone else" in text(response)
    assert signals(world) == []
    assert buttons(shown(asked)) == ["Stop", "Cancel"]


async def test_a_second_click_gets_the_message_that_the_first_has_won(world: World) -> None:
    asked = await power(world, "stop")
    question = shown(asked)
    live_buttons = question.components
    await world.admin.click(question, label="Stop")
    assert buttons(shown(asked)) == []

    # The second tap left the phone before the greyed buttons arrived there.
    world.env.backend.get_message(question.channel_id, question.id).components = live_buttons
    response = shown(await world.admin.click(question, label="Stop"))
    assert "expired" in text(response)
    await seen(world, asked, "is stopped")
    assert len(signals(world)) == 1


async def test_a_button_from_before_a_restart_of_the_bot_answers_and_does_nothing(world: World) -> None:
    asked = await power(world, "stop")
    question = shown(asked)
    await world.restart()

    response = shown(await world.admin.click(question, label="Stop"))
    assert "restarted since this message, so this did nothing." in text(response)
    assert buttons(response) == ["Open status"]
    assert signals(world) == []


async def test_a_right_taken_away_between_question_and_click_stops_it(world: World) -> None:
    asked = await power(world, "stop")
    (admins,) = [role for role in world.guild.roles.values() if role.name == "Admins"]
    world.env.backend.guilds[world.guild.id].members[world.admin.id].role_ids.remove(admins.id)

    response = shown(await world.admin.click(shown(asked), label="Stop"))
    assert "You don't have access to Quetzal here." in text(response)
    assert signals(world) == []
    assert buttons(shown(asked)) == []


async def test_starting_what_runs_says_so(world: World) -> None:
    asked = await power(world, "start")
    await seen(world, asked, "is already running")


async def test_without_the_websocket_it_is_followed_by_asking(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/websocket")
    asked = await power(world, "restart")
    await world.admin.click(shown(asked), label="Restart")
    await seen(world, asked, "was restarted and is running")


async def test_when_the_panel_does_not_confirm_the_signal_the_state_decides(world: World) -> None:
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/power")
    asked = await power(world, "stop")
    await world.admin.click(shown(asked), label="Stop")
    await seen(world, asked, "is stopped")


async def test_when_nothing_moves_after_a_lost_answer_that_is_said(world: World) -> None:
    world.sandbox.faults.add(Fault.cut(), path="*/power")
    asked = await power(world, "stop")
    await world.admin.click(shown(asked), label="Stop")
    assert "may not have got the signal" in await seen(world, asked, "nothing has changed")


async def test_a_server_that_crashes_while_it_starts_is_shown_with_its_own_last_lines(world: World) -> None:
    world.sandbox.world.add_server(name="Broken", owner="owner", game=Game(crash_after=2.0))
    await world.advance(10)
    asked = await power(world, "start", "Broken")

    response = await seen(world, asked, "went offline again")
    assert "The program ended with an error (exit code 1). Its last console lines don't show why" in response
    assert "**Last console lines**\n```\nStarting the server\n```" in response
    assert "Daemon" not in response  # what the node prints while it starts a server says nothing of the cause
    assert "Read its last console lines above." in response
    assert buttons(shown(asked)) == ["Start", "Status", "Console"]


def without_eula(world: World) -> None:
    """Let Survival be off, and refuse to start."""
    world.survival.game = LivelyGame(world=world.sandbox.world)
    world.survival.power.state, world.survival.power.container_started = "offline", None
    world.survival.disk.write("/eula.txt", b"eula=false\n")


async def test_a_start_that_fails_names_the_cause_with_its_line_and_a_button_that_removes_it(
    world: World,
) -> None:
    without_eula(world)
    await world.advance(30)
    asked = await power(world, "start")
    response = await seen(world, asked, "went offline again")
    assert "**Cause**\nMinecraft's EULA is not accepted.\n```" in response
    assert response.count("You need to agree to the EULA") == 1
    assert "Loaded 1 properties" not in response and "Daemon" not in response
    assert "set `eula=true` in `/eula.txt`" in response
    assert buttons(shown(asked)) == ["Accept the EULA…", "Start", "Status", "Console"]

    await world.admin.click(shown(asked), label="Start")
    await seen(world, asked, "went offline again")
    await world.admin.click(shown(asked), label="Accept the EULA…")
    await world.admin.click(shown(asked), label="Accept and start")
    assert "The EULA is accepted" in await seen(world, asked, "Survival is running")


async def test_a_restart_that_fails_names_the_cause(world: World) -> None:
    without_eula(world)
    world.survival.power.state, world.survival.power.container_started = "running", 0.0
    await world.advance(30)
    asked = await power(world, "restart")
    await world.admin.click(shown(asked), label="Restart")
    assert "Minecraft's EULA is not accepted." in await seen(world, asked, "went offline again")
    assert buttons(shown(asked))[0] == "Accept the EULA…"


async def test_the_button_of_a_fix_is_only_there_for_who_may_use_it(world: World) -> None:
    without_eula(world)
    await world.advance(30)
    asked = await world.operator.slash(world.channel, "server power", action="start", server="Survival")
    assert "Minecraft's EULA is not accepted." in await seen(world, asked, "went offline again")
    assert buttons(shown(asked)) == ["Start", "Status", "Console"]


async def test_a_start_that_fails_without_a_proven_cause_offers_to_undo_the_last_change(world: World) -> None:
    furnished(disk_of(world.survival))
    edited = shown(
        await world.admin.slash(
            world.channel, "files set", path="/server.properties", key="motd", value="Broken"
        )
    )
    await world.admin.click(edited, label="Save and restart")
    await world.until(lambda: "was restarted" in text(edited), within_s=300)
    world.survival.game.failing_boots = 2
    asked = await power(world, "restart")
    await world.admin.click(shown(asked), label="Restart")
    await seen(world, asked, "went offline again")
    assert buttons(shown(asked)) == ["Undo last change…", "Start", "Status", "Console"]
    await world.admin.click(shown(asked), label="Undo last change…")
    assert "-motd=Broken" in text(shown(asked))


async def test_without_the_websocket_a_restart_that_fails_says_that_the_cause_is_unknown(
    world: World,
) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/websocket")
    world.survival.game.failing_boots = 2
    asked = await power(world, "restart")
    await world.admin.click(shown(asked), label="Restart")
    response = await seen(world, asked, "went offline again")
    assert "Quetzal has no console lines that show why it ended" in response


async def test_save_and_restart_gives_the_lines_that_do_not_fit_as_a_file(world: World) -> None:
    furnished(disk_of(world.survival))
    world.survival.game.boot_lines = tuple(f"Loading module {number}" for number in range(40))
    world.survival.game.failing_boots = 2
    asked = await world.admin.slash(
        world.channel, "files set", path="/server.properties", key="motd", value="New", server="Survival"
    )
    await world.admin.click(shown(asked), label="Save and restart")
    assert "Last console lines (more in the file)" in await seen(world, asked, "went offline again")
    assert [file.filename for file in shown(asked).attachments] == ["console.txt"]


async def test_save_and_restart_names_the_cause_when_the_server_does_not_come_up(world: World) -> None:
    furnished(disk_of(world.survival))
    without_eula(world)
    world.survival.power.state, world.survival.power.container_started = "running", 0.0
    asked = await world.admin.slash(
        world.channel, "files set", path="/server.properties", key="motd", value="New", server="Survival"
    )
    await world.admin.click(shown(asked), label="Save and restart")
    assert "Minecraft's EULA is not accepted." in await seen(world, asked, "went offline again")
    assert "Accept the EULA…" in buttons(shown(asked))


async def test_a_server_that_ignores_the_stop_is_not_called_stopped(world: World) -> None:
    world.sandbox.world.add_server(
        name="Stubborn", owner="owner", state="running", game=Game(stop_seconds=None)
    )
    await world.advance(10)
    asked = await power(world, "stop", "Stubborn")
    await world.admin.click(shown(asked), label="Stop")

    response = await seen(world, asked, "isn't offline yet")
    assert "it is stopping" in response
    assert "/server power kill" in response
