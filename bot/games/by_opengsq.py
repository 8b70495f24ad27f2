"""Most protocols, by opengsq: a table of how each is asked, and one reader for their many field names."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

from aiohttp import encode_basic_auth
from opengsq import protocols as gsq
from opengsq.protocol_base import ProtocolBase
from typing_extensions import override

from bot.domain.players import (
    GameProtocol,
    Player,
    PlayerCount,
    checked_online,
    clean_text,
    named_player,
    named_players,
    plausible_maximum,
)
from bot.games.errors import BadAnswer
from bot.games.opengsq_sockets import use_our_sockets
from bot.games.target import QueryTarget
from bot.games.web import fetch_json

_NAMES_WITHIN_S = 1.0
"""For the list of names where it is a question of its own: some games never answer it."""

_ONLINE = ("numplayers", "num_players", "clients")
_MAXIMUM = ("maxplayers", "max_players", "sv_maxclients", "maxclients", "si_maxplayers")
_VERSION = ("si_version", "gamever", "version", "*version")
_MAP = ("mapname", "map", "map_name", "si_map")
_TITLE = ("hostname", "sv_hostname", "server_name", "name", "si_name")
_NAME = ("name", "player")
_SCORE = ("score", "frags")

_Fields = Mapping[str, Any]


async def query_by_opengsq(target: QueryTarget) -> PlayerCount:
    """Query a game by the row of its protocol."""
    dialect = _DIALECTS[target.protocol]
    game = dialect.make(target) if dialect.make else dialect.protocol(target.host, target.port)
    return await dialect.read(game, target.protocol)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """A class of opengsq, how it is made for a target, and how it is read."""

    protocol: type[ProtocolBase]
    read: Callable[[Any, GameProtocol], Awaitable[PlayerCount]]
    make: Callable[[QueryTarget], ProtocolBase] | None = None


async def _counted(game: Any, protocol: GameProtocol) -> PlayerCount:
    """Read a protocol with one answer for everything: fields, with the number of players, and the players."""
    status = await game.get_status()
    return _count(_fields(getattr(status, "info", status)), protocol, status.players)


async def _listed(game: Any, protocol: GameProtocol) -> PlayerCount:
    """Read a protocol that gives no number, but lists everybody."""
    status = await game.get_status()
    rows = list(status.players)
    if protocol in _BOTS_HAVE_NO_PING:
        rows = [row for row in rows if _fields(row).get("ping")]
    return _count(_fields(status.info), protocol, rows, online=len(rows))


async def _asked_twice(game: Any, protocol: GameProtocol) -> PlayerCount:
    """Read a protocol whose names are a question of their own."""
    status = await (game.get_details() if hasattr(game, "get_details") else game.get_status())
    return await _with_names(game, _count(_fields(status), protocol, None))


async def _source(game: gsq.Source, protocol: GameProtocol) -> PlayerCount:
    """Read Valve's protocol. It counts bots as players, and its list doesn't show which of them are bots."""
    info = _fields(await game.get_info())
    keywords = str(info.get("keywords") or "")
    online, maximum = _rust_numbers(keywords) or (info["players"], info["max_players"])
    bots = info["bots"]
    count = _count(
        {**info, "max_players": maximum}, protocol, None, online=online - bots if online >= bots else online
    )
    return count if bots else await _with_names(game, count)


async def _fivem(game: gsq.FiveM, protocol: GameProtocol) -> PlayerCount:
    return await _with_names(game, _count(await game.get_dynamic(), protocol, None))


async def _teamspeak(game: gsq.TeamSpeak3, protocol: GameProtocol) -> PlayerCount:
    """Read TeamSpeak, which counts those who query it, too."""
    info = {key.removeprefix("virtualserver_"): value for key, value in (await game.get_info()).items()}
    online = checked_online(info["clientsonline"]) - checked_online(info.get("queryclientsonline", 0))
    count = _count(info, protocol, None, online=online)
    clients = await _optional(game.get_clients()) if online else []
    if clients is None:
        return count
    people = [{"name": client["client_nickname"]} for client in clients if client.get("client_type") == "0"]
    return _count(info, protocol, people, online=online)


class _FiveM(gsq.FiveM):  # type: ignore[misc] # opengsq has no types
    """FiveM, by bounded requests."""

    def __init__(self, target: QueryTarget) -> None:
        self._target = target

    @override
    async def _get(self, filename: str) -> Any:
        return await fetch_json(self._target, f"/{filename}.json")


class _Palworld(gsq.Palworld):  # type: ignore[misc] # opengsq has no types
    """Palworld's REST API, by bounded requests. Its user is always `admin`."""

    def __init__(self, target: QueryTarget) -> None:
        if target.secret is None:
            raise BadAnswer("Palworld wants a password")
        super().__init__(target.host, target.port, "admin", target.secret)
        self._target = target

    @override
    async def api_request(self, url: str) -> Any:
        return await fetch_json(
            self._target,
            f"/v1/api/{url.rpartition('/')[2]}",
            headers={"Authorization": encode_basic_auth(self.api_username, self.api_password)},
        )


