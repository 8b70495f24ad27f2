"""A panel or a node with a certificate that nobody signed is not talked to."""

import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.models import PowerSignal
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import Origin, http


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


async def test_a_panels_certificate(unsigned: str, clock: Clock) -> None:
    async with PanelClient(PanelConfig(unsigned, SecretStr(KEY)), clock, sleep=clock.sleep) as client:
        with pytest.raises(errors.CertificateRefused):
            await client.account.view()
        with pytest.raises(errors.CertificateRefused):  # nothing was sent, so the outcome is known
            await client.servers.power(UUID, PowerSignal.STOP)
    assert clock.slept == []


async def test_a_nodes_certificate(unsigned: str, client: PanelClient, origin: Origin) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield b"abc"

    origin.answers(http(200, {"object": "signed_url", "attributes": {"url": f"{unsigned}/x?token=t"}}))
    with pytest.raises(errors.NodeCertificateRefused):
        await client.files.download(UUID, "/a").__aenter__()
    with pytest.raises(errors.NodeCertificateRefused):
        await client.files.upload(UUID, "/", "a", source(), 3)
    origin.answers(http(200, {"data": {"token": "t", "socket": f"{unsigned.replace('https', 'wss')}/ws"}}))
    with pytest.raises(errors.NodeCertificateRefused):
        async with client.sockets.open(UUID):
            pass
