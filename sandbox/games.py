"""How a game behaves on the node: what it prints, how long it takes, what it uses. Deterministic in time."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What a running process uses at one moment."""

    memory_bytes: int
    cpu_absolute: float  # percent of one core
    rx_bytes: int  # since the container started
    tx_bytes: int


@dataclass(frozen=True, slots=True)
class Status:
    """What a game answers to a query."""

    players: tuple[str, ...]
    slots: int
    version: str
    title: str
    map: str = ""


@dataclass(slots=True)
class Game:
    """A quiet game with a steady load; livelier ones override the methods. Times are in seconds."""

    memory_bytes: int = 256 * 1024**2
    cpu_absolute: float = 5.0
    pull_seconds: float = 1.0  # from the start request to the container
    boot_seconds: float = 3.0  # from the container to the done line
    stop_seconds: float | None = 1.0  # None: ignores the stop command
    boot_lines: tuple[str, ...] = ("Starting the server", "Done, the server is ready")
    stop_lines: tuple[str, ...] = ("Stopping the server",)
    never_done: bool = False  # the done line is never printed: `starting` forever
    crash_after: float | None = None  # dies this long after the container started
    exit_code: int = 1
    out_of_memory: bool = False
    failing_boots: int = 0  # so many of the next starts end in a crash
    lacks_cpu: bool = False  # the node has no figure of its CPU, and writes null
    protocol: str = ""  # of the queries that it answers (sandbox.game_ports); empty: none
    hung_at: float | None = None  # the clock second since which the process answers nothing

    def load(self, since_start: float, at: float) -> Load:
        """Return the load `since_start` seconds into the container's life, at clock second `at`."""
        return Load(self.memory_bytes, self.cpu_absolute, int(since_start * 700), int(since_start * 340))

    def status(self, at: float) -> Status | None:
        """Return what it answers to a query at clock second `at`; None: nothing."""
        return None

    def playing_for(self, name: str, at: float) -> float:
        """Return for how many seconds somebody who is on at clock second `at` has been on."""
        return 0.0

    def ballast(self, at: float) -> int | None:
        """Return the bytes that big files of this game would take at clock second `at`; None: as it is."""
        return None

    def chatter(self, start: float, end: float) -> Iterable[str]:
        """Yield what the game prints by itself in the clock seconds (start, end]."""
        return ()

    def reply(self, command: str) -> Iterable[str]:
        """Yield what the game prints after a console line."""
        return (f"Unknown command: {command}",)

    def refusal(self, eula: bytes | None) -> Iterable[str]:
        """Yield what the game prints when it will not start with this `eula.txt`; nothing when it does."""
        return ()

    def last_words(self, command: str) -> Iterable[str]:
        """Yield what the game prints when a console line makes it crash; nothing when it does not."""
        return ()
