"""Bounded requests to a game's own HTTP interface. They follow no redirect and decompress nothing."""

import json
from collections.abc import Mapping
from types import MappingProxyType

import aiohttp
from yarl import URL

from bot.games.errors import BadAnswer
from bot.games.target import QueryTarget

MOST_HTTP_BYTES = 512 * 1024
"""The list of a full FiveM server, 2,048 players with all their identifiers, is about as long."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


async def fetch_json(
    target: QueryTarget,
    path: str,
    *,
    scheme: str = "http",
    body: object = None,
    headers: Mapping[str, str] = _NOTHING,
) -> object:
    """GET, or POST when there is a body. Raises BadAnswer, ValueError for no JSON, and aiohttp's errors."""
    url = URL.build(scheme=scheme, host=target.host, port=target.port, path=path)
    # The games make their certificates themselves, so they prove nothing.
    connector = aiohttp.TCPConnector(ssl=False, limit=1, force_close=True)
    async with (
        aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
        ) as session,
        session.request("GET" if body is None else "POST", url, json=body, allow_redirects=False) as response,
    ):
        if response.status != 200:
            raise BadAnswer(f"HTTP status {response.status}")
        return json.loads(await _bounded(response.content))


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for chunk in content.iter_any():
        body += chunk
        if len(body) > MOST_HTTP_BYTES:
            raise BadAnswer(f"more than {MOST_HTTP_BYTES} bytes")
    return bytes(body)
