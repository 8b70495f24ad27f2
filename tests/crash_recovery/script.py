"""What happens in an hour, to whom and when: the truth about the servers, known to panel and judge alike."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.alerts import RuleKind, Severity

HOUR_S = 3600.0
NODES = ("node-1", "node-2")
PANEL = "panel"
_MINUTE_S = 60.0


class Kind(StrEnum):
    """What can happen."""

    CRASH = "a crash that Wings mends"
    LOOP = "a crash that stays offline"
    ASKED_API = "a stop asked for in the panel"
    ASKED_SCHEDULE = "a stop by a schedule"
    ASKED_CONSOLE = "a stop command in the console"
    DISK = "a full disk"
    MEMORY = "memory over its threshold"
    INSTALL = "a failed installation"
    SUSPENDED = "a suspended server"
    NODE = "a node that is down"
    PANEL = "a panel that is down"


ASKED = frozenset({Kind.ASKED_API, Kind.ASKED_SCHEDULE, Kind.ASKED_CONSOLE})

RULES: dict[Kind, frozenset[RuleKind]] = {
    Kind.CRASH: frozenset({RuleKind.CRASH}),
    # When the bot was dead in that moment, all it can see is a server that is offline.
    Kind.LOOP: frozenset({RuleKind.CRASH, RuleKind.STATE}),
    Kind.DISK: frozenset({RuleKind.DISK}),
    Kind.MEMORY: frozenset({RuleKind.MEMORY}),
    Kind.INSTALL: frozenset({RuleKind.INSTALL_FAILED}),
    Kind.SUSPENDED: frozenset({RuleKind.SUSPENDED}),
    Kind.NODE: frozenset({RuleKind.NODE}),
    Kind.PANEL: frozenset({RuleKind.PANEL}),
}
"""As which alert a happening may be sent; those that are not here must not be."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens; seconds of the hour. `level` is the worst that must be notified."""

    kind: Kind
    about: str
    begins: float
    ends: float
    level: Severity | None = None
    amount: float = 0.0
    """Percent of the limit, where there is one."""
    grows_to: float | None = None
    """What it is from a third of its time on."""

    @property
    def worst_from(self) -> float:
        """From when on it is as bad as it becomes."""
        return self.begins if self.grows_to is None else self.begins + (self.ends - self.begins) / 3

    @property
    def must_be_notified(self) -> bool:
        """Whether somebody should be woken up."""
        return self.kind not in ASKED


@dataclass(frozen=True, slots=True)
class Wave:
    """Some kinds of happenings, between two minutes of the hour, in an order that is drawn."""

    kinds: tuple[Kind, ...]
    first: float
    last: float


_LASTS_MIN: dict[Kind, tuple[float, float]] = {
    Kind.CRASH: (0.5, 0.5),
    Kind.LOOP: (12, 15),
    Kind.ASKED_API: (8, 10),
    Kind.ASKED_SCHEDULE: (8, 10),
    Kind.ASKED_CONSOLE: (8, 10),
    Kind.DISK: (12, 15),
    Kind.MEMORY: (20, 22),
    Kind.INSTALL: (12, 15),
    Kind.SUSPENDED: (12, 15),
    Kind.NODE: (8, 9),
    Kind.PANEL: (8, 9),
}
# A crash resolves after half an hour of quiet, so those come early. Memory takes long to be
# certain, so that comes when less else happens. Node and panel come by
# themselves: what happens behind them is inhibited, as it should be.
_WAVES = (
    Wave((Kind.CRASH,) * 3 + (Kind.LOOP,) * 2 + (Kind.DISK,) * 2, 2.5, 14),
    Wave((Kind.ASKED_API, Kind.ASKED_SCHEDULE, Kind.ASKED_CONSOLE, Kind.INSTALL, Kind.SUSPENDED), 4, 15),
    Wave((Kind.MEMORY,) * 2, 11, 14),
    Wave((Kind.NODE,), 25.5, 27),
    Wave((Kind.PANEL,), 36.5, 38),
    Wave((Kind.DISK, Kind.MEMORY, Kind.ASKED_API), 47, 50),
)
_STORM = (
    Wave((Kind.CRASH,) * 3 + (Kind.LOOP,) * 2 + (Kind.DISK,) * 4 + (Kind.MEMORY,) * 2, 5, 10),
    Wave((Kind.INSTALL,) * 3 + (Kind.SUSPENDED,) * 3, 6, 11),
    *_WAVES[3:5],
    Wave((Kind.ASKED_API,), 47, 50),
)
_ON_NODE_1 = (
    *("Albatross", "Bittern", "Cormorant", "Dunlin", "Egret", "Fulmar", "Gannet", "Heron", "Ibis"),
    *("Jackdaw", "Kestrel", "Linnet", "Merlin", "Nightjar", "Osprey", "Plover", "Quail", "Redshank"),
)
_ON_NODE_2 = ("Siskin", "Turnstone", "Whimbrel", "Yellowhammer")
SERVERS: dict[str, str] = dict.fromkeys(_ON_NODE_1, NODES[0]) | dict.fromkeys(_ON_NODE_2, NODES[1])
"""The servers by name, each with its node. Those of the second node have only one trouble: the node."""


def plan(seed: int, *, storm: bool = False) -> tuple[Happening, ...]:
    """Draw an hour. In a storm nearly everything happens at once, more than a channel takes messages."""
    waves = _STORM if storm else _WAVES
    return tuple(sorted(_drawn(random.Random(seed), waves), key=lambda happening: happening.begins))


def _drawn(dice: random.Random, waves: Iterable[Wave]) -> Iterator[Happening]:
    free = dice.sample(_ON_NODE_1, len(_ON_NODE_1))
    for wave in waves:
        kinds = dice.sample(wave.kinds, len(wave.kinds))
        slot = (wave.last - wave.first) / len(kinds)
        for number, kind in enumerate(kinds):
            begins = wave.first + slot * (number + dice.random())
            if kind is Kind.ASKED_SCHEDULE:
                begins = float(round(begins))  # schedules run at whole minutes
            ends = begins + dice.uniform(*_LASTS_MIN[kind])
            about = {Kind.NODE: NODES[1], Kind.PANEL: PANEL}.get(kind) or free.pop()
            how_bad = _how_bad(kind, dice)
            yield Happening(kind, about, begins * _MINUTE_S, ends * _MINUTE_S, *how_bad)


def _how_bad(kind: Kind, dice: random.Random) -> tuple[Severity | None, float, float | None]:
    warning, critical = Severity.WARNING, Severity.CRITICAL
    match kind:
        case Kind.DISK:
            return dice.choice([(warning, 90.0, None), (critical, 98.0, None), (critical, 90.0, 98.0)])
        case Kind.MEMORY:
            return dice.choice([(warning, 86.0, None), (critical, 96.0, None)])
        case Kind.CRASH | Kind.INSTALL | Kind.SUSPENDED:
            return warning, 0.0, None
        case Kind.LOOP | Kind.NODE | Kind.PANEL:
            return critical, 0.0, None
    return None, 0.0, None
