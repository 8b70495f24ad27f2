"""Ranking 5,000 servers while somebody types."""

import random
import statistics
import sys
import time

from benchmarks.calibration import allowed
from benchmarks.figures import Figure, show
from bot.domain.name_ranking import NameIndex

SERVERS = 5000
TYPED = (
    "",
    "s",
    "su",
    "surv",
    "survival 4",
    "creative-17",
    "srvival",
    "zzzz",
    "3f2",
    "eu skyblock",
    "Modded 12",
)
WORDS = ("Survival", "Creative", "SkyBlock", "Modded", "Lobby", "Proxy", "Factions", "Vanilla", "eu", "us")


def main() -> int:
    """Measure each kind of text against one index."""
    chance = random.Random(1)
    servers = [
        (f"{chance.choice(WORDS)} {chance.choice(WORDS)}-{number}", f"{chance.getrandbits(32):08x}")
        for number in range(SERVERS)
    ]
    names = NameIndex.of(servers, title=lambda server: server[0], codes=lambda server: (server[1],))
    slowest, times = 0.0, []
    for typed in TYPED:
        took = min(_timed(names, typed) for _ in range(20))
        times.append(took)
        slowest = max(slowest, took)
    bound = allowed(0.005)
    return show(
        f"Autocomplete over {SERVERS} servers",
        [
            Figure("median", f"{1000 * statistics.median(times):.2f} ms"),
            Figure(
                "slowest text", f"{1000 * slowest:.2f} ms", f"< {1000 * bound:.1f} ms", met=slowest < bound
            ),
        ],
    )


def _timed(names: NameIndex[tuple[str, str]], typed: str) -> float:
    began = time.perf_counter()
    names.ranked(typed)[:25]
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
