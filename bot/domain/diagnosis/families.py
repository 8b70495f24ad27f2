"""Chooses the tables for a server by its egg's name, start command and image."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.core.i18n import N_, Message
from bot.domain import game_words
from bot.domain.diagnosis.games import (
    BEDROCK,
    FACTORIO,
    FIVEM,
    RUST,
    SOURCE,
    STEAM,
    TERRARIA,
    UNREAL,
    VALHEIM,
)
from bot.domain.diagnosis.generic import GENERIC
from bot.domain.diagnosis.java import JAVA
from bot.domain.diagnosis.minecraft_java import MINECRAFT_JAVA
from bot.domain.diagnosis.minecraft_mods import MINECRAFT_MODS
from bot.domain.diagnosis.pattern import Pattern
from bot.domain.java_detection import runs_java
from bot.panel.models import Server


class Family(StrEnum):
    """Games whose servers print the same errors."""

    MINECRAFT_JAVA = "minecraft_java"
    JAVA = "java"
    BEDROCK = "bedrock"
    SOURCE = "source"
    RUST = "rust"
    VALHEIM = "valheim"
    UNREAL = "unreal"
    TERRARIA = "terraria"
    FACTORIO = "factorio"
    FIVEM = "fivem"
    GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Table:
    """The causes of a family, the surest first. `title` names its games."""

    title: Message
    patterns: tuple[Pattern, ...]


FAMILIES = {
    Family.MINECRAFT_JAVA: Table(N_("Minecraft Java"), (*MINECRAFT_JAVA, *MINECRAFT_MODS)),
    Family.JAVA: Table(N_("Anything in Java"), JAVA),
    Family.BEDROCK: Table(N_("Minecraft Bedrock"), BEDROCK),
    Family.SOURCE: Table(N_("Source games"), (*SOURCE, *STEAM)),
    Family.RUST: Table(N_("Rust"), (*RUST, *STEAM)),
    Family.VALHEIM: Table(N_("Valheim"), (*VALHEIM, *STEAM)),
    Family.UNREAL: Table(N_("ARK, Palworld and other Unreal games"), (*UNREAL, *STEAM)),
    Family.TERRARIA: Table(N_("Terraria"), TERRARIA),
    Family.FACTORIO: Table(N_("Factorio"), FACTORIO),
    Family.FIVEM: Table(N_("FiveM and RedM"), FIVEM),
    Family.GENERIC: Table(N_("Any server"), GENERIC),
}
_BY_NAME = {
    Family.BEDROCK: game_words.BEDROCK,
    Family.SOURCE: game_words.SOURCE,
    Family.RUST: game_words.RUST,
    Family.VALHEIM: r"valheim",
    Family.UNREAL: rf"{game_words.ARK}|{game_words.PALWORLD}|satisfactory|conan|squad",
    Family.TERRARIA: game_words.TERRARIA,
    Family.FACTORIO: game_words.FACTORIO,
    Family.FIVEM: game_words.FIVEM,
}
_WORDS = {family: re.compile(words, re.IGNORECASE) for family, words in _BY_NAME.items()}


def families_of(server: Server) -> tuple[Family, ...]:
    """Return the tables to search, in order. For an unknown game only the system's."""
    if runs_java(server):
        return (Family.MINECRAFT_JAVA, Family.JAVA, Family.GENERIC)
    about = game_words.words_about(server)
    matches = tuple(family for family, words in _WORDS.items() if words.search(about))
    return (*matches, Family.GENERIC)
