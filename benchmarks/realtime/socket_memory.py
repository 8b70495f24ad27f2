"""The memory of a live connection over TLS, by the bot's own hub: on uvloop, and on asyncio's loop.

`python -m benchmarks.realtime.socket_memory FACTS` measures in a process of its own, and prints bytes.
"""

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from ipaddress import IPv4Address
from pathlib import Path

import psutil
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from benchmarks.panel_process import panel_process
from bot.panel import PanelClient, PanelConfig
from bot.panel.errors import PanelError
from bot.panel.events import Event
from bot.panel.socket_hub import SocketHub

WARM_UP = 20
SETTLED_S = 3.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is measured: the connections to these servers, the first ones to warm up."""

    url: str
    key: str
    servers: tuple[str, ...]
    uvloop: bool


class Quiet:
    """Follows a server, and does nothing."""

    def heard(self, event: Event) -> None:
        """Take an event."""

    def lost(self, error: PanelError) -> None:
        """Take note that there is no connection."""


def bytes_per_socket(servers: int) -> dict[str, float]:
    """Measure the bytes of a connection on each event loop there is."""
    with tempfile.TemporaryDirectory() as directory:
        pem = _certificate(Path(directory))
        with panel_process(
            WARM_UP + servers,
            0.0,
            limiter=True,
            requests_per_minute=100 * servers,
            certificate=str(pem),
        ) as panel:
            loops = {"asyncio": False} | ({"uvloop": True} if find_spec("uvloop") is not None else {})
            return {
                name: _in_a_process(Facts(panel.url, panel.key, panel.servers, is_uvloop), pem)
                for name, is_uvloop in loops.items()
            }


def _in_a_process(facts: Facts, certificate: Path) -> float:
    command = [sys.executable, "-m", "benchmarks.realtime.socket_memory", json.dumps(asdict(facts))]
    trusts = os.environ | {"SSL_CERT_FILE": str(certificate)}
    printed = subprocess.run(command, env=trusts, stdout=subprocess.PIPE, check=True).stdout
    return float(printed)


async def _measure(facts: Facts) -> float:
    config = PanelConfig(url=facts.url, key=SecretStr(facts.key))
    async with PanelClient(config) as client:
        hub, process = client.sockets.hub, psutil.Process()
        await client.servers.touch()  # so that the rate limit is known
        await _connect(hub, facts.servers[:WARM_UP], WARM_UP)
        gc.collect()
        before = process.memory_info().rss
        measured = facts.servers[WARM_UP:]
        await _connect(hub, measured, len(facts.servers))
        gc.collect()
        return float(process.memory_info().rss - before) / len(measured)


async def _connect(hub: SocketHub, uuids: tuple[str, ...], until: int) -> None:
    for uuid in uuids:
        hub.listen(uuid, Quiet())
    async with asyncio.timeout(300):
        while hub.connected < until:  # noqa: ASYNC110 - the hub does it beside
            await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLED_S)


def _certificate(directory: Path) -> Path:
    """Make a certificate for loopback that signs itself, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now, address = datetime.now(UTC), x509.IPAddress(IPv4Address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = directory / "node.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem


def main() -> None:
    """Measure what the argument says."""
    given = json.loads(sys.argv[1])
    facts = Facts(given["url"], given["key"], tuple(given["servers"]), given["uvloop"])
    factory = import_module("uvloop").new_event_loop if facts.uvloop else None
    with asyncio.Runner(loop_factory=factory) as runner:
        print(runner.run(_measure(facts)))


if __name__ == "__main__":
    main()
