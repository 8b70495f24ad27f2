"""Hides the network addresses of players in console lines. Pure."""

import re
from ipaddress import ip_address

HIDDEN_ADDRESS = "[address]"
_CANDIDATE = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3})(?![\w]|\.\d)"
)


def mask_addresses(line: str) -> str:
    """Replace each IPv4 and IPv6 address by a mark; ports stay."""
    return _CANDIDATE.sub(_hidden, line)


def _hidden(match: re.Match[str]) -> str:
    text = match[0].rstrip(":")
    if not any(char.isalnum() for char in text):  # `::` is more often punctuation than an address
        return match[0]
    try:
        ip_address(text)
    except ValueError:
        return match[0]
    return HIDDEN_ADDRESS + match[0][len(text) :]
