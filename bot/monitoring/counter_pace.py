"""How often a panel is asked to count players, which costs requests of the account."""

from collections.abc import Callable, Collection

from bot.panel.budget import USUAL_LIMIT, BudgetView

EVERY_S = 120.0
"""How often a server's players are counted at most.

The plugin answers twice a minute for a server, to everybody together, and a count with names takes two calls.
"""
SHARE = 0.2
"""The part of the account's requests that counting may take for all servers together."""


class CounterPace:
    """Spreads the counts of one panel."""

    def __init__(self, budget: Callable[[], BudgetView]) -> None:
        self._budget = budget
        self._servers: set[str] = set()

    def __contains__(self, uuid: str) -> bool:
        """Whether the panel counts this server's players."""
        return uuid in self._servers

    def add(self, uuid: str) -> None:
        """Note that the panel counts a server's players."""
        self._servers.add(uuid)

    def discard(self, uuids: Collection[str]) -> None:
        """Note that the panel doesn't count these, or not now."""
        self._servers.difference_update(uuids)

    @property
    def has_room_for_names(self) -> bool:
        """Whether to ask for names, too, which is a call of its own."""
        return 2 * len(self._servers) <= self._a_minute() * EVERY_S / 60

    @property
    def every_s(self) -> float:
        """How often to have a server's players counted."""
        calls = 2 if self.has_room_for_names else 1
        return max(EVERY_S, calls * len(self._servers) * 60 / self._a_minute())

    def _a_minute(self) -> float:
        return (self._budget().limit or USUAL_LIMIT) * SHARE
