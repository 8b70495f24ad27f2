"""What games answer by UDP: two players, Ann and Bob, on a server called "The Hall", on map "dm6".

Written from developer.valvesoftware.com/wiki/Server_queries, the QuakeWorld, Quake 2 and 3 sources, the
GameSpy and Unreal query pages of wiki.unrealadmin.org, sampwiki.blast.hk/wiki/Query, and the wikis of MTA and
VC:MP.
"""

import struct
from collections.abc import Callable, Iterable, Mapping

from bot.domain.players import GameProtocol

FOUR = b"\xff\xff\xff\xff"
Answer = Callable[[bytes], Iterable[bytes]]


def z(*texts: object) -> bytes:
    """Join texts that end with a zero byte."""
    return b"".join(str(text).encode() + b"\0" for text in texts)


def source_info(players: int = 2, maximum: int = 24, bots: int = 0, keywords: str = "") -> bytes:
    """Return A2S_INFO's answer."""
    head = FOUR + b"I\x11" + z("The Hall", "dm6", "folder", "Game") + struct.pack("<H", 440)
    tail = b"dl\0\x01" + z("1.2.3") + (b"\x20" + z(keywords) if keywords else b"")
    return head + bytes((players, maximum, bots)) + tail


def source_players(*players: tuple[str, int, float]) -> bytes:
    """Return A2S_PLAYER's answer."""
    rows = (bytes((0,)) + z(name) + struct.pack("<if", score, seconds) for name, score, seconds in players)
    return FOUR + b"D" + bytes((len(players),)) + b"".join(rows)


PLAYERS = (("Ann", 7, 90.5), ("Bob", -1, 3600.0))


def source(
    info: bytes | None = None, players: bytes | None = None, *, is_split: bool = False
) -> Callable[[bytes], Iterable[bytes]]:
    """Answer as a server that wants a challenge first."""
    info, players = info or source_info(), players or source_players(*PLAYERS)

    def answers(question: bytes) -> Iterable[bytes]:
        is_info = question[4:5] == b"T"
        if not question.endswith(b"\x09\x08\x07\x06"):
            return [FOUR + b"A\x09\x08\x07\x06"]
        answer = info if is_info else players
        return list(split(answer)) if is_split else [answer]

    return answers


def split(answer: bytes, size: int = 20) -> Iterable[bytes]:
    """Cut an answer into Source's packets."""
    parts = [answer[at : at + size] for at in range(0, len(answer), size)]
    for number, part in enumerate(parts):
        yield struct.pack("<iIBBH", -2, 5, len(parts), number, size) + part


def gamespy1(_: bytes) -> Iterable[bytes]:
    """Answer in two packets, the second first."""
    yield rb"\player_0\Ann\frags_0\7\player_1\Bob\frags_1\-1\final\\queryid\9.2"
    yield rb"\hostname\The Hall\mapname\dm6\gamever\436\numplayers\2\maxplayers\16\queryid\9.1"


def gamespy2(_: bytes) -> Iterable[bytes]:
    """Answer fields, players and teams."""
    fields = z(
        "hostname", "The Hall", "mapname", "dm6", "gamever", "1.0", "numplayers", 2, "maxplayers", 16, ""
    )
    rows = b"\0\x02" + z("player_", "score_", "", "Ann", 7, "Bob", -1)
    yield b"\0\x04\x05\x06\x07" + fields + rows + b"\0\0" + z("team_t", "")


def gamespy3(question: bytes) -> Iterable[bytes]:
    """Answer with a challenge when it is asked for, and in one packet."""
    if question[2:3] == b"\x09":
        yield b"\x09\x04\x05\x06\x07" + z("9513307")
        return
    fields = z(
        "hostname", "The Hall", "mapname", "dm6", "gamever", "1.0", "numplayers", 2, "maxplayers", 16, ""
    )
    rows = b"\x01" + z("player_", "", "Ann", "Bob", "", "score_", "", 7, -1, "", "")
    yield b"\0\x04\x05\x06\x07" + z("splitnum") + b"\x80\0" + fields + rows + b"\0"


def minecraft_query(question: bytes) -> Iterable[bytes]:
    """Answer as a Java server with `enable-query`."""
    session = question[3:7]
    if question[2:3] == b"\x09":
        yield b"\x09" + session + z("9513307")
        return
    fields = z(
        "hostname", "The §aHall", "gametype", "SMP", "game_id", "MINECRAFT", "version", "1.21.4",
        "plugins", "Paper on 1.21.4: Essentials 2", "map", "world", "numplayers", 2, "maxplayers", 20,
        "hostport", 25565, "hostip", "127.0.0.1", "",
    )  # fmt: skip
    rows = z("player_", "", "Ann", "Bob", "")
    yield b"\0" + session + z("splitnum") + b"\x80\0" + fields.decode().encode("latin-1") + b"\x01" + rows


def quake1(_: bytes) -> Iterable[bytes]:
    """Answer as QuakeWorld; Ann is on for twelve minutes."""
    fields = b"\\maxclients\\16\\map\\dm6\\*version\\MVDSV 0.35\\hostname\\The Hall\n"
    yield FOUR + b"n" + fields + b'1 7 12 40 "Ann" "base" 4 4\n2 -1 60 41 "Bob" "" 0 0\n\0'


