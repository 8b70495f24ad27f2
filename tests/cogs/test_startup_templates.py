"""/startup save, apply and templates: the variables of one server on many, with a preview and Undo."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.audit import Outcome
from bot.domain.levels import Level
from sandbox import Fault
from sandbox.model import GameServer, Variable
from tests.support.backups import acts
from tests.support.grants import grant
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.world import World, new_world, shown


def variables() -> list[Variable]:
    return [
        Variable("Players", "MAX_PLAYERS", "8", "", "required|integer|between:1,64"),
        Variable("Mode", "MODE", "easy", "", "required|string|in:easy,hard"),
        Variable("Build", "BUILD", "1", "", "required|string", editable=False),
        Variable("RCON password", "RCON_PASSWORD", "hush-hush", "", "required|string|max:40"),
    ]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Make a world with two more servers, of which one has a smaller limit and lacks a variable."""
    async with new_world(tmp_path) as made:
        made.survival.egg.variables = variables()
        made.survival.variables = {"MAX_PLAYERS": "40", "MODE": "hard", "RCON_PASSWORD": "other-secret"}
        for name in ("Lobby", "Tiny"):
            server = made.sandbox.world.add_server(name=name, owner="owner", state="running")
            server.egg.variables = variables()
        tiny = named(made, "Tiny")
        tiny.egg.variables = [Variable("Players", "MAX_PLAYERS", "4", "", "required|integer|between:1,10")]
        await made.advance(61)
        yield made


def named(world: World, name: str) -> GameServer:
    return next(server for server in world.sandbox.world.servers.values() if server.name == name)


async def save(world: World) -> str:
    return text(
        shown(await world.admin.slash(world.channel, "startup save", name="Event", server="Survival"))
    )


async def test_a_template_keeps_what_can_be_changed_but_no_secret(world: World) -> None:
    said = await save(world)

    assert "Template Event saved\n2 variables of Survival." in said
    assert "Left out, because they look like secrets: `RCON_PASSWORD`" in said
    (template,) = await world.services.startup_templates.list(world.guild.id)
    assert template.values == {"MAX_PLAYERS": "40", "MODE": "hard"}
    assert await acts(world, "startup.save") == [Outcome.DONE]


async def test_the_preview_names_each_servers_changes_and_what_cannot_be(world: World) -> None:
    await save(world)

    asked = shown(await world.admin.slash(world.channel, "startup apply", name="event", servers="all"))

    said = text(asked)
    assert "**Lobby**: MAX\\_PLAYERS `8` → `40`, MODE `easy` → `hard`" in said
    assert "**Survival**: nothing to change" in said
    assert (
        "**Tiny**: nothing to change\n-# Not in its egg: MODE\n-# Not allowed by its egg: MAX\\_PLAYERS"
        in said
    )
    assert buttons(asked) == ["Set on 1 server", "Cancel"]
    assert named(world, "Lobby").variables == {}


async def test_a_template_is_set_and_taken_back(world: World) -> None:
    await save(world)
    asked = shown(await world.admin.slash(world.channel, "startup apply", name="Event", servers="lobby"))
    await world.admin.click(asked, label="Set on 1 server")
    assert "Event applied\n**Lobby**: 2 variables set" in text(asked)
    assert named(world, "Lobby").variables == {"MAX_PLAYERS": "40", "MODE": "hard"}

    await world.admin.click(asked, label="Undo")

    assert "Event undone\n**Lobby**: 2 variables set" in text(asked)
    assert named(world, "Lobby").variables == {"MAX_PLAYERS": "8", "MODE": "easy"}
    assert await acts(world, "server.variable") == [Outcome.DONE] * 4


@pytest.mark.shows("value")
async def test_what_fails_half_way_is_said_and_can_be_taken_back(world: World) -> None:
    await save(world)
    asked = shown(await world.admin.slash(world.channel, "startup apply", name="Event", servers="lobby"))
    lobby = named(world, "Lobby")
    lobby.egg.variables[1].rules = "required|string|in:easy"
    await world.admin.click(asked, label="Set on 1 server")
    assert "⚠️ **Lobby**: 1 variable set, then it stopped." in text(asked)

    await world.admin.click(asked, label="Undo")

    assert lobby.variables == {"MAX_PLAYERS": "8"}


async def test_a_server_that_cannot_be_read_is_said_beside_the_others(world: World) -> None:
    await save(world)
    world.sandbox.faults.add(Fault.status(500), path=f"*/servers/{named(world, 'Tiny').uuid}/startup")

    asked = shown(await world.admin.slash(world.channel, "startup apply", name="Event", servers="all"))

    assert "⚠️ **Tiny**: The panel had an internal error." in text(asked)
    assert "Set on 1 server" in buttons(asked)


async def test_only_servers_that_the_person_may_change_are_meant(world: World) -> None:
    await save(world)
    await grant(world, world.stranger.id, Level.MANAGER, named(world, "Tiny").uuid)

    asked = shown(await world.stranger.slash(world.channel, "startup apply", name="Event", servers="all"))

    assert "Lobby" not in text(asked)
    assert "Event changes nothing here\n**Tiny**: nothing to change" in text(asked)


async def test_a_template_that_does_not_exist_is_refused(world: World) -> None:
    asked = await world.admin.slash(world.channel, "startup apply", name="Nope", servers="all")

    assert "no startup template of that name" in text(shown(asked))


async def test_the_list_deletes_a_template_after_a_question(world: World) -> None:
    await save(world)
    answer = shown(await world.admin.slash(world.channel, "startup templates"))
    assert rows(answer) == ["**Event**"]
    await world.admin.click(answer, custom_id=button_beside(answer, "Event"))
    await world.admin.click(answer, label="Delete Event")

    assert "None yet" in text(answer)
    assert await acts(world, "startup.delete") == [Outcome.DONE]


async def test_a_template_of_the_same_name_is_replaced(world: World) -> None:
    await save(world)
    world.survival.variables["MODE"] = "easy"
    await save(world)

    (template,) = await world.services.startup_templates.list(world.guild.id)
    assert template.values["MODE"] == "easy"


async def test_a_name_that_is_too_long_is_refused(world: World) -> None:
    asked = await world.admin.slash(world.channel, "startup save", name="n" * 41, server="Survival")

    assert "1 to 40 characters" in text(shown(asked))


async def test_a_server_without_variables_to_keep_makes_no_template(world: World) -> None:
    world.survival.egg.variables = [Variable("Build", "BUILD", "1", "", "required|string", editable=False)]
    assert "no startup variables to save" in await save(world)
    assert "None yet" in text(shown(await world.admin.slash(world.channel, "startup templates")))
