"""Reads the packets of the protocols that no library knows."""

import struct

from bot.games.errors import BadAnswer

_MOST_NUMBER_BYTES = 5


class Packet:
    """A packet, read from its beginning. Raises BadAnswer at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, length: int) -> bytes:
        """Take so many bytes."""
        taken = self._data[self._at : self._at + length]
        if len(taken) < length:
            raise BadAnswer("the packet is too short")
        self._at += length
        return taken

    def number(self, form: str) -> int:
        """Take a whole number in a form of `struct`."""
        (number,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(number)

    def string(self) -> str:
        """Take a text up to its zero byte."""
        end = self._data.find(b"\0", self._at)
        if end < 0:
            raise BadAnswer("a text without an end")
        return self.take(end - self._at + 1)[:-1].decode(errors="replace")

    def variable_number(self) -> int:
        """Take a number as Teeworlds packs it: six bits and a sign, then seven bits a byte."""
        byte = self.number("B")
        sign, number, shift = byte & 0x40, byte & 0x3F, 6
        while byte & 0x80:
            if shift > 7 * _MOST_NUMBER_BYTES - 8:
                raise BadAnswer("a number without an end")
            byte = self.number("B")
            number |= (byte & 0x7F) << shift
            shift += 7
        return ~number if sign else number

    @property
    def is_read(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._data)
