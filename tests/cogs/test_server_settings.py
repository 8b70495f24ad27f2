"""/server describe and image: what a server is described as, and with which Docker image it runs."""

import pytest
from simcord import ResponseMessage

from bot.domain.audit import Outcome
from sandbox import Fault
from tests.support.backups import acts
from tests.support.forms import submit
from tests.support.messages import buttons, options, text
from tests.support.panel_accounts import only_may
from tests.support.world import World, shown

JAVA_17, JAVA_21 = "ghcr.io/pterodactyl/yolks:java_17", "ghcr.io/pterodactyl/yolks:java_21"


async def run(world: World, command: str, **typed: object) -> ResponseMessage:
    asked = await world.admin.slash(world.channel, f"server {command}", server="Survival", **typed)
    await world.until(lambda: bool(text(shown(asked))), within_s=60)
    return shown(asked)


async def press(world: World, message: ResponseMessage, label: str) -> ResponseMessage:
    pressed = await world.admin.click(message, label=label)
    await world.until(lambda: "working…" not in text(shown(pressed)), within_s=60)
    return shown(pressed)


@pytest.mark.shows("The old world")
async def test_a_server_is_described_and_keeps_its_name(world: World) -> None:
    world.survival.description = "The old world"

    said = text(await run(world, "describe", description="  Season 2 \nstarts @everyone "))

    assert world.survival.description == "Season 2\nstarts @everyone"
    assert world.survival.name == "Survival"
    assert "> Season 2\n> starts @\u200beveryone" in said
    assert "**Before**\n> The old world" in said
    assert await acts(world, "server.describe") == [Outcome.DONE]


@pytest.mark.shows("The old world")
async def test_without_a_text_the_description_is_shown_and_can_be_edited(world: World) -> None:
    world.survival.description = "The old world"

    answer = await run(world, "describe")
    assert "> The old world" in text(answer)
    assert world.survival.description == "The old world"
    form = await world.admin.click(answer, label="Edit…")
    said = text(shown(await submit(world.admin, form, "New\nlines")))

    assert "> New\n> lines" in said
    assert world.survival.description == "New\nlines"


@pytest.mark.shows("The old world")
async def test_an_empty_text_removes_the_description(world: World) -> None:
    world.survival.description = "The old world"
    form = await world.admin.click(await run(world, "describe"), label="Edit…")

    said = text(shown(await submit(world.admin, form, "")))

    assert "Survival has no description now" in said
    assert world.survival.description == ""


async def test_a_description_whose_answer_is_lost_is_checked(world: World) -> None:
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/settings/rename")

    assert "Description of Survival saved" in text(await run(world, "describe", description="New"))
    assert await acts(world, "server.describe") == [Outcome.DONE]


async def test_a_panel_that_fails_says_that_the_description_is_the_old_one(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/settings/rename")

    assert "still had its old description" in text(await run(world, "describe", description="New"))
    assert await acts(world, "server.describe") == [Outcome.FAILED]


async def test_an_image_is_chosen_from_those_of_the_egg_and_a_restart_offered(world: World) -> None:
    answer = await run(world, "image")
    assert f"**Java 21**\n`{JAVA_21}`" in text(answer)
    assert options(answer) == ["Java 17", "Java 16", "Java 11", "Java 8"]

    question = shown(await world.admin.select(answer, ["0"]))
    assert "Use Java 17?" in text(question)
    assert "instead of **Java 21**" in text(question)
    done = await press(world, question, "Change image")

    assert world.survival.docker_image == JAVA_17
    assert "A game that is running keeps the old one" in text(done)
    assert buttons(done) == ["Restart", "Status"]
    assert await acts(world, "server.image") == [Outcome.DONE]


async def test_an_image_is_named_by_its_label_or_itself(world: World) -> None:
    for typed in ("java 17", JAVA_17.upper()):
        assert "Use Java 17?" in text(await run(world, "image", image=typed))


@pytest.mark.parametrize(
    ("typed", "reason"), [("Java 99", "has no such Docker image"), ("Java 21", "uses Java 21 already")]
)
async def test_an_image_that_cannot_be_used_is_refused(world: World, typed: str, reason: str) -> None:
    assert reason in text(await run(world, "image", image=typed))
    assert world.survival.docker_image == JAVA_21


async def test_an_image_that_an_administrator_set_is_not_changed(world: World) -> None:
    world.survival.docker_image = "ghcr.io/custom/image:9"

    assert "an administrator set it by hand" in text(await run(world, "image"))


async def test_images_are_suggested_without_the_one_in_use(world: World) -> None:
    offered = await world.admin.autocomplete(
        world.channel, "server image", "image", "java_1", server="Survival"
    )

    assert [choice["name"] for choice in offered] == ["Java 17", "Java 16", "Java 11"]


async def test_an_image_whose_answer_is_lost_is_checked(world: World) -> None:
    question = await run(world, "image", image="Java 17")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/docker-image")

    assert "Docker image is Java 17" in text(await press(world, question, "Change image"))
    assert await acts(world, "server.image") == [Outcome.DONE]


@pytest.mark.parametrize(
    ("command", "typed"), [("describe", {"description": "Mine"}), ("image", {"image": "Java 17"})]
)
async def test_an_operator_may_change_neither(world: World, command: str, typed: dict[str, str]) -> None:
    asked = await world.operator.slash(world.channel, f"server {command}", server="Survival", **typed)

    assert "manager access" in text(shown(asked))


async def test_an_account_without_the_permission_is_refused_with_the_reason(world: World) -> None:
    only_may(world, "control.console")
    await world.advance(61)

    assert "has no permission for that" in text(await run(world, "describe", description="Mine"))
    assert await acts(world, "server.describe") == [Outcome.FAILED]
