"""What real servers sent (OpenTTD, Teeworlds, Mumble of Debian 12), and DDNet's answer by its sources."""

from collections.abc import Iterable

OPENTTD_13 = (
    bytes.fromhex("34000606 01 ffffffff 00 00 21de0a00 1fde0a00 0f0019")
    + b"Unnamed Server\x0013.0\x00\x00\x19\x03\x00\x00\x01\x00\x01\x00\x01"
)
"""OpenTTD 13.0 of Debian, by TCP, with three people on instead of none."""

OPENTTD_OLD = (
    bytes.fromhex("0000 01 04 01")
    + b"GRF1"
    + bytes(16)
    + bytes.fromhex("21de0a00 1fde0a00 0f0019")
    + (b"Old rails\x001.10.3\x00\x00\x00\x19\x02\x00\x00\x01\x00\x01\x00\x01")
)
"""The same by UDP, as before version 12: game info of version 4, with one set of graphics."""

TEEWORLDS_TOKEN = bytes.fromhex("040000") + b"MINE" + b"\x05" + bytes.fromhex("130ed53b")
TEEWORLDS_INFO = (
    b"!MINE\x13\x0e\xd5;\xff\xff\xff\xffinf3\x05"
    b"0.7.5\0Tee \xc2\xa7 World\0\0dm1\0DM\0\x00\x01\x02\x08\x02\x08"
)
"""Teeworlds 0.7.5 of Debian. Its two players are added by the packet's description."""
TEEWORLDS_PLAYERS = b"Ann\0clan\0\x80\x01\x07\0" + b"Bob\0\0\x80\x01\x40\0"

MUMBLE = bytes.fromhex("00010304") + b"TOKEN678" + bytes.fromhex("00000003 000003e8 00011940")
"""mumble-server 1.3.4 of Debian, with three people on."""


def teeworlds(question: bytes) -> Iterable[bytes]:
    """Answer as version 0.7: a token first, and the info to those who have it."""
    if question[:1] == b"\x04" and len(question) >= 512:
        yield TEEWORLDS_TOKEN.replace(b"MINE", question[8:12])
    elif question[1:5] == TEEWORLDS_TOKEN[8:12]:
        yield TEEWORLDS_INFO.replace(b"MINE", question[5:9]) + TEEWORLDS_PLAYERS


def ddnet(question: bytes, *, is_extended: bool) -> Iterable[bytes]:
    """Answer as version 0.6, or as DDNet with its longer answer."""
    if question[:2] != b"xe":
        return
    kind, more = (b"iext", ["12345", "6789"]) if is_extended else (b"inf3", [])
    texts = [
        "5",
        "0.6.4",
        "Race",
        "Kobra",
        *more,
        "DDraceNetwork",
        "0",
        "2",
        "63",
        "2",
        "64",
        *[""] * is_extended,
    ]
    for name, score in (("Ann", "-9999"), ("Bob", "12")):
        texts += [name, "clan", "-1", score, "1", *[""] * is_extended]
    yield b"xe" + bytes(4) + b"\xff\xff\xff\xff" + kind + b"".join(text.encode() + b"\0" for text in texts)


def mumble(question: bytes) -> Iterable[bytes]:
    """Answer a ping with its token."""
    yield MUMBLE.replace(b"TOKEN678", question[4:])
