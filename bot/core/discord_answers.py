"""Reads responses that discord.py 2.7.1 doesn't handle.

A proxy, a firewall or a truncated response can be a page or nothing where JSON should be. discord.py returns
it as text, and the caller fails with a TypeError, as if it were a defect.
"""

from contextlib import suppress
from typing import Any

import aiohttp
import discord
import discord.http
import discord.webhook.async_
from discord.http import json_or_text

_NO_CONTENT, _TOO_MANY = 204, 429
LONGEST_LIMIT_S = 60.0
"""A longer rate limit is raised as discord.RateLimited, so that nothing silently waits for hours."""


class UnreadableAnswer(OSError):
    """The response is not Discord's, so the request may have been carried out."""


def make_answers_readable() -> None:
    """Make every request of discord.py raise UnreadableAnswer for a response that is not Discord's."""
    for module in (discord.http, discord.webhook.async_):
        module.json_or_text = read_answer  # type: ignore[attr-defined] # no public way


async def read_answer(response: aiohttp.ClientResponse) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the response's JSON, or its text if no JSON is due; raises UnreadableAnswer, RateLimited."""
    data: Any = ""
    with suppress(ValueError):  # not JSON although it says so, or not even text
        data = await json_or_text(response)
    if response.status == _TOO_MANY:
        wait_s = data.get("retry_after") if isinstance(data, dict) else None
        if not isinstance(wait_s, int | float):
            raise discord.HTTPException(response, "a rate limit that names no wait")
        if wait_s > LONGEST_LIMIT_S:
            raise discord.RateLimited(wait_s)
    is_success = 200 <= response.status < 300  # noqa: PLR2004 - as HTTP has it
    if is_success and response.status != _NO_CONTENT and (data is None or isinstance(data, str)):
        raise UnreadableAnswer(f"{response.status} without JSON")
    return data
