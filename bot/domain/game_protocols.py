"""Which protocol a server's game answers, and on which of its own ports, from what the panel knows. Pure.

The start command says most surely what runs; names of eggs and images are the hosts' own. docs/games.md shows
what is chosen for the commonest eggs.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain import game_words
from bot.domain.players import GameProtocol
from bot.panel.models import Server

MOST_CANDIDATES = 12
_QUERY_VARIABLE = re.compile(r"(?:^|_)Q(?:UERY)?(?:_?PORT)?$")
_QUOTED = re.compile(r'"[^"]*"')
"""In a start command: names that people gave their servers."""


class QueryCandidate(NamedTuple):
    """A protocol and one of the server's own ports."""

    protocol: GameProtocol
    port: int


@dataclass(frozen=True, slots=True)
class _Family:
    """Games that are queried alike: by the egg's variable for the query's port, else beside the game's port.

    `offsets` are added to the game's port; `fixed` are ports that hardly anybody changes.
    """

    pattern: re.Pattern[str]
    protocols: tuple[GameProtocol, ...]
    offsets: tuple[int, ...] = (0,)
    has_query_variable: bool = False
    fixed: tuple[int, ...] = ()


def query_candidates(server: Server) -> tuple[QueryCandidate, ...]:
    """Return what the server may answer, the likeliest first; nothing for games known to have no query.

    Only ports of the server's own allocations. For an unknown game, every common protocol is a candidate.
    """
    ports = _own_ports(server)
    if not ports:
        return ()
    family = _family(server)
    if family is None:
        return _anything(ports)
    ordered = dict.fromkeys([*_likely_ports(server, family, ports), *ports] if family.protocols else [])
    candidates = [QueryCandidate(protocol, port) for port in ordered for protocol in family.protocols]
    return tuple(candidates[:MOST_CANDIDATES])


def query_secret(protocol: GameProtocol, server: Server) -> str | None:
    """Return the password or token that the protocol requires, from the egg's variables."""
    name = _SECRETS.get(protocol)
    return (_variables(server).get(name) or None) if name else None


def _family(server: Server) -> _Family | None:
    evidence = (_QUOTED.sub("", server.invocation), server.egg_name or "", server.docker_image)
    by_evidence = (family for text in evidence for family in _FAMILIES if family.pattern.search(text))
    known = next(by_evidence, None)
    if known is not None:
        return known
    features = frozenset(server.egg_features or ())
    if "eula" in features:
        return _JAVA_EDITION
    has_query_port = any(map(_QUERY_VARIABLE.search, _variables(server)))
    return _STEAM if has_query_port or features & {"gsl_token", "steam_disk_space"} else None


def _likely_ports(server: Server, family: _Family, ports: Sequence[int]) -> Iterator[int]:
    if family.has_query_variable:
        variables = _variables(server)
        for name in sorted(filter(_QUERY_VARIABLE.search, variables), key=len):
            yield from (port for port in ports if str(port) == variables[name])
    beside = [ports[0] + offset for offset in family.offsets]
    yield from (port for port in (*family.fixed, *beside) if port in ports)


def _variables(server: Server) -> dict[str, str]:
    return {
        variable.env_variable: variable.server_value or variable.default_value or ""
        for variable in server.variables
    }


def _own_ports(server: Server) -> tuple[int, ...]:
    """Return the ports of the allocations, the one that players use first."""
    ordered = sorted(server.allocations, key=lambda allocation: not allocation.is_default)
    return tuple(dict.fromkeys(allocation.port for allocation in ordered))


def _anything(ports: Sequence[int]) -> tuple[QueryCandidate, ...]:
    beside_first = [QueryCandidate(protocol, ports[0]) for protocol in _COMMON]
    elsewhere = [QueryCandidate(GameProtocol.SOURCE, port) for port in ports[1:]]
    return tuple([*beside_first, *elsewhere][:MOST_CANDIDATES])


_COMMON = (
    GameProtocol.SOURCE,
    GameProtocol.MINECRAFT,
    GameProtocol.BEDROCK,
    GameProtocol.QUAKE3,
    GameProtocol.GAMESPY4,
    GameProtocol.UNREAL2,
)

_SECRETS = {GameProtocol.PALWORLD: "ADMIN_PASSWORD"}
PROTOCOLS_WITH_SECRET = frozenset(_SECRETS)
"""Those for which `query_secret` needs the startup variables, which only the view of a server has."""