def quake2(_: bytes) -> Iterable[bytes]:
    """Answer with two people and a bot, which has no ping."""
    fields = b"\\mapname\\dm6\\maxclients\\16\\version\\8.1\\hostname\\The Hall\n"
    yield FOUR + b"print\n" + fields + b'7 40 "Ann"\n-1 41 "Bob"\n0 0 "Bot"\n'


def quake3(_: bytes) -> Iterable[bytes]:
    """Answer with two coloured people and a bot."""
    fields = b"\\mapname\\dm6\\sv_maxclients\\16\\version\\ioq3 1.36\\sv_hostname\\^1The ^7Hall\n"
    yield FOUR + b"statusResponse\n" + fields + b'7 40 "^2Ann"\n-1 41 "Bob"\n0 0 "^1Sarge"\n'


def doom3(_: bytes) -> Iterable[bytes]:
    """Answer as Doom 3."""
    fields = z("si_name", "The Hall", "si_map", "dm6", "si_maxPlayers", 16, "si_version", "DOOM 1.3", "", "")
    rows = b"".join(
        bytes((at,)) + struct.pack("<Hi", 40, 16000) + z(name) for at, name in enumerate(("Ann", "Bob"))
    )
    yield (
        b"\xff\xff"
        + z("infoResponse")
        + b"ogsq"
        + struct.pack("<HH", 41, 1)
        + fields
        + rows
        + b"\x20"
        + bytes(12)
    )


def pascal(text: str) -> bytes:
    """Write a text with its length and the zero byte that it includes."""
    return bytes((len(text) + 1,)) + z(text)


def unreal2(question: bytes, waves: bytes = b"") -> Iterable[bytes]:
    """Answer details or players."""
    if question[4:5] == b"\0":
        head = b"\x80\0\0\0\0" + bytes(4) + z("") + struct.pack("<ii", 7777, 7778) + b"\x09" + z("The Hall")
        numbers = struct.pack("<ii", 2, 16) + waves + bytes(8)
        yield head + pascal("dm6") + pascal("DM") + numbers + pascal("1")
    else:
        rows = ((1, "Ann", 7), (2, "Bob", -1))
        yield b"\x80\0\0\0\x02" + b"".join(
            struct.pack("<i", number) + pascal(name) + struct.pack("<iii", 40, score, 0)
            for number, name, score in rows
        )


def killing_floor(question: bytes) -> Iterable[bytes]:
    """Answer as Killing Floor, which has waves."""
    return unreal2(question, struct.pack("<ii", 1, 7))


def _long(text: str) -> bytes:
    return struct.pack("<i", len(text)) + text.encode()


def samp(question: bytes) -> Iterable[bytes]:
    """Answer info or players; the head of the question comes back."""
    if question[10:11] == b"i":
        yield (
            question[:11]
            + b"\0"
            + struct.pack("<HH", 2, 50)
            + _long("The Hall")
            + _long("dm6")
            + _long("English")
        )
    else:
        rows = b"".join(
            bytes((at, len(name))) + name + struct.pack("<ii", score, 40)
            for at, (name, score) in enumerate(((b"Ann", 7), (b"Bob", -1)))
        )
        yield question[:11] + struct.pack("<H", 2) + rows


def vcmp(question: bytes) -> Iterable[bytes]:
    """Answer as Vice City Multiplayer."""
    head = b"MP04" + question[4:11]
    if question[10:11] == b"i":
        yield (
            head
            + b"04rel006".ljust(12, b"\0")
            + b"\0"
            + struct.pack("<HH", 2, 50)
            + _long("The Hall")
            + _long("DM")
            + (_long("English"))
        )
    else:
        yield head + struct.pack("<H", 2) + b"\x03Ann\x03Bob"


def mta(_: bytes) -> Iterable[bytes]:
    """Answer as Multi Theft Auto, by the All-Seeing Eye's protocol."""

    def text(value: object) -> bytes:
        return bytes((len(str(value)) + 1,)) + str(value).encode()

    head = b"".join(map(text, ("mta", 22003, "The Hall", "race", "dm6", "1.6", 0, 2, 32)))
    rows = b"".join(
        b"\x3f" + b"".join(map(text, (name, "", "", score, 40, "")))
        for name, score in (("Ann", 7), ("Bob", -1))
    )
    yield b"EYE1" + head + text("rule") + text("1") + b"\x01" + rows


UDP_GAMES: Mapping[GameProtocol, Answer] = {
    GameProtocol.SOURCE: source(),
    GameProtocol.GAMESPY1: gamespy1,
    GameProtocol.GAMESPY2: gamespy2,
    GameProtocol.GAMESPY3: gamespy3,
    GameProtocol.GAMESPY4: gamespy3,
    GameProtocol.MINECRAFT_QUERY: minecraft_query,
    GameProtocol.QUAKE1: quake1,
    GameProtocol.QUAKE2: quake2,
    GameProtocol.QUAKE3: quake3,
    GameProtocol.DOOM3: doom3,
    GameProtocol.UNREAL2: unreal2,
    GameProtocol.KILLING_FLOOR: killing_floor,
    GameProtocol.SAMP: samp,
    GameProtocol.VCMP: vcmp,
    GameProtocol.MTA: mta,
}
