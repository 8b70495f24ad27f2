"""/database: seen, made, read, rotated and deleted."""

import re

import pytest

from tests.support.databases import (
    CONFIG,
    SECRET,
    given,
    press,
    read,
    run,
    type_name,
    write,
)
from tests.support.messages import buttons, rows, text
from tests.support.world import World, shown


async def test_a_list_shows_all_but_the_password(world: World) -> None:
    row = given(world)
    given(world, "coreprotect", remote="10.0.0.%")
    answer = shown(await run(world, "list"))

    seen = text(answer)
    assert "2 of 3 used" in seen
    for fact in (row.username, "s1\\_luckperms", "10.0.0.%", ":3306"):
        assert fact in seen, seen
    assert SECRET not in seen
    assert rows(answer) == ["🗄️ **s1\\_coreprotect**", "🗄️ **s1\\_luckperms**"]


async def test_an_empty_list_says_what_to_do(world: World) -> None:
    answer = shown(await run(world, "list"))
    assert "LuckPerms" in text(answer)
    assert buttons(answer) == ["Create"]
    form = await world.admin.click(answer, label="Create")
    assert form.modal is not None
    name, remote = (row["component"]["custom_id"] for row in form.modal["components"])
    question = shown(await world.admin.submit_modal(form, {name: "shop", remote: "10.0.0.5"}))
    assert question.ephemeral
    await press(world, question, "Create")
    assert [(row.name, row.remote) for row in world.survival.databases] == [("s1_shop", "10.0.0.5")]


async def test_a_database_is_opened_from_its_row_and_rotated_and_deleted_there(world: World) -> None:
    row = given(world)
    answer = shown(await run(world, "list"))
    opened = shown(await world.admin.click(answer, label="Open"))
    assert opened.ephemeral
    assert buttons(opened) == ["Show password", "New password…", "Delete…"]
    await press(world, opened, "New password…")
    await press(world, opened, "Rotate")
    assert row.password != SECRET
    opened = shown(await world.admin.click(answer, label="Open"))
    await press(world, opened, "Delete…")
    await type_name(world, await world.admin.click(opened, label="Delete…"), row.name)
    assert world.survival.databases == []


async def test_where_there_is_no_room_none_is_offered_to_be_made(world: World) -> None:
    for name in ("one", "two", "three"):
        given(world, name)
    assert buttons(shown(await run(world, "list"))) == ["Open", "Open", "Open"]


async def test_the_real_name_is_shown_before_and_the_login_once_after(world: World) -> None:
    question = shown(await run(world, "create", name="essentials"))
    assert "s1_essentials" in text(question)
    assert "allows any address" in text(question)
    assert "database 1 of 3" in text(question)
    assert world.survival.databases == []

    answer = await press(world, question, "Create")
    (row,) = world.survival.databases
    assert row.name == "s1_essentials"
    assert answer.ephemeral
    assert f"||```\n{row.password}\n```||" in text(answer)
    assert row.password not in re.sub(r"\|\|.*?\|\|", "", text(answer), flags=re.DOTALL)


async def test_a_name_that_will_be_cut_is_shown_cut(world: World) -> None:
    question = shown(await run(world, "create", name="x" * 48, remote="10.1.2.3"))
    assert f"s1_{'x' * 45}`" in text(question)
    assert "doesn't fit" in text(question)
    assert "allows any address" not in text(question)


async def test_connections_are_shown_without_and_on_demand_with_the_password(world: World) -> None:
    row = given(world)
    answer = shown(await run(world, "connection", database="luckperms"))
    for form in ("mysql", "JDBC", "PHP PDO", "PyMySQL", "SQLAlchemy", "Node mysql2"):
        assert form in text(answer)
    assert SECRET not in text(answer)

    revealed = await press(world, answer, "Show password")
    assert revealed.ephemeral
    assert f"||```\n{SECRET}\n```||" in text(revealed)
    assert row.password == SECRET


