"""Quetzal's picture beside its messages: a white Q on green, drawn here so that no file has to be shipped."""

import math
import struct
import zlib
from collections.abc import Iterator

from bot.ui.kit.theme import QUETZAL

_SIZE = 128
_CENTRE, _RADIUS, _STROKE = _SIZE / 2, 34.0, 11.0
_TAIL = (14.0, 44.0)
"""From where to where the stroke of the Q goes, from the centre to the lower right."""


def avatar() -> bytes:
    """Draw it as a PNG. https://www.w3.org/TR/png-3/."""
    rows = b"".join(b"\0" + bytes(_row(line)) for line in range(_SIZE))
    header = struct.pack(">IIBBBBB", _SIZE, _SIZE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _row(line: int) -> Iterator[int]:
    for column in range(_SIZE):
        right, down = column + 0.5 - _CENTRE, line + 0.5 - _CENTRE
        share = max(_inside(abs(math.hypot(right, down) - _RADIUS)), _inside(_from_tail(right, down)))
        for part in QUETZAL.to_rgb():
            yield round(part + (0xFF - part) * share)


def _inside(distance: float) -> float:
    """Return how much of a pixel so far from the middle of a stroke is covered by it."""
    return min(1.0, max(0.0, _STROKE / 2 - distance + 0.5))


def _from_tail(right: float, down: float) -> float:
    along = min(max((right + down) / 2, _TAIL[0]), _TAIL[1])
    return math.hypot(right - along, down - along)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
