"""Minecraft Java: the packets of its server list, by the page "Server List Ping" of minecraft.wiki."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable


def varint(number: int) -> bytes:
    """Write a number as the protocol does."""
    packed = bytearray()
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)
    return bytes(packed)


def packet(text: bytes) -> bytes:
    """Return the packet of a status."""
    body = b"\0" + varint(len(text)) + text
    return varint(len(body)) + body


def status(**changed: object) -> bytes:
    """Return the status of a server where Ann and Bob play, and a line of advertising stands between them."""
    sample = [
        {"name": "Ann", "id": "069a79f4-44e9-4726-a5be-fca90e38aaf5"},
        {"name": "§6Buy our ranks!", "id": "c5ef3347-4593-4f39-8bb1-2eaa40dd986e"},
        {"name": "Anonymous Player", "id": "00000000-0000-0000-0000-000000000000"},
        {"name": ".Bob on Xbox", "id": "853c80ef-3c37-49fd-aa49-938b674adae6"},
    ]
    fields: dict[str, object] = {
        "version": {"name": "Paper 1.21.4", "protocol": 769},
        "players": {"online": 31, "max": 100, "sample": sample},
        "description": {"text": "The ", "extra": [{"text": "§aHall", "bold": True}, " of ", ["fame"]]},
        "favicon": "data:image/png;base64," + "A" * 8000,
    }
    return json.dumps({**fields, **changed}).encode()


def answering(answer: bytes) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], AsyncIterator[bytes]]:
    """Answer a handshake and a request with these bytes."""

    async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> AsyncIterator[bytes]:
        for _question in range(2):
            (length,) = await reader.readexactly(1)
            await reader.readexactly(length)
        yield answer

    return handle
