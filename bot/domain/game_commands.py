"""The console commands of games: how a line gets from the console to the players. Pure.

Games without a console that reads lines have no commands here. Where an egg connects the panel's console
to the game's RCON (ARK, Palworld), the commands are those of RCON.
"""

import re
from dataclasses import dataclass

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain import game_words, moderation
from bot.domain.java_detection import runs_java
from bot.domain.moderation import Moderation
from bot.panel.models import Server


@dataclass(frozen=True, slots=True)
class GameCommands:
    """The console commands of a game. `{text}` is the message to all players.

    `joined` replaces blanks in it, where the game cuts a message at the first one.
    """

    title: str
    say: str
    joined: str = " "
    moderation: Moderation | None = None

    def announcement(self, text: str) -> str:
        """Return the line that shows a text to all players."""
        return self.say.format(text=text.replace(" ", self.joined))


_MINECRAFT = GameCommands("Minecraft Java", "say {text}", moderation=moderation.MINECRAFT)
_POCKETMINE = GameCommands("PocketMine", "say {text}", moderation=moderation.POCKETMINE)
_ZOMBOID = GameCommands("Project Zomboid", 'servermsg "{text}"', moderation=moderation.ZOMBOID)
# By what an egg's name, start command or image says; the first that fits. Each from the game's own reference
# of console or RCON commands.
_GAMES: tuple[tuple[str, GameCommands], ...] = (
    (game_words.POCKETMINE, _POCKETMINE),
    (game_words.BEDROCK, GameCommands("Minecraft Bedrock", "say {text}", moderation=moderation.BEDROCK)),
    (game_words.RUST, GameCommands("Rust", "say {text}", moderation=moderation.RUST)),
    (
        game_words.PALWORLD,
        GameCommands("Palworld", "Broadcast {text}", joined="_", moderation=moderation.PALWORLD),
    ),
    (game_words.ARK, GameCommands("ARK", "Broadcast {text}", moderation=moderation.ARK)),
    (game_words.TERRARIA, GameCommands("Terraria", "say {text}", moderation=moderation.TERRARIA)),
    # What is typed is chat.
    (game_words.FACTORIO, GameCommands("Factorio", "{text}", moderation=moderation.FACTORIO)),
    (r"7 ?days|7dtd|sdtd", GameCommands("7 Days to Die", 'say "{text}"', moderation=moderation.SEVEN_DAYS)),
    (r"zomboid", _ZOMBOID),
    (r"unturned", GameCommands("Unturned", "say {text}")),
    (r"don'?t starve|\bdst\b", GameCommands("Don't Starve Together", 'c_announce("{text}")')),
    (game_words.FIVEM, GameCommands("FiveM", "say {text}")),
    (r"openttd", GameCommands("OpenTTD", 'say "{text}"')),
    (r"teeworlds|ddnet", GameCommands("Teeworlds", "say {text}")),
    (r"quake|openarena|xonotic", GameCommands("Quake", "say {text}", moderation=moderation.QUAKE)),
    (game_words.SOURCE, GameCommands("Source games", "say {text}", moderation=moderation.SOURCE)),
)
# Programs in Java that aren't servers of Minecraft, or have other commands.
_JAVA: tuple[tuple[str, GameCommands | None], ...] = (
    (r"nukkit", _POCKETMINE),
    (r"bungeecord|waterfall", GameCommands("BungeeCord", "alert {text}")),
    (r"velocity", None),  # it has no command that all players see
    (r"zomboid", _ZOMBOID),
    (r"mindustry", GameCommands("Mindustry", "say {text}")),
    (r"hytale|lavalink|(?:music|discord)[ ._-]?bot", None),
)


def commands_of(server: Server) -> GameCommands | None:
    """Return a server's commands; None for a game that has none, or that isn't known."""
    about = game_words.words_about(server)
    if runs_java(server):
        return _first(_JAVA, about, _MINECRAFT)
    return _first(_GAMES, about, None)


def moderation_of(server: Server) -> Moderation:
    """Return a server's commands about players. Raises BadInput where none are known."""
    commands = commands_of(server)
    if commands is None or commands.moderation is None:
        raise BadInput(
            _("Quetzal knows no console commands about players for this game."),
            state=_("Nothing was sent."),
            next_step=_("Use the game's own commands with `/server command`."),
        )
    return commands.moderation


def _first(
    games: tuple[tuple[str, GameCommands | None], ...], about: str, default: GameCommands | None
) -> GameCommands | None:
    for words, commands in games:
        if re.search(words, about, re.IGNORECASE):
            return commands
    return default
