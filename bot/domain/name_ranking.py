"""Ranks names by a typed text: exact, then prefix, then word, then similarity."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

T = TypeVar("T")
_LIKE_ENOUGH = 70.0


@dataclass(frozen=True, slots=True)
class NameIndex(Generic[T]):
    """Items with their searchable names, folded once so that each search is quick."""

    items: tuple[T, ...]
    titles: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]

    @classmethod
    def of(
        cls,
        items: Iterable[T],
        title: Callable[[T], str],
        codes: Callable[[T], Sequence[str]],
        *,
        in_order: bool = False,
    ) -> "NameIndex[T]":
        """Index items by a title (searched loosely) and codes (searched by prefix).

        What matches equally well comes in the order of the titles; `in_order`: in that of the items.
        """
        kept = tuple(items if in_order else sorted(items, key=lambda item: title(item).casefold()))
        return cls(
            kept,
            tuple(title(item).casefold() for item in kept),
            tuple(tuple(code.casefold() for code in codes(item)) for item in kept),
        )

    def ranked(self, typed: str) -> list[T]:
        """Return all items that match, the likeliest first; all of them when nothing is typed."""
        wanted = typed.strip().casefold()
        if not wanted:
            return list(self.items)
        classes: tuple[list[int], ...] = ([], [], [], [])
        for position, (title, codes) in enumerate(zip(self.titles, self.codes, strict=True)):
            rank = _rank(wanted, title, codes)
            if rank is not None:
                classes[rank].append(position)
        positions = [position for group in classes for position in group]
        seen = set(positions)
        likely = process.extract(wanted, self.titles, scorer=fuzz.QRatio, score_cutoff=_LIKE_ENOUGH, limit=25)
        positions.extend(position for _, _, position in likely if position not in seen)
        return [self.items[position] for position in positions]

    def exact(self, typed: str) -> list[T]:
        """Return the items with exactly this title or code."""
        wanted = typed.strip().casefold()
        return [
            item
            for item, title, codes in zip(self.items, self.titles, self.codes, strict=True)
            if wanted == title or wanted in codes
        ]


def _rank(wanted: str, title: str, codes: tuple[str, ...]) -> int | None:
    if wanted == title or wanted in codes:
        return 0
    if title.startswith(wanted) or any(code.startswith(wanted) for code in codes):
        return 1
    at = title.find(wanted)
    if at < 0:
        return None
    return 3 if title[at - 1].isalnum() else 2
