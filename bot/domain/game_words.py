"""Words by which an egg's name, its start command or its image shows which game a server runs. Pure."""

from bot.panel.models import Server

POCKETMINE = r"pocket[ -]?mine|pmmp|nukkit"
BEDROCK = rf"bedrock|endstone|levilamina|{POCKETMINE}"
"""Servers for players of Minecraft Bedrock: its own, what is built on it, PocketMine and Nukkit."""
ARK = r"\bark\b|ark-?sur|shootergame"
FACTORIO = r"factorio"
FIVEM = r"fivem|redm|fxserver|cfx"
PALWORLD = r"palworld|palserver"
RUST = r"\brust\b(?! generic)|rustdedicated"
"""“Rust generic” is the egg of the language."""
SOURCE = (
    r"srcds|hlds|(?<!games:)\bsource\b|counter-strike|\bcs:?go\b|\bcs2\b|garry'?s mod|gmod|team fortress"
    r"|left 4 dead|\btf2\b"
)
"""Other games, too, run on the image `games:source`."""
TERRARIA = r"terraria|tshock|tmodloader"

_INVOCATION_READ = 500


def words_about(server: Server) -> str:
    """Return the text in which the words are looked for."""
    return " ".join((server.egg_name or "", server.invocation[:_INVOCATION_READ], server.docker_image))
