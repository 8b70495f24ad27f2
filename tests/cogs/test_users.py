"""/users: who has access in the panel, listed, invited, changed and removed."""

import pytest
from simcord import ResponseMessage

from bot.domain.audit import AuditFilter, Outcome
from bot.domain.levels import Level
from bot.storage.repositories import audit
from sandbox import Fault
from sandbox.model import Subuser
from sandbox.permissions import SYSTEM
from tests.support.backups import acts
from tests.support.forms import submit
from tests.support.grants import grant
from tests.support.messages import button_beside, buttons, options, rows, text
from tests.support.world import GUILD_ID, World, shown

EMAIL = "maria.musterfrau@example.com"
CONNECT = "websocket.connect"


@pytest.fixture
def maria(world: World) -> Subuser:
    """Let somebody have a few permissions."""
    subuser = world.sandbox.world.add_subuser(
        world.survival, "maria", [CONNECT, "control.start", "file.read"]
    )
    subuser.user.email = EMAIL
    return subuser


async def run(world: World, command: str, **typed: object) -> ResponseMessage:
    asked = await world.admin.slash(world.channel, f"users {command}", server="Survival", **typed)
    await world.until(lambda: bool(text(shown(asked))))
    return shown(asked)


async def press(world: World, message: ResponseMessage, label: str) -> ResponseMessage:
    return shown(await world.admin.click(message, label=label))


def permissions(world: World, name: str) -> set[str]:
    subuser = next(each for each in world.survival.subusers if each.user.username == name)
    return {*subuser.permissions}


async def test_people_are_listed_with_what_they_can_do_beside_the_levels_in_discord(
    world: World, maria: Subuser
) -> None:
    answer = await run(world, "list")

    assert rows(answer) == ["👤 **maria**"]
    assert f"-# Custom permissions\n-# {EMAIL}" in text(answer)
    assert "Access on the panel" in text(answer)
    assert "Access in Discord" in text(answer)
    assert answer.ephemeral


async def test_without_anybody_the_list_offers_to_invite(world: World) -> None:
    answer = await run(world, "list")

    assert "**Only the owner**" in text(answer)
    assert buttons(answer) == ["Invite"]


async def test_more_levels_in_discord_than_fit_are_counted(world: World) -> None:
    for user_id in range(7):
        await grant(world, user_id, Level.VIEWER)

    assert "and 2 more, see `/quetzal access list`" in text(await run(world, "list"))


async def test_a_person_is_opened_with_sentences(world: World, maria: Subuser) -> None:
    listed = await run(world, "list")

    opened = shown(await world.admin.click(listed, custom_id=button_beside(listed, "maria")))

    assert "🖥️ **Console and power:** see the console and usage, start" in text(opened)
    assert "📁 **Files:** list" in text(opened)
    assert buttons(opened) == ["Edit…", "Remove…", "All users"]


async def test_a_preset_is_shown_as_sentences_with_its_unexpected_consequences(world: World) -> None:
    question = await run(world, "invite", email=EMAIL, preset="operator")

    said = text(question)
    assert f"Invite {EMAIL.replace('_', '')}?" in said
    assert "🖥️ **Console and power:** everything" in said
    assert "the start command with all values, secret ones too" in said
    assert "creates one and sends it an e-mail" in said
    assert "For Discord, use `/quetzal access grant`." in said


async def test_somebody_is_invited_with_a_preset(world: World) -> None:
    done = await press(world, await run(world, "invite", email=EMAIL, preset="viewer"), "Invite")

    (subuser,) = world.survival.subusers
    assert subuser.user.email == EMAIL
    assert {*subuser.permissions} == {
        CONNECT,
        "allocation.read",
        "backup.read",
        "database.read",
        "schedule.read",
    }
    assert "has access" in text(done)
    assert await acts(world, "users.invite") == [Outcome.DONE]


