"""Nonces of Discord's messages: a second POST with the same one within minutes makes no second message."""

import secrets

_BITS = 64


def new_nonce() -> str:
    """Make a nonce for a new message."""
    return str(secrets.randbits(_BITS))
