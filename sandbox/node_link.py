"""The way from the panel to a node: closed, hung, or to a node that does not know the server."""

from collections.abc import Callable
from typing import TypeVar

from sandbox.answers import NodeUnreachable, WingsError
from sandbox.model import GameServer, Node

T = TypeVar("T")
UNKNOWN_SERVER = "The requested resource does not exist on this instance."


def check_node(server: GameServer) -> None:
    """Raise NodeUnreachable or WingsError when the panel cannot reach a server's node."""
    if not server.node.up:
        raise NodeUnreachable
    if not server.on_node:
        raise WingsError(404, UNKNOWN_SERVER)


def on_node(server: GameServer, action: Callable[[], T]) -> T:
    """Do something on the node; a hung one does it later, and the panel gives up before.

    Source: docs/reference/panel-api.md#node-failures.
    """
    check_node(server)
    if server.node.hung:
        server.node.backlog.append(lambda: _forget(action))
        raise NodeUnreachable
    return action()


def wake(node: Node) -> None:
    """Let a hung node answer again: what waited is carried out first."""
    node.hung = False
    waiting, node.backlog = node.backlog, []
    for action in waiting:
        action()


def _forget(action: Callable[[], T]) -> None:
    """Carry out what nobody waits for any more; its error goes where Wings' own log would be."""
    try:
        action()
    except WingsError:
        return