async def test_permissions_are_chosen_area_by_area(world: World) -> None:
    listed = await run(world, "list")
    form = await world.admin.click(listed, label="Invite")
    editor = shown(await submit(world.admin, form, EMAIL))
    assert buttons(editor) == ["Viewer", "Operator", "Manager", "Save…"]

    area = shown(await world.admin.select(editor, ["file"]))
    assert options(area)[:2] == ["List files", "Open and download files"]
    editor = shown(await world.admin.select(area, ["file.read", "file.read-content"]))
    assert "📁 **Files:** list, open and download" in text(editor)
    area = shown(await world.admin.select(editor, ["backup"]))
    editor = shown(await world.admin.select(area, []))
    await press(world, await press(world, editor, "Save…"), "Invite")

    (subuser,) = world.survival.subusers
    assert {"file.read", "file.read-content", CONNECT} <= {*subuser.permissions}
    assert "backup.read" not in subuser.permissions


async def test_no_permission_is_ever_sent_twice(world: World, maria: Subuser) -> None:
    maria.permissions[:] = ["control.start", "control.start", "file.read", CONNECT]  # as another client did
    listed = text(await run(world, "list"))
    assert "The console doesn't open for them" in listed

    editor = await run(world, "edit", user="maria")
    await press(world, await press(world, editor, "Save…"), "Change")

    sent = permissions(world, "maria")
    assert sent == {"control.start", "file.read", CONNECT}
    assert len(maria.permissions) == len(sent)
    assert "doesn't open" not in text(await run(world, "list"))


async def test_an_edit_shows_what_is_gained_and_lost(world: World, maria: Subuser) -> None:
    editor = await run(world, "edit", user="maria", preset="viewer")
    question = await press(world, editor, "Save…")

    said = text(question)
    assert "They can now" in said
    assert "see backups" in said
    assert "They can no longer" in said
    assert "start, list files" in said

    done = await press(world, question, "Change")
    assert "Permissions of maria changed" in text(done)
    assert buttons(done) == ["Panel users"]
    assert "control.start" not in permissions(world, "maria")
    assert await acts(world, "users.edit") == [Outcome.DONE]


async def test_saving_what_was_there_changes_nothing(world: World, maria: Subuser) -> None:
    said = text(await press(world, await run(world, "edit", user="maria"), "Save…"))

    assert "has these permissions already" in said
    assert await acts(world, "users.edit") == []


