"""The only mechanism that changes files of servers: no previous version is ever lost.

Every error says in which state things are.
"""

from dataclasses import replace

from bot.core.errors import BadInput, QuetzalError, with_state
from bot.core.i18n import N_, _
from bot.domain import paths
from bot.domain.file_changes import (
    Change,
    ChangeKind,
    SavedAs,
    digest,
)
from bot.panel.errors import OutcomeUnknown, PanelError
from bot.services.access import Permit
from bot.services.files.errors import (
    IN_A_MOMENT,
    ChangedMeanwhile,
    ChangeNotMade,
    KeepingFailed,
    NothingToChange,
)
from bot.services.files.journal import Journal, JournalEntry
from bot.services.files.rename import (
    Renamed,
    RenamePlace,
    not_begun,
    rename,
)
from bot.services.files.stat import PathState, stat_path
from bot.services.files.trash import TrashStore
from bot.services.files.trash_cleanup import TrashCleanup

_IS_KEPT = N_("The previous version is saved: `/files history` has it.")


class SafeChange:
    """Writes, moves and deletes files without losing any. Pass the state that the person was shown.

    Every method

    1. waits for other changes on the same server,
    2. reads the path again, and raises ChangedMeanwhile if it differs from what was shown,
    3. records in the store and the audit that the change begins,
    4. saves a snapshot or moves the old file to the trash (`destroy` does not), and stops if that fails,
    5. makes the change,
    6. reads the path once more and compares; an error says which state the file is in.
    """

    def __init__(self, journal: Journal, trash: TrashStore, tidying: TrashCleanup) -> None:
        self.journal = journal
        self.trash = trash
        self._tidying = tidying
        self.rules = trash.rules

    # --- what can be done ---------------------------------------------------------------------------------

    async def write(self, permit: Permit, seen: PathState, content: bytes, *, kind: ChangeKind) -> Change:
        """Write a file over the version that was read, or as a new one.

        Raises ChangedMeanwhile, NothingToChange, KeepingFailed, ChangeNotMade, or the panel's error with the
        state that the file is in.
        """
        self.check(seen)
        if seen.exists and seen.content is None:
            raise TypeError("a file is written over only when its content was seen")
        async with self.journal.exclusive(permit):
            before = await self._again(permit, seen, exactly=True)
            if before.content == content:
                raise NothingToChange
            kept = SavedAs.SNAPSHOT if before.exists else SavedAs.NOTHING
            change = self.journal.plan(permit, kind, before, kept=kept, after=digest(content))
            async with self.journal.record(permit, change) as doing:
                if before.exists:
                    await self.trash.snapshot(permit, doing.change, before)
                await self._written(permit, doing, before, content)
            await self._tidying.after_change(permit)
        return doing.change

    async def remove(
        self,
        permit: Permit,
        seen: PathState,
        *,
        kind: ChangeKind = ChangeKind.DELETE,
        size_bytes: int | None = None,
    ) -> Change:
        """Move a file or directory into the trash. Raises KeepingForbidden where only deletion is allowed.

        `size_bytes` is the counted size of a directory, for the limits of the trash.
        """
        self.check(seen)
        async with self.journal.exclusive(permit):
            before = await self._again(permit, seen)
            change = self.journal.plan(permit, kind, before, kept=SavedAs.TRASH)
            if before.is_directory:
                change = replace(change, size_bytes=size_bytes)
            async with self.journal.record(permit, change) as doing:
                await self._set_aside(permit, doing, before.path)
            await self._tidying.after_change(permit)
        return doing.change

    async def destroy(self, permit: Permit, seen: PathState) -> Change:
        """Delete permanently. Raises ChangeNotMade or the panel's error with what is left."""
        self.check(seen)
        async with self.journal.exclusive(permit):
            before = await self._again(permit, seen, exactly=True)
            change = self.journal.plan(permit, ChangeKind.PURGE, before, kept=SavedAs.NOTHING)
            async with self.journal.record(permit, change) as doing:
                await self.gone(permit, doing, before)
            await self._tidying.after_change(permit)
        return doing.change

    async def move(
        self, permit: Permit, source: PathState, target: PathState, *, kind: ChangeKind = ChangeKind.MOVE
    ) -> Change:
        """Move a file; an existing target goes into the trash first."""
        self.check_move(source, target)
        return await self._move(permit, source, target, kind)

    async def place(
        self, permit: Permit, staged: str, target: PathState, *, kind: ChangeKind, after: str | None = None
    ) -> Change:
        """Move a staged file to its target; an existing one goes into the trash.

        `staged` is a path below `rules.directory` (`rules.staged(new id)` for uploads, made beforehand).
        `after` is the hash of the staged file, if known.
        """
        self.check(target)
        return await self._move(permit, await stat_path(permit, staged), target, kind, after)

    async def keep(self, permit: Permit, seen: PathState, *, kind: ChangeKind) -> Change:
        """Keep a snapshot of a file that the caller's next step may overwrite (an extraction)."""
        self.check(seen)
        change = self.journal.plan(permit, kind, seen, kept=SavedAs.SNAPSHOT)
        async with self.journal.record(permit, change) as doing:
            await self.trash.snapshot(permit, doing.change, seen)
        return doing.change

    async def purge(self, permit: Permit, kept: Change) -> None:
        """Permanently delete what was kept of a change. Raises ChangeNotMade or the panel's error."""
        saved, manifest = self.rules.saved(kept.id), self.rules.manifest(kept.id)
        async with self.journal.exclusive(permit):
            before = await stat_path(permit, saved)
            change = replace(
                self.journal.plan(permit, ChangeKind.PURGE, before, kept=SavedAs.NOTHING),
                path=kept.kept_of,
                before=kept.before,
            )
            async with self.journal.record(permit, change) as doing:
                await self.gone(permit, doing, before)
            await self.trash.drop(permit, {manifest})

    # --- what changes are made of -------------------------------------------------------------------------

    def check(self, seen: PathState) -> None:
        """Refuse paths that people may not change: our directory and its parents, links, devices."""
        if self.rules.touches(seen.path):
            raise BadInput(
                _("That is Quetzal's trash."),
                next_step=_("Restore and purge what is in it with `/files history`."),
            )
        if seen.entry is not None and not (seen.entry.is_regular or seen.entry.is_directory):
            raise BadInput(_("That is a link or a special file, which the panel can't change."))

    def check_move(self, source: PathState, target: PathState) -> None:
        """Refuse a move of or over protected paths, and of a file onto or into itself."""
        self.check(source)
        self.check(target)
        if (target.path + "/").startswith(source.path + "/"):
            raise BadInput(_("A file or folder can't be moved onto or into itself."))

    async def gone(self, permit: Permit, doing: JournalEntry, before: PathState) -> None:
        """Delete permanently, and check."""
        failure: PanelError | None = None
        try:
            await permit.panel.files.delete(
                permit.uuid, paths.parent(before.path), [paths.name_of(before.path)]
            )
        except PanelError as error:
            failure = error
        if failure is not None and not_begun(failure):
            raise failure
        try:
            after = await stat_path(permit, before.path)
        except PanelError as blind:
            doing.unsure()
            raise with_state(
                failure or blind, _("It may or may not be deleted: Quetzal couldn't check.")
            ) from None
        if not after.exists:
            return
        state = _("It is still there")
        if before.is_directory:
            doing.unsure()
            state += _(", but part of what was in it may be deleted")
        if failure is None:
            raise ChangeNotMade(state=f"{state}.")
        later = IN_A_MOMENT if isinstance(failure, OutcomeUnknown) else ""
        raise with_state(failure, f"{state}.{later}")

    # --- inside -------------------------------------------------------------------------------------------

    async def _again(self, permit: Permit, seen: PathState, *, exactly: bool = False) -> PathState:
        """Check that it is still what the person was shown."""
        limit = None if seen.content is None else max(len(seen.content), paths.SHOWN_LIMIT_BYTES)
        now = await stat_path(permit, seen.path, read_up_to=limit)
        if not (now.same(seen) if exactly else now.same_thing(seen)):
            raise ChangedMeanwhile(now)
        self.check(now)
        return now

    async def _written(self, permit: Permit, doing: JournalEntry, before: PathState, content: bytes) -> None:
        failure: PanelError | None = None
        try:
            await permit.panel.files.write(permit.uuid, before.path, content)
        except PanelError as error:
            failure = error
        if failure is not None and not_begun(failure):
            raise with_state(failure, _("Nothing was written."), is_unchanged=True)
        kept = f" {_IS_KEPT}" if before.exists else ""
        try:
            after = await stat_path(
                permit, before.path, read_up_to=max(len(content), len(before.content or b""))
            )
        except PanelError as blind:
            doing.unsure()
            state = _("It holds either the old or the new content: Quetzal couldn't check.{kept}", kept=kept)
            raise with_state(failure or blind, state) from None
        if after.content == content:
            return
        if after.same(before):
            if failure is None:
                raise ChangeNotMade(state=_("The file is unchanged.{kept}", kept=kept))
            later = IN_A_MOMENT if isinstance(failure, OutcomeUnknown) else ""
            raise with_state(
                failure,
                _("The file was unchanged when Quetzal checked.{later}{kept}", later=later, kept=kept),
            )
        doing.unsure()
        raise ChangeNotMade(
            _(
                "The file holds neither the old nor the new content: the write was interrupted, or somebody "
                "else wrote to it."
            ),
            state=kept.strip() or _("There was no file before."),
            next_step=_("Check it with `/files read`. To get the old content back: `/files undo`."),
            detail=failure.detail if failure else None,
        )

    async def _move(
        self, permit: Permit, source: PathState, target: PathState, kind: ChangeKind, after: str | None = None
    ) -> Change:
        if not source.exists:
            raise BadInput(_("The file or folder to move doesn't exist."))
        async with self.journal.exclusive(permit):
            source = await self._again_anywhere(permit, source)
            target = await self._again(permit, target)
            change = self.journal.plan(
                permit, kind, target, kept=SavedAs.TRASH if target.exists else SavedAs.NOTHING, after=after
            )
            if kind is ChangeKind.MOVE:
                change = replace(change, path=source.path, target=target.path)
            async with self.journal.record(permit, change) as doing:
                if target.exists:
                    await self._set_aside(permit, doing, target.path)
                moved = await rename(permit, source.path, target.path)
                if not moved.done:
                    raise await self._not_moved(permit, doing, target, moved)
            await self._tidying.after_change(permit)
        return doing.change

    async def _again_anywhere(self, permit: Permit, source: PathState) -> PathState:
        """Check again a path that may be in our own directory."""
        now = await stat_path(permit, source.path)
        if not now.same_thing(source):
            raise ChangedMeanwhile(now)
        return now

    async def _set_aside(self, permit: Permit, doing: JournalEntry, path: str) -> None:
        try:
            await self.trash.to_trash(permit, doing.change, path)
        except KeepingFailed as error:
            if error.state != KeepingFailed.state:
                doing.unsure()
            raise

    async def _not_moved(
        self, permit: Permit, doing: JournalEntry, target: PathState, moved: Renamed
    ) -> QuetzalError:
        """Restore what was moved away for the new file, and return an error that says where things are."""
        cause = moved.error or ChangeNotMade()
        where = {
            RenamePlace.SOURCE: _("It is where it was."),
            RenamePlace.TARGET: _("It is where it should be."),
            RenamePlace.BOTH: _("Something is at both places."),
            RenamePlace.NEITHER: _("It is at neither place: somebody else moved or deleted it."),
            RenamePlace.UNSEEN: _("It is at the old place or at the new one: Quetzal couldn't check."),
        }[moved.place]
        if moved.place is RenamePlace.SOURCE and isinstance(cause, OutcomeUnknown):
            where = _("It was unchanged when Quetzal checked.{in_a_moment}", in_a_moment=IN_A_MOMENT)
        elif moved.place is not RenamePlace.SOURCE:
            doing.unsure()
        if not target.exists:
            return with_state(cause, where)
        if moved.place is RenamePlace.SOURCE and not isinstance(cause, OutcomeUnknown):
            back = await rename(permit, self.rules.saved(doing.change.id), target.path)
            if back.done:
                await self.trash.drop(permit, {self.rules.manifest(doing.change.id)})
                return with_state(cause, _("{where} What is at the target is as it was, too.", where=where))
        doing.unsure()
        return with_state(
            cause, _("{where} What was at the target is in the trash: `/files history` has it.", where=where)
        )
