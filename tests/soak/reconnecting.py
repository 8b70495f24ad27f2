"""Live connections that are made again and again, in a process of their own.

`python -m tests.soak.reconnecting URL KEY UUID...` follows each server, for monitoring and now and then for a
person. Once a second it writes how many connections were made again, and its size. It ends when its standard
input does. Its clock runs faster, so that pauses are short.
"""

import asyncio
import random
import sys
import time
from collections.abc import Sequence

from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig
from bot.panel.errors import PanelError
from bot.panel.events import Event
from bot.panel.socket_hub import SocketHub
from tests.crash_recovery.pace import Pace, PacedClock
from tests.soak.census import measure
from tests.support.programs import say, together, until_stdin_ends

TIMES_FASTER = 200.0
PEOPLE = 5
STAYS_S = 0.5


class Listener:
    """Counts the connections of all servers that were made again."""

    def __init__(self) -> None:
        self.lost_count = 0

    def heard(self, event: Event) -> None:
        """Do nothing."""

    def lost(self, error: PanelError) -> None:
        """Count a connection: another one is made for it."""
        self.lost_count += 1


async def follow(url: str, key: str, uuids: Sequence[str]) -> None:
    """Follow these servers until standard input ends."""
    clock = PacedClock(Pace(time.monotonic(), TIMES_FASTER))
    config = PanelConfig(url=url, key=SecretStr(key), node_hosts=("127.0.0.1",))
    async with PanelClient(config, clock.monotonic, sleep=clock.sleep) as client:
        hub, listener = client.sockets.hub, Listener()
        for uuid in uuids:
            hub.listen(uuid, listener)
        people = [_come_and_go(hub, uuids, random.Random(number)) for number in range(PEOPLE)]
        await together(until_stdin_ends(), _report(client, listener), *people)


async def _come_and_go(hub: SocketHub, uuids: Sequence[str], chance: random.Random) -> None:
    """Look at one server after the other, also while its connection is away."""
    while True:
        live = hub.follow(chance.choice(uuids), reconnect=True)
        try:
            async with asyncio.timeout(chance.uniform(0, STAYS_S)), live:
                async for _ in live:
                    pass
        except (PanelError, TimeoutError):
            continue


async def _report(client: PanelClient, listener: Listener) -> None:
    while True:
        size = measure(client)
        say(
            {
                "at": time.time(),
                "reconnects": listener.lost_count,
                "live": client.sockets.hub.connected,
                **size,
            }
        )
        await asyncio.sleep(1.0)


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1], sys.argv[2], sys.argv[3:]))
