"""Buttons on public messages that work after the bot was restarted, for whoever may press them."""

import re
from typing import Self

import discord
import pytest
from simcord import ResponseMessage
from typing_extensions import override

from bot.core.errors import BadInput
from bot.domain.levels import Level
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import Interaction
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.respond import respond
from tests.support.bot_view import bot_channel
from tests.support.messages import text
from tests.support.world import World, shown


class Acknowledge(BaseDynamicItem, template=r"trial:(?P<number>\d+)"):
    """A persistent button that acts for operators."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(discord.ui.Button(label="Acknowledge", custom_id=f"trial:{number}"))

    @classmethod
    @override
    def restored(cls, match: re.Match[str]) -> Self:
        return cls(int(match["number"]))

    @override
    async def required_access(self, interaction: Interaction) -> AccessCheck:
        if self.number == 404:
            raise BadInput("That alert is gone.")
        return AccessCheck(Level.OPERATOR)

    @override
    async def pressed(self, interaction: Interaction) -> None:
        if self.number == 500:
            raise ZeroDivisionError
        await respond(interaction, card=theme.card(f"Acknowledged {self.number}"))


async def posted(world: World, number: int) -> discord.Message:
    """Post a public message with the button, then restart the bot."""
    channel = bot_channel(world)
    view = discord.ui.View(timeout=None)
    view.add_item(Acknowledge(number))
    message = await channel.send("An alert", view=view)
    await world.restart()
    world.bot.add_dynamic_items(Acknowledge)
    return message


async def press(world: World, number: int) -> ResponseMessage:
    message = await posted(world, number)
    return shown(await world.admin.click(message, label="Acknowledge"))


async def test_it_works_after_a_restart_and_answers_beside_the_message(world: World) -> None:
    answer = await press(world, 7)

    assert "Acknowledged 7" in text(answer)
    assert answer.ephemeral
    last = world.channel.last_message
    assert last is not None
    assert last.content == "An alert"
    assert last.components


async def test_somebody_without_the_right_gets_a_private_no(world: World) -> None:
    message = await posted(world, 7)
    answer = shown(await world.stranger.click(message, label="Acknowledge"))

    assert answer.ephemeral
    assert "You don't have access to Quetzal here." in text(answer)


@pytest.mark.parametrize(("number", "words"), [(404, "That alert is gone."), (500, "Internal error")])
async def test_an_error_in_it_is_reported(world: World, number: int, words: str) -> None:
    assert words in text(await press(world, number))
