"""Buttons, forms and errors in every phase: nothing is silent, nothing is lost, nothing happens twice."""

import logging

import discord
import pytest
from discord import app_commands

from bot.domain.levels import Level
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.confirm import Prompt, confirm
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView
from tests.support.forms import submit
from tests.support.messages import buttons, text
from tests.support.trial import add_command
from tests.support.world import World, shown


@pytest.fixture
async def deletions(world: World) -> list[str]:
    """Add a command that deletes after its name was typed; the list is what it did."""
    done: list[str] = []

    async def delete(interaction: Interaction) -> None:
        prompt = Prompt(theme.card("Delete Survival?", "All is lost."), confirm="Delete", typed="Survival")
        yes = await confirm(interaction, prompt, AccessCheck(Level.ADMIN))
        if yes is None:
            return
        done.append(str(yes.user.id))
        await respond(yes, card=theme.card("Deleted"))

    await add_command(world, delete)
    return done


async def test_typing_the_name_is_asked_for_and_only_the_right_name_counts(
    world: World, deletions: list[str]
) -> None:
    asked = await world.admin.slash(world.channel, "trial")
    form = await world.admin.click(shown(asked), label="Delete")
    assert form.modal is not None
    assert form.modal["title"] == "Type the name to confirm"

    wrong = await submit(world.admin, form, "survival")
    assert "isn't the name" in text(shown(wrong))
    assert deletions == []
    assert buttons(shown(asked)) == ["Cancel", "Delete"]

    again = await world.admin.click(shown(asked), label="Delete")
    await submit(world.admin, again, "Survival")
    assert deletions == [str(world.admin.id)]
    assert "Deleted" in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_of_two_open_forms_the_first_submit_wins(world: World, deletions: list[str]) -> None:
    asked = await world.admin.slash(world.channel, "trial")
    first = await world.admin.click(shown(asked), label="Delete")
    second = await world.admin.click(shown(asked), label="Delete")

    await submit(world.admin, second, "Survival")
    late = await submit(world.admin, first, "Survival")
    assert "expired" in text(shown(late))
    assert len(deletions) == 1


async def test_a_typed_confirmation_lasts_ten_minutes(world: World, deletions: list[str]) -> None:
    asked = await world.admin.slash(world.channel, "trial")
    await world.advance(590)
    assert buttons(shown(asked)) == ["Cancel", "Delete"]
    await world.advance(15)
    assert buttons(shown(asked)) == []
    assert "has expired" in text(shown(asked))
    assert deletions == []


async def test_a_form_from_before_a_restart_gives_the_typed_text_back(
    world: World, deletions: list[str]
) -> None:
    asked = await world.admin.slash(world.channel, "trial")
    form = await world.admin.click(shown(asked), label="Delete")
    await world.restart()

    response = shown(await submit(world.admin, form, "Surv\nival"))
    assert "restarted since" in text(response)
    (file,) = response.attachments
    assert file.filename == "what-you-typed.txt"
    assert b"Surv" in await file.read()
    assert deletions == []


async def test_a_defect_is_shown_with_a_reference_that_is_in_the_log_with_the_traceback(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def break_down(interaction: Interaction) -> None:
        raise ZeroDivisionError("the secret details")

    await add_command(world, break_down)
    with caplog.at_level(logging.ERROR):
        response = shown(await world.admin.slash(world.channel, "trial"))

    reference = text(response).rpartition("-# Reference ")[2]
    assert "secret details" not in text(response)
    (record,) = [record for record in caplog.records if reference in record.getMessage()]
    assert record.exc_info is not None
    (error,) = world.errors()
    assert isinstance(error, app_commands.CommandInvokeError)
    assert isinstance(error.original, ZeroDivisionError)


async def test_an_error_before_any_response_is_shown_too(world: World) -> None:
    async def break_down(interaction: Interaction) -> None:
        raise ZeroDivisionError

    await add_command(world, break_down)
    response = shown(await world.admin.slash(world.channel, "trial"))
    assert response.ephemeral
    assert "Internal error" in text(response)
    assert world.errors()


async def test_an_answer_after_fifteen_minutes_is_logged_and_breaks_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def take_long(interaction: Interaction) -> None:
        await interaction.client.services.clock.sleep(16 * 60)
        await respond(interaction, card=theme.card("Late"))

    await add_command(world, take_long)
    await world.admin.slash(world.channel, "trial")
    with caplog.at_level(logging.WARNING):
        await world.advance(16 * 60 + 1)
    assert "too late" in caplog.text


async def test_a_page_that_is_replaced_does_not_wake_up_and_overwrite_its_successor(world: World) -> None:
    listed = await world.admin.slash(world.channel, "server list")
    await world.advance(200)
    await world.admin.click(shown(listed), label="Open")  # now the message shows the server's report
    await world.advance(150)  # the list's time is over, the report's is not
    assert buttons(shown(listed))[:3] == ["Restart", "Stop", "Back up"]


async def test_items_of_a_view_that_is_redrawn_often_never_share_an_id(world: World) -> None:
    ids: list[str | None] = []

    async def redraw(interaction: Interaction) -> None:
        view = BaseView(interaction, AccessCheck(Level.NONE))
        for _ in range(40):
            view.clear_items()
            for number in range(25):
                view.add_item(discord.ui.Button(label=str(number)))
            view.draw(theme.card("Drawn"))
            ids.extend(item.custom_id for item in view.walk_children() if isinstance(item, discord.ui.Button))
        await respond(interaction, card=theme.card("Drawn"), view=view)

    await add_command(world, redraw)
    await world.admin.slash(world.channel, "trial")
    assert len(set(ids)) == len(ids) == 1000
