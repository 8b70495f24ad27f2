"""A node's reports about itself and its servers, in Wings' own names.

Source: docs/reference/wings.md#the-nodes-own-api.
"""

from pydantic import AliasPath, Field, OnErrorOmit, TypeAdapter

from bot.panel.models.base import Amount, Flag, Measured, Model, Text, Usage
from bot.panel.models.servers import PowerState, Resources


class NodeServer(Resources):
    """One server of a node, as of now rather than up to 20 seconds ago.

    cpu is in percent of one core; network counts from the start of the process. Only what is needed is read:
    the answer also holds every secret of the server's environment.
    """

    uuid: str = Field(validation_alias=AliasPath("configuration", "uuid"))
    name: Text = Field(default="", validation_alias=AliasPath("configuration", "meta", "name"))
    state: PowerState
    is_suspended: Flag = False
    memory_bytes: Measured = Field(validation_alias=AliasPath("utilization", "memory_bytes"))
    cpu_absolute_percent: Usage = Field(validation_alias=AliasPath("utilization", "cpu_absolute"))
    disk_bytes: Measured = Field(validation_alias=AliasPath("utilization", "disk_bytes"))
    network_rx_bytes: Measured = Field(validation_alias=AliasPath("utilization", "network", "rx_bytes"))
    network_tx_bytes: Measured = Field(validation_alias=AliasPath("utilization", "network", "tx_bytes"))
    uptime_ms: Measured = Field(validation_alias=AliasPath("utilization", "uptime"))


class NodeSystem(Model):
    """What a node runs on."""

    version: str
    os: Text = ""
    architecture: Text = ""
    cpu_count: Amount = 0


class NodeLogs(Model):
    """The envelope of the last lines of a server's present run; null when it never ran."""

    data: tuple[str, ...] | None


NODE_SERVERS = TypeAdapter(list[OnErrorOmit[NodeServer]])
"""A server that can't be parsed is left out, so that it doesn't hide the others of its node."""
