"""“Did you mean …?”: a mistyped name is answered with buttons that run the command with the right one."""

import pytest

from tests.fault_messages.backups import past
from tests.support.databases import given
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


async def test_a_setting_can_be_typed_as_it_stands_in_the_file(world: World) -> None:
    (choice,) = await world.admin.autocomplete(world.channel, "files set", "key", "max-players=30")
    assert (choice["name"], choice["value"]) == ("max-players = 30 (now 20)", "max-players=30")
    asked = await run(world, "set", key="max-players = 30")
    assert "-max-players=20\n+max-players=30" in text(shown(asked))
    unknown = await run(world, "set", key="max-player=30")
    await world.admin.click(shown(unknown), label="max-players")
    assert "-max-players=20\n+max-players=30" in text(shown(unknown))


async def test_a_mistyped_file_is_shown_by_the_button_of_a_similar_one(world: World) -> None:
    asked = await run(world, "read", path="/sever.properties")
    assert buttons(shown(asked)) == ["/server.properties", "Files"]
    await world.admin.click(shown(asked), label="/server.properties")
    assert "motd=Hello" in text(shown(asked))


async def test_a_file_like_none_beside_it_is_only_said_to_be_missing(world: World) -> None:
    asked = await run(world, "read", path="/zzzz")
    assert "That file or folder doesn't exist." in text(shown(asked))
    assert buttons(shown(asked)) == ["Files"]
    await world.admin.click(shown(asked), label="Files")
    assert "📁 Survival" in text(shown(asked))


async def test_an_error_of_the_person_is_not_among_the_last_errors(world: World) -> None:
    await run(world, "read", path="/zzzz")
    about = text(shown(await world.admin.slash(world.channel, "quetzal about")))
    assert "none since the start" in about


COMMANDS = [
    ("info", {"path": "/sever.properties"}, "42 B"),
    ("edit", {"path": "/sever.properties"}, "server.properties"),
    ("set", {"path": "/sever.properties", "key": "motd", "value": "Hi"}, "+motd=Hi"),
    ("delete", {"path": "/sever.properties"}, "Delete"),
    ("move", {"source": "/sever.properties", "target": "/old.properties"}, "old.properties"),
    ("copy", {"source": "/sever.properties", "target": "/copy.properties"}, "copy.properties"),
    ("download", {"path": "/sever.properties"}, "server.properties"),
    ("list", {"path": "/plugin"}, "plugins"),
]


async def test_every_command_about_a_file_offers_similar_ones(
    world: World, subtests: pytest.Subtests
) -> None:
    for command, options, seen in COMMANDS:
        with subtests.test(command):
            asked = await run(world, command, **options)
            offered = buttons(shown(asked))
            assert "Did you mean" in text(shown(asked))
            assert "Nothing was changed" not in text(shown(asked))
            await world.admin.click(shown(asked), label=offered[0])
            assert "doesn't exist" not in text(shown(asked))
            assert seen in text(shown(asked))


async def test_a_missing_target_offers_nothing_that_was_typed_right(world: World) -> None:
    asked = await run(world, "copy", source="/server.properties", target="/nowhere/deep/")
    assert "Did you mean" not in text(shown(asked))


async def test_a_mistyped_backup_is_opened_by_its_button(world: World) -> None:
    past(world, "nightly-world", days=1)
    asked = await world.admin.slash(world.channel, "backup info", backup="nightly-wrld")
    offered, page = buttons(shown(asked))
    assert page == "Backups"
    assert offered.startswith("nightly-world · ")
    await world.admin.click(shown(asked), label=offered)
    assert "nightly-world" in text(shown(asked))
    assert "Restore" in buttons(shown(asked))


async def test_a_backup_like_none_there_leads_to_all_of_them_by_its_button_alone(world: World) -> None:
    asked = await world.admin.slash(world.channel, "backup info", backup="zzzz")
    assert buttons(shown(asked)) == ["Backups"]
    assert "Press **Backups** to see what there is." in text(shown(asked))
    assert "backup list" not in text(shown(asked))


async def test_backups_of_the_same_name_are_distinguished_by_their_time(world: World) -> None:
    past(world, "nightly", days=1)
    past(world, "nightly", days=2)
    asked = await world.admin.slash(world.channel, "backup delete", backup="nightly")
    assert "Several backups of this server have that name." in text(shown(asked))
    newest, older, page = buttons(shown(asked))
    assert page == "Backups"
    assert "one of these?" in text(shown(asked))
    assert newest not in text(shown(asked)), "its button names it"
    assert ("22 Nov" in newest, "21 Nov" in older) == (True, True)


async def test_a_mistyped_database_is_offered(world: World) -> None:
    given(world, "shop")
    asked = await world.admin.slash(world.channel, "database connection", database="shp")
    offered, page = buttons(shown(asked))
    assert page == "Databases"
    await world.admin.click(shown(asked), label=offered)
    assert "Show password" in buttons(shown(asked))


async def test_an_unknown_database_leads_to_all_of_them(world: World) -> None:
    given(world, "shop")
    asked = await world.admin.slash(world.channel, "database connection", database="8-8")
    assert buttons(shown(asked)) == ["Databases"]
    await world.admin.click(shown(asked), label="Databases")
    assert "shop" in text(shown(asked))


async def test_a_key_without_a_file_is_one_of_the_main_settings(world: World) -> None:
    offered = await world.admin.autocomplete(world.channel, "files set", "key", "max")
    assert [choice["value"] for choice in offered] == ["max-players"]
    asked = await run(world, "set", key="max-players", value="30")
    assert "Save server.properties?" in text(shown(asked))