async def test_areas_and_permissions_of_a_newer_panel_can_be_chosen_too(
    world: World, maria: Subuser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mods = {f"step-{number}": "Do something new." for number in range(30)}
    monkeypatch.setitem(SYSTEM, "mod", {"description": "Mods", "keys": mods})
    monkeypatch.setitem(SYSTEM["file"]["keys"], "trash", "See the trash.")
    maria.permissions += ["file.trash", "mod.step-15", "mod.step-8"]

    editor = await run(world, "edit", user="maria")
    assert "📁 **Files:** list, `file.trash`" in text(editor)
    assert "▫️ **Other:** `mod.step-15`, `mod.step-8`" in text(editor)
    assert options(editor)[-2:] == ["Other 1", "Other 2"]

    assert len(options(shown(await world.admin.select(editor, ["other 1"])))) == 25
    editor = await run(world, "edit", user="maria")
    area = shown(await world.admin.select(editor, ["other 2"]))
    assert "mod.step-9" in options(area)
    editor = shown(await world.admin.select(area, ["mod.step-9"]))
    await press(world, await press(world, editor, "Save…"), "Change")
    assert "mod.step-9" in permissions(world, "maria")
    assert "mod.step-8" not in permissions(world, "maria")
    said = text(await run(world, "remove", user="maria"))
    assert "▫️ **Other:** `mod.step-15`, `mod.step-9`" in said


async def test_schedules_are_said_to_make_up_for_what_is_not_given(world: World, maria: Subuser) -> None:
    editor = await run(world, "edit", user="maria")
    area = shown(await world.admin.select(editor, ["schedule"]))
    editor = shown(await world.admin.select(area, ["schedule.create", "schedule.update"]))

    assert "With schedules they can also run any console command" in text(editor)


async def test_a_removal_says_what_is_lost_and_what_stays(world: World, maria: Subuser) -> None:
    question = await run(world, "remove", user="maria")

    assert "they lose all of this" in text(question)
    assert "📁 **Files:** list" in text(question)
    assert "Their panel account stays, and so does what they may do in Discord." in text(question)

    done = await press(world, question, "Remove maria")
    assert world.survival.subusers == []
    assert "/quetzal access revoke" in text(done)
    assert await acts(world, "users.remove") == [Outcome.DONE]


async def test_emails_are_masked_in_the_audit_and_not_suggested(world: World, maria: Subuser) -> None:
    await press(world, await run(world, "remove", user=EMAIL.upper()), "Remove maria")
    await press(world, await run(world, "invite", email="otto.normal@example.com", preset="viewer"), "Invite")

    async with world.services.store.read() as conn:
        page = await audit.page(conn, AuditFilter(GUILD_ID))
    kept = str([act.facts for act in page.acts])
    assert "m…@example.com" in kept
    assert "o…@example.com" in kept
    assert "musterfrau" not in kept
    assert "normal" not in kept


async def test_people_are_suggested_by_name_or_address(world: World, maria: Subuser) -> None:
    offered = await world.admin.autocomplete(world.channel, "users edit", "user", "muster", server="Survival")

    assert [choice["name"] for choice in offered] == ["maria"]


async def test_an_unknown_name_leads_to_everybody(world: World, maria: Subuser) -> None:
    answer = await run(world, "edit", user="8_2")
    assert "no panel user of that name" in text(answer)
    assert buttons(answer) == ["Panel users"]

    assert "maria" in text(await press(world, answer, "Panel users"))


async def test_a_mistyped_name_is_answered_with_whom_it_may_mean(world: World, maria: Subuser) -> None:
    answer = await run(world, "remove", user="mara")

    assert "Did you mean `maria`?" in text(answer)
    assert buttons(answer) == ["maria", "Panel users"]
    assert "Remove maria?" in text(await press(world, answer, "maria"))


REFUSED = [
    ("nobody", "isn't an e-mail address"),
    ("a b@example.com", "isn't an e-mail address"),
    ("x" * 180 + "@example.com", "longer than the 191 characters"),
    ("owner@example.com", "the server's owner"),
]


async def test_an_address_that_cannot_be_invited_is_refused(world: World, subtests: pytest.Subtests) -> None:
    for email, reason in REFUSED:
        with subtests.test(email):
            answer = await run(world, "invite", email=email, preset="viewer")
            if "Invite" in buttons(answer):
                answer = await press(world, answer, "Invite")

            assert reason in text(answer)
            assert world.survival.subusers == []


async def test_somebody_who_has_access_is_not_invited_again(world: World, maria: Subuser) -> None:
    said = await run(world, "invite", email=EMAIL.upper(), preset="manager")

    assert "already has access" in text(said)
    assert buttons(said) == []
    assert permissions(world, "maria") == {CONNECT, "control.start", "file.read"}


class TestALimitedAccount:
    """Quetzal's key belongs to a subuser, who may change people and has few permissions itself."""

    @pytest.fixture(autouse=True)
    async def limited(self, world: World, maria: Subuser) -> None:
        panel = world.sandbox.world
        held = [
            CONNECT,
            "user.read",
            "user.create",
            "user.update",
            "user.delete",
            "file.read",
            "control.start",
        ]
        world.survival.owner = panel.user("admin")
        panel.add_subuser(world.survival, "owner", held)
        await world.advance(61)

    async def test_no_subuser_gets_more_permissions_than_the_account_has(self, world: World) -> None:
        editor = await run(world, "invite", email="new@example.com", preset="manager")
        said = text(editor)

        assert "🖥️ **Console and power:** see the console and usage, start" in said
        assert "send commands" not in said
        await press(world, editor, "Invite")
        (new,) = [each for each in world.survival.subusers if each.user.email == "new@example.com"]
        assert {*new.permissions} == {CONNECT, "file.read", "control.start"}

    async def test_what_it_lacks_is_not_offered(self, world: World) -> None:
        editor = await run(world, "edit", user="maria")

        total = sum(len(group["keys"]) for group in SYSTEM.values())
        assert f"{total - 7} permissions can't be given" in text(editor)
        assert sorted(options(editor)) == ["Console and power", "Files", "Users"]

    async def test_taking_more_away_than_it_has_is_said_to_have_no_way_back(
        self, world: World, maria: Subuser
    ) -> None:
        maria.permissions.append("backup.restore")

        question = await run(world, "remove", user="maria")

        assert "Quetzal can't give this back" in text(question)
        assert "restore backups" in text(question)
        editor = await run(world, "edit", user="maria")
        assert "can't give this back" in text(await press(world, editor, "Save…"))

    @pytest.mark.parametrize("command", ["edit", "remove"])
    async def test_it_cannot_change_itself_and_that_is_said_before(self, world: World, command: str) -> None:
        said = text(await run(world, command, user="owner"))

        assert "an account can't change itself" in said


async def test_a_removal_whose_answer_is_lost_is_checked(world: World, maria: Subuser) -> None:
    question = await run(world, "remove", user="maria")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/users/*", method="DELETE")

    done = await press(world, question, "Remove maria")
    assert "maria removed" in text(done)
    assert buttons(done) == ["Panel users"]
    assert await acts(world, "users.remove") == [Outcome.DONE]


async def test_an_edit_whose_answer_is_lost_is_checked(world: World, maria: Subuser) -> None:
    question = await press(world, await run(world, "edit", user="maria", preset="viewer"), "Save…")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/users/*", method="POST")

    assert "Permissions of maria changed" in text(await press(world, question, "Change"))
    assert await acts(world, "users.edit") == [Outcome.DONE]


async def test_an_invitation_whose_answer_is_lost_is_checked(world: World) -> None:
    question = await run(world, "invite", email=EMAIL, preset="viewer")
    world.sandbox.faults.add(Fault.cut(acts=True), path="*/users", method="POST")

    assert "has access" in text(await press(world, question, "Invite"))
    assert await acts(world, "users.invite") == [Outcome.DONE]


async def test_a_panel_that_fails_says_that_they_still_have_access(world: World, maria: Subuser) -> None:
    question = await run(world, "remove", user="maria")
    world.sandbox.faults.add(Fault.status(500), path="*/users/*", method="DELETE")

    assert "still had access when Quetzal checked" in text(await press(world, question, "Remove maria"))
    assert await acts(world, "users.remove") == [Outcome.FAILED]


COMMANDS = ["list", "invite", "edit", "remove"]


async def test_managers_may_do_nothing_of_it(world: World, maria: Subuser, subtests: pytest.Subtests) -> None:
    await grant(world, world.operator.id, Level.MANAGER)
    for command in COMMANDS:
        with subtests.test(command):
            typed = (
                {"email": EMAIL} if command == "invite" else {"user": "maria"} if command != "list" else {}
            )

            result = await world.operator.slash(world.channel, f"users {command}", server="Survival", **typed)

            assert "admin access" in text(shown(result))


async def test_names_and_addresses_have_no_effect(world: World, maria: Subuser) -> None:
    maria.user.username = "**@everyone** [x](https://evil.example)"
    maria.user.email = "`@here`@evil.example"

    said = text(await run(world, "list"))

    for active in ("**@everyone", "](https:", "`@here`@"):
        assert active not in said
