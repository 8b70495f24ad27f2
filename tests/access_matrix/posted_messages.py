"""Messages that come by themselves, with buttons that no command leads to."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from simcord import ResponseMessage

from bot.domain.alerts import RuleKind
from bot.domain.annotations import Annotations
from bot.storage.repositories import alert_handling
from bot.ui.setup.welcome import post_welcome
from sandbox.games import Game
from sandbox.model import GameServer
from tests.support.alerts import fired, incident, seen, shown_by
from tests.support.bot_view import bot_guild
from tests.support.jobs_begun import idle_stopped, restart_begun
from tests.support.whitelist import requested, requests
from tests.support.world import GUILD_ID, World


def servers_named(world: World, name: str) -> list[GameServer]:
    """List the servers whose names begin so."""
    return [server for server in world.sandbox.world.servers.values() if server.name.startswith(name)]


async def _alert(world: World, *names: str) -> ResponseMessage:
    """Send an alert of these servers, which lasts and is silenced."""
    until = world.services.clock.now() + timedelta(minutes=30)  # less than what can be chosen
    servers = [lobby for name in names for lobby in servers_named(world, name)]
    for server in servers:
        server.game = Game(cpu_absolute=0.95 * server.limits.cpu)
    made, message = await fired(world, *(incident(world, lobby, rule=RuleKind.CPU) for lobby in servers))
    await world.services.store.write(
        lambda conn: alert_handling.silence(conn, made, guild_id=GUILD_ID, until=until)
    )
    return seen(world, message)


async def _crash(world: World, offer: str) -> ResponseMessage:
    """Let a server be down after a crash whose cause has a fix; of its message only that is of interest."""
    facts = Annotations(gave_up=True, offer=offer)
    (down,) = servers_named(world, "Lobby 1")[:1]
    _, message = await fired(world, incident(world, down, rule=RuleKind.CRASH, value=1.0, facts=facts))
    return seen(world, message)


async def _welcome(world: World) -> ResponseMessage:
    """Let it be posted as when the bot is invited."""
    number = await post_welcome(world.bot, bot_guild(world))
    assert number is not None
    return shown_by(world, world.channel.id, number)


async def _restart(world: World) -> ResponseMessage:
    """Let a restart wait for its time."""
    lobby, *_ = servers_named(world, "Lobby 2")
    job = await restart_begun(world, server_uuid=lobby.uuid)
    assert job.discord_id is not None
    return shown_by(world, job.channel_id, job.discord_id)


async def _idle_stop(world: World) -> ResponseMessage:
    """Let a server have been stopped because it was empty."""
    lobby, *_ = servers_named(world, "Lobby 3")
    number = await idle_stopped(world, lobby)
    return shown_by(world, world.channel.id, number)


async def _whitelist_request(world: World) -> ResponseMessage:
    """Let another person ask each time."""
    others = len(requests(world))
    return await requested(world, 400_000_000_000_000_000 + others)


async def _board(world: World, panel_id: str) -> ResponseMessage:
    """Let the board be posted, or brought up to date."""
    await world.advance(21)
    board = await world.services.boards.get_for(GUILD_ID, panel_id)
    assert board is not None
    assert board.discord_id is not None
    return shown_by(world, board.channel_id, board.discord_id)


# Messages that come by themselves: what a row of the table calls it, and how it comes to be.
POSTED: Mapping[str, Callable[[World], Awaitable[ResponseMessage]]] = {
    "an alert of one server": lambda world: _alert(world, "Survival"),
    "an alert of several servers": lambda world: _alert(world, "Survival", "Lobby 1"),
    "a crash with a file to fix": lambda world: _crash(world, "eula:"),
    "the welcome": _welcome,
    "an idle stop": _idle_stop,
    "a restart": _restart,
    "a whitelist request": _whitelist_request,
    "the board": lambda world: _board(world, "main"),
    "a crash with a variable to set": lambda world: _crash(world, "variable:SERVER_JARFILE"),
}