async def test_a_password_that_a_message_would_change_comes_as_a_file(world: World) -> None:
    given(world, password="a`b||c```d")
    answer = shown(await run(world, "connection", database="luckperms"))
    revealed = await press(world, answer, "Show password")
    (file,) = revealed.attachments
    assert file.filename == "SPOILER_login.txt"
    assert "a`b" not in text(revealed)


@pytest.mark.parametrize("typed", ["luckperms", "S1_LuckPerms"])
async def test_a_database_is_found_by_name_with_and_without_prefix(world: World, typed: str) -> None:
    given(world)
    assert "s1\\_luckperms" in text(shown(await run(world, "connection", database=typed)))


async def test_names_are_suggested_while_typing(world: World) -> None:
    given(world)
    given(world, "coreprotect")
    choices = await world.admin.autocomplete(
        world.channel, "database rotate", "database", "core", server="Survival"
    )
    assert [choice["name"] for choice in choices] == ["s1_coreprotect"]


async def test_a_rotation_says_what_breaks_and_mends_the_files_it_found(world: World) -> None:
    row = given(world)
    write(world, CONFIG, f"# storage\ndata:\n  database: {row.name}\n  password: '{SECRET}'\n")
    write(world, "plugins/Other/config.yml", "nothing: here\n")

    question = shown(await run(world, "rotate", database="luckperms"))
    assert f"{CONFIG}` line 3, 4 (password, name)" in text(question)
    assert "cut at once" in text(question)
    assert row.password == SECRET

    answer = await press(world, question, "Rotate")
    assert row.password != SECRET
    assert row.password in text(answer)
    assert buttons(answer) == ["Put it into the files", "Restart"]

    preview = await press(world, answer, "Put it into the files")
    assert SECRET not in text(preview)
    done = await press(world, preview, "Change the files")
    assert "1 of 1 file hold the new password" in text(done)
    assert read(world, CONFIG) == f"# storage\ndata:\n  database: {row.name}\n  password: '{row.password}'\n"


async def test_a_rotation_that_finds_nothing_offers_only_the_restart(world: World) -> None:
    given(world)
    answer = await press(world, shown(await run(world, "rotate", database="luckperms")), "Rotate")
    assert buttons(answer) == ["Restart"]
    question = await press(world, answer, "Restart")
    assert "Restart Survival?" in text(question)


async def test_a_deletion_wants_the_name_and_says_what_breaks(world: World) -> None:
    row = given(world)
    write(world, CONFIG, f"database: {row.name}\n")
    question = shown(await run(world, "delete", database="luckperms"))
    assert "deleted forever" in text(question)
    assert f"{CONFIG}` line 1 (name)" in text(question)

    form = await world.admin.click(question, label="Delete…")
    wrong = await type_name(world, form, "luckperms")
    assert "isn't the name" in text(wrong)
    assert world.survival.databases == [row]

    form = await world.admin.click(question, label="Delete…")
    done = await type_name(world, form, row.name)
    assert "is deleted" in text(done)
    assert buttons(done) == ["Databases"]
    assert world.survival.databases == []


async def test_usage_counts_and_advises(world: World) -> None:
    for name in ("one", "two", "three"):
        given(world, name)
    seen = text(shown(await run(world, "usage")))
    assert "3 databases** of 3" in seen
    assert "limit of 3 is reached" in seen
    assert "QUETZAL_DATABASE_USAGE" in seen


COMMANDS = ["create", "connection", "rotate", "delete"]


async def test_an_operator_may_not_touch_databases(world: World, subtests: pytest.Subtests) -> None:
    given(world)
    for command in COMMANDS:
        with subtests.test(command):
            typed = {"name": "shop"} if command == "create" else {"database": "luckperms"}
            result = await world.operator.slash(
                world.channel, f"database {command}", server="Survival", **typed
            )
            assert "You need manager access" in text(shown(result))
            assert "s1" not in text(shown(result))


async def test_an_operator_sees_the_list_but_no_way_in(world: World) -> None:
    given(world)
    answer = shown(await world.operator.slash(world.channel, "database list", server="Survival"))
    assert buttons(answer) == []
    assert SECRET not in text(answer)
