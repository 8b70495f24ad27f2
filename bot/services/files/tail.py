"""Follows the end of a log file for one person.

Neither panel nor node gives out a part of a file, or says when one changes
(docs/reference/files.md#signed-links). So the file's folder is listed every few seconds, which no activity
log notes, and when the file has grown it is streamed from the node as a whole; only the end that is new is
kept.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace

from typing_extensions import override

from bot.core.clock import Clock
from bot.core.errors import BadInput, Refused
from bot.core.i18n import N_, _
from bot.core.terminal_codes import without_terminal_codes
from bot.domain import paths
from bot.domain.formatting import size
from bot.domain.text_encoding import (
    TextEncoding,
    decode_as,
    is_binary,
    needs_recognition,
    recognise,
    why_binary,
)
from bot.panel.config import Lane
from bot.panel.errors import FileTooLarge, KeyRefused, NotFound, PanelError, PermissionMissing, TransferBroken
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files.added_bytes import AddedBytes, FilePosition
from bot.services.files.decoding import run_on_text
from bot.services.files.stat import find_file
from bot.services.line_feed import LineFeed
from bot.services.servers import ConsoleMask
from bot.workers import WorkerPool

POLL_S = 5.0
QUIET_POLL_S = 15.0
"""How often the folder is listed when nothing was added lately."""
_QUIET_AFTER = 6
FIRST_BYTES = 32 * 1024
MOST_AT_ONCE_BYTES = 128 * 1024
"""What is shown of an addition: its end. Each line is searched for secrets, which takes its time."""
LARGEST_FILE_BYTES = 64 * 1024 * 1024
MOST_READ_BYTES = 512 * 1024 * 1024
"""What one person's tail may take from the node in all."""
READ_BYTES_A_S = 1024 * 1024
"""On average: a larger file is read less often."""
MOST_ENTRIES = 5_000
_BYTES_A_TURN = 4 * 1024
"""A line of twice that takes 20 ms to search at worst."""
_PAUSE_FACTOR = 10
"""The pause after a poll is at least so many times its duration: a node may be slow."""
_MOST_FAILURES = 20
_LONGEST_POLL_S = 6.0
_LONGEST_LINE_BYTES = 64 * 1024
REPLACED = N_("[Quetzal] The file was replaced or emptied. From here on it is read from its beginning.")
GONE = N_("[Quetzal] The file no longer exists. Quetzal continues when there is a new one.")
_TWO_BYTES = frozenset(
    {TextEncoding.UTF16, TextEncoding.UTF16_BE, TextEncoding.UTF16_BARE, TextEncoding.UTF16_BE_BARE}
)
_FOR_GOOD = (NotFound, PermissionMissing, KeyRefused, FileTooLarge)


class TailSpent(Refused):
    """The file was read as often as one tail may read it."""

    happened = N_(
        "It has read {most_read} of the file from the node, the most for one run.",
        most_read=size(MOST_READ_BYTES),
    )


class FolderTooFull(BadInput):
    """Listing it again and again takes too long."""

    happened = N_(
        "That file's folder holds more than {most_entries:,} entries, too many to check every few seconds.",
        most_entries=MOST_ENTRIES,
    )
    next_step = N_("Read the file with `/files read`, or follow the server with `/server console`.")


class TooLargeToFollow(BadInput):
    """The node gives out whole files only."""

    happened = N_(
        "That file is over {largest_file}, too large to follow: nodes give out whole files only.",
        largest_file=size(LARGEST_FILE_BYTES),
    )
    next_step = N_("Get it with `/files download`, or follow the server with `/server console`.")


