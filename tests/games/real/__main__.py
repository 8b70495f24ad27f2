"""`make games`: start each real server, query it, and print a table."""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.domain.players import PlayerCount
from tests.games.real.servers import SERVERS, RealServer
from tests.support.output import print_line


async def main() -> int:
    """Return how many servers gave another answer than they should, or none."""
    failures = 0
    print_line("| protocol | real server | answer |\n|---|---|---|")
    for server in SERVERS:
        text, is_right = await _query(server)
        failures += not is_right
        print_line(f"| {server.protocol} | {server.title} | {text} |")
    return failures


async def _query(server: RealServer) -> tuple[str, bool]:
    if not server.is_installed:
        return "not installed: tests/games/real/install.sh", False
    with tempfile.TemporaryDirectory(prefix="quetzal-game-") as folder:
        async with server.run(Path(folder)) as target:
            try:
                count = await server.answer(target)
            except TimeoutError:
                return "none", False
    is_right = (count.online, count.maximum, count.name) == (server.online, server.maximum, server.name)
    return ", ".join(_parts(count)), is_right


def _parts(count: PlayerCount) -> Iterator[str]:
    yield f"{count.online} of {count.maximum}"
    for label, value in (("name", count.name), ("map", count.map), ("version", count.version)):
        if value is not None:
            yield f"{label} {value!r}"
    if count.players:
        yield f"players {[player.name for player in count.players]}"
    yield f"{count.latency_ms:.1f} ms"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
