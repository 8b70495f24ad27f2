"""The board: one message that always shows the servers, through restarts, deletions and closed channels."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import discord
import pytest
from simcord import ChannelHandle, ResponseMessage

from bot.core.supervisor import Status
from bot.domain.alerts import RuleKind, Severity, Suppression
from bot.domain.notifications import Board
from bot.domain.observation import Limits, Observation, ServerKey
from bot.panel.models import PowerState
from bot.storage.repositories import boards, server_states
from bot.storage.repositories.server_states import ServerState
from bot.ui.alerts import board_card
from bot.ui.kit.card import TEXT_LIMIT, Card, layout
from sandbox.model import GameServer
from tests.support.alerts import (
    PANEL_ID,
    begun,
    incident,
    shown_by,
)
from tests.support.games import answer
from tests.support.messages import text
from tests.support.world import GUILD_ID, World, shown

BIG = 4 * 1024**3


async def see(
    world: World,
    server: GameServer | None = None,
    state: PowerState = PowerState.RUNNING,
    memory_bytes: int = 1024**3,
    stop_requested_by: str | None = None,
) -> None:
    """Remember a sight of a server, as the watch does."""
    server = server or world.survival
    seen = Observation(
        ServerKey(PANEL_ID, server.uuid),
        world.services.clock.now(),
        state,
        memory_bytes,
        0.0,
        0,
        0,
        0,
        3_600_000 if state is PowerState.RUNNING else 0,
        limits=Limits(BIG, 100, BIG),
    )
    known = {
        server.uuid: ServerState(
            seen, stop_requested=stop_requested_by is not None, stop_requested_by=stop_requested_by
        )
    }
    await world.services.store.write(lambda conn: server_states.put(conn, PANEL_ID, known))


async def choose(world: World) -> ChannelHandle:
    channel = world.guild.create_text_channel("board")
    answer = await world.admin.slash(world.channel, "alerts board", channel=channel)
    assert f"The board appears in <#{channel.id}>" in text(shown(answer))
    await world.advance(21)
    return channel


async def kept(world: World) -> Board:
    board = await world.services.boards.get_for(GUILD_ID, PANEL_ID)
    assert board is not None
    return board


async def board_of(world: World) -> ResponseMessage:
    board = await kept(world)
    assert board.discord_id is not None
    return shown_by(world, board.channel_id, board.discord_id)


async def restart(world: World) -> None:
    """Restart, and wait for the first round of the boards."""
    await world.restart()
    async with asyncio.timeout(120):
        while not any(status.name == "boards" and status.last_success_at for status in _work(world)):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)


def _work(world: World) -> Sequence[Status]:
    return world.services.supervisor.status()


def edits(world: World) -> int:
    return sum(
        request.method == "PATCH" and "/messages/" in request.path
        for request in world.env.backend.http_requests
    )


@pytest.mark.shows("stopped by Ada")
async def test_it_shows_every_server_the_worst_first(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner")
    hub = world.sandbox.world.add_server(name="Hub", owner="owner")
    await world.advance(60)
    await see(world)
    await see(world, lobby, PowerState.OFFLINE)
    await see(world, hub, PowerState.OFFLINE, stop_requested_by="stopped by Ada")
    await begun(world, incident(world, lobby, rule=RuleKind.STATE, value=None))
    await choose(world)

    read = text(await board_of(world))
    assert "**1 of 3 running** · 2 off" in read
    assert read.index("Lobby") < read.index("Survival") < read.index("Hub")
    assert "🔴 **Lobby** · offline\n-# critical: offline" in read
    assert "⚫ Off: Hub (stopped by Ada)" in read


async def test_a_server_has_the_sign_of_its_worst_alert_and_says_it_once(world: World) -> None:
    unpaid = world.sandbox.world.add_server(name="Unpaid", owner="owner", status="suspended")
    await world.advance(60)
    await see(world)
    full = incident(world, level=Severity.WARNING, rule=RuleKind.DISK)
    busy = incident(world, rule=RuleKind.CPU)
    stopped = incident(world, unpaid, rule=RuleKind.SUSPENDED, level=Severity.WARNING, value=None)
    await begun(world, full, replace(busy, better_since=busy.fired_at), stopped)
    await choose(world)

    read = text(await board_of(world))
    assert "🟠 **Survival** · running\n-# warning: disk, recovering: CPU" in read
    assert "🟠 **Unpaid** · suspended\n" in read
    assert "warning: suspended" not in read


async def test_an_outage_is_named_once(world: World) -> None:
    """The crash says it; that the server is offline adds nothing, also while both recover."""
    await see(world, state=PowerState.OFFLINE)
    crash = incident(world, rule=RuleKind.CRASH, value=None)
    offline = replace(incident(world, rule=RuleKind.STATE, value=None), suppression=Suppression.INHIBITED)
    better = [replace(alert, better_since=alert.fired_at) for alert in (crash, offline)]
    await begun(world, *better)
    await choose(world)

    read = text(await board_of(world))
    assert "recovering: crash" in read
    assert "recovering: offline" not in read


async def test_players_are_in_its_head_and_beside_each_running_server(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner")
    await world.advance(60)
    await see(world)
    await see(world, lobby, PowerState.OFFLINE)
    await choose(world)
    answer(world, 31, 100)
    answer(world, 5, server=lobby)  # it has stopped since
    await world.advance(31)

    read = text(await board_of(world))
    assert "**1 of 2 running** · 31 players · 1 off" in read
    assert "🟢 **Survival** · running · 👥 31/100" in read


@pytest.mark.shows("stopped by Ada")
async def test_servers_that_are_only_off_share_a_line(world: World) -> None:
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner")
    hub = world.sandbox.world.add_server(name="*Hub*", owner="owner")
    await world.advance(60)
    await see(world)
    for server in (lobby, hub):
        await see(world, server, PowerState.OFFLINE, stop_requested_by="stopped by Ada")
    await choose(world)

    read = text(await board_of(world))
    assert "**Survival** · running" in read
    assert "⚫ Off: \\*Hub\\* (stopped by Ada), Lobby (stopped by Ada)" in read


async def test_it_is_edited_in_place_only_when_something_visible_changed(world: World) -> None:
    await world.advance(60)
    await see(world)
    channel = await choose(world)
    first, before = await kept(world), edits(world)

    await see(world, memory_bytes=1024**3 + 5)
    await world.advance(60)
    assert edits(world) == before
    await see(world, state=PowerState.STOPPING)
    await world.advance(21)

    assert edits(world) == before + 1
    assert "stopping" in text(await board_of(world))
    assert (await kept(world)).discord_id == first.discord_id
    assert len(channel.history()) == 1


@pytest.mark.sweep
async def test_when_it_is_too_old_to_be_edited_a_new_one_takes_its_place(world: World) -> None:
    await world.advance(60)
    await see(world)
    channel = await choose(world)
    first = await kept(world)
    await world.advance(3_600)
    await see(world)
    await world.advance(21)

    board = await kept(world)
    assert board.discord_id != first.discord_id
    (message,) = channel.history()
    assert message.id == board.discord_id
    assert message.flags.suppress_notifications


async def test_it_survives_restarts_without_a_second_one(world: World) -> None:
    await world.advance(60)
    await see(world)
    channel = await choose(world)
    first = await kept(world)
    await restart(world)
    await world.advance(60)
    await see(world, state=PowerState.STARTING)
    await world.advance(21)

    assert (await kept(world)).discord_id == first.discord_id
    assert len(channel.history()) == 1
    assert "starting" in text(await board_of(world))


async def test_one_that_was_sent_and_not_noted_is_found_again(world: World) -> None:
    channel = await choose(world)
    board = await kept(world)
    lost = replace(board, discord_id=None, posted_at=None, shown=None)
    await world.services.store.write(lambda conn: boards.put(conn, lost))
    await restart(world)
    await world.advance(60)
    await world.advance(21)

    assert (await kept(world)).discord_id == board.discord_id
    assert len(channel.history()) == 1


async def give_up_an_edit(world: World, state: PowerState) -> Card:
    """Have an edit given up; returns what it would show if Discord carried it out late."""
    board = await kept(world)
    path = f"/channels/{board.channel_id}/messages/{board.discord_id}"
    world.env.inject_error("PATCH", path, status=500)
    await see(world, state=state)
    await world.advance(21)
    board = await kept(world)
    return board_card.board(await world.services.boards.content(board), board)


async def carry_out(world: World, card: Card) -> None:
    board = await kept(world)
    assert board.discord_id is not None
    channel = world.bot.get_partial_messageable(board.channel_id)
    await channel.get_partial_message(board.discord_id).edit(view=layout(card))


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_an_edit_that_is_carried_out_late_does_not_undo_a_newer_one(
    world: World, is_restarted: bool
) -> None:
    await world.advance(60)
    await see(world)
    await choose(world)
    late = await give_up_an_edit(world, PowerState.STOPPING)
    await see(world, state=PowerState.STARTING)
    await world.advance(21)
    assert "starting" in text(await board_of(world))
    if is_restarted:
        await restart(world)
    await carry_out(world, late)
    assert "stopping" in text(await board_of(world))
    await world.advance(85)
    assert "starting" in text(await board_of(world))
    before = edits(world)
    await world.advance(85)
    assert edits(world) == before


async def test_an_edit_that_is_carried_out_late_is_undone_when_nothing_is_new_any_more(world: World) -> None:
    await world.advance(60)
    await see(world)
    await choose(world)
    late = await give_up_an_edit(world, PowerState.STOPPING)
    await carry_out(world, late)
    await see(world)
    await world.advance(21)
    assert "stopping" not in text(await board_of(world))


async def test_deleted_by_hand_it_comes_back(world: World) -> None:
    await world.advance(60)
    await see(world)
    channel = await choose(world)
    await channel.history()[0].delete()
    await see(world, state=PowerState.STOPPING)
    await world.advance(21)

    assert len(channel.history()) == 1
    assert "stopping" in text(await board_of(world))


async def test_a_closed_channel_is_reported_once_and_waited_for(world: World) -> None:
    channel = world.guild.create_text_channel("board")
    path = f"/channels/{channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50013, times=1)
    await world.admin.slash(world.channel, "alerts board", channel=channel)
    await world.advance(60)
    letters = [
        request for request in world.env.backend.http_requests if request.path == "/users/@me/channels"
    ]
    assert len(letters) == 2  # whoever chose it, and the owner
    assert channel.history() == []

    await world.advance(601)
    assert len(channel.history()) == 1


async def test_it_moves_and_can_be_taken_down(world: World) -> None:
    first = await choose(world)
    second = world.guild.create_text_channel("better")
    answer = await world.admin.slash(world.channel, "alerts board", channel=second)
    await world.advance(21)
    assert (len(first.history()), len(second.history())) == (0, 1)

    await world.admin.click(shown(answer), label="Remove board")
    assert "Board removed." in text(shown(answer))
    await world.advance(60)
    assert second.history() == []


async def test_thousands_of_servers_fit(world: World) -> None:
    for number in range(120):
        world.sandbox.world.add_server(name=f"*Server* {number} " + "y" * 100, owner="owner")
    await world.advance(60)
    await choose(world)
    board = await board_of(world)
    assert "more: `/server list`" in text(board)
    assert len(text(board)) <= TEXT_LIMIT


async def test_what_is_not_seen_any_more_is_not_shown_as_running(world: World) -> None:
    await world.advance(60)
    await see(world)
    await choose(world)
    await world.advance(timedelta(minutes=6).total_seconds())
    assert "❔ **Survival** · no data since" in text(await board_of(world))


async def test_a_channel_it_cannot_write_in_is_not_taken(world: World) -> None:
    closed = discord.PermissionOverwrite(send_messages=False)
    channel = world.guild.create_text_channel("closed", overwrites={world.guild.default_role: closed})
    answer = await world.admin.slash(world.channel, "alerts board", channel=channel)
    assert "Quetzal can't post in that channel." in text(shown(answer))
    assert await world.services.boards.get_for(GUILD_ID, PANEL_ID) is None
