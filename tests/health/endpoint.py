"""The health endpoint, as somebody outside reads it."""

import aiohttp


async def healthz(port: int) -> tuple[int, dict[str, object]]:
    """Return the status and the body of `/healthz`."""
    url = f"http://127.0.0.1:{port}/healthz"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.json()
