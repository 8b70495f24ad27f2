"""A clock that only moves when somebody sleeps, an origin, and the real client on it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig
from bot.panel.models.strange_values import strange_values
from tests.support.origin import Origin

KEY = "ptlc_CANARYCANARYxxsecretsecretsecretsecretsecr"
UUID = "1a7ce997-259b-452e-8b4e-cecc464142ca"


class Clock:
    """Time that passes only by sleeping; `slept` says how long each sleep was.

    `crowd`: many sleep at once, and time passes only when the test calls `pass_time`.
    """

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.crowd = False
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.crowd:
            woken = asyncio.get_running_loop().create_future()
            self._sleepers.append((self.now + seconds, woken))
            await woken
            return
        self.now += seconds
        await asyncio.sleep(0)

    def pass_time(self) -> None:
        """Go on to the moment when the next sleepers wake."""
        if self._sleepers:
            self.now = max(self.now, min(until for until, _ in self._sleepers))
        for _, woken in [sleeper for sleeper in self._sleepers if sleeper[0] <= self.now]:
            if not woken.done():
                woken.set_result(None)
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self.now]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def origin() -> AsyncIterator[Origin]:
    async with Origin() as origin:
        yield origin


@pytest.fixture
async def client(origin: Origin, clock: Clock) -> AsyncIterator[PanelClient]:
    config = PanelConfig(origin.url, SecretStr(KEY))
    async with PanelClient(config, clock, sleep=clock.sleep) as client:
        yield client


@pytest.fixture(autouse=True)
def _nothing_strange_seen_yet() -> Iterator[None]:
    strange_values.clear()
    yield
    strange_values.clear()


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


@pytest.fixture
async def unsigned(tmp_path: Path) -> AsyncIterator[str]:
    runner = web.AppRunner(web.Application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_self_signed(tmp_path)).start()
    yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
