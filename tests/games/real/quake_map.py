"""The smallest map that a Quake engine loads: one empty room, without walls. The real ones aren't free."""

import struct

_ROOM = struct.pack("<6h", -512, -512, -512, 512, 512, 512)
_SOLID, _EMPTY = -2, -1
_ENTITIES = (
    b'{\n"classname" "worldspawn"\n"message" "The Hall"\n}\n'
    b'{\n"classname" "info_player_start"\n"origin" "0 0 0"\n}\n'
    b'{\n"classname" "info_player_deathmatch"\n"origin" "0 0 0"\n}\n\0'
)
_VERSION, _LUMPS = 29, 15


def smallest_map() -> bytes:
    """Return the file."""
    lumps = {
        0: _ENTITIES,
        1: struct.pack("<4fi", 1, 0, 0, 0, 0),  # a plane
        5: struct.pack("<i2h", 0, -2, -2)
        + _ROOM
        + bytes(4),  # a node, both of whose sides are the second leaf
        9: struct.pack("<i2h", 0, _EMPTY, _EMPTY),  # a node of the clipping hull
        10: b"".join(struct.pack("<ii", kind, -1) + _ROOM + bytes(8) for kind in (_SOLID, _EMPTY)),
        14: struct.pack("<9f", *[-512] * 3, *[512] * 3, 0, 0, 0) + struct.pack("<7i", 0, 0, 0, 0, 1, 0, 0),
    }
    head, body = struct.pack("<i", _VERSION), b""
    start = len(head) + 8 * _LUMPS
    for number in range(_LUMPS):
        lump = lumps.get(number, b"")
        head += struct.pack("<ii", start + len(body), len(lump))
        body += lump.ljust(-(-len(lump) // 4) * 4, b"\0")
    return head + body
