"""What the clients of panels, nodes and copy targets need of their settings."""

from bot.copies import CopyTarget
from bot.copies.s3 import S3Config, S3Target
from bot.copies.webdav import WebdavConfig, WebdavTarget
from bot.core.clock import Clock
from bot.panel import NodeConfig, PanelConfig
from bot.settings import CopySettings, NodeSettings, PanelSettings, S3CopySettings


def panel_config(panel_id: str, panel: PanelSettings) -> PanelConfig:
    """Convert the settings of a panel for its client."""
    return PanelConfig(
        url=panel.url,
        key=panel.key,
        id=panel_id,
        node_hosts=panel.node_hosts,
        lists_all=panel.servers == "all",
        zone=panel.time_zone,
    )


def node_config(name: str, node: NodeSettings) -> NodeConfig:
    """Convert the settings of a node for its client."""
    return NodeConfig(name=name, url=node.url, token=node.token)


def copy_target(name: str, settings: CopySettings, clock: Clock) -> CopyTarget:
    """Make the target of a settings' name, without connecting to it."""
    if isinstance(settings, S3CopySettings):
        bucket = S3Config(
            name=name,
            url=settings.url,
            bucket=settings.bucket,
            key_id=settings.key_id,
            secret=settings.secret,
            region=settings.region,
            prefix=settings.prefix,
        )
        return S3Target(bucket, now=clock.now, sleep=clock.sleep)
    folder = WebdavConfig(
        name=name,
        url=settings.url,
        user=settings.user,
        password=settings.password,
        prefix=settings.prefix,
    )
    return WebdavTarget(folder, sleep=clock.sleep)
