"""Which recordings are replayed, and which are not."""

from collections import Counter
from dataclasses import dataclass

from tests.contract.not_reproducible import REASONS
from tests.contract.recordings import recordings
from tests.contract.stories import STORIES


@dataclass(frozen=True, slots=True)
class Coverage:
    """All recordings, sorted into those replayed (with how often) and those listed as not reproducible."""

    names: frozenset[str]
    replayed: Counter[str]
    listed: frozenset[str]

    @property
    def line(self) -> str:
        """The counts."""
        folders = Counter(name.partition("/")[0] for name in self.names)
        parts = " + ".join(f"{count} {folder}" for folder, count in sorted(folders.items()))
        summary = f"{len(self.replayed)} replayed, {len(self.listed)} listed as not reproducible"
        return f"{len(self.names)} recordings ({parts}): {summary}"


def coverage() -> Coverage:
    """Sort the recordings."""
    counts = Counter(name for story in STORIES for name in story.recordings())
    return Coverage(frozenset(recordings()), counts, frozenset(REASONS))
