"""What the clients of panels and nodes need of their settings."""

from bot.panel import NodeConfig, PanelConfig
from bot.settings import NodeSettings, PanelSettings


def panel_config(panel_id: str, panel: PanelSettings) -> PanelConfig:
    """Convert the settings of a panel for its client."""
    return PanelConfig(
        url=panel.url,
        key=panel.key,
        id=panel_id,
        node_hosts=panel.node_hosts,
        lists_all=panel.servers == "all",
    )


def node_config(name: str, node: NodeSettings) -> NodeConfig:
    """Convert the settings of a node for its client."""
    return NodeConfig(name=name, url=node.url, token=node.token)
