"""/network: a server's addresses, listed, noted, chosen, added and removed."""

import pytest
from simcord import ResponseMessage

from bot.domain.audit import Outcome
from sandbox import Fault
from sandbox.model import Allocation
from tests.support.backups import acts
from tests.support.forms import submit
from tests.support.messages import button_beside, buttons, rows, text
from tests.support.whitelist import public_board
from tests.support.world import World, shown

FORBIDDEN = "has no permission for that"


@pytest.fixture(autouse=True)
async def addresses(world: World) -> list[Allocation]:
    """Give the server an alias, an IPv6 address with a note, and room for a third one."""
    server = world.survival
    server.allocations[0].alias = "play.example.com"
    server.allocations.append(Allocation(501, "2001:db8::5", 25570, notes="**query** @everyone"))
    server.feature_limits.allocations = 3
    world.sandbox.world.settings.allocations_enabled = True
    await world.advance(61)  # the server list, which has the limit, is fetched again
    return server.allocations


async def run(world: World, command: str, **typed: object) -> ResponseMessage:
    asked = await world.admin.slash(world.channel, f"network {command}", server="Survival", **typed)
    await world.until(lambda: bool(text(shown(asked))))
    return shown(asked)


async def press(world: World, message: ResponseMessage, label: str) -> ResponseMessage:
    pressed = await world.admin.click(message, label=label)
    await world.until(lambda: bool(text(shown(pressed))))
    return shown(pressed)


async def test_addresses_are_listed_to_copy_with_alias_and_note(world: World) -> None:
    answer = await run(world, "list")

    port = world.survival.primary.port
    assert rows(answer) == [f"⭐ `play.example.com:{port}` · **primary**", "`[2001:db8::5]:25570`"]
    assert "**2 of 3 addresses used**" in text(answer)
    assert f"IP address `127.0.0.1:{port}`" in text(answer)
    assert "\\*\\*query\\*\\*" in text(answer)
    assert "@everyone" not in text(answer)


async def test_players_are_shown_another_address_than_the_panels(world: World) -> None:
    port = world.survival.primary.port
    shown_now = await run(world, "public")
    assert f"`play.example.com:{port}`\n-# From the panel." in text(shown_now)
    assert buttons(shown_now) == ["Edit…"]

    saved = await run(world, "public", address="Survival.Example.com")
    assert f"`survival.example.com`\n-# Chosen by <@{world.admin.id}>" in text(saved)
    assert "`survival.example.com`" in text(await public_board(world))

    form = await world.admin.click(saved, label="Edit…")
    edited = shown(await submit(world.admin, form, "[2001:DB8::5]:25570"))
    assert "`[2001:db8::5]:25570`" in text(edited)
    assert "`[2001:db8::5]:25570`" in text(await public_board(world))

    await press(world, edited, "Use the panel's")
    assert f"`play.example.com:{port}`" in text(await public_board(world))
    assert await acts(world, "network.public") == [Outcome.DONE] * 3


async def test_an_address_that_nobody_can_type_is_refused_and_can_be_corrected(world: World) -> None:
    refused = await run(world, "public", address="https://@everyone")
    assert "That isn't an address that players can type." in text(refused)
    form = await world.admin.click(refused, label="Correct")
    assert "`play.example.org`" in text(shown(await submit(world.admin, form, "play.example.org")))


async def test_a_viewer_sees_the_addresses_without_buttons(world: World) -> None:
    answer = shown(await world.operator.slash(world.channel, "network list", server="Survival"))

    assert "`[2001:db8::5]:25570`" in text(answer)
    assert buttons(answer) == []


async def test_the_primary_address_is_chosen_and_a_restart_offered(world: World) -> None:
    old = world.survival.primary.port
    question = await run(world, "primary", address="25570")
    assert "Make \\[2001:db8::5\\]:25570 the primary address?" in text(question)

    done = await press(world, question, "Make primary")

    assert world.survival.primary.id == 501
    assert f"A game that is running keeps `play.example.com:{old}` until it restarts." in text(done)
    assert buttons(done) == ["Restart", "Status"]
    assert await acts(world, "network.primary") == [Outcome.DONE]


async def test_the_status_shows_the_new_primary_address_at_once(world: World) -> None:
    await world.admin.slash(world.channel, "server list")
    await press(world, await run(world, "primary", address="501"), "Make primary")

    status = shown(await world.admin.slash(world.channel, "server status", server="Survival"))

    assert "`[2001:db8::5]:25570`" in text(status)


async def test_an_address_that_is_primary_already_is_not_chosen_again(world: World) -> None:
    said = await run(world, "primary", address="play.example.com:25565")

    assert "is the primary address already" in text(said)
    assert buttons(said) == []
    assert await acts(world, "network.primary") == []


async def test_a_note_is_written_and_removed(world: World, addresses: list[Allocation]) -> None:
    said = await run(world, "note", address="501", note="  voice\nchat ")
    assert "“voice chat”" in text(said)
    written = addresses[1].notes
    assert written == "voice chat"

    assert "It has no note now." in text(await run(world, "note", address="501"))
    assert addresses[1].notes is None
    assert await acts(world, "network.note") == [Outcome.DONE, Outcome.DONE]


async def test_a_note_that_is_too_long_is_not_sent(world: World, addresses: list[Allocation]) -> None:
    said = await run(world, "note", address="501", note="n" * 257)

    assert "has 257 characters" in text(said)
    assert addresses[1].notes == "**query** @everyone"


