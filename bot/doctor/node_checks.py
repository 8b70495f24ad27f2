"""A node that Quetzal may read directly: reach, token, version, clock, and whose servers it runs."""

from collections.abc import AsyncIterator, Sequence

from yarl import URL

from bot.client_configs import node_config
from bot.core.clock import Clock
from bot.core.errors import QuetzalError
from bot.doctor.findings import LOOPBACK, Finding, clock, from_error, good, note, some, wrong
from bot.domain.formatting import counted
from bot.panel import NodeApi
from bot.panel.models import Server
from bot.settings import NodeSettings


async def check_node(
    name: str, node: NodeSettings, servers: Sequence[Server], now: Clock
) -> AsyncIterator[Finding]:
    """Check a node and the servers that it runs; `servers` are those that the panel account sees."""
    address = URL(node.url)
    if address.scheme == "http" and address.host not in LOOPBACK:
        yield note(
            f"Node {name}: {node.url} isn't encrypted, so the token can be read on the way.",
            "Use https:// if the node and Quetzal aren't on the same trusted network.",
        )
    dates: list[str | None] = []
    try:
        async with NodeApi(node_config(name, node), on_date=dates.append) as client:
            system = await client.system()
            here = {server.uuid for server in await client.servers()}
    except QuetzalError as error:
        yield from_error(error, about=f"Node {name} ({node.url}): ")
        return
    yield good(f"Node {name} accepts the token and runs Wings {system.version}.")
    compared = clock(f"node {name}", dates[-1], now.now())
    if compared:
        yield compared
    yield _check_servers(name, here, servers)


def _check_servers(name: str, here: set[str], servers: Sequence[Server]) -> Finding:
    shared = [server for server in servers if server.uuid in here]
    if not shared:
        count = counted(len(here), "server", "servers")
        return wrong(
            f"Node {name} runs {count}, but none that the panel account sees.",
            "Check that its address and token belong to a node of this panel.",
        )
    called = sorted({server.node for server in shared})
    listed = some(server.name for server in shared)
    count = counted(len(shared), "server", "servers")
    return good(f"Node {name} ({some(called)} in the panel) runs {count}: {listed}.")
