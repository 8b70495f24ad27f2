"""Cards on a message: shown, noted below, refused by Discord, and in place of an earlier release's embed."""

import io

import discord
import pytest
from simcord import ResponseMessage
from typing_extensions import override

from bot.domain.levels import Level
from bot.ui.kit import theme
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.late_result import ShowResult
from bot.ui.kit.respond import respond, respond_privately
from bot.ui.kit.view import BaseView, view_of
from tests.attacks.forging import forge_press
from tests.support.messages import button_beside, buttons, nodes, pictures, text
from tests.support.trial import add_command
from tests.support.world import World, shown

ANSWERS = "*/messages/@original"
_CONTAINER = 17


class Opening(discord.ui.Button[BaseView]):
    """Opens the row that it stands beside, or says that there is nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(label="Open")
        self.name = name

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Take the row's name."""
        if self.name.startswith("empty"):
            await respond_privately(interaction, f"{self.name} has nothing to open.")
        else:
            await respond(interaction, card=theme.card(f"Opened {self.name}"), view=view_of(self))


def rows(*names: str) -> Card:
    return Card("Servers", rows=tuple(Row(f"**{name}**", Opening(name)) for name in names))


async def opened(world: World, card: Card) -> ResponseMessage:
    async def show(interaction: Interaction) -> None:
        await respond(interaction, card=card, view=BaseView(interaction, AccessCheck(Level.NONE)))

    await add_command(world, show)
    return shown(await world.admin.slash(world.channel, "trial"))


async def test_the_button_of_a_row_is_pressed_by_whoever_asked_only(world: World) -> None:
    message = await opened(world, rows("Survival", "Lobby"))
    lobby = button_beside(message, "Lobby")
    refused = await forge_press(world.operator, world.channel, message, lobby)
    assert "belong to someone else" in text(shown(refused))
    assert "## Opened Lobby" in text(shown(await world.admin.click(message, custom_id=lobby)))


async def test_the_buttons_of_rows_are_disabled_when_the_time_is_over(world: World) -> None:
    message = await opened(world, rows("Survival", "Lobby"))
    assert buttons(message) == ["Open", "Open"]
    await world.advance(301)
    assert buttons(message) == []
    assert "**Lobby**" in text(message)


async def test_a_note_stands_below_the_card_until_the_next_one(world: World) -> None:
    message = await opened(world, rows("empty one", "empty two"))
    for name in ("empty one", "empty two"):
        await world.admin.click(message, custom_id=button_beside(message, name))
        containers = [node for node in nodes(message) if node["type"] == _CONTAINER]
        assert len(containers) == 2
        assert f"{name} has nothing to open." in str(containers[1])
    assert buttons(message) == ["Open", "Open"]
    await world.advance(301)
    assert "empty two has nothing to open." in text(message)


async def test_a_persistent_button_is_refused_in_a_view_that_ends(world: World) -> None:
    """When it ends, discord.py would know no button of that kind any more, on any message."""

    async def show(interaction: Interaction) -> None:
        view = BaseView(interaction, AccessCheck(Level.NONE))
        view.add_item(ShowResult("0" * 16))
        with pytest.raises(TypeError, match="would end on every message"):
            await respond(interaction, card=theme.card("Mixed"), view=view)
        await respond(interaction, card=theme.card("Refused"))

    await add_command(world, show)
    assert "Refused" in text(shown(await world.admin.slash(world.channel, "trial")))


async def test_a_picture_that_discord_refuses_is_sent_beside(world: World) -> None:
    """https://github.com/discord/discord-api-docs/issues/7529, which the simulator does not do by itself."""

    async def show(interaction: Interaction) -> None:
        await respond(interaction, card=theme.card("Memory").with_picture("memory.png", b"png", "It rises."))

    await add_command(world, show)
    world.env.inject_error("PATCH", ANSWERS, status=400, times=1)
    result = await world.admin.slash(world.channel, "trial")
    assert result.response is not None
    assert "## Memory" in text(result.response)
    assert pictures(result.response) == []
    (beside,) = result.followups
    (picture,) = pictures(beside)
    assert picture["description"] == "It rises."
    assert beside.ephemeral


async def test_a_file_is_shown_under_a_name_that_discord_takes(world: World) -> None:
    async def show(interaction: Interaction) -> None:
        file = discord.File(io.BytesIO(b"one"), "Müller (1).txt")
        await respond(interaction, card=theme.card("A file"), file=file)

    await add_command(world, show)
    message = shown(await world.admin.slash(world.channel, "trial"))
    (file,) = message.attachments
    assert file.filename == "Muller_1_.txt"
    assert await file.read() == b"one"
    assert [node["file"]["url"] for node in nodes(message) if "file" in node] == [file.url]


async def test_nothing_that_is_shown_mentions_anybody(world: World) -> None:
    async def show(interaction: Interaction) -> None:
        await respond(interaction, card=theme.card("Level given", f"<@{world.stranger.id}> is admin"))

    await add_command(world, show)
    await world.admin.slash(world.channel, "trial")
    sent = [request for request in world.env.backend.http_requests if request.path.endswith("@original")]
    assert [request.json and request.json["allowed_mentions"] for request in sent] == [{"parse": []}]


@pytest.mark.parametrize(
    ("audience", "old_footer", "new_footer"),
    [
        ("staff", "Kept up to date · board main", "board main"),
        ("public", "Updates by itself · public servers main", "public board main"),
    ],
)
async def test_a_board_of_an_earlier_release_becomes_a_card(
    world: World, audience: str, old_footer: str, new_footer: str
) -> None:
    board_channel = world.guild.create_text_channel("board")
    await world.admin.slash(world.channel, "alerts board", channel=board_channel, audience=audience)
    await world.advance(21)
    (posted,) = board_channel.history()
    await posted.delete()
    channel = world.bot.get_partial_messageable(board_channel.id)
    embed = theme.embed("1 server · panel main", "🟢 **Survival**", footer=old_footer)
    old = await channel.send(embed=embed)
    await world.restart()
    await world.until(lambda: not any(message.embeds for message in board_channel.history()))
    (now,) = board_channel.history()
    assert now.id == old.id
    assert now.embeds == []
    assert f"-# Updates by itself · {new_footer}" in text(now)
