"""An operator, who may read files, is after a database's password, which takes the level manager."""

import pytest
from simcord import InteractionResult, MemberActor

from tests.support.databases import SECRET, given, write
from tests.support.messages import text
from tests.support.world import World, shown

CONFIG = f"""\
storage:
  method: mysql
  address: localhost
  username: u1_shop
  password: '{SECRET}'
  uri: jdbc:mysql://u1_shop:{SECRET}@localhost/s1_shop
lang: {SECRET} by another name
"""
XML = '<db><password>hunter2hunter</password>\n<property name="password" value="hunter3hunter"/></db>\n'
BELOW = "password:\n  hunter4hunter\n"


@pytest.fixture(autouse=True)
def files(world: World) -> None:
    given(world)
    write(world, "plugins/Shop/config.yml", CONFIG)
    write(world, "plugins/Shop/db.xml", XML)
    write(world, "plugins/Shop/below.yml", BELOW)


async def files_command(who: MemberActor, world: World, command: str, **given: object) -> InteractionResult:
    return await who.slash(world.channel, f"files {command}", **given)


async def found(who: MemberActor, world: World, wanted: str) -> str:
    result = await files_command(who, world, "grep", text=wanted, path="/plugins")
    await world.until(lambda: "Searching" not in text(shown(result)))
    return text(shown(result))


async def test_reading_shows_an_operator_everything_but_the_secrets(world: World) -> None:
    response = text(
        shown(await files_command(world.operator, world, "read", path="/plugins/Shop/config.yml"))
    )
    assert "username: u1_shop" in response
    assert "password: '[hidden]'" in response
    assert "lang: [hidden] by another name" in response
    assert SECRET not in response
    assert "You need manager access to see them" in response
    for path, secret in (("db.xml", "hunter"), ("below.yml", "hunter")):
        other = await files_command(world.operator, world, "read", path=f"/plugins/Shop/{path}")
        assert secret not in text(shown(other))
        assert "[hidden]" in text(shown(other))

    response = text(shown(await files_command(world.admin, world, "read", path="/plugins/Shop/config.yml")))
    assert SECRET in response
    assert "[hidden]" not in response


async def test_a_search_shows_an_operator_no_secret_and_confirms_no_guess(world: World) -> None:
    response = await found(world.operator, world, "password")
    assert "[hidden]" in response
    assert SECRET not in response
    for guess in (SECRET, SECRET[:6], "hunter4"):
        assert await found(world.operator, world, guess) == (
            await found(world.operator, world, "q" * len(guess))
        ).replace("q" * len(guess), guess)
    assert "hunter4hunter" in await found(world.admin, world, "hunter4")


COMMANDS = [
    ("download", {}),
    ("edit", {}),
    ("set", {"key": "lang", "value": "en"}),
    ("history", {}),
]


async def test_what_hands_a_file_out_whole_takes_the_level_manager(
    world: World, subtests: pytest.Subtests
) -> None:
    for command, options in COMMANDS:
        with subtests.test(command):
            path = {} if command == "history" else {"path": "/plugins/Shop/config.yml"}
            refused = await files_command(world.operator, world, command, **path, **options)
            assert "You need manager access" in text(shown(refused))