def _named(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_FAMILIES = (
    # Games without a query: they are not asked at all.
    _Family(
        _named(
            r"factorio|terraria|tshock|tmodloader|mindustry|vintage ?story|\bveloren|minetest|luanti|openrct2"
            r"|\bopenra\b|\beco(?:server)?\b|hytale|necesse|core ?keeper|don.?t ?starve|dontstarve|astroneer"
            r"|beammp|alt-?:?v\b|rage-?(?:mp|coop)|among us|impostor|localadmin|scp:? ?sl|stormworks|soldat"
            r"|assault ?cube|sauerbraten|cube ?2|zandronum|ark: survival ascended|arkascended"
            r"|assetto|acserver|starmade|foundryvtt|resonite|neos(?:vr|\.exe)|subnautica|nitrox"
        ),
        (),
    ),
    _Family(_named(rf"{game_words.BEDROCK}|waterdog ?pe|gomint"), (GameProtocol.BEDROCK,)),
    _Family(_named(r"geyser|waterdog\b"), (GameProtocol.MINECRAFT, GameProtocol.BEDROCK)),
    _Family(
        _named(
            r"minecraft|\bpaper\b|papermc|purpur|spigot|bukkit|\bfolia\b|fabric|\bquilt\b|(?:neo)?forge\b"
            r"|unix_args|sponge|magma|mohist|arclight|bungee|velocity|waterfall|travertine|limbo|cuberite"
            r"|glowstone|curse-?forge|modrinth|\bftb\b|feed the beast|tekkit|technic|hexxit|vanillacord"
        ),
        (GameProtocol.MINECRAFT, GameProtocol.MINECRAFT_QUERY),
    ),
    _Family(_named(r"fivem|redm|cfx-server|fxserver"), (GameProtocol.FIVEM,)),
    _Family(_named(r"mta-server|mtasa|multi theft auto"), (GameProtocol.MTA,), (123,)),
    _Family(_named(r"samp03svr|omp-server|sa-?mp\b|open\.?mp\b|games:samp"), (GameProtocol.SAMP,)),
    _Family(_named(r"vc-?mp"), (GameProtocol.VCMP,)),
    _Family(_named(r"palworld|palserver"), (GameProtocol.PALWORLD,), fixed=(8212,)),
    _Family(_named(r"satisfactory|factorygame"), (GameProtocol.SATISFACTORY,)),
    _Family(
        _named(r"teamspeak|teaspeak|ts3server|tsserver"),
        (GameProtocol.TEAMSPEAK,),
        (),
        has_query_variable=True,
        fixed=(10011,),
    ),
    _Family(_named(r"mumble|murmur"), (GameProtocol.MUMBLE,)),
    _Family(_named(r"openttd"), (GameProtocol.OPENTTD,)),
    _Family(_named(r"teeworlds|dd(?:race)?net"), (GameProtocol.TEEWORLDS,)),
    _Family(_named(r"quake ?live|qzeroded"), (GameProtocol.SOURCE,)),
    _Family(_named(r"mvdsv|quakeworld|\bktx\b"), (GameProtocol.QUAKE1,)),
    _Family(_named(r"quake ?2|quake ?ii\b|q2ded|r1q2"), (GameProtocol.QUAKE2,)),
    _Family(
        _named(
            r"openarena|oa_ded|ioq(?:uake)?3|quake ?3|quake ?iii|urban ?terror|etlded|et ?legacy|xonotic"
            r"|nexuiz|warsow|warfork|mohaa|cod[124]?(?:x|_lnxded)|call of duty|jedi|unvanquished|tremulous"
        ),
        (GameProtocol.QUAKE3,),
    ),
    _Family(_named(r"\bdoom ?3|etqw|quake ?4"), (GameProtocol.DOOM3,)),
    _Family(
        _named(r"ut2004|unreal tournament 2004|killing ?floor(?! ?2)"), (GameProtocol.UNREAL2,), (1, 10, 0)
    ),
    _Family(_named(r"ut99|unreal tournament\b"), (GameProtocol.GAMESPY1,), (1, 0)),
    _Family(_named(r"battlefield 1942|bf1942"), (GameProtocol.GAMESPY1,), (0,)),
    _Family(_named(r"battlefield 2\b|bf2142"), (GameProtocol.GAMESPY3,), (0,)),
    _Family(_named(r"valheim|arma ?3"), (GameProtocol.SOURCE,), (1, 0, 2), has_query_variable=True),
    _Family(
        _named(r"srcds|hlds|svends|\bcs2\b|source engine|games:source"),
        (GameProtocol.SOURCE,),
        (0, 1),
        has_query_variable=True,
    ),
    _Family(
        _named(
            r"rustdedicated|\brust\b(?! generic)|shootergame|ark: survival evolved|7 ?days ?to ?die|zomboid"
            r"|v ?rising|enshrouded|unturned|conan|dayz|squad|hell let loose|insurgency|mordhau|avorion"
            r"|sons ?of ?the ?forest|the ?forest|space ?engineers|starbound|barotrauma|killing ?floor ?2"
            r"|kfgame|abiotic|soulmask|icarus|stationeers|the ?isle|\bvein\b|garry"
        ),
        (GameProtocol.SOURCE,),
        (0, 1, 2),
        has_query_variable=True,
    ),
)

_STEAM = _Family(re.compile(""), (GameProtocol.SOURCE,), (0, 1, 2), has_query_variable=True)
_JAVA_EDITION = _Family(re.compile(""), (GameProtocol.MINECRAFT, GameProtocol.MINECRAFT_QUERY))
