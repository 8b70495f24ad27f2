"""/database when things go wrong: what is lost, hidden or changed meanwhile, and where no password may be."""

import logging

import pytest
from discord import Permissions

from bot.domain.audit import AuditFilter
from sandbox import Fault, Mode
from sandbox.resources import Database
from tests.support.databases import (
    CONFIG,
    SECRET,
    given,
    press,
    read,
    run,
    write,
)
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.panel_accounts import only_may
from tests.support.world import GUILD_ID, World, shown

pytestmark = pytest.mark.sweep


async def test_no_password_is_in_a_log_an_audit_row_or_the_store(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    row = given(world)
    write(world, CONFIG, f"password: '{SECRET}'\n")
    secrets = {SECRET}
    await run(world, "list")
    await run(world, "usage")
    await press(world, shown(await run(world, "connection", database="luckperms")), "Show password")
    await press(world, shown(await run(world, "create", name="essentials")), "Create")
    secrets.add(world.survival.databases[-1].password)
    answer = await press(world, shown(await run(world, "rotate", database="luckperms")), "Rotate")
    secrets.add(row.password)
    await press(world, await press(world, answer, "Put it into the files"), "Change the files")
    for fault in (Fault.status(500), Fault.cut(acts=True), Fault.truncated(), Fault.cut()):
        world.sandbox.faults.add(fault, "*/rotate-password", times=1)
        await press(world, shown(await run(world, "rotate", database="luckperms")), "Rotate")
        secrets.add(row.password)

    assert len(secrets) >= 4
    page = await world.services.audit.page(AuditFilter(GUILD_ID), size=100)
    assert {"databases.create", "databases.rotate", "databases.read_password"} <= {
        act.action for act in page.acts
    }
    stored = b"".join(
        file.read_bytes() for file in world.services.settings.data_dir.rglob("*") if file.is_file()
    )
    held = repr(await world.services.panels["main"].databases.list(world.survival.uuid, with_passwords=True))
    for secret in secrets:
        assert secret not in caplog.text
        assert secret not in repr(page.acts)
        assert secret.encode() not in stored
        assert secret not in held


async def test_a_lost_answer_is_checked_and_the_new_password_shown(world: World) -> None:
    row = given(world)
    question = shown(await run(world, "rotate", database="luckperms"))
    world.sandbox.faults.add(Fault.cut(acts=True), "*/rotate-password", times=1)
    answer = await press(world, question, "Rotate")
    assert row.password != SECRET
    assert row.password in text(answer)


async def test_a_search_that_cannot_read_says_so_and_the_rest_goes_on(world: World) -> None:
    row = given(world)
    world.sandbox.faults.add(Fault.status(403), "*/files/list")
    question = shown(await run(world, "rotate", database="luckperms"))
    assert "0 configuration files searched" in text(question)
    assert "Not all of them" in text(question)
    await press(world, question, "Rotate")
    assert row.password != SECRET


async def test_a_file_that_changed_meanwhile_is_reported_and_stops_no_other(world: World) -> None:
    row = given(world)
    write(world, CONFIG, f"password: '{SECRET}'\n")
    write(world, "plugins/Shop/config.yml", f"password: '{SECRET}'\n")
    answer = await press(world, shown(await run(world, "rotate", database="luckperms")), "Rotate")
    preview = await press(world, answer, "Put it into the files")
    write(world, CONFIG, "password: 'somebody else changed it'\n")
    done = await press(world, preview, "Change the files")
    assert "1 of 2 files hold the new password" in text(done)
    assert "cannot put the new password there" in text(done)
    assert read(world, "plugins/Shop/config.yml") == f"password: '{row.password}'\n"
    assert "somebody else" in read(world, CONFIG)


@pytest.mark.parametrize(
    ("permission", "sees"),
    [("database.view-password", SECRET), ("database.view_password", "isn't allowed to see")],
)
async def test_pelican_has_its_own_spelling_and_plain_numbers(
    world: World, permission: str, sees: str
) -> None:
    row = given(world)
    world.sandbox.world.mode = Mode.PELICAN
    only_may(world, "database.read", permission)
    answer = shown(await run(world, "connection", database=str(row.id)))
    assert f"id `{row.id}`" in text(answer)
    assert sees in text(await press(world, answer, "Show password"))


async def test_a_new_database_whose_password_is_hidden_is_there_all_the_same(world: World) -> None:
    only_may(world, "database.read", "database.create")
    answer = await press(world, shown(await run(world, "create", name="essentials")), "Create")
    assert "created" in text(answer)
    assert "isn't allowed to see database passwords" in text(answer)
    assert [row.name for row in world.survival.databases] == ["s1_essentials"]


async def test_a_long_list_has_pages_and_a_viewer_may_share_it(world: World) -> None:
    for number in range(11):
        given(world, f"db{number:02}")
    result = await world.admin.slash(world.channel, "database list", server="Survival", public=True)
    assert not shown(result).ephemeral
    assert len(rows(shown(result))) == 10
    chosen = shown(await world.admin.click(shown(result), custom_id=button_beside(shown(result), "db03")))
    assert chosen.ephemeral
    assert "s1\\_db03" in text(chosen)


_PUT = "Put new password into files"


async def lost_rotation(world: World) -> Database:
    """Rotate; the panel does it, and its answer and the check after it are lost."""
    row = given(world)
    write(world, CONFIG, f"password: '{SECRET}'\n")
    question = shown(await run(world, "rotate", database="luckperms"))
    world.sandbox.faults.add(Fault.cut(acts=True), "*/rotate-password", times=1)
    world.sandbox.faults.add(Fault.status(403), "*/databases", times=1)
    answer = await press(world, question, "Rotate")
    assert row.password != SECRET
    assert "Whether the password was changed couldn't be checked" in text(answer)
    assert "`/database connection`" in text(answer)
    return row


async def test_a_rotation_whose_answer_is_lost_still_reaches_the_files(world: World) -> None:
    row = await lost_rotation(world)
    connection = shown(await run(world, "connection", database="luckperms"))
    preview = await press(world, connection, _PUT)
    assert CONFIG in text(preview)
    assert "1 of 1 file hold" in text(await press(world, preview, "Change the files"))
    assert read(world, CONFIG) == f"password: '{row.password}'\n"
    assert _PUT not in buttons(shown(await run(world, "connection", database="luckperms")))


async def test_a_second_rotation_finds_the_files_that_hold_the_password_before_the_first(
    world: World,
) -> None:
    row = await lost_rotation(world)
    question = shown(await run(world, "rotate", database="luckperms"))
    assert CONFIG in text(question)
    answer = await press(world, question, "Rotate")
    await press(world, await press(world, answer, "Put it into the files"), "Change the files")
    assert read(world, CONFIG) == f"password: '{row.password}'\n"


async def test_a_replaced_password_is_for_whoever_rotated_and_for_half_an_hour(world: World) -> None:
    await lost_rotation(world)
    chief = world.guild.create_role("Chief", permissions=Permissions(administrator=True))
    other_admin = world.guild.add_member(world.env.create_user("ada"), roles=[chief])
    theirs = await other_admin.slash(
        world.channel, "database connection", server="Survival", database="luckperms"
    )
    assert buttons(shown(theirs)) == ["Show password", "New password…", "Delete…"]
    mine = shown(await run(world, "connection", database="luckperms"))
    assert _PUT in buttons(mine)
    await world.advance(31 * 60)
    assert buttons(shown(await run(world, "connection", database="luckperms"))) == [
        "Show password",
        "New password…",
        "Delete…",
    ]


async def test_a_rotation_that_did_not_happen_changes_no_file(world: World) -> None:
    row = given(world)
    write(world, CONFIG, f"password: '{SECRET}'\n")
    question = shown(await run(world, "rotate", database="luckperms"))
    world.sandbox.faults.add(Fault.cut(), "*/rotate-password", times=1)
    assert "still had the old password" in text(await press(world, question, "Rotate"))
    connection = shown(await run(world, "connection", database="luckperms"))
    assert "No file was changed" in text(await press(world, connection, _PUT))
    assert row.password == SECRET


async def test_files_without_the_replaced_password_are_named(world: World) -> None:
    await lost_rotation(world)
    write(world, CONFIG, "password: 'somebody else changed it'\n")
    connection = shown(await run(world, "connection", database="luckperms"))
    assert "No file holds an old password" in text(await press(world, connection, _PUT))
