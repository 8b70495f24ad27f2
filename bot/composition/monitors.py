"""What monitors are made of, and what they observed."""

from collections.abc import Sequence

from bot.client_configs import node_config
from bot.core.clock import Clock
from bot.domain.observation import Observation, ServerKey
from bot.monitoring.monitor import Monitor
from bot.monitoring.node_source import NodeSource
from bot.monitoring.socket_source import SocketSource
from bot.monitoring.sources import LiveSource
from bot.panel import PanelClient
from bot.settings import PanelSettings


def live_sources(
    panel: PanelClient, settings: PanelSettings, clock: Clock, *, sockets: bool
) -> tuple[LiveSource, ...]:
    """Create the live sources of a panel."""
    nodes = [node_config(name, node) for name, node in settings.nodes.items()]
    by_socket = (SocketSource(panel, clock),) if sockets else ()
    by_node = (NodeSource(panel, nodes, clock),) if nodes else ()
    return (*by_socket, *by_node)


def last_observation(monitors: Sequence[Monitor], key: ServerKey) -> Observation | None:
    """Return the last observation of a server."""
    monitor = next((monitor for monitor in monitors if monitor.panel_id == key.panel_id), None)
    return None if monitor is None else monitor.stream.known(key.uuid)
