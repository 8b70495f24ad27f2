"""“Did you mean …?”: a mistyped name is answered with buttons that run the command with the right one."""

import pytest

from tests.support.file_changes import CONFIG, PATH, content, furnish, run
from tests.support.messages import buttons, text
from tests.support.world import World, shown


@pytest.fixture(autouse=True)
def disk(world: World) -> None:
    furnish(world)


async def test_a_mistyped_key_is_set_by_the_button_of_the_right_one(world: World) -> None:
    asked = await run(world, "set", path="server.properties", key="max-player", value="30")
    response = text(shown(asked))
    assert "Not found" in response
    assert "Did you mean `max-players`?" in response
    assert "Nothing was changed" not in response
    assert "Reference" not in response

    await world.admin.click(shown(asked), label="max-players")
    assert "-max-players=20\n+max-players=30" in text(shown(asked))
    await world.admin.click(shown(asked), label="Save")
    assert content(world, PATH) == CONFIG.replace(b"20", b"30")


async def test_a_mistyped_file_is_shown_by_the_button_of_a_similar_one(world: World) -> None:
    asked = await run(world, "read", path="/sever.properties")
    assert buttons(shown(asked)) == ["/server.properties"]
    await world.admin.click(shown(asked), label="/server.properties")
    assert "motd=Hello" in text(shown(asked))


async def test_a_file_like_none_beside_it_is_only_said_to_be_missing(world: World) -> None:
    asked = await run(world, "read", path="/zzzz")
    assert "That file or folder doesn't exist." in text(shown(asked))
    assert buttons(shown(asked)) == []


async def test_an_error_of_the_person_is_not_among_the_last_errors(world: World) -> None:
    await run(world, "read", path="/zzzz")
    about = text(shown(await world.admin.slash(world.channel, "quetzal about")))
    assert "none since the start" in about
