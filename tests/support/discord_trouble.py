"""What goes wrong between a bot and Discord, in Discord's own words; ordered as `sandbox.Faults`."""

import json

from sandbox import Fault
from sandbox.faults import Kind
from tests.support.discord_messages import Refused

JSON_HEADERS = {"Content-Type": "application/json"}


def limited(retry_after: float, *, everywhere: bool = False) -> Fault:
    """429: too many requests of this route, or of all. The wait is in headers and body."""
    headers = JSON_HEADERS | {
        "Retry-After": str(max(1, round(retry_after))),
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset-After": f"{retry_after:.3f}",
        "X-RateLimit-Scope": "global" if everywhere else "user",
        # Without it discord.py takes the answer for that of the wall in front of Discord.
        "Via": "1.1 google",
    }
    if everywhere:
        headers["X-RateLimit-Global"] = "true"
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": everywhere}
    return Fault(Kind.STATUS, 429, json.dumps(body).encode(), headers)


def broken(status: int = 500, *, stored: bool = False) -> Fault:
    """Answer a fault of Discord's own. With `stored` it did what was asked all the same."""
    body = json.dumps({"message": f"{status}: Internal Server Error", "code": 0}).encode()
    return Fault(Kind.STATUS, status, body, JSON_HEADERS, acts=stored)


def unanswered(seconds: float, *, stored: bool = True) -> Fault:
    """Do what was asked, and answer so much later."""
    return Fault.slow(seconds, acts=stored)


def cut(*, stored: bool = True) -> Fault:
    """Do what was asked, and let the connection break instead of an answer."""
    return Fault.cut(acts=stored)


def refused(refusal: Refused) -> Fault:
    """Refuse, in these words."""
    return Fault(Kind.STATUS, refusal.status, refusal_body(refusal), refusal_headers(refusal))


def refusal_body(refusal: Refused, retry_after: float = 1.0) -> bytes:
    """Say why, as Discord does."""
    body: dict[str, object] = {"message": refusal.message, "code": refusal.code}
    if refusal.status == 429:
        body["retry_after"] = retry_after
    return json.dumps(body).encode()


def refusal_headers(refusal: Refused, retry_after: float = 1.0) -> dict[str, str]:
    """Give the headers that go with it."""
    if refusal.status != 429:
        return JSON_HEADERS
    return JSON_HEADERS | {"Retry-After": str(max(1, round(retry_after))), "Via": "1.1 google"}
