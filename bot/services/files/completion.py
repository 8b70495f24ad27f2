"""Follows work that the node continues after its response was lost, until nothing changes any more.

A proxy gives up after a minute or two, the panel after 15 minutes; the node still finishes, and doesn't
report when (pterodactyl/panel#2878).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.domain import paths
from bot.panel.errors import PanelError
from bot.services.access import Permit
from bot.services.files.stat import find_entry

RESTS_AFTER_S = 60.0
"""A file that the node writes never stays unchanged for so long."""
PATIENCE_S = 2 * 3600.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _PAUSE_GROWS = 5.0, 30.0, 1.2
_BEGINS_WITHIN_S = 120.0
_READ_BYTES_PER_S = 5 * 1024 * 1024
"""How fast the node reads an archive once to add up its content, before it writes the first file."""
_MOST_LISTINGS = 60


@dataclass(frozen=True, slots=True)
class Growth:
    """How much was written so far; `files` are all files of a folder, or a lower bound for a large one."""

    files: int
    size_bytes: int
    is_complete: bool = True


OnGrowth = Callable[[Growth], None]


class NotAtRest(Exception):
    """It still grows, or could not be read; it may still be written to."""


def begins_within_s(size_bytes: int | None) -> float:
    """Return how long work on so many bytes may run before anything of it is visible."""
    return _BEGINS_WITHIN_S + (size_bytes or 0) / _READ_BYTES_PER_S


async def until_at_rest(
    clock: Clock, measure: Callable[[], Awaitable[Growth]], report: OnGrowth, *, begins_within_s: float
) -> Growth:
    """Check until nothing has changed for a minute, or nothing has begun. Raises NotAtRest."""
    began = changed = clock.monotonic()
    last: Growth | None = None
    pause_s = _FIRST_PAUSE_S
    while clock.monotonic() - began < PATIENCE_S:
        try:
            now = await measure()
        except PanelError:
            changed = clock.monotonic()  # unseen files may change
        else:
            report(now)
            if now != last:
                last, changed = now, clock.monotonic()
            is_there = now.files > 0 or now.size_bytes > 0
            rests_for_s = clock.monotonic() - changed
            if rests_for_s >= (RESTS_AFTER_S if is_there else begins_within_s):
                return now
        await clock.sleep(pause_s)
        pause_s = min(pause_s * _PAUSE_GROWS, _LONGEST_PAUSE_S)
    raise NotAtRest


async def growth_of_folder(permit: Permit, folder: str) -> Growth:
    """Add up a folder that may be huge: the most recently changed parts first."""
    if await find_entry(permit, folder) is None:
        return Growth(0, 0)
    waiting, count, size = [folder], 0, 0
    for _ in range(_MOST_LISTINGS):
        if not waiting:
            return Growth(count, size)
        directory = waiting.pop()
        inside = await permit.panel.files.list(permit.uuid, directory, fresh=True)
        count += sum(not entry.is_directory for entry in inside)
        size += sum(entry.size_bytes for entry in inside if entry.is_regular)
        # An unpacked entry has the time of the archive; the last change of its inode is the true one.
        newest_last = sorted(inside, key=lambda entry: entry.created_at)
        waiting += [paths.join(directory, entry.name) for entry in newest_last if entry.is_directory]
    return Growth(count, size, is_complete=False)
