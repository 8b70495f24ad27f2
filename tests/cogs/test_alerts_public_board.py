"""The public board: one message for everybody who plays, with public facts only."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from simcord import ChannelHandle, ResponseMessage

from bot.domain.grants import Grant, SubjectKind
from bot.domain.idle import IdleRule
from bot.domain.levels import Level
from bot.domain.notifications import Audience, Board
from bot.domain.observation import Observation
from bot.domain.usage_history import Band, Point
from bot.panel.models import PowerState
from bot.services.alerts import PublicPage
from bot.storage.repositories import boards, grants, idle_rules, server_states
from bot.storage.repositories.server_states import ServerState
from sandbox.model import Allocation, GameServer
from tests.support.alerts import PANEL_ID, begun, incident, shown_by
from tests.support.games import answer
from tests.support.grants import grant
from tests.support.messages import buttons, text
from tests.support.metrics_history import key_of, point, remember
from tests.support.world import GUILD_ID, World, shown


async def see(world: World, server: GameServer | None = None, state: PowerState = PowerState.RUNNING) -> None:
    """Remember a sight of a server, as the watch does."""
    server = server or world.survival
    seen = Observation(key_of(server), world.services.clock.now(), state, 0, 0, 0, 0, 0, 0)
    known = {server.uuid: ServerState(seen, stop_requested=True, stop_requested_by="stopped by Ada")}
    await world.services.store.write(lambda conn: server_states.put(conn, PANEL_ID, known))


async def choose(world: World, channel: ChannelHandle | None = None) -> ChannelHandle:
    channel = channel or world.guild.create_text_channel("servers")
    done = await world.admin.slash(world.channel, "alerts board", channel=channel, audience="public")
    assert f"The board appears in <#{channel.id}>" in text(shown(done))
    await world.advance(21)
    return channel


async def kept(world: World) -> Board:
    board = await world.services.boards.get_for(GUILD_ID, PANEL_ID, Audience.PUBLIC)
    assert board is not None
    return board


async def board_of(world: World) -> ResponseMessage:
    board = await kept(world)
    assert board.discord_id is not None
    return shown_by(world, board.channel_id, board.discord_id)


async def stop_when_empty(world: World) -> None:
    """Let a server have been stopped because it was empty."""
    now = world.services.clock.now()
    world.survival.power.state = "offline"
    rule = IdleRule(PANEL_ID, world.survival.uuid, GUILD_ID, 600, world.channel.id, world.admin.id, now, now)
    await world.services.store.write(lambda conn: idle_rules.put(conn, rule))
    await see(world, state=PowerState.OFFLINE)


async def test_it_shows_public_facts_and_no_others(world: World) -> None:
    world.survival.allocations[0] = Allocation(1, "203.0.113.5", 25565, alias="play.example.com")
    lobby = world.sandbox.world.add_server(name="Lobby", owner="owner")
    lobby.allocations[0] = Allocation(2, "2001:db8::25", 25566)
    await world.advance(60)
    await see(world)
    await see(world, lobby, PowerState.OFFLINE)
    await begun(world, incident(world))
    answer(world, 12)
    await choose(world)
    answer(world, 12)
    await world.advance(21)

    read = text(await board_of(world))
    assert "**1 of 2 up** · 12 players" in read
    assert "🟢 **Survival** · up · 12 of 40 players\n`play.example.com:25565`\n-# 1" in read
    assert "⚫ **Lobby** · down\n`[2001:db8::25]:25566`" in read
    for private in (world.survival.uuid, world.survival.uuid[:8], "node", "critical", "Ada", "CPU", "MiB"):
        assert private not in read


async def test_it_has_the_day_and_the_uptime_of_30_days(world: World) -> None:
    def step(hours_ago: float, at: int, observations: int) -> Point:
        players = 10.0 if hours_ago < 6 else 0.0
        made = point(at, observations, up=hours_ago < 24 * 27)
        return replace(made, players=Band(players, players, players))

    await remember(world, step=step)
    await world.advance(60)
    await see(world)
    await choose(world)
    read = text(await board_of(world))
    assert "-# up 89.9% of 30 days\n-# players today ▁▁▁▁▁▁▆█" in read


@pytest.mark.sweep
async def test_a_server_that_was_down_for_minutes_was_not_up_all_the_time(world: World) -> None:
    await world.advance(timedelta(minutes=20).total_seconds())  # into an hour that isn't over
    await remember(world, step=lambda ago, at, observations: point(at, observations, up=ago > 0.15))
    await see(world)
    await choose(world)
    assert "up 99.9% of 30 days" in text(await board_of(world))


async def test_both_boards_can_be_in_one_channel(world: World) -> None:
    await world.advance(60)
    await see(world)
    channel = await choose(world)
    await world.admin.slash(world.channel, "alerts board", channel=channel)
    await world.advance(21)
    await world.restart()
    await world.advance(60)
    await see(world, state=PowerState.STARTING)
    await world.advance(21)
    drawn = [text(message) for message in channel.history()]
    assert len(drawn) == 2
    assert sum("public board main" in read for read in drawn) == 1
    assert all("starting" in read for read in drawn)


@pytest.mark.sweep
async def test_one_that_was_sent_and_not_noted_is_found_again(world: World) -> None:
    channel = await choose(world)
    board = await kept(world)
    lost = replace(board, discord_id=None, posted_at=None, shown=None)
    await world.services.store.write(lambda conn: boards.put(conn, lost))
    await world.restart()
    await world.advance(60)
    await world.advance(21)
    assert (await kept(world)).discord_id == board.discord_id
    assert len(channel.history()) == 1


async def test_a_member_starts_what_was_stopped_because_it_was_empty(world: World) -> None:
    await world.advance(60)
    await choose(world)
    await stop_when_empty(world)
    await world.advance(21)
    drawn = await board_of(world)
    assert "💤 **Survival** · stopped because empty" in text(drawn)
    assert buttons(drawn) == []  # nobody but the staff may

    players = world.guild.create_role("Players")
    given = Grant(
        GUILD_ID,
        SubjectKind.ROLE,
        players.id,
        PANEL_ID,
        None,
        Level.VIEWER,
        world.admin.id,
        (await kept(world)).set_at,
    )
    await world.services.access.granted.change(GUILD_ID, lambda conn: grants.put(conn, given))
    await world.advance(21)
    drawn = await board_of(world)
    assert buttons(drawn) == ["Start"]

    refused = text(shown(await world.stranger.click(drawn, label="Start")))
    assert "You can't start this server: that takes viewer access." in refused
    assert "Ask its staff to start it." in refused
    assert world.survival.power.state == "offline"

    world.env.backend.guilds[world.guild.id].members[world.stranger.id].role_ids.append(players.id)
    started = await world.stranger.click(drawn, label="Start")
    await world.until(lambda: "Survival is running" in text(shown(started)))
    await see(world)
    await world.advance(21)
    assert buttons(await board_of(world)) == []


async def test_it_can_be_removed_without_the_other_one(world: World) -> None:
    await world.advance(60)
    channel = await choose(world)
    await world.admin.slash(world.channel, "alerts board", channel=channel)
    await world.advance(21)
    page = await world.admin.slash(world.channel, "alerts board", audience="public")
    assert "Public board" in text(shown(page))
    await world.admin.click(shown(page), label="Remove board")
    await world.advance(60)
    (left,) = channel.history()
    assert "public board" not in text(left)
    page = await world.admin.slash(world.channel, "alerts board", audience="public")
    assert "No public board" in text(shown(page))


async def test_players_do_not_read_why_it_is_paused(world: World) -> None:
    await grant(world, world.stranger.id, Level.ADMIN)
    channel = world.guild.create_text_channel("servers")
    await world.stranger.slash(world.channel, "alerts board", channel=channel, audience="public")
    await world.advance(21)
    await grant(world, world.stranger.id, Level.VIEWER)
    await world.services.standing_work.check_all()
    await world.advance(21)
    read = text(await board_of(world))
    assert "This board is paused." in read
    assert str(world.stranger.id) not in read


async def test_what_is_not_seen_any_more_is_not_shown_as_up(world: World) -> None:
    await world.advance(60)
    await see(world)
    await choose(world)
    await world.advance(timedelta(minutes=6).total_seconds())
    assert "**Survival** · state not known" in text(await board_of(world))


async def test_the_page_has_what_public_boards_show_and_no_secret(world: World, tmp_path: Path) -> None:
    directory = tmp_path / "www" / "servers"
    services = world.services
    page = PublicPage(services.boards, services.public_boards, directory, services.clock)
    await world.advance(60)
    await see(world)
    await page.make()
    assert json.loads((directory / "servers.json").read_text())["servers"] == []

    await choose(world)
    answer(world, 12)
    await page.make()
    files = {file.name: file.read_text() for file in directory.iterdir()}
    assert set(files) == {"index.html", "servers.json"}
    (server,) = json.loads(files["servers.json"])["servers"]
    assert (server["name"], server["state"], server["players"]) == ("Survival", "up", 12)
    key = services.settings.panels[PANEL_ID].key.get_secret_value()
    for content in files.values():
        assert "Survival" in content
        for private in (key, world.survival.uuid, str(GUILD_ID), str(world.admin.id)):
            assert private not in content


async def test_a_paused_board_leaves_the_page(world: World, tmp_path: Path) -> None:
    services = world.services
    page = PublicPage(services.boards, services.public_boards, tmp_path, services.clock)
    await world.advance(60)
    await see(world)
    await grant(world, world.stranger.id, Level.ADMIN)
    channel = world.guild.create_text_channel("servers")
    await world.stranger.slash(world.channel, "alerts board", channel=channel, audience="public")
    await page.make()
    assert "Survival" in (tmp_path / "index.html").read_text()
    await grant(world, world.stranger.id, Level.VIEWER)
    await services.standing_work.check_all()
    await page.make()
    assert "Survival" not in (tmp_path / "index.html").read_text()
