"""The last lines of a process that ended, and the servers that printed them."""

from dataclasses import dataclass

from bot.domain.diagnosis import Fix

PAPER = {"egg_name": "Paper", "invocation": "java -Xmx2G -jar server.jar"}
BEDROCK = {"egg_name": "Vanilla Bedrock", "invocation": "./bedrock_server"}
SOURCE = {"egg_name": "Garrys Mod", "invocation": "./srcds_run -game garrysmod"}
RUST = {"egg_name": "Rust", "invocation": "./RustDedicated -batchmode"}
VALHEIM = {"egg_name": "Valheim", "invocation": "./valheim_server.x86_64"}
ARK = {"egg_name": "ARK: Survival Evolved", "invocation": "./ShooterGameServer TheIsland"}
PALWORLD = {"egg_name": "Palworld", "invocation": "./PalServer-Linux-Shipping Pal"}
TERRARIA = {"egg_name": "Terraria Vanilla", "invocation": "./TerrariaServer.bin.x86_64"}
FACTORIO = {"egg_name": "Factorio", "invocation": "./bin/x64/factorio --start-server saves/base.zip"}
FIVEM = {"egg_name": "FiveM", "invocation": "./alpine/opt/cfx-server/FXServer"}
UNKNOWN = {"egg_name": "Our own game", "invocation": "./start.sh"}


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What was printed, by what, and what follows. `proof` is the place of the proving line."""

    server: dict[str, str]
    lines: tuple[str, ...]
    proof: int
    cause: str
    offer: Fix | None = None
    exit_code: int = 1
    is_certain: bool = True
