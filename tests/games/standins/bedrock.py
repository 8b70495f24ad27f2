"""Minecraft Bedrock: RakNet's unconnected pong (minecraft.wiki/w/RakNet)."""

import struct
from collections.abc import Iterator

MAGIC = bytes.fromhex("00ffff00fefefefefdfdfdfd12345678")


def pong(text: bytes, *, length: int | None = None) -> bytes:
    """Return the packet around the semicolon-separated fields."""
    return (
        b"\x1c"
        + bytes(8)
        + bytes(8)
        + MAGIC
        + struct.pack(">H", len(text) if length is None else length)
        + text
    )


def fields(
    online: object = 3, maximum: object = 20, title: str = "§aCave §lWorld", level: str = "Bedrock level"
) -> bytes:
    """Return the fields that a server announces."""
    return f"MCPE;{title};712;1.21.20;{online};{maximum};1234;{level};Survival;1;19132;19133;".encode()


def answers(question: bytes) -> Iterator[bytes]:
    """Answer an unconnected ping; anything else gets no answer."""
    if question.startswith(b"\x01") and MAGIC in question:
        yield pong(fields())