def _teamspeak_at(target: QueryTarget) -> gsq.TeamSpeak3:
    return gsq.TeamSpeak3(target.host, target.port, target.game_port or _TEAMSPEAK_VOICE_PORT)


_TEAMSPEAK_VOICE_PORT = 9987
_BOTS_HAVE_NO_PING = frozenset({GameProtocol.QUAKE2, GameProtocol.QUAKE3})

_DIALECTS: Mapping[GameProtocol, _Dialect] = {
    GameProtocol.SOURCE: _Dialect(gsq.Source, _source),
    GameProtocol.QUAKE1: _Dialect(gsq.Quake1, _listed),
    GameProtocol.QUAKE2: _Dialect(gsq.Quake2, _listed),
    GameProtocol.QUAKE3: _Dialect(gsq.Quake3, _listed),
    GameProtocol.DOOM3: _Dialect(gsq.Doom3, _listed),
    GameProtocol.GAMESPY1: _Dialect(gsq.GameSpy1, _counted),
    GameProtocol.GAMESPY2: _Dialect(gsq.GameSpy2, _counted),
    GameProtocol.GAMESPY3: _Dialect(gsq.GameSpy3, _counted),
    GameProtocol.GAMESPY4: _Dialect(gsq.GameSpy4, _counted),
    GameProtocol.MTA: _Dialect(gsq.ASE, _counted),
    GameProtocol.UNREAL2: _Dialect(gsq.Unreal2, _asked_twice),
    GameProtocol.KILLING_FLOOR: _Dialect(gsq.KillingFloor, _asked_twice),
    GameProtocol.SAMP: _Dialect(gsq.Samp, _asked_twice),
    GameProtocol.VCMP: _Dialect(gsq.Vcmp, _asked_twice),
    GameProtocol.FIVEM: _Dialect(gsq.FiveM, _fivem, _FiveM),
    GameProtocol.PALWORLD: _Dialect(gsq.Palworld, _asked_twice, _Palworld),
    GameProtocol.TEAMSPEAK: _Dialect(gsq.TeamSpeak3, _teamspeak, _teamspeak_at),
}


async def _with_names(game: Any, count: PlayerCount) -> PlayerCount:
    """Ask for the names, when somebody is on."""
    rows = await _optional(game.get_players()) if count.online else []
    return count if rows is None else replace(count, players=named_players(_players(rows)))


async def _optional(names: Awaitable[Any]) -> Any:
    try:
        async with asyncio.timeout(_NAMES_WITHIN_S):
            return await names
    except TimeoutError:
        return None
    except Exception:  # noqa: BLE001 - the number stands without the names; opengsq raises whatever it trips over
        return None


def _count(
    fields: _Fields, protocol: GameProtocol, rows: Iterable[Any] | None, *, online: object = None
) -> PlayerCount:
    return PlayerCount(
        online=checked_online(_first(fields, _ONLINE) if online is None else online),
        maximum=plausible_maximum(_first(fields, _MAXIMUM)),
        players=None if rows is None else named_players(_players(rows)),
        version=_text(_first(fields, _VERSION)),
        map=_text(_first(fields, _MAP)),
        name=_text(_first(fields, _TITLE)),
        protocol=protocol,
    )


def _players(rows: Iterable[Any]) -> Iterator[Player]:
    for row in rows:
        fields = _fields(row)
        name = _first(fields, _NAME)
        if isinstance(name, str):
            yield named_player(name, seconds=_seconds(fields), score=_first(fields, _SCORE))


def _seconds(fields: _Fields) -> float | None:
    """Return how long somebody is on: Valve's games count seconds, QuakeWorld minutes."""
    if isinstance(fields.get("duration"), float):
        return float(fields["duration"])
    return 60.0 * fields["time"] if "color1" in fields and isinstance(fields.get("time"), int) else None


def _rust_numbers(keywords: str) -> tuple[int, int] | None:
    """Read the numbers of a Rust server, which may hold more people than Valve's protocol can count."""
    online, maximum = re.search(r"\bcp(\d{1,5})\b", keywords), re.search(r"\bmp(\d{1,5})\b", keywords)
    return (int(online[1]), int(maximum[1])) if online and maximum else None


def _fields(record: Any) -> _Fields:
    fields = vars(record) if is_dataclass(record) else record
    return {str(key).lower(): value for key, value in fields.items()}


def _first(fields: _Fields, names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def _text(value: object) -> str | None:
    return clean_text(value) if isinstance(value, str) else None


use_our_sockets(dialect.protocol for dialect in _DIALECTS.values())