class FileTail(LineFeed):
    """The end of one file. What is after its last line break is shown when it stays as it is."""

    opens_within_s = 30.0

    def __init__(self, permit: Permit, path: str, clock: Clock, workers: WorkerPool) -> None:
        super().__init__(hides_addresses=False)
        self.path = paths.normalise(path)
        self._permit = replace(permit, panel=permit.panel.on(Lane.BACKGROUND))
        self._clock = clock
        self._workers = workers
        self._mask = ConsoleMask(permit.panel, permit.uuid)
        self._at = FilePosition()
        self._rest = b""
        self._encoding = TextEncoding.UTF8
        """Of the lines that are not UTF-8, as recognised from the first of them."""
        self._seen: FileEntry | None = None
        self._read_bytes = 0
        self._unchanged = 0
        self._failures = 0
        self._took_s = 0.0

    @override
    def status(self) -> tuple[str, ...]:
        if self._failures:
            return (_("⚠️ panel or node not reachable, trying again"),)
        if self._seen is None:
            return (_("waiting for the file"),)
        return (size(self._at.offset), "following")

    @override
    def too_slow(self) -> PanelError:
        return TransferBroken(_("The node did not hand out the file in time."), detail=self.path)

    @override
    async def run(self) -> None:
        """Read until it has read too much or may read no more."""
        self._seen = await self._first_entry()
        await self._learn_secrets()
        await self._read(self._seen.size_bytes, first=True)
        self.is_open.set()
        while True:
            await self._clock.sleep(self._pause_s())
            began_s = self._clock.monotonic()
            try:
                await self._poll()
                self._failures = 0
            except _FOR_GOOD:
                raise
            except PanelError:
                self._failures += 1
                if self._failures >= _MOST_FAILURES:
                    raise
            self._took_s = min(self._clock.monotonic() - began_s, _LONGEST_POLL_S)

    async def _first_entry(self) -> FileEntry:
        entry = await find_file(self._permit, self.path, of_folder=_("List it with `/files list`."))
        if entry.size_bytes > LARGEST_FILE_BYTES:
            raise TooLargeToFollow
        await self._list()
        return entry

    async def _list(self) -> FileEntry | None:
        """List the file's folder and find the file."""
        folder = paths.parent(self.path)
        entries = await self._permit.panel.files.list(self._permit.uuid, folder, once=True)
        if len(entries) > MOST_ENTRIES:
            raise FolderTooFull
        return next((entry for entry in entries if entry.name == paths.name_of(self.path)), None)

    async def _learn_secrets(self) -> None:
        await self._mask.learn()
        with suppress(PanelError):  # then what looks like a password is hidden all the same
            await self._permit.panel.databases.list(self._permit.uuid, with_passwords=True)

    def _pause_s(self) -> float:
        least_s = _PAUSE_FACTOR * self._took_s
        if self._unchanged:
            return max(POLL_S if self._unchanged < _QUIET_AFTER else QUIET_POLL_S, least_s)
        return max(POLL_S, least_s, self._at.offset / READ_BYTES_A_S)

    async def _poll(self) -> None:
        """List the folder, and read what was added."""
        entry = await self._list()
        if entry is None or not entry.is_regular:
            if self._seen is not None:
                await self._show_rest()
                self.show(_(GONE))
            self._seen, self._at = None, FilePosition()
            return
        is_same = self._seen is not None and entry.size_bytes == self._at.offset
        self._seen = entry
        if is_same:
            self._unchanged += 1
            await self._show_rest()
            return
        if entry.size_bytes < self._at.offset:
            await self._restart()
        await self._read(entry.size_bytes)
        self._unchanged = 0

    async def _restart(self) -> None:
        await self._show_rest()
        self.show(_(REPLACED))
        self._at = FilePosition()

    async def _read(self, size_bytes: int, *, first: bool = False) -> None:
        """Stream the file and show what is new in it; of the first reading, the last lines."""
        if size_bytes > LARGEST_FILE_BYTES:
            raise TooLargeToFollow
        self._read_bytes += size_bytes
        if self._read_bytes > MOST_READ_BYTES:
            raise TailSpent
        added = AddedBytes(self._at, FIRST_BYTES if first else MOST_AT_ONCE_BYTES)
        files = self._permit.panel.files
        async with files.download(self._permit.uuid, self.path, limit_bytes=LARGEST_FILE_BYTES) as download:
            async for chunk in download:
                added.add(chunk)
        added.end()
        if first and await run_on_text(self._workers, is_binary, added.head):
            raise BadInput(
                _("{why_binary}: there is no text to follow.", why_binary=why_binary(added.head)),
                next_step=_("Get it with `/files download`."),
            )
        if first and await run_on_text(self._workers, recognise, added.head) in _TWO_BYTES:
            raise BadInput(
                _("That is UTF-16 text, which can't be followed."), next_step=_("Use `/files read`.")
            )
        if added.is_another:
            await self._restart()
        if not added.is_cut_short:  # else it is read from its beginning next time
            self._at = FilePosition(added.length, added.head)
        if added.lost_bytes and not first:
            self.skip(added.lost_lines + 1)  # and the line that its rest belongs to
        await self._show_bytes(bytes(added.kept), begins_in_a_line=added.lost_bytes > 0)

    async def _show_bytes(self, content: bytes, *, begins_in_a_line: bool) -> None:
        if begins_in_a_line:
            content, self._rest = content.partition(b"\n")[2], b""
        *lines, self._rest = (self._rest + content).split(b"\n")
        since_turn = 0
        for line in lines:
            await self._print(line)
            since_turn += len(line)
            if since_turn >= _BYTES_A_TURN:
                since_turn = 0
                await asyncio.sleep(0)
        if len(self._rest) > _LONGEST_LINE_BYTES:
            await self._show_rest()

    async def _show_rest(self) -> None:
        rest, self._rest = self._rest, b""
        if rest:
            await self._print(rest)

    async def _print(self, line: bytes) -> None:
        if needs_recognition(line) and self._encoding is TextEncoding.UTF8:
            self._encoding = await self._workers.run(recognise, line)
        text = decode_as(line, self._encoding if needs_recognition(line) else TextEncoding.UTF8)
        masked = await self._mask.whole(text.rstrip("\r"), self._workers)
        if masked is not None:
            self.show(without_terminal_codes(masked).replace("\r", " "))
