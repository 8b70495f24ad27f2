"""E-mail addresses, which are personal: how little of them is shown and recorded. Pure."""

import re

_ADDRESS = re.compile(r"(?P<first>[^\s@])[^\s@]*@(?P<domain>[^\s@]+)")


def masked_email(address: str) -> str:
    """Return an address of which only its owner recognises the first part: `n…@example.com`."""
    match = _ADDRESS.fullmatch(address)
    return f"{match['first']}…@{match['domain']}" if match else "…"
