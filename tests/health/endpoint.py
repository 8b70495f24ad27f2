"""The health endpoint, as somebody outside reads it."""

import socket

import aiohttp


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


async def healthz(port: int) -> tuple[int, dict[str, object]]:
    """Return the status and the body of `/healthz`."""
    url = f"http://127.0.0.1:{port}/healthz"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.json()
