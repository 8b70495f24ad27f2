"""Who is on a server, as the game itself reports it. Pure.

Names and titles come from games and from their players: they are cleaned and cut here, and quoted where they
are shown (`bot/domain/quoting.py`).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.core.i18n import _
from bot.core.terminal_codes import without_terminal_codes

MOST_PLAYERS = 100_000
"""A count above it is a lie; the largest servers of any game hold some thousand."""
MOST_NAMES = 500
LONGEST_NAME = 64
LONGEST_TEXT = 120
LONGEST_SESSION_S = 366 * 86_400
_HIGHEST_SCORE = 2**31 - 1

_MINECRAFT_COLOUR = re.compile(r"§.")
_DROPPED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters and marks that show nothing; names are made of them to look empty."""
_JOINER = "\u200d"  # emoji are made with it
_MOST_MARKS = 3


class GameProtocol(StrEnum):
    """How a game is queried. The values are stored and typed by people."""

    MINECRAFT = "minecraft"
    MINECRAFT_QUERY = "minecraft-query"
    BEDROCK = "bedrock"
    SOURCE = "source"
    QUAKE1 = "quake1"
    QUAKE2 = "quake2"
    QUAKE3 = "quake3"
    DOOM3 = "doom3"
    GAMESPY1 = "gamespy1"
    GAMESPY2 = "gamespy2"
    GAMESPY3 = "gamespy3"
    GAMESPY4 = "gamespy4"
    UNREAL2 = "unreal2"
    KILLING_FLOOR = "killing-floor"
    SAMP = "samp"
    VCMP = "vcmp"
    MTA = "mta"
    FIVEM = "fivem"
    PALWORLD = "palworld"
    SATISFACTORY = "satisfactory"
    TEAMSPEAK = "teamspeak"
    MUMBLE = "mumble"
    OPENTTD = "openttd"
    TEEWORLDS = "teeworlds"
    PANEL = "panel"
    """By the panel's own player counter instead of a query of ours."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player who is on. `seconds` is how long; None where the game doesn't report it."""

    name: str
    seconds: int | None = None
    score: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayerCount:
    """One answer of a game: every number is plausible, every text is cleaned and short.

    `players` is None where the game gives no names; it can be shorter than `online` (Minecraft names twelve).
    `maximum` is None where the game has no limit or doesn't report it. `name` is the game's own title (MOTD).
    `latency_ms` is the time from the first packet to the last one.
    """

    online: int
    maximum: int | None = None
    players: tuple[Player, ...] | None = None
    version: str | None = None
    map: str | None = None
    name: str | None = None
    protocol: GameProtocol
    latency_ms: float | None = None


class ImplausibleAnswer(ValueError):
    """An answer that cannot be true, such as a negative number of players."""


def checked_online(value: object) -> int:
    """Return the number of players. Raises ImplausibleAnswer for what cannot be one."""
    count = _whole(value)
    if count is None or not 0 <= count <= MOST_PLAYERS:
        raise ImplausibleAnswer(_("{value!r:.40} players", value=value))
    return count


def plausible_maximum(value: object) -> int | None:
    """Return the number of slots; None for 0 and for what cannot be one, as games without a limit send."""
    count = _whole(value)
    return count if count is not None and 0 < count <= MOST_PLAYERS else None


def named_player(name: str, *, seconds: float | None = None, score: object = None) -> Player:
    """Clean what a game says of a player. `score`: a whole number or its digits; others are left out."""
    points = _whole(score)
    return Player(
        clean_text(name, LONGEST_NAME) or "",
        None if seconds is None or not 0 <= seconds <= LONGEST_SESSION_S else int(seconds),
        None if points is None or abs(points) > _HIGHEST_SCORE else points,
    )


def named_players(players: Iterable[Player]) -> tuple[Player, ...]:
    """Return the first players that have a name; games list those who are still joining without one."""
    named: list[Player] = []
    for player in players:
        if player.name:
            named.append(player)
        if len(named) == MOST_NAMES:
            break
    return tuple(named)


def clean_text(text: str | None, longest: int = LONGEST_TEXT) -> str | None:
    """Return one short line without colours, control and direction characters; None when nothing is left."""
    if text is None:
        return None
    cut = without_terminal_codes(text[: longest * 8])
    cut = _MINECRAFT_COLOUR.sub("", cut)
    line = " ".join(_few_marks("".join(_seen(char) for char in cut)).split()).strip(_JOINER)
    return (line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…") or None


def _seen(char: str) -> str:
    if char in "\t\r\n":
        return " "
    is_hidden = char in _BLANK or (unicodedata.category(char) in _DROPPED and char != _JOINER)
    return "" if is_hidden else char


def _few_marks(text: str) -> str:
    """Keep a few combining marks a letter: more of them paint over the lines above and below."""
    marks, kept = 0, []
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    if isinstance(value, int):
        return value
    return int(value) if re.fullmatch(r"-?[0-9]{1,10}", value.strip()) else None
