"""Creates copies under any name, and folders."""

from collections.abc import Mapping

from bot.core.clock import Clock
from bot.core.errors import BadInput, QuetzalError, Refused, with_state
from bot.core.i18n import _
from bot.domain import paths
from bot.domain.file_changes import Change, ChangeKind, SavedAs
from bot.domain.quoting import quoted
from bot.panel.errors import FileMissing, OutcomeUnknown, PanelError
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files.errors import IN_A_MOMENT, ChangeNotMade
from bot.services.files.rename import MAY_GO_ON, not_begun, rename
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, names_in, stat_path

_CHECK_EVERY_S = 3.0
_STANDS_STILL = 20
"""After so many checks without growth a copy counts as abandoned."""


class CopyService:
    """Copies files and makes folders."""

    def __init__(self, safe: SafeChange, clock: Clock) -> None:
        self._safe = safe
        self._clock = clock

    async def plan_copy(self, permit: Permit, source: str, target: str) -> tuple[PathState, PathState]:
        """Read source and target; into a folder the copy keeps its name. Raises BadInput, FileMissing."""
        source_state = await stat_path(permit, paths.normalise(source))
        if not source_state.exists:
            raise FileMissing(text=source_state.path)
        if source_state.is_directory:
            raise BadInput(
                _("The panel can copy only files, not folders."),
                next_step=_(
                    "Compress the folder with `/files compress`, and extract it with `/files extract`."
                ),
            )
        where = paths.normalise(target)
        target_state = None if where == "/" else await stat_path(permit, where)
        if target_state is None or target_state.is_directory or target.endswith("/"):
            target_state = await stat_path(permit, paths.join(where, paths.name_of(source_state.path)))
        if target_state.path == source_state.path:
            raise BadInput(_("That is the file itself: give the copy another name or another folder."))
        if target_state.is_directory:
            raise BadInput(_("There is a folder of that name."), next_step=_("Give the copy another name."))
        self._safe.check(source_state)
        self._safe.check(target_state)
        return source_state, target_state

    async def copy(self, permit: Permit, source: PathState, target: PathState) -> Change:
        """Copy a file under the requested name. An existing target goes into the trash.

        The panel accepts no name for a copy (docs/reference/files.md#copy): create it, find it, rename it.
        """
        safe = self._safe
        staged = safe.rules.staged(safe.journal.new_id())
        try:
            copied = await self._copied(permit, source, staged)
            return await safe.place(permit, staged, target, kind=ChangeKind.COPY, after=copied.sha256)
        except BaseException:
            await safe.trash.drop(permit, {staged})
            raise

    async def make_folder(self, permit: Permit, path: str) -> Change:
        """Create a folder and its parents. Raises Refused when something exists there."""
        before = await stat_path(permit, paths.normalise(path))
        self._safe.check(before)
        if before.exists:
            raise Refused(
                _("There is a folder of that name already.")
                if before.is_directory
                else _("There is a file of that name already."),
                next_step=_("If you need another one, choose a different name."),
            )
        journal = self._safe.journal
        change = journal.plan(permit, ChangeKind.MAKE, before, kept=SavedAs.NOTHING)
        async with journal.record(permit, change) as doing:
            failure: PanelError | None = None
            try:
                await permit.panel.files.create_folder(
                    permit.uuid, paths.parent(before.path), paths.name_of(before.path)
                )
            except PanelError as error:
                if not_begun(error):
                    raise
                failure = error
            try:
                made = (await stat_path(permit, before.path)).is_directory
            except PanelError as blind:
                doing.unsure()
                raise with_state(
                    failure or blind, _("The folder may or may not be there: Quetzal couldn't check.")
                ) from None
            if not made:
                later = IN_A_MOMENT if isinstance(failure, OutcomeUnknown) else ""
                raise with_state(failure or ChangeNotMade(), _("Nothing was made.{later}", later=later))
        return doing.change

    async def _copied(self, permit: Permit, source: PathState, staged: str) -> PathState:
        directory = paths.parent(source.path)
        before = await names_in(permit, directory)
        try:
            await self._safe.trash.copy(permit, source.path, staged)
        except MAY_GO_ON as error:
            # The panel waits 15 seconds; afterwards the node goes on copying.
            await self._followed(permit, source, before, staged, error)
        except QuetzalError as error:
            raise with_state(error, _("Nothing was copied."), is_unchanged=True) from None
        copied = await stat_path(permit, staged, read_up_to=paths.SHOWN_LIMIT_BYTES)
        if copied.size_bytes != source.size_bytes:
            raise ChangeNotMade(
                _(
                    "The copy's size differs from the original: it was interrupted, or the original is "
                    "being written to."
                ),
                state=_("The copy was deleted; the original is unchanged."),
                next_step=_("Try again."),
            )
        return copied

    async def _followed(
        self,
        permit: Permit,
        source: PathState,
        before: Mapping[str, FileEntry],
        staged: str,
        cause: PanelError,
    ) -> None:
        """Follow the copy to its full size, then use it; raises an error if there is none."""
        directory, grown, still = paths.parent(source.path), -1, 0
        while still < _STANDS_STILL:
            try:
                after = await names_in(permit, directory)
            except PanelError:
                raise with_state(cause, _beside(directory)) from None
            new = [entry for name, entry in after.items() if name not in before and " copy" in name]
            if len(new) != 1:
                raise with_state(cause, _beside(directory) if new else _("Nothing was copied."))
            made = paths.join(directory, new[0].name)
            if new[0].size_bytes == source.size_bytes and still:
                moved = await rename(permit, made, staged)
                if not moved.done:
                    raise with_state(moved.error or cause, _beside(directory))
                return
            still = still + 1 if new[0].size_bytes == grown else 0
            grown = new[0].size_bytes
            await self._clock.sleep(_CHECK_EVERY_S)
        await self._safe.trash.drop(permit, {made})
        raise with_state(cause, _("The unfinished copy was deleted; the original is unchanged."))


def _beside(directory: str) -> str:
    return _(
        "A copy, whole or in part, may be in {directory}; the original is unchanged.",
        directory=quoted(directory),
    )
