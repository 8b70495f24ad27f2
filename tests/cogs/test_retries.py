"""What failed and changed nothing can be tried again by a button; what can't be undone is asked again."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

import pytest
from simcord import InteractionResult

from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.demo_world_games import LivelyGame
from tests.support.alerts import fired, incident
from tests.support.alerts import seen as notification
from tests.support.backups import acts, content, made, room, run, seen
from tests.support.forms import submit
from tests.support.games import answer
from tests.support.messages import buttons, text
from tests.support.store_faults import locked
from tests.support.whitelist import requested
from tests.support.world import World, shown


@pytest.fixture
def game(world: World) -> LivelyGame:
    """Let Survival be a Minecraft server."""
    world.survival.game = lively = LivelyGame(world=world.sandbox.world, crowd=60)
    return lively


async def over(world: World) -> None:
    """Let what was wrong with the panel be over."""
    world.sandbox.faults.clear()
    await world.advance(60)


async def failed(world: World, asked: InteractionResult) -> None:
    await world.until(lambda: buttons(shown(asked)) == ["Retry"], within_s=120)
    await over(world)


def requests(world: World, ending: str) -> int:
    return sum(entry.path.endswith(ending) for entry in world.sandbox.requests)


# --- a restore and a reinstallation: asked again, never repeated blindly ---


async def test_a_restore_that_was_not_sent_is_asked_again(world: World) -> None:
    room(world)
    await made(world, "good")
    world.survival.disk.write("/world/level.dat", b"griefed")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await world.admin.click(shown(asked), label="Restore")
    await failed(world, asked)

    await world.admin.click(shown(asked), label="Retry")
    assert "Restore Survival?" in text(shown(asked))
    assert content(world, "/world/level.dat") == b"griefed"
    assert requests(world, "/restore") == 0

    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "Survival is restored")
    assert await acts(world, "backup.restore") == [Outcome.DONE]


async def test_a_node_that_is_down_before_a_restore_has_retry(world: World) -> None:
    room(world)
    await made(world, "good")
    world.sandbox.faults.add(Fault.status(504), path="*/files/list*")
    asked = await run(world, "restore", backup="good")
    await failed(world, asked)
    await world.admin.click(shown(asked), label="Retry")
    assert "Restore Survival?" in text(shown(asked))


async def test_an_error_after_retry_takes_the_place_of_the_first(world: World) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await world.admin.click(shown(asked), label="Restore")
    await failed(world, asked)

    world.survival.backups.clear()
    await world.admin.click(shown(asked), label="Retry")
    assert "Not found" in text(shown(asked))
    assert "Couldn't reach" not in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_a_truncate_is_never_repeated_without_its_name(world: World) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good", truncate=True)
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await submit(world.admin, await world.admin.click(shown(asked), label="Restore"), "Survival")
    await failed(world, asked)

    await world.admin.click(shown(asked), label="Retry")
    await submit(world.admin, await world.admin.click(shown(asked), label="Restore"), "Creative")
    assert requests(world, "/restore") == 0
    await submit(world.admin, await world.admin.click(shown(asked), label="Restore"), "Survival")
    await seen(world, asked, "Survival is restored")


@pytest.mark.parametrize("truncate", [False, True])
async def test_a_restore_that_may_have_begun_offers_a_look_and_the_question(
    world: World, *, truncate: bool
) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good", truncate=truncate)
    world.sandbox.faults.add(Fault.status(500), path="*/restore")
    form = await world.admin.click(shown(asked), label="Restore")
    if truncate:
        await submit(world.admin, form, "Survival")
    await world.until(lambda: "Restore again…" in buttons(shown(asked)))
    assert buttons(shown(asked)) == ["Backups", "Files", "Status", "Restore again…"]
    assert "Nothing was changed" not in text(shown(asked))
    assert "➡️ Check" in text(shown(asked))

    await over(world)
    await world.admin.click(shown(asked), label="Restore again…")
    assert "estore Survival?" in text(shown(asked))
    assert requests(world, "/restore") == 1


async def test_a_restore_without_a_trace_offers_a_look_and_the_question(world: World) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.cut(), path="*/restore")
    await world.admin.click(shown(asked), label="Restore")
    await seen(world, asked, "may not have started", within_s=400)
    assert buttons(shown(asked)) == ["Files", "Status", "Restore again…"]
    await over(world)
    await world.admin.click(shown(asked), label="Files")
    assert "world" in text(shown(asked))


async def test_the_right_to_restore_is_checked_at_retry(world: World) -> None:
    room(world)
    await made(world, "good")
    asked = await run(world, "restore", backup="good")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await world.admin.click(shown(asked), label="Restore")
    await failed(world, asked)

    (admins,) = [role for role in world.guild.roles.values() if role.name == "Admins"]
    world.env.backend.guilds[world.guild.id].members[world.admin.id].role_ids.remove(admins.id)
    await world.admin.click(shown(asked), label="Retry")
    assert "You don't have access to Quetzal here." in text(shown(asked))
    assert requests(world, "/restore") == 0


async def test_a_reinstallation_that_was_not_sent_is_asked_again(world: World) -> None:
    asked = await world.admin.slash(world.channel, "server reinstall", server="Survival")
    world.sandbox.faults.add(Fault.status(503), origin="panel")
    await submit(world.admin, await world.admin.click(shown(asked), label="Reinstall…"), "Survival")
    await failed(world, asked)

    await world.admin.click(shown(asked), label="Retry")
    assert requests(world, "/reinstall") == 0
    await submit(world.admin, await world.admin.click(shown(asked), label="Reinstall…"), "Survival")
    await seen(world, asked, "Survival is installed")
    assert await acts(world, "server.reinstall") == [Outcome.DONE]


@pytest.mark.parametrize("fault", [Fault.status(500), Fault.cut()])
async def test_a_reinstallation_that_may_have_begun_offers_a_look_and_the_question(
    world: World, fault: Fault
) -> None:
    asked = await world.admin.slash(world.channel, "server reinstall", server="Survival")
    world.sandbox.faults.add(fault, path="*/settings/reinstall")
    await submit(world.admin, await world.admin.click(shown(asked), label="Reinstall…"), "Survival")
    await seen(world, asked, "was probably not reinstalled")
    assert buttons(shown(asked)) == ["Status", "Reinstall…"]

    await over(world)
    await world.admin.click(shown(asked), label="Reinstall…")
    assert "Reinstall Survival?" in text(shown(asked))
    assert requests(world, "/reinstall") == 1


# --- what can be undone: done again at once ---


@dataclass(frozen=True)
class Moderation:
    """A command about a player, the button that confirms it, and what it says when it is done."""

    command: str
    done: str
    confirm: str | None = None


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

    before = requests(world, "/command")
    question = shown(asked).components
    await world.admin.click(shown(asked), label="Retry")
    await seen(world, asked, action.done)
    assert requests(world, "/command") == before + 1

    # The second press left the phone before the answer arrived there.
    message = shown(asked)
    world.env.backend.get_message(message.channel_id, message.id).components = question
    again = await world.admin.click(message, label="Retry")
    assert "expired" in text(shown(again))
    assert requests(world, "/command") == before + 1


async def test_a_console_command_that_was_not_sent_is_sent_once_by_retry(world: World) -> None:
    world.sandbox.faults.add(Fault.status(503), path="*/command")
    asked = await world.admin.slash(world.channel, "server command", server="Survival", text="say hi")
    await failed(world, asked)
    before = requests(world, "/command")
    await world.admin.click(shown(asked), label="Retry")
    await world.until(lambda: requests(world, "/command") == before + 1)
    await world.advance(20)
    assert requests(world, "/command") == before + 1
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

    await over(world)
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
    await over(world)
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

    await over(world)
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
