"""/server rename: another name for a server, seen at once wherever servers are listed."""

import pytest

from bot.domain.audit import Outcome
from sandbox import Fault
from tests.support.backups import acts
from tests.support.messages import buttons, text
from tests.support.world import World, shown


async def rename(world: World, name: str) -> str:
    asked = await world.admin.slash(world.channel, "server rename", name=name, server="Survival")
    await world.until(lambda: bool(text(shown(asked))), within_s=60)
    return text(shown(asked))


def sent(world: World) -> int:
    return sum(entry.path.endswith("/settings/rename") for entry in world.sandbox.requests)


async def test_the_server_has_its_new_name_and_keeps_its_description(world: World) -> None:
    world.survival.description = "The old world"

    said = await rename(world, "  Season 2 ")

    assert "Renamed to Season 2" in said
    assert "It was Survival." in said
    assert (world.survival.name, world.survival.description) == ("Season 2", "The old world")
    assert await acts(world, "server.rename") == [Outcome.DONE]


async def test_lists_and_suggestions_show_the_new_name_at_once(world: World) -> None:
    await world.admin.slash(world.channel, "server list")
    await rename(world, "Season 2")

    offered = await world.admin.autocomplete(world.channel, "server status", "server", "")
    listed = text(shown(await world.admin.slash(world.channel, "server list")))

    assert ["Season 2" in choice["name"] for choice in offered] == [True]
    assert "Season 2" in listed
    assert "Survival" not in listed


async def test_an_operator_may_not_rename(world: World) -> None:
    asked = await world.operator.slash(world.channel, "server rename", name="Mine", server="Survival")

    assert "manager access" in text(shown(asked))
    assert world.survival.name == "Survival"


@pytest.mark.parametrize(("name", "reason"), [("   ", "name is empty"), ("n" * 192, "has 192 characters")])
async def test_a_name_that_the_panel_would_refuse_is_not_sent(world: World, name: str, reason: str) -> None:
    said = await rename(world, name)

    assert reason in said
    assert "Nothing was changed." not in said
    assert sent(world) == 0


async def test_a_name_cannot_mention_anybody_or_add_a_link(world: World) -> None:
    said = await rename(world, "@everyone [free](https://evil.example) <@1>")

    assert "Renamed to" in said
    for active in ("@everyone", "](https:", "<@1>"):
        assert active not in said


async def test_the_longest_name_is_taken(world: World) -> None:
    assert "Renamed to" in await rename(world, "é" * 191)
    assert world.survival.name == "é" * 191


async def test_an_account_without_the_permission_is_refused_with_the_reason(world: World) -> None:
    shared = world.sandbox.world.add_server(name="Shared", owner="admin", state="running")
    world.sandbox.world.add_subuser(shared, "owner", ["control.console"])
    await world.advance(10)

    asked = await world.admin.slash(world.channel, "server rename", name="Mine", server="Shared")

    assert "has no permission for that" in text(shown(asked))
    assert shared.name == "Shared"
    assert await acts(world, "server.rename") == [Outcome.FAILED]


async def test_while_the_panel_is_down_the_outcome_is_unknown(world: World) -> None:
    world.sandbox.faults.add(Fault.status(502, html=True))

    said = await rename(world, "Season 2")

    assert "may or may not have its new name" in said
    assert "Check its name with `/server status`" in said
    assert await acts(world, "server.rename") == [Outcome.UNKNOWN]


async def test_a_panel_that_fails_is_reported_with_the_name_that_the_server_still_has(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/settings/rename")

    said = await rename(world, "Season 2")

    assert "The panel had an internal error." in said
    assert "still had its old name" in said
    assert await acts(world, "server.rename") == [Outcome.FAILED]


async def test_a_rename_whose_answer_is_lost_is_checked(world: World) -> None:
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/settings/rename")

    assert "Renamed to Season 2" in await rename(world, "Season 2")
    assert await acts(world, "server.rename") == [Outcome.DONE]


async def test_a_list_that_cannot_be_fetched_is_said_to_be_late(world: World) -> None:
    await world.admin.slash(world.channel, "server list")
    world.sandbox.faults.add(Fault.status(500), path="/api/client")

    said = await rename(world, "Season 2")

    assert "Renamed to Season 2" in said
    assert "within a minute" in said


async def test_a_renamed_server_leads_to_its_status(world: World) -> None:
    renamed = await world.admin.slash(world.channel, "server rename", name="Season 2", server="Survival")
    await world.until(lambda: bool(buttons(shown(renamed))), within_s=60)
    await world.admin.click(shown(renamed), label="Status")
    assert "Season 2" in text(shown(renamed)) and "Memory" in text(shown(renamed))
