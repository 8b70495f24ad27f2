"""Games that do something: moving load, chatting players, leaking memory. Same seed, same time, same game."""

import hashlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from typing_extensions import override

from sandbox.games import Game, Load, Status

if TYPE_CHECKING:
    from sandbox.world import World

DAY = 86_400.0
SLOT_SECONDS = 15.0  # at most one line of chatter in each
NOISE_SECONDS = 5.0
SWING = 900.0
PLAYERS = (
    *("Alex", "Steve", "Ender_Lily", "Pickaxe42", "MossyCobble", "redstone_rob", "Nora", "tnt_tim"),
    *("Kaya", "GlowSquid", "Beetroot", "Finn_the_bold", "OakHeart", "mira", "_Void_", "LavaLou"),
    *("Copperhead", "Juno", "PhantomPat", "Sable", "Bamboozled", "Orla", "SilentSculk", "Wren"),
)
CHAT = (
    "anyone up for the nether?",
    "who took my diamonds :(",
    "brb dinner",
    "nice base!",
    "@everyone free iron at spawn",
    "is the **server** lagging or is it me?",
    "gg",
)

HAPPENINGS = (
    "<{who}> {said}",
    "{who} lost connection: Disconnected",
    "<{who}> {said}",
    "{who}[/203.0.113.{number}:51234] logged in with entity id {number}",
    "<{who}> {said}",
    "Can't keep up! Is the server overloaded? Running 2{number:03}ms or 42 ticks behind",
)
CHANCES = 18  # of so many equal ones, the first few are taken
AUTOSAVE_SLOTS = 20
AUTOSAVE = "Saving chunks for level 'ServerLevel[world]'/minecraft:overworld"
SESSION_STEP_S = 120.0
LONGEST_SESSION_S = 8 * 3600.0