async def test_an_address_is_opened_from_its_row_and_noted_there(
    world: World, addresses: list[Allocation]
) -> None:
    listed = await run(world, "list")
    opened = shown(await world.admin.click(listed, custom_id=button_beside(listed, "2001:db8")))
    assert buttons(opened) == ["Note…", "Make primary…", "Remove…", "All addresses"]

    form = await world.admin.click(opened, label="Note…")
    assert "“RCON”" in text(shown(await submit(world.admin, form, "RCON")))
    assert addresses[1].notes == "RCON"


async def test_the_primary_address_offers_no_removal(world: World) -> None:
    listed = await run(world, "list")
    opened = shown(await world.admin.click(listed, custom_id=button_beside(listed, "primary")))

    assert buttons(opened) == ["Note…", "All addresses"]
    assert rows(await press(world, opened, "All addresses")) == rows(listed)


async def test_the_panel_adds_an_address_of_its_choice(world: World, addresses: list[Allocation]) -> None:
    listed = await run(world, "list")

    added = await press(world, listed, "Add")

    assert f"`127.0.0.1:{addresses[2].port}`" in text(added)
    assert "The panel chose it." in text(added)
    assert "3 of 3 addresses used" in text(await press(world, added, "All addresses"))
    assert await acts(world, "network.add") == [Outcome.DONE]


async def test_without_room_nothing_is_offered_and_the_limit_is_said_to_count_the_primary(
    world: World,
) -> None:
    world.survival.feature_limits.allocations = 2
    await world.advance(61)

    assert buttons(await run(world, "list")) == ["Open", "Open"]
    assert "the primary one counts, too" in text(await run(world, "add"))


async def test_a_panel_that_assigns_none_by_itself_says_who_can(world: World) -> None:
    world.sandbox.world.settings.allocations_enabled = False

    said = text(await run(world, "add"))

    assert "doesn't assign further addresses by itself" in said
    assert "Whoever runs the panel" in said


async def test_an_address_is_removed_after_a_question(world: World, addresses: list[Allocation]) -> None:
    question = await run(world, "remove", address="[2001:db8::5]:25570")
    assert "you may not get this one back" in text(question)

    said = await press(world, question, "Remove port 25570")

    assert "removed" in text(said)
    assert buttons(said) == ["Addresses"]
    assert len(addresses) == 1
    assert await acts(world, "network.remove") == [Outcome.DONE]


@pytest.mark.parametrize(
    ("limit", "address", "reason"),
    [(3, "25565", "Make another address primary first."), (0, "501", "its limit of addresses is 0")],
)
async def test_what_the_panel_would_keep_is_refused_before_anybody_is_asked(
    world: World, limit: int, address: str, reason: str
) -> None:
    world.survival.feature_limits.allocations = limit
    await world.advance(61)

    assert reason in text(await run(world, "remove", address=address))
    assert len(world.survival.allocations) == 2


async def test_an_unknown_address_is_not_found(world: World) -> None:
    answer = await run(world, "note", address="nowhere", note="x")
    assert "has no such address" in text(answer)
    assert buttons(answer) == ["Addresses"]

    assert "25565" in text(await press(world, answer, "Addresses"))


@pytest.mark.parametrize("typed", ["2557", "25571", "2001:db8::6:25570", "query"])
async def test_a_mistyped_address_is_offered_as_a_button(world: World, typed: str) -> None:
    answer = await run(world, "note", address=typed, note="Query port")
    assert "Did you mean `[2001:db8::5]:25570`?" in text(answer)
    assert buttons(answer) == ["[2001:db8::5]:25570", "Addresses"]

    await press(world, answer, "[2001:db8::5]:25570")

    assert world.survival.allocations[-1].notes == "Query port"


async def test_a_port_of_several_addresses_asks_which_one(world: World) -> None:
    world.survival.allocations.append(Allocation(502, "2001:db8::6", 25570))
    answer = await run(world, "primary", address="25570")
    assert "Several addresses of the server have that port." in text(answer)
    assert buttons(answer)[:2] == ["[2001:db8::5]:25570", "[2001:db8::6]:25570"]

    question = await press(world, answer, "[2001:db8::6]:25570")

    assert "Make \\[2001:db8::6\\]:25570 the primary address?" in text(question)


async def test_suggestions_show_address_and_note(world: World) -> None:
    offered = await world.admin.autocomplete(
        world.channel, "network note", "address", "2557", server="Survival"
    )

    assert [choice["name"] for choice in offered] == ["[2001:db8::5]:25570 · **query** @everyone"]


@pytest.mark.parametrize(
    ("command", "path", "button", "done"),
    [
        ("primary", "*/primary", "Make primary", "is the primary address"),
        ("remove", "*/allocations/501", "Remove port 25570", "removed"),
    ],
)
async def test_a_change_whose_answer_is_lost_is_checked(
    world: World, command: str, path: str, button: str, done: str
) -> None:
    world.sandbox.faults.add(Fault.cut(acts=True), path=path)

    said = await press(world, await run(world, command, address="501"), button)

    assert done in text(said)
    assert await acts(world, f"network.{command}") == [Outcome.DONE]


async def test_a_panel_that_fails_is_reported_with_the_address_that_is_still_primary(world: World) -> None:
    world.sandbox.faults.add(Fault.status(500), path="*/primary")

    said = text(await press(world, await run(world, "primary", address="501"), "Make primary"))

    assert "was still the old one when Quetzal checked" in said
    assert await acts(world, "network.primary") == [Outcome.FAILED]


async def test_an_account_without_the_permission_is_refused_with_the_reason(world: World) -> None:
    shared = world.sandbox.world.add_server(name="Shared", owner="admin")
    world.sandbox.world.add_subuser(shared, "owner", ["control.console"])
    await world.advance(10)

    said = text(shown(await world.admin.slash(world.channel, "network list", server="Shared")))

    assert FORBIDDEN in said
