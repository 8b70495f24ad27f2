"""What failed and changed nothing, and can be undone, is tried again by a button."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest

from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.demo_world_games import LivelyGame
from tests.support.alerts import fired, incident
from tests.support.alerts import seen as notification
from tests.support.backups import acts, made, room, run, seen
from tests.support.games import answer
from tests.support.messages import buttons, text
from tests.support.panel_requests import count_requests
from tests.support.retries import end_faults, failed
from tests.support.store_faults import locked
from tests.support.whitelist import requested
from tests.support.world import World, shown


@pytest.fixture
def game(world: World) -> LivelyGame:
    """Let Survival be a Minecraft server."""
    world.survival.game = lively = LivelyGame(world=world.sandbox.world, crowd=60)
    return lively


@dataclass(frozen=True)
class Moderation:
    """A command about a player, the button that confirms it, and what it says when it is done."""

    command: str
    done: str
    confirm: str | None = None


@pytest.mark.sweep
@pytest.mark.parametrize(
    "action",
    [
        Moderation("kick", "Kicked Nora"),
        Moderation("ban", "✅ Banned Nora", "Ban"),
        Moderation("unban", "The game didn't do it"),
        Moderation("whitelist add", "Nora is on the whitelist"),
        Moderation("whitelist remove", "The game didn't do it"),
    ],
    ids=lambda action: str(action.command),
)
@pytest.mark.usefixtures("game")
async def test_what_was_not_sent_about_a_player_is_sent_once_by_retry(
    world: World, action: Moderation
) -> None:
    fault = Fault.status(503)
    if action.confirm is None:
        world.sandbox.faults.add(fault, path="*/command")
    asked = await world.admin.slash(
        world.channel, f"players {action.command}", server="Survival", player="Nora"
    )
    if action.confirm is not None:
        world.sandbox.faults.add(fault, path="*/command")
        await world.admin.click(shown(asked), label=action.confirm)
    await failed(world, asked)

    before = count_requests(world, "/command")
    question = shown(asked).components
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, action.done)
    assert count_requests(world, "/command") == before + 1

    # The second press left the phone before the answer arrived there.
    message = shown(asked)
    world.env.backend.get_message(message.channel_id, message.id).components = question
    again = await world.admin.click(message, label="Retry")
    assert "expired" in text(shown(again))
    assert count_requests(world, "/command") == before + 1


async def test_a_console_command_that_was_not_sent_is_sent_once_by_retry(world: World) -> None:
    world.sandbox.faults.add(Fault.status(503), path="*/command")
    asked = await world.admin.slash(world.channel, "server command", server="Survival", text="say hi")
    await failed(world, asked)
    before = count_requests(world, "/command")
    await world.admin.click(shown(asked), label="Retry")
    await world.until(lambda: count_requests(world, "/command") == before + 1)
    await world.advance(20)
    assert count_requests(world, "/command") == before + 1
    assert buttons(shown(asked)) == []


@pytest.mark.usefixtures("game")
async def test_a_kick_without_an_answer_leads_to_who_is_on(world: World) -> None:
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/command")
    asked = await world.admin.slash(world.channel, "players kick", server="Survival", player="Nora")
    await seen(world, asked, "may or may not have arrived")
    assert buttons(shown(asked)) == ["Players"]


async def test_an_approval_that_was_not_sent_is_sent_by_retry(world: World, game: LivelyGame) -> None:
    await world.advance(60)
    message = await requested(world)
    world.sandbox.faults.add(Fault.status(503), path="*/command")
    pressed = await world.admin.click(message, label="Approve")
    await failed(world, pressed)
    await world.admin.click(shown(pressed), label="Retry")
    await seen(world, pressed, "Nora is on the whitelist")
    assert game.allowed == {"Nora"}


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("offer", "fix", "confirm", "path"),
    [
        ("eula:", "Accept the EULA…", "Accept and start", "*/files/write*"),
        ("java:21+", "Change Java…", "Change and start", "*/docker-image"),
    ],
)
async def test_a_fix_that_changed_nothing_is_made_by_retry(
    world: World, offer: str, fix: str, confirm: str, path: str
) -> None:
    world.survival.docker_image = "ghcr.io/pterodactyl/yolks:java_17"
    world.survival.power.state = "offline"
    world.survival.power.container_started = None
    facts = Annotations(gave_up=True, exit_code=1, offer=offer)
    _, message = await fired(world, incident(world, rule=RuleKind.CRASH, value=1.0, facts=facts))
    asked = await world.admin.click(notification(world, message).message, label=fix)
    world.sandbox.faults.add(Fault.status(503), path=path)
    await world.admin.click(shown(asked), label=confirm)
    await failed(world, asked)
    assert world.survival.power.state == "offline"

    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "is running")


async def test_a_fix_whose_start_failed_offers_the_start_alone(world: World) -> None:
    world.survival.power.state = "offline"
    world.survival.power.container_started = None
    facts = Annotations(gave_up=True, exit_code=1, offer="eula:")
    _, message = await fired(world, incident(world, rule=RuleKind.CRASH, value=1.0, facts=facts))
    asked = await world.admin.click(notification(world, message).message, label="Accept the EULA…")
    world.sandbox.faults.add(Fault.status(503), path="*/power")
    await world.admin.click(shown(asked), label="Accept and start")
    await seen(world, asked, "was not started")
    assert buttons(shown(asked)) == ["Undo", "Start"]

    await end_faults(world)
    await world.admin.click(shown(asked), label="Start")
    await seen(world, asked, "is running")
    assert await acts(world, "files.set") == [Outcome.DONE]


async def test_a_backup_schedule_that_was_not_saved_is_saved_by_retry(world: World) -> None:
    room(world)
    asked = await run(world, "schedule", cron="0 4 * * *")
    world.sandbox.faults.add(Fault.status(503), path="*/schedules*")
    await world.admin.click(shown(asked), label="Schedule")
    await failed(world, asked)
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "next run <t:")
    assert len(world.survival.schedules) == 1


async def test_a_backup_schedule_that_was_saved_is_not_said_to_be_unchanged(world: World) -> None:
    room(world)
    asked = await run(world, "schedule", cron="0 4 * * *")
    world.sandbox.faults.add(Fault.status(503), path="*/schedules", method="GET", skip=1)
    await world.admin.click(shown(asked), label="Schedule")
    await world.until(lambda: buttons(shown(asked)) == ["Retry"])
    assert "The schedule is saved." in text(shown(asked))
    assert "Nothing was changed" not in text(shown(asked))
    await end_faults(world)
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "next run <t:")
    assert len(world.survival.schedules) == 1


async def test_a_retention_rule_that_deleted_nothing_is_asked_again(world: World) -> None:
    room(world)
    for number in range(2):
        await made(world, f"b{number}")
    asked = await run(world, "retention", keep_last=1, stay_on=True)
    world.sandbox.faults.add(Fault.status(503), path="*/backups*")
    await world.admin.click(shown(asked), label="Delete 1 backup")
    await world.until(lambda: buttons(shown(asked)) == ["Retry"])
    assert "The policy is on" in text(shown(asked))
    assert "Nothing was changed" not in text(shown(asked))

    await end_faults(world)
    await world.admin.click(shown(asked), label="Retry")
    assert not any(backup.deleted for backup in world.survival.backups)
    await world.admin.click(shown(asked), label="Delete 1 backup")
    await seen(world, asked, "1 backup deleted")


async def test_a_backup_that_the_rule_could_not_delete_is_asked_about_again(world: World) -> None:
    room(world)
    for number in range(2):
        await made(world, f"b{number}")
    asked = await run(world, "retention", keep_last=1)
    world.sandbox.faults.add(Fault.status(503), method="DELETE")
    await world.admin.click(shown(asked), label="Delete 1 backup")
    await seen(world, asked, "couldn't be deleted")
    await failed(world, asked)
    await world.admin.click(shown(asked), label="Retry")
    assert buttons(shown(asked)) == ["Cancel", "Delete 1 backup"]


async def test_a_store_that_fails_between_two_deletions_hides_neither(world: World) -> None:
    room(world)
    for name in ("first", "second", "third"):
        await made(world, name)
    asked = await run(world, "retention", keep_last=1, stay_on=True)
    async with AsyncExitStack() as stack:
        lock = Fault.meanwhile(lambda: stack.enter_async_context(locked(world)))
        world.sandbox.faults.add(lock, method="DELETE", times=1)
        await world.admin.click(shown(asked), label="Delete 2 backups")
        await world.until(lambda: buttons(shown(asked)) == ["Retry"])
    (name,) = [backup.name for backup in world.survival.backups[:2] if not backup.deleted]
    assert "1 backup deleted" in text(shown(asked))
    assert f"{name} couldn't be deleted" in text(shown(asked))
    assert "The policy is on" in text(shown(asked))
    await world.admin.click(shown(asked), label="Retry")
    assert buttons(shown(asked)) == ["Cancel", "Delete 1 backup"]


async def test_an_idle_stop_that_was_not_saved_is_saved_by_retry(world: World) -> None:
    answer(world, 0)
    asked = await world.admin.slash(world.channel, "server idle", server="Survival", after="30 minutes")
    async with locked(world):
        await world.admin.click(shown(asked), label="Stop when empty")
        await world.until(lambda: buttons(shown(asked)) == ["Retry"])
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, "Survival stops when it's empty")
    rule = await world.admin.slash(world.channel, "server idle", server="Survival")
    async with locked(world):
        await world.admin.click(shown(rule), label="Turn off")
        await world.until(lambda: buttons(shown(rule)) == ["Retry"])
    await world.admin.click(shown(rule), label="Retry")
    await seen(world, rule, "stays online when it's empty")
    assert await acts(world, "server.idle") == [Outcome.DONE] * 2
