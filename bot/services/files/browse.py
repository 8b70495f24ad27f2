"""Lists directories and reads files of a server."""

import asyncio
from dataclasses import dataclass, field

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.core.secret_masking import mask_text
from bot.core.time_slices import in_slices
from bot.domain import paths
from bot.domain.text_encoding import TextEncoding, decode, is_binary, why_binary
from bot.panel.errors import FileMissing, NodeFault, NodeRefused, PanelError
from bot.panel.models import Entries, FileEntry
from bot.services.access import Permit
from bot.services.files.decoding import run_on_text
from bot.services.files.errors import NotShown
from bot.services.files.secret_masking import values_to_hide
from bot.services.files.stat import find_entry, find_file
from bot.workers import WorkerPool

_ORDERED_A_TURN = 10_000
_COMPARED, _LIKELY, _LEAST_SCORE = 5_000, 3, 70


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory with its entries: directories first, by name."""

    path: str
    entries: Entries[FileEntry]

    @property
    def total_bytes(self) -> int:
        """The size of the files in it, without subdirectories."""
        return sum(entry.size_bytes for entry in self.entries if entry.is_regular)


@dataclass(frozen=True, slots=True)
class FileText:
    """A file that could be read as text."""

    path: str
    entry: FileEntry
    text: str
    encoding: TextEncoding
    content: bytes = field(repr=False)
    is_masked: bool = False
    """Whether values that are or look like secrets were hidden."""


class FileBrowser:
    """Lists and reads; changes nothing."""

    def __init__(self, workers: WorkerPool, shown_limit_bytes: int = paths.SHOWN_LIMIT_BYTES) -> None:
        self._workers = workers
        self._shown_limit_bytes = shown_limit_bytes

    async def list(self, permit: Permit, path: str) -> Directory:
        """List a directory. Raises BadInput for a path that is a file, FileMissing when there is none."""
        path = paths.normalise(path)
        try:
            entries = await permit.panel.files.list(permit.uuid, path)
        except (NodeRefused, NodeFault):
            # A missing path and a file give the same 500 (docs/reference/files.md#list): list the parent.
            if path == "/":
                raise
            entry = await find_entry(permit, path)
            if entry is None:
                raise FileMissing(text=path) from None
            if not entry.is_directory:
                raise BadInput(
                    _("That is a file, not a folder."), next_step=_("Read it with `/files read`.")
                ) from None
            raise
        keys = await in_slices(entries, _order, size=_ORDERED_A_TURN)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        await asyncio.sleep(0)  # with 50,000 of them other tasks get a turn before they are counted
        return Directory(path, entries.like(entries[position] for position in order))

    async def read(self, permit: Permit, path: str) -> FileText:
        """Read a text file, for operators without its secrets. NotShown for binary or too large files."""
        path = paths.normalise(path)
        entry = await find_file(permit, path, of_folder=_("List it with `/files list`."))
        if entry.size_bytes > self._shown_limit_bytes:
            raise NotShown(_("That file is too large to show here."), entry)
        content = await permit.panel.files.read(permit.uuid, path)
        if await run_on_text(self._workers, is_binary, content):
            raise NotShown(
                _("{why_binary}: there is no text to show.", why_binary=why_binary(content)), entry
            )
        text, encoding = await run_on_text(self._workers, decode, content)
        hidden = await values_to_hide(permit)
        if hidden is None:
            return FileText(path, entry, text, encoding, content)
        masked = await self._workers.run_linear(len(text), mask_text, text, hidden)
        return FileText(path, entry, masked, encoding, content, is_masked=masked != text)

    async def similar(self, permit: Permit, path: str, *, only_files: bool = False) -> tuple[str, ...]:
        """Give paths beside this one that have a similar name, the likeliest first."""
        from rapidfuzz import process  # noqa: PLC0415 - only a mistyped path needs it

        folder = paths.parent(path)
        try:
            entries = await permit.panel.files.list(permit.uuid, folder)
        except PanelError:
            return ()
        names = [entry.name for entry in entries[:_COMPARED] if entry.is_regular or not only_files]
        likely = process.extract(paths.name_of(path), names, limit=_LIKELY, score_cutoff=_LEAST_SCORE)
        return tuple(paths.join(folder, name) for name, _, _ in likely)


def _order(entry: FileEntry) -> str:
    """Return the sort key. A string, since 50,000 tuples would trigger the garbage collector."""
    return f"{entry.is_file:d}{entry.name.casefold()}"
