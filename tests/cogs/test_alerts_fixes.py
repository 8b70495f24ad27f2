"""The button on an alert that removes the cause: confirmed, audited, and undone where it touched a file."""

from datetime import timedelta

import pytest
from simcord import ResponseMessage

from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
from bot.domain.audit import Outcome
from bot.domain.file_changes import Change, ChangeKind, SavedAs, new_id
from bot.domain.notifications import Message
from bot.storage.repositories import file_changes
from sandbox.node.volumes import disk_of
from sandbox.power import signal
from tests.support.alerts import PANEL_ID, fired, incident, over, seen, sent
from tests.support.backups import acts
from tests.support.disk import content, furnished
from tests.support.forms import submit
from tests.support.messages import buttons, text
from tests.support.world import FOREIGN_GUILD_ID, World, shown

UNACCEPTED = b"#By changing the setting below you agree\n#Sat Nov 28\neula=false\n"


async def crashed(world: World, offer: str | None = None, **facts: str) -> Message:
    """Let the server be down after a crash whose cause has this fix."""
    world.survival.power.state = "offline"
    world.survival.power.container_started = None
    known = Annotations(gave_up=True, exit_code=1, offer=offer, **facts)  # type: ignore[arg-type]  # of its texts
    down = incident(world, rule=RuleKind.CRASH, value=1.0, facts=known)
    _, message = await fired(world, down)
    return message


async def ask(world: World, message: Message, button: str) -> ResponseMessage:
    return shown(await world.admin.click(seen(world, message).message, label=button))


async def confirm(world: World, question: ResponseMessage, button: str) -> ResponseMessage:
    """Press it, and let the server start."""
    await world.admin.click(question, label=button)
    await world.until(lambda: world.survival.state == "running")
    await world.advance(1)
    return question


async def test_eula_is_accepted_and_the_server_started_by_one_button(world: World) -> None:
    world.survival.disk.write("/eula.txt", UNACCEPTED)
    message = await crashed(world, "eula:", diagnosis="Minecraft's EULA is not accepted.", proof="You need")
    assert buttons(seen(world, message)) == ["Acknowledge", "Silence", "Accept the EULA…", "Start", "Details"]

    question = await ask(world, message, "Accept the EULA…")
    assert question.ephemeral
    assert "https://aka.ms/MinecraftEULA" in text(question)
    assert content(disk_of(world.survival), "/eula.txt") == UNACCEPTED

    answer = await confirm(world, question, "Accept and start")
    assert content(disk_of(world.survival), "/eula.txt") == UNACCEPTED.replace(b"false", b"true")
    assert "The EULA is accepted" in text(answer)
    assert "Survival is running" in text(answer)
    assert await acts(world, "files.set") == [Outcome.DONE]
    assert await acts(world, "server.power") == [Outcome.DONE]

    await world.admin.click(answer, label="Undo")
    assert content(disk_of(world.survival), "/eula.txt") == UNACCEPTED


async def test_message_about_several_servers_says_each_cause_and_names_the_server_of_a_fix(
    world: World,
) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner", state="running")
    await world.advance(60)
    cause = Annotations(
        exit_code=0, offer="eula:", diagnosis="Minecraft's EULA is not accepted.", proof="You need"
    )
    down = incident(world, rule=RuleKind.CRASH, value=1.0, facts=cause)
    full = incident(world, lobby)
    (down, _), message = await fired(world, down, full)
    alert = seen(world, message)
    assert "2 active alerts" in text(alert)
    assert text(alert).count("-# Minecraft's EULA is not accepted.") == 1
    assert "Survival: Accept the EULA…" in buttons(alert)

    await over(world, down)
    assert "Minecraft's EULA is not accepted." not in text(seen(world, message))


@pytest.mark.sweep
async def test_fix_while_the_node_restarts_the_old_process_starts_the_server_when_that_has_ended(
    world: World,
) -> None:
    world.survival.disk.write("/eula.txt", UNACCEPTED)
    question = await ask(world, await crashed(world, "eula:"), "Accept the EULA…")
    world.survival.game.failing_boots = 1
    signal(world.sandbox.world, world.survival, "start")
    await world.until(lambda: world.survival.state == "starting")
    world.survival.power.crashed_at = world.sandbox.world.seconds()  # so that the node gives up
    await world.admin.click(question, label="Accept and start")
    await world.until(lambda: world.survival.state == "running")
    await world.advance(1)
    assert "Survival is running" in text(question)
    assert await acts(world, "server.power") == [Outcome.DONE, Outcome.DONE]


async def test_fix_of_a_server_that_came_up_meanwhile_says_that_it_may_run_without_the_change(
    world: World,
) -> None:
    world.survival.docker_image = "ghcr.io/pterodactyl/yolks:java_17"
    question = await ask(world, await crashed(world, "java:21+"), "Change Java…")
    signal(world.sandbox.world, world.survival, "start")
    await world.until(lambda: world.survival.state == "running")
    await world.admin.click(question, label="Change and start")
    await world.until(lambda: "may still run without it" in text(question))
    assert "Survival is already running" in text(question)


