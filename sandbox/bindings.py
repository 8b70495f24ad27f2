"""Route models: which rows the placeholders of a path stand for.

Source: docs/reference/panel-api.md#identifiers-in-urls.
"""

from collections.abc import Callable
from typing import Any

from sandbox import hashids
from sandbox.model import GameServer
from sandbox.world import World

SHORT_ID = 8
Children = dict[str, Any]


def find_server(world: World, text: str) -> GameServer | None:
    """Return the server of an 8-character short id or a full uuid, in any case of letters."""
    text = text.lower()  # MariaDB's default collation
    if len(text) == SHORT_ID or world.mode.is_pelican:
        short = next((server for uuid, server in world.servers.items() if uuid[:SHORT_ID] == text), None)
        if short is not None or len(text) == SHORT_ID:
            return short
    return world.servers.get(text)


def find_children(world: World, server: GameServer | None, segments: dict[str, str]) -> tuple[Children, bool]:
    """Return the other models of a path (None = unknown), and whether one belongs to another server."""
    children: Children = {}
    foreign = False
    for name, finder in _FINDERS.items():
        if name not in segments:
            continue
        owner, child = finder(world, server, segments[name])
        children[name] = child
        foreign = foreign or (child is not None and owner is not server)
    if children.get("task") is not None and children["task"] not in children["schedule"].tasks:
        foreign = True
    return children, foreign


def _first(
    world: World, nearest: GameServer | None, pick: Callable[[GameServer], Any]
) -> tuple[GameServer | None, Any]:
    for server in ([nearest] if nearest else []) + list(world.servers.values()):
        child = pick(server)
        if child is not None:
            return server, child
    return None, None


def _backup(world: World, server: GameServer | None, text: str) -> tuple[GameServer | None, Any]:
    return _first(
        world,
        server,
        lambda other: next((b for b in other.backups if b.uuid == text and not b.deleted), None),
    )


def _database(world: World, server: GameServer | None, text: str) -> tuple[GameServer | None, Any]:
    number = int(text) if world.mode.is_pelican and text.isdigit() else hashids.decode(text)
    return _first(world, server, lambda other: next((d for d in other.databases if d.id == number), None))


def _schedule(world: World, server: GameServer | None, text: str) -> tuple[GameServer | None, Any]:
    # As with allocations: the panel does not say that another server has it.
    if server is None:
        return None, None
    return server, next((row for row in server.schedules if str(row.id) == text), None)


def _task(world: World, server: GameServer | None, text: str) -> tuple[GameServer | None, Any]:
    return _first(
        world,
        server,
        lambda other: next(
            (task for schedule in other.schedules for task in schedule.tasks if str(task.id) == text), None
        ),
    )


def _allocation(world: World, server: GameServer | None, text: str) -> tuple[GameServer | None, Any]:
    # Looked up among those of the server only: the panel does not say that another server has it.
    if server is None:
        return None, None
    return server, next((a for a in server.allocations if str(a.id) == text), None)


def _subuser(world: World, server: GameServer | None, text: str) -> tuple[GameServer | None, Any]:
    user = next((user for user in world.users.values() if user.uuid == text), None)
    if server is None or user is None:
        return None, None
    return server, next((sub for sub in server.subusers if sub.user is user), None)


_FINDERS: dict[str, Callable[[World, GameServer | None, str], tuple[GameServer | None, Any]]] = {
    "backup": _backup,
    "database": _database,
    "schedule": _schedule,
    "task": _task,
    "allocation": _allocation,
    "user": _subuser,
}