def noise(seed: int, number: float) -> float:
    """Return something between 0 and 1 that depends on its arguments alone."""
    digest = hashlib.blake2b(f"{seed}:{int(number)}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32


@dataclass(slots=True)
class LivelyGame(Game):
    """A game with a day: quiet at night, busy in the evening."""

    seed: int = 1
    world: "World" = field(kw_only=True)
    limit_bytes: int = 4 * 1024**3
    base: float = 0.45  # share of the memory when nobody plays
    cores: float = 1.0
    slots: int = 20
    bytes_a_second: int = 9_000
    crowd: int = 8  # players when it is busiest
    title: str = "A Minecraft Server"
    version: str = "Paper 1.21.4"
    protocol: str = "minecraft"
    happenings: tuple[str, ...] = HAPPENINGS
    chat: tuple[str, ...] = CHAT
    autosave: str = AUTOSAVE
    map: str = "world"
    is_deserted: bool = False
    gone: set[str] = field(default_factory=set)  # who was thrown out
    banned: set[str] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)  # the whitelist

    def busyness(self, at: float) -> float:
        """Return how busy it is, 0 to 1, highest at about eight in the evening."""
        moment = self.world.at(at)
        hour = moment.hour + moment.minute / 60
        daily = 0.5 + 0.5 * math.cos((hour - 20.0) / 24.0 * 2 * math.pi)
        wave = 0.5 + 0.5 * math.sin(at / 830.0 + self.seed)
        return min(1.0, 0.15 + 0.55 * daily + 0.3 * wave)

    def players(self, at: float) -> list[str]:
        """Return who is online."""
        if self.is_deserted:
            return []
        first = self.seed * 5 % len(PLAYERS)
        names = PLAYERS[first:] + PLAYERS[:first]
        online = names[: round(self.busyness(at) * self.crowd)]
        return [name for name in online if name not in self.gone | self.banned]

    @override
    def status(self, at: float) -> Status | None:
        """Return who is online."""
        return Status(tuple(self.players(at)), self.slots, self.version, self.title, self.map)

    @override
    def playing_for(self, name: str, at: float) -> float:
        """Return for how many seconds somebody has been on."""
        passed = 0.0
        while passed < LONGEST_SESSION_S and name in self.players(at - passed - SESSION_STEP_S):
            passed += SESSION_STEP_S
        return passed

    @override
    def load(self, since_start: float, at: float) -> Load:
        """Return a load that follows the players, with a warm-up after the start."""
        warm = 1 - math.exp(-since_start / 120.0)
        jitter = noise(self.seed, at / NOISE_SECONDS)
        busy = self.busyness(at)
        memory = self.limit_bytes * (0.12 + warm * (self.base - 0.12 + 0.25 * busy + 0.03 * jitter))
        cpu = 100.0 * self.cores * (0.08 + 0.5 * busy + 0.15 * jitter + 0.6 * math.exp(-since_start / 25.0))
        # A total: it may grow slower, but never falls.
        sent = int(self.bytes_a_second * (since_start + 0.6 * SWING * math.sin(since_start / SWING)))
        return Load(int(memory), cpu, sent // 4, sent)

    @override
    def chatter(self, start: float, end: float) -> Iterator[str]:
        """Yield what players do, and the autosave."""
        first = math.floor(start / SLOT_SECONDS) + 1
        end = end if self.hung_at is None else min(end, self.hung_at)
        for slot in range(first, math.floor(end / SLOT_SECONDS) + 1):
            line = self._happening(slot)
            if line:
                yield self.stamped(slot * SLOT_SECONDS, line)

    def stamped(self, at: float, text: str) -> str:
        """Return a line as the game prints it."""
        return f"[{self.world.at(at):%H:%M:%S} INFO]: {text}"

    @override
    def reply(self, command: str) -> Iterable[str]:
        """Answer the commands people try first.

        `hang` freezes it, so that nothing is answered any more; `leave` sends all players away until `join`.
        """
        at = self.world.seconds()
        if command.strip().lstrip("/") in ("leave", "join"):
            self.is_deserted = command.strip().lstrip("/") == "leave"
        if command.strip().lstrip("/") == "hang":
            self.hung_at = at
        if self.hung_at is not None:
            return []
        word, _, rest = command.strip().lstrip("/").partition(" ")
        return [self.stamped(at, line) for line in self._answers(word, rest, at)]

    @override
    def refusal(self, eula: bytes | None) -> Iterable[str]:
        """Refuse as Minecraft does whose EULA nobody has accepted."""
        if eula is None or b"eula=true" in eula:
            return []
        at = self.world.seconds()
        return [
            self.stamped(at, "Loaded 1 properties"),
            self.stamped(
                at,
                "You need to agree to the EULA in order to run the server. Go to eula.txt for more info.",
            ),
        ]

    @override
    def last_words(self, command: str) -> Iterable[str]:
        """Crash on request, for whoever wants to see an alert."""
        if command.strip().lstrip("/") != "crash":
            return []
        at = self.world.seconds()
        return [
            self.stamped(at, "Encountered an unexpected exception"),
            "java.lang.IllegalStateException: Chunk not there when requested: ChunkPos[7, -12]",
            "\tat net.minecraft.server.level.ServerChunkCache.getChunk(ServerChunkCache.java:203)",
            self.stamped(at, "This crash report has been saved to: ./crash-reports/crash-server.txt"),
        ]

    def _answers(self, word: str, rest: str, at: float) -> list[str]:
        online = self.players(at)
        simple = {
            "help": [
                "--------- Help: Index (1/3) ---------",
                "/list: Lists players on the server",
                "/say: Broadcasts a message",
                "/save-all: Saves the server",
                "/tps: Gets the current ticks per second",
                "/crash: Lets this server crash, and once more when it is restarted",
                "/hang: Freezes this server: it runs, but no longer answers",
                "/leave: Sends all players away, until /join",
                "/stop: Stops the server",
            ],
            "list": [f"There are {len(online)} of a max of {self.slots} players online: {', '.join(online)}"],
            "leave": ["All players left the game"],
            "join": ["Players come back"],
            "save-all": ["Saving the game (this may take a moment!)", "Saved the game"],
            "tps": [f"TPS from last 1m, 5m, 15m: {20 - 3 * self.busyness(at):.1f}, 19.7, 19.9"],
            "version": ["This server is running Paper version 1.21.4-232 (MC: 1.21.4)"],
            "plugins": ["Server Plugins (5): CoreProtect, EssentialsX, LuckPerms, Vault, WorldEdit"],
        }
        if word == "say":
            return [f"[Server] {rest}"]
        if word in ("kick", "ban", "pardon", "tell", "whitelist"):
            return [self._moderated(word, rest, online)]
        return simple.get(word, ["Unknown or incomplete command, see below for error", f"{word}<--[HERE]"])

    def _moderated(self, word: str, rest: str, online: list[str]) -> str:
        """Do to a player what vanilla Minecraft does, and answer as it does."""
        name, _, text = rest.partition(" ")
        if word == "whitelist":
            return self._listed(name, text)
        if word == "pardon":
            was_banned = name in self.banned
            self.banned.discard(name)
            return f"Unbanned {name}" if was_banned else "Nothing changed. The player isn't banned"
        if name not in (PLAYERS if word == "ban" else online):
            return "No player was found"
        if word == "tell":
            return f"You whisper to {name}: {text}"
        (self.banned if word == "ban" else self.gone).add(name)
        return f"{'Banned' if word == 'ban' else 'Kicked'} {name}: {text or 'Kicked by an operator'}"

    def _listed(self, action: str, name: str) -> str:
        if action == "list":
            names = ", ".join(sorted(self.allowed))
            return f"There are {len(self.allowed)} whitelisted player(s): {names}"
        adds = action == "add"
        if (name in self.allowed) == adds:
            return "Player is already whitelisted" if adds else "Player is not whitelisted"
        (self.allowed.add if adds else self.allowed.discard)(name)
        return f"Added {name} to the whitelist" if adds else f"Removed {name} from the whitelist"

    def _happening(self, slot: int) -> str:
        online = self.players(slot * SLOT_SECONDS)
        if slot % AUTOSAVE_SLOTS == 0:
            return self.autosave
        chance = int(noise(self.seed + 7, slot) * CHANCES)
        if not online or chance >= len(self.happenings):
            return ""
        player = online[int(noise(self.seed + 11, slot) * len(online))]
        said = self.chat[int(noise(self.seed + 13, slot) * len(self.chat))]
        return self.happenings[chance].format(who=player, said=said, number=slot % 250)


@dataclass(slots=True)
class DiskFiller(LivelyGame):
    """Writes until the disk is nearly full, then it is cleaned up, and all starts over."""

    disk_bytes: int = 10 * 1024**3
    low: float = 0.71
    high: float = 0.985
    cycle_seconds: float = 4 * DAY

    @override
    def ballast(self, at: float) -> int | None:
        """Return the bytes of the files that pile up."""
        moment = self.world.at(at).timestamp()
        passed = (moment % self.cycle_seconds) / self.cycle_seconds
        return int(self.disk_bytes * (self.low + (self.high - self.low) * passed))


@dataclass(slots=True)
class MemoryLeaker(LivelyGame):
    """Takes more and more memory until the kernel ends it (`crash_after`, out of memory)."""

    @override
    def load(self, since_start: float, at: float) -> Load:
        """Return a load whose memory only grows."""
        usual = LivelyGame.load(self, since_start, at)  # a dataclass with slots has no bare super()
        grown = 0.4 + 0.6 * min(1.0, since_start / (self.crash_after or DAY))
        jitter = 0.01 * noise(self.seed, at / NOISE_SECONDS)
        memory = int(self.limit_bytes * (grown - jitter))
        return Load(memory, usual.cpu_absolute, usual.rx_bytes, usual.tx_bytes)