async def test_missing_eula_file_is_written_and_an_accepted_one_left_alone(world: World) -> None:
    message = await crashed(world, "eula:")
    await confirm(world, await ask(world, message, "Accept the EULA…"), "Accept and start")
    assert content(disk_of(world.survival), "/eula.txt") == b"eula=true\n"

    again = await ask(world, message, "Accept the EULA…")
    assert "already accepted" in text(again)


async def test_fixes_take_the_level_that_changing_files_takes(world: World) -> None:
    world.survival.disk.write("/eula.txt", UNACCEPTED)
    message = await crashed(world, "eula:")
    refused = shown(await world.operator.click(seen(world, message).message, label="Accept the EULA…"))
    assert "You need manager access on that server" in text(refused)


async def test_fix_button_works_after_a_restart_of_the_bot(world: World) -> None:
    message = await crashed(world, "eula:")
    await world.restart()
    assert "Accept the EULA for Survival?" in text(await ask(world, message, "Accept the EULA…"))


async def test_java_is_changed_among_the_images_that_the_egg_allows(world: World) -> None:
    world.survival.docker_image = "ghcr.io/pterodactyl/yolks:java_17"
    message = await crashed(world, "java:21+")
    question = await ask(world, message, "Change Java…")
    assert "**Java 21**" in text(question)
    assert "yolks:java_17" in text(question)

    answer = await confirm(world, question, "Change and start")
    assert world.survival.docker_image == "ghcr.io/pterodactyl/yolks:java_21"
    assert "The Docker image is now **Java 21**" in text(answer)
    assert await acts(world, "server.image") == [Outcome.DONE]


async def test_egg_without_the_java_is_said_and_nothing_changes(world: World) -> None:
    message = await crashed(world, "java:25+")
    answer = await ask(world, message, "Change Java…")
    assert "has no image with Java 25 or newer" in text(answer)
    assert await acts(world, "server.image") == []


async def test_startup_variable_is_set_to_what_is_typed(world: World) -> None:
    message = await crashed(world, "variable:JARFILE,SERVER_JARFILE")
    question = await ask(world, message, "Set variable…")
    assert "`SERVER_JARFILE`" in text(question)
    form = await world.admin.click(question, label="Enter value")
    await submit(world.admin, form, "paper.jar")
    await world.until(lambda: world.survival.state == "running")
    assert world.survival.variables["SERVER_JARFILE"] == "paper.jar"
    assert await acts(world, "server.variable") == [Outcome.DONE]


@pytest.mark.shows("value")
async def test_value_that_the_egg_refuses_starts_nothing(world: World) -> None:
    message = await crashed(world, "variable:SERVER_JARFILE")
    form = await world.admin.click(await ask(world, message, "Set variable…"), label="Enter value")
    await submit(world.admin, form, "no jar")
    assert "SERVER_JARFILE" not in world.survival.variables
    assert world.survival.state == "offline"
    assert await acts(world, "server.variable") == [Outcome.FAILED]


async def test_egg_without_the_variable_is_said(world: World) -> None:
    message = await crashed(world, "variable:PASSWORD")
    assert "no startup variable for that" in text(await ask(world, message, "Set variable…"))


async def test_last_change_before_a_crash_is_named_and_can_be_restored(world: World) -> None:
    furnished(disk_of(world.survival))
    asked = shown(
        await world.admin.slash(
            world.channel, "files set", path="/server.properties", key="motd", value="Broken"
        )
    )
    await world.admin.click(asked, label="Save")
    await world.advance(timedelta(minutes=11).total_seconds())
    message = await crashed(world)
    alert = seen(world, message)
    assert "Last change before it\n`/server.properties` (set) by " in text(alert)
    assert f"<@{world.admin.id}>" in text(alert)

    question = await ask(world, message, "Undo last change…")
    assert "-motd=Broken" in text(question)
    await world.admin.click(question, label="Undo")
    await sent(world)
    assert content(disk_of(world.survival), "/server.properties") == b"motd=Hello\n"


async def test_another_guild_does_not_read_who_changed_what(world: World) -> None:
    at = world.services.clock.now() - timedelta(hours=1)
    theirs = Change(
        new_id(at, "0" * 8),
        FOREIGN_GUILD_ID,
        world.stranger.id,
        PANEL_ID,
        world.survival.uuid,
        ChangeKind.EDIT,
        "/server.properties",
        kept=SavedAs.SNAPSHOT,
        outcome=Outcome.DONE,
    )
    await world.services.store.write(lambda conn: file_changes.begin(conn, theirs))
    alert = seen(world, await crashed(world))
    assert "Last change" not in text(alert)
    assert "Undo last change…" not in buttons(alert)
