"""What a running server prints and uses, and what is typed into it. Computed when somebody looks."""

import json
from collections.abc import Iterable
from typing import TypedDict

from sandbox.event_bus import EventBus
from sandbox.model import CONSOLE_LINES, GameServer

CATCH_UP_SECONDS = 300.0  # nobody sees more than the last 150 lines anyway


class Network(TypedDict):
    """Bytes since the container started."""

    rx_bytes: int
    tx_bytes: int


class Stats(TypedDict):
    """The `stats` object of the Wings websocket (docs/reference/wings.md#events)."""

    memory_bytes: int
    memory_limit_bytes: int
    cpu_absolute: float | None
    network: Network
    uptime: int
    state: str
    disk_bytes: int


def stats(world: EventBus, server: GameServer) -> Stats:
    """Return what the node measures now."""
    started = server.power.container_started
    ballast = server.game.ballast(world.seconds())
    if ballast is not None:
        server.disk.ballast_bytes = ballast
    nothing = Stats(
        memory_bytes=0,
        memory_limit_bytes=server.limits.memory_bytes or server.node.memory_bytes,
        cpu_absolute=0,
        network=Network(rx_bytes=0, tx_bytes=0),
        uptime=0,
        state=server.state,
        disk_bytes=server.disk.used_bytes(),
    )
    if started is None:
        return nothing
    now = world.seconds()
    load = server.game.load(now - started, now)
    return {
        **nothing,
        "memory_bytes": load.memory_bytes,
        "cpu_absolute": None if server.game.lacks_cpu else round(load.cpu_absolute, 3),
        "network": Network(rx_bytes=load.rx_bytes, tx_bytes=load.tx_bytes),
        "uptime": int((now - started) * 1000),
    }


def publish_stats(world: EventBus, server: GameServer) -> None:
    """Send one `stats` to whoever listens."""
    if server.listeners:
        world.publish(server, "stats", json.dumps(stats(world, server), separators=(",", ":")))


def put(world: EventBus, server: GameServer, line: str) -> None:
    """Let the process print a line."""
    server.console.append(line)
    world.publish(server, "console output", line)


def daemon_says(world: EventBus, server: GameServer, text: str) -> None:
    """Let Wings write into the console. It is not part of the history."""
    world.publish(server, "console output", f"\x1b[33m\x1b[1m[Pterodactyl Daemon]:\x1b[39m {text}\x1b[0m")


def catch_up(world: EventBus, server: GameServer) -> None:
    """Print what the game would have said by itself since somebody looked last."""
    now = world.seconds()
    start = max(server.chatted_until, now - CATCH_UP_SECONDS)
    server.chatted_until = now
    if server.state == "running":
        for line in server.game.chatter(start, now):
            put(world, server, line)


def history(world: EventBus, server: GameServer) -> Iterable[str]:
    """Return the last lines of a running server; nothing of a stopped one."""
    catch_up(world, server)
    return tuple(server.console)[-CONSOLE_LINES:] if server.power.container_started is not None else ()


def logs(world: EventBus, server: GameServer) -> tuple[str, ...]:
    """Return what the container of the present or the last run printed; nothing of the runs before it."""
    catch_up(world, server)
    return tuple(server.console)
