"""How full the node believes a tree to be (docs/reference/servers.md#usage-figures)."""

import stat
from collections.abc import Callable

from sandbox.node.paths import Tree

WALK_EVERY_S = 150.0  # `disk_check_interval`


class Usage:
    """The sum of the regular files: walked at most every 150 s, adjusted by what passes through the node."""

    def __init__(self, tree: Tree, seconds: Callable[[], float]) -> None:
        self._tree = tree
        self._seconds = seconds
        self._bytes = 0
        self._walked_at: float | None = None

    def bytes(self) -> int:
        """Return the size. Long for big trees when a walk is due."""
        now = self._seconds()
        if self._walked_at is None or now - self._walked_at >= WALK_EVERY_S:
            self._walked_at = now
            sizes = (place.lstat() for place in self._tree.walk())
            self._bytes = sum(facts.st_size for facts in sizes if stat.S_ISREG(facts.st_mode))
        return self._bytes

    def grew(self, by: int) -> None:
        """Adjust the size between two walks."""
        self._bytes = max(0, self._bytes + by)
