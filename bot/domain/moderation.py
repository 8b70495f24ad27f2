"""What the console commands of games do to one player, and what their answers mean. Pure.

Each command is from the game's own reference of console or RCON commands. A game that names players by an
id takes nothing else: a name would be looked up among those who are on, and may be anybody's.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.core.errors import BadInput
from bot.core.i18n import _

LONGEST_TEXT = 200
"""Of a reason, or a message."""


class PlayerAction(StrEnum):
    """What is done to a player."""

    KICK = "kick"
    BAN = "ban"
    UNBAN = "unban"
    ALLOW = "allow"
    DISALLOW = "disallow"
    LIST = "list"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Identification:
    """How a game names a player: a pattern for the whole of it, and an example."""

    pattern: re.Pattern[str]
    example: str


@dataclass(frozen=True, slots=True)
class Moderation:
    """A game's commands about players. `{name}` is who, `{text}` why, or the message.

    `by_id` holds the actions that take an id in place of the name.
    """

    named: Identification
    commands: Mapping[PlayerAction, str]
    identified: Identification | None = None
    by_id: frozenset[PlayerAction] = frozenset()

    def identification(self, action: PlayerAction) -> Identification:
        """Return how this action names a player."""
        return self.identified if self.identified is not None and action in self.by_id else self.named

    def line(self, action: PlayerAction, who: str, text: str) -> str:
        """Write the console line. Raises BadInput for what the game has no command for, and odd names."""
        self.check(action)
        template, name = self.commands[action], who.strip()
        identification = self.identification(action)
        if "{name}" in template and identification.pattern.fullmatch(name) is None:
            raise BadInput(
                _("That isn't how this game names a player."),
                state=_("Nothing was sent."),
                next_step=_("It takes something like `{example}`.", example=identification.example),
            )
        return template.format(name=name, text=_plain(text)).strip()

    def check(self, action: PlayerAction) -> None:
        """Raise BadInput for what the game has no command for."""
        if action not in self.commands:
            raise BadInput(
                _("This game has no console command for that."),
                state=_("Nothing was sent."),
                next_step=_("`/server command` sends any other command of the game."),
            )


def answers(lines: Iterable[str], command: str) -> tuple[str, ...]:
    """Leave out the command itself, which a console repeats: it is no answer of the game."""
    return tuple(line for line in lines if _PROMPT.sub("", line).strip() != command)


def was_refused(lines: Iterable[str]) -> bool:
    """Whether the game said that it did not do it."""
    return any(_REFUSALS.search(line) for line in lines)


def _plain(text: str) -> str:
    """Leave out what could end the text inside a command: quotes, semicolons and line breaks."""
    return " ".join(re.sub(rf"[{_UNSAFE}]", " ", text).split())[:LONGEST_TEXT]


_PROMPT = re.compile(r"^[\s>$#]*")
_REFUSALS = re.compile(
    r"no player was found|(?:does not|doesn't) exist|not found|nothing changed|already (?:white|allow)listed"
    r"|(?:isn't|is not|not) (?:white|allow)listed|(?:already|not) in (?:the )?(?:white|allow)list"
    r"|(?:isn't|is not|not) banned|unknown (?:or incomplete )?command|incorrect argument|syntax error"
    r"|unexpected error occurred|failed to (?:kick|(?:un-?)?ban)|invalid player"
    r"|(?:unable to|could not|couldn't|cannot|can't) (?:find|add|remove|kick|(?:un)?ban)"
    r"|no such player|no targets matched|not online|unknown player|usage:",
    re.IGNORECASE,
)
_STEAM = Identification(re.compile(r"7656119\d{10}"), "76561198012345678")
_UNSAFE = r"\"\\;\x00-\x1f\x7f\x85\u2028\u2029"
"""Quotes, and the breaks of `console_line.py`: what follows would run as a command of its own."""
_QUOTED = Identification(re.compile(rf"[^{_UNSAFE}]{{1,64}}"), "Ada")
# Floodgate puts a mark of the owner's choice in front of players of Bedrock.
_MINECRAFT_NAME = Identification(re.compile(r"[.*+~!-]?\w{1,16}", re.ASCII), "Steve")
_WORD = Identification(re.compile(rf"[^\s{_UNSAFE}]{{1,64}}"), "Ada")

MINECRAFT = Moderation(
    _MINECRAFT_NAME,
    {
        PlayerAction.KICK: "kick {name} {text}",
        PlayerAction.BAN: "ban {name} {text}",
        PlayerAction.UNBAN: "pardon {name}",
        PlayerAction.ALLOW: "whitelist add {name}",
        PlayerAction.DISALLOW: "whitelist remove {name}",
        PlayerAction.LIST: "whitelist list",
        PlayerAction.MESSAGE: "tell {name} {text}",
    },
)
_BEDROCK_NAME = Identification(re.compile(r"[\w ]{1,20}"), "Steve Stone")
BEDROCK = Moderation(  # its dedicated server knows no bans
    _BEDROCK_NAME,
    {
        PlayerAction.KICK: 'kick "{name}" {text}',
        PlayerAction.ALLOW: 'allowlist add "{name}"',
        PlayerAction.DISALLOW: 'allowlist remove "{name}"',
        PlayerAction.LIST: "allowlist list",
        PlayerAction.MESSAGE: 'tell "{name}" {text}',
    },
)
POCKETMINE = Moderation(  # and Nukkit: for players of Bedrock, with the commands of Java
    _BEDROCK_NAME,
    {
        PlayerAction.KICK: 'kick "{name}" {text}',
        PlayerAction.BAN: 'ban "{name}" {text}',
        PlayerAction.UNBAN: 'pardon "{name}"',
        PlayerAction.ALLOW: 'whitelist add "{name}"',
        PlayerAction.DISALLOW: 'whitelist remove "{name}"',
        PlayerAction.LIST: "whitelist list",
        PlayerAction.MESSAGE: 'tell "{name}" {text}',
    },
)
SOURCE = Moderation(
    _QUOTED,
    {
        PlayerAction.KICK: 'kick "{name}"',
        PlayerAction.BAN: "banid 0 {name} kick",
        PlayerAction.UNBAN: "removeid {name}",
    },
    Identification(re.compile(r"STEAM_[0-5]:[01]:\d{1,10}|\[U:1:\d{1,10}\]"), "STEAM_1:0:12345"),
    frozenset({PlayerAction.BAN, PlayerAction.UNBAN}),
)
RUST = Moderation(
    _QUOTED,
    {
        PlayerAction.KICK: 'kick "{name}" "{text}"',
        PlayerAction.BAN: 'banid {name} "" "{text}"',
        PlayerAction.UNBAN: "unban {name}",
    },
    _STEAM,
    frozenset({PlayerAction.BAN, PlayerAction.UNBAN}),
)
PALWORLD = Moderation(
    Identification(re.compile(r"steam_\d{17}"), "steam_76561198012345678"),
    {
        PlayerAction.KICK: "KickPlayer {name}",
        PlayerAction.BAN: "BanPlayer {name}",
        PlayerAction.UNBAN: "UnBanPlayer {name}",
    },
)
ARK = Moderation(
    _STEAM,
    {
        PlayerAction.KICK: "KickPlayer {name}",
        PlayerAction.BAN: "BanPlayer {name}",
        PlayerAction.UNBAN: "UnbanPlayer {name}",
        PlayerAction.ALLOW: "AllowPlayerToJoinNoCheck {name}",
        PlayerAction.DISALLOW: "DisallowPlayerToJoinNoCheck {name}",
    },
)
TERRARIA = Moderation(
    Identification(re.compile(rf"[^{_UNSAFE}]{{1,20}}"), "Ada"),
    {PlayerAction.KICK: "kick {name}", PlayerAction.BAN: "ban {name}"},
)
FACTORIO = Moderation(
    _WORD,
    {
        PlayerAction.KICK: "/kick {name} {text}",
        PlayerAction.BAN: "/ban {name} {text}",
        PlayerAction.UNBAN: "/unban {name}",
        PlayerAction.ALLOW: "/whitelist add {name}",
        PlayerAction.DISALLOW: "/whitelist remove {name}",
        PlayerAction.LIST: "/whitelist get",
        PlayerAction.MESSAGE: "/whisper {name} {text}",
    },
)
SEVEN_DAYS = Moderation(
    _QUOTED,
    {
        PlayerAction.KICK: 'kick "{name}" "{text}"',
        PlayerAction.BAN: 'ban add "{name}" 10 years "{text}"',
        PlayerAction.UNBAN: 'ban remove "{name}"',
        PlayerAction.ALLOW: 'whitelist add "{name}"',
        PlayerAction.DISALLOW: 'whitelist remove "{name}"',
        PlayerAction.LIST: "whitelist list",
        PlayerAction.MESSAGE: 'pm "{name}" "{text}"',
    },
)
ZOMBOID = Moderation(
    _QUOTED,
    {
        PlayerAction.KICK: 'kickuser "{name}" -r "{text}"',
        PlayerAction.BAN: 'banuser "{name}" -r "{text}"',
        PlayerAction.UNBAN: 'unbanuser "{name}"',
        PlayerAction.ALLOW: 'addusertowhitelist "{name}"',
        PlayerAction.DISALLOW: 'removeuserfromwhitelist "{name}"',
    },
)
QUAKE = Moderation(_QUOTED, {PlayerAction.KICK: 'kick "{name}"'})
