"""Each audit row names the interaction that did the act: of a whole flow, the one that decided it."""

import discord
import pytest

from bot.domain.audit import AuditEntry, AuditFilter, Outcome
from bot.storage.repositories import audit
from tests.support import file_changes as files
from tests.support.backups import made, room
from tests.support.world import GUILD_ID, World, shown


@pytest.fixture
def interactions(world: World) -> list[int]:
    """Collect the ids of what people do, in order."""
    ids: list[int] = []

    async def note(interaction: discord.Interaction) -> None:
        ids.append(interaction.id)

    world.bot.add_listener(note, "on_interaction")
    return ids


async def rows(world: World) -> dict[str, AuditEntry]:
    """Read what was audited, by action; each of these stories does an act once."""
    async with world.services.store.read() as conn:
        page = await audit.page(conn, AuditFilter(GUILD_ID))
    assert len({row.action for row in page.acts}) == len(page.acts)
    return {row.action: row for row in page.acts}


async def test_a_command_that_asks_nothing_is_named_itself(world: World, interactions: list[int]) -> None:
    await world.admin.slash(world.channel, "server rename", name="Season 2", server="Survival")

    (command,) = interactions
    assert (await rows(world))["server.rename"].interaction_id == command


async def test_a_refusal_names_the_command_that_was_refused(world: World, interactions: list[int]) -> None:
    await world.stranger.slash(world.channel, "server rename", name="Mine", server="Survival")

    (command,) = interactions
    refused = (await rows(world))["access.refused"]
    assert (refused.interaction_id, refused.outcome) == (command, Outcome.FAILED)


async def test_a_confirmed_act_names_the_click_that_confirmed_it(
    world: World, interactions: list[int]
) -> None:
    asked = await world.admin.slash(world.channel, "server power", action="kill", server="Survival")
    await world.admin.click(shown(asked), label="Kill")
    await world.advance(10)

    _command, click = interactions
    assert (await rows(world))["server.power"].interaction_id == click


async def test_a_button_of_an_older_message_names_the_click_that_confirmed_it(
    world: World, interactions: list[int]
) -> None:
    report = await world.admin.slash(world.channel, "server status", server="Survival")
    asked = await world.admin.click(shown(report), label="Stop")
    await world.admin.click(shown(asked), label="Stop")
    await world.advance(10)

    _command, _button, click = interactions
    assert (await rows(world))["server.power"].interaction_id == click


async def test_an_edit_names_the_click_that_wrote_and_its_undo_the_button(
    world: World, interactions: list[int]
) -> None:
    files.furnish(world)
    asked, question = await files.proposed(world, "notes.txt", "two")
    await world.admin.click(question, label="Save")
    await world.admin.click(shown(asked), label="Undo")

    _command, _edit, _form, write, undo = interactions
    acts = await rows(world)
    assert acts["files.edit"].interaction_id == write
    assert acts["files.undo"].interaction_id == undo


async def test_a_typed_confirmation_names_its_form(world: World, interactions: list[int]) -> None:
    files.furnish(world)
    asked = await files.run(world, "delete", path="notes.txt", permanent=True)
    await files.typed(world, await world.admin.click(shown(asked), label="Delete forever"), "notes.txt")

    _command, _button, form = interactions
    assert (await rows(world))["files.purge"].interaction_id == form


async def test_a_form_names_itself(world: World, interactions: list[int]) -> None:
    asked = await world.admin.slash(world.channel, "quetzal link")
    await files.typed(world, asked, world.sandbox.world.key_of("owner"))

    _command, form = interactions
    assert (await rows(world))["key.link"].interaction_id == form


async def test_a_rule_names_the_click_that_switched_it_on_and_its_deletions_nothing(
    world: World, interactions: list[int]
) -> None:
    room(world)
    await made(world, "b0")
    asked = await world.admin.slash(
        world.channel, "backup retention", server="Survival", keep_last=1, stay_on=True
    )
    await world.admin.click(shown(asked), label="Turn on")
    await made(world, "b1", ago_s=700)

    _command, click = interactions
    acts = await rows(world)
    assert acts["backup.retention"].interaction_id == click
    assert acts["backup.delete"].interaction_id is None
