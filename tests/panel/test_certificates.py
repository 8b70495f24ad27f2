"""A panel or a node with a certificate that nobody signed is not talked to."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig, errors
from bot.panel.models import PowerSignal
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import Origin, http


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
