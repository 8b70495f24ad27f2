"""Edits text files: open, draft, save exactly that draft."""

from dataclasses import dataclass, replace

from bot.core.errors import BadInput, Refused
from bot.core.i18n import _
from bot.domain import edit_draft
from bot.domain.edit_draft import DraftText
from bot.domain.file_changes import Change, ChangeKind
from bot.domain.text_diff import Diff, TextFile
from bot.domain.text_encoding import TextEncoding, is_binary, why_binary
from bot.panel.errors import FileMissing, FileTooLarge
from bot.services.access import Permit
from bot.services.files.browse import FileText
from bot.services.files.decoding import run_on_text
from bot.services.files.errors import ChangedMeanwhile
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, stat_path
from bot.workers import WorkerPool


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A text file as it was when it was opened."""

    seen: PathState
    file: TextFile

    @property
    def path(self) -> str:
        """Where it is."""
        return self.seen.path


@dataclass(frozen=True, slots=True)
class Draft:
    """The text to be written. `problem` describes a syntax error in it."""

    opened: OpenedFile
    kind: ChangeKind
    text: str
    content: bytes
    diff: Diff
    problem: str | None
    was_broken: bool
    """Whether the file had a syntax error before, too."""
    converted_to: TextEncoding | None = None
    """The new encoding, where that is what changes."""

    @property
    def changes_nothing(self) -> bool:
        """Whether there is nothing to write."""
        return self.content == self.opened.seen.content


class EditService:
    """Reads, drafts and saves."""

    def __init__(self, changes: SafeChange, limit_bytes: int, workers: WorkerPool) -> None:
        self._changes = changes
        self._limit_bytes = limit_bytes
        self._workers = workers

    async def open(self, permit: Permit, path: str) -> OpenedFile:
        """Read a text file to edit it. BadInput for what is no text, FileMissing, FileTooLarge."""
        seen, content = await self._read(permit, path)
        file = await run_on_text(self._workers, TextFile.of, content)
        return OpenedFile(seen, file)

    async def _read(self, permit: Permit, path: str) -> tuple[PathState, bytes]:
        seen = await stat_path(permit, path, read_up_to=self._limit_bytes)
        self._changes.check(seen)
        if not seen.exists:
            raise FileMissing(text=path)
        if seen.is_directory:
            raise BadInput(_("That is a folder."), next_step=_("List it with `/files list`."))
        if seen.content is None:
            raise FileTooLarge(detail=f"{seen.size_bytes} bytes, limit {self._limit_bytes}")
        if await run_on_text(self._workers, is_binary, seen.content):
            raise BadInput(
                _("{why_binary}: there is no text to edit.", why_binary=why_binary(seen.content)),
                next_step=_("Replace it as a whole with `/files upload`."),
            )
        return seen, seen.content

    async def reopen(self, file: FileText) -> OpenedFile | None:
        """Return a file that was just read as one that is opened to be edited; None where it can't be."""
        seen = PathState(file.path, file.entry, file.content)
        if file.is_masked or len(file.content) > self._limit_bytes:
            return None
        try:
            self._changes.check(seen)
            text = await run_on_text(self._workers, TextFile.of, file.content)
        except Refused:  # BadInput is one
            return None
        return OpenedFile(seen, text)

    async def check(self, permit: Permit, opened: OpenedFile) -> None:
        """Raise ChangedMeanwhile when the file has changed since it was opened."""
        now = await stat_path(permit, opened.path, read_up_to=self._limit_bytes)
        if not now.same(opened.seen):
            raise ChangedMeanwhile(now)

    async def typed(self, opened: OpenedFile, text: str) -> Draft:
        """Make a draft from a form, which loses blanks at both ends: the file's own are kept."""
        made = await self._workers.run(edit_draft.draft_typed, opened.path, opened.file, text)
        return _draft(opened, ChangeKind.EDIT, made)

    async def uploaded(self, opened: OpenedFile, content: bytes) -> Draft:
        """Make a draft from an uploaded file; it keeps the encoding and line ends of the replaced one."""
        if len(content) > self._limit_bytes:
            raise BadInput(
                _("That file is too large to edit as text."),
                next_step=_("Replace the file as a whole with `/files upload`."),
            )
        if await run_on_text(self._workers, is_binary, content):
            raise BadInput(
                _("That is a binary file."), next_step=_("Replace files as a whole with `/files upload`.")
            )
        made = await self._workers.run(edit_draft.draft_uploaded, opened.path, opened.file, content)
        return _draft(opened, ChangeKind.EDIT, made)

    async def set_key(self, permit: Permit, path: str, key: str, value: str) -> Draft:
        """Open a configuration file and make a draft that changes one key. Raises BadInput."""
        opened = await self.open(permit, path)
        made = await self._workers.run(edit_draft.draft_key, opened.path, opened.file, key, value)
        return _draft(opened, ChangeKind.SET, made)

    async def converted(
        self, permit: Permit, path: str, target: TextEncoding, source: TextEncoding | None
    ) -> Draft:
        """Open a text file and make a draft in another encoding; a `source` of None recognises its own.

        Raises as `open`, and BadInput for characters that an encoding can't represent.
        """
        seen, content = await self._read(permit, path)
        file, made = await self._workers.run(edit_draft.draft_converted, seen.path, content, target, source)
        return replace(_draft(OpenedFile(seen, file), ChangeKind.CONVERT, made), converted_to=target)

    async def save(self, permit: Permit, draft: Draft) -> Change:
        """Write the draft, if the file is still the one it was made from. Raises as SafeChange.write."""
        return await self._changes.write(permit, draft.opened.seen, draft.content, kind=draft.kind)


def _draft(opened: OpenedFile, kind: ChangeKind, made: DraftText) -> Draft:
    return Draft(opened, kind, made.text, made.content, made.diff, made.problem, made.was_broken)
