"""Saves previous versions before a change: a snapshot, or the file itself moved into the trash."""

import logging
from collections.abc import Mapping

from bot.core.i18n import _
from bot.domain import paths as file_paths
from bot.domain.file_changes import Change, manifest
from bot.domain.trash import TrashPolicy
from bot.panel import errors
from bot.panel.errors import PanelError
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files.errors import IN_A_MOMENT, KeepingFailed, KeepingForbidden
from bot.services.files.rename import RenamePlace, not_begun, rename
from bot.services.files.stat import PathState, find_entry, names_in

log = logging.getLogger(__name__)

WRITTEN_UP_TO_BYTES = 256 * 1024
"""Snapshots up to this size are written from memory; the node copies larger ones."""


class TrashStore:
    """Saves files in the trash directory of a server. Each has a manifest, which is written first."""

    def __init__(self, rules: TrashPolicy) -> None:
        self.rules = rules

    async def snapshot(self, permit: Permit, change: Change, before: PathState) -> None:
        """Save a copy of a file that stays in place. Raises KeepingFailed: nothing was changed."""
        try:
            await self._put(permit, self.rules.manifest(change.id), manifest(change))
            if before.size_bytes == 0:
                return  # the manifest suffices; nodes may store no empty file (docs/reference/files.md#write)
            saved = self.rules.saved(change.id)
            if before.content is not None and len(before.content) <= WRITTEN_UP_TO_BYTES:
                await self._put(permit, saved, before.content)
            else:
                await self.copy(permit, before.path, saved)
        except PanelError as error:
            raise _failed(error) from error

    async def to_trash(self, permit: Permit, change: Change, path: str) -> None:
        """Move the file itself into the trash. Raises KeepingFailed with where it is."""
        try:
            await self._put(permit, self.rules.manifest(change.id), manifest(change))
        except PanelError as error:
            raise _failed(error) from error
        moved = await rename(permit, path, self.rules.saved(change.id))
        if moved.done:
            return
        cause = moved.error or errors.NodeFault(detail="the rename was answered with success")
        if moved.place is RenamePlace.SOURCE and not isinstance(cause, errors.OutcomeUnknown):
            await self.drop(permit, {self.rules.manifest(change.id)})
            raise _failed(cause) from moved.error
        raise _failed(
            cause,
            state={
                RenamePlace.SOURCE: _(
                    "It was unchanged when Quetzal checked.{in_a_moment}", in_a_moment=IN_A_MOMENT
                ),
                RenamePlace.UNSEEN: _("It is either where it was or in the trash: Quetzal couldn't check."),
                RenamePlace.NEITHER: _(
                    "It is neither where it was nor in the trash: somebody else moved or deleted it."
                ),
                RenamePlace.BOTH: _("It is in the trash, and something new is where it was."),
                RenamePlace.TARGET: _("It is in the trash."),
            }[moved.place],
        ) from moved.error

    async def copy(self, permit: Permit, path: str, target: str) -> None:
        """Let the node copy a file to a free path of our choice.

        The panel neither takes nor returns the copy's name (docs/reference/files.md#copy): list to find it.
        """
        directory = file_paths.parent(path)
        before = await names_in(permit, directory)
        unheard: PanelError | None = None
        try:
            await permit.panel.files.copy(permit.uuid, path)
        except PanelError as error:
            if not_begun(error):
                raise
            unheard = error
        after = await names_in(permit, directory)
        original = after.get(file_paths.name_of(path))
        new = [
            entry
            for name, entry in after.items()
            if name not in before
            and " copy" in name
            and original is not None
            and entry.size_bytes == original.size_bytes
        ]
        if len(new) != 1:
            raise unheard or errors.NodeFault(
                _("The node made no copy, or somebody else made one at the same moment."),
                detail=f"{len(new)} new files after a copy",
            )
        made = file_paths.join(directory, new[0].name)
        moved = await rename(permit, made, target)
        if not moved.done:
            failure = moved.error or errors.NodeFault(detail="a copy could not be renamed")
            if not await self.drop(permit, {made}):
                failure.happened += _(" A copy of the file may be left beside it.")
            raise failure

    async def stage(self, permit: Permit, change: Change, staged: str) -> None:
        """Copy a snapshot to a staging path. Raises KeepingFailed: nothing was changed."""
        try:
            await self.copy(permit, self.rules.saved(change.id), staged)
        except PanelError as error:
            raise _failed(error, happened=_("What was kept could not be copied.")) from error

    async def content(self, permit: Permit, change: Change) -> bytes:
        """Read a snapshot. Raises the panel's errors."""
        if change.size_bytes == 0:
            return b""
        return await permit.panel.files.read(permit.uuid, self.rules.saved(change.id))

    async def drop(self, permit: Permit, paths: set[str]) -> bool:
        """Delete files that are no longer needed; False when that failed, which the caller may ignore."""
        try:
            for directory in {file_paths.parent(path) for path in paths}:
                names = sorted(
                    file_paths.name_of(path) for path in paths if file_paths.parent(path) == directory
                )
                await permit.panel.files.delete(permit.uuid, directory, names)
        except PanelError as error:
            log.info("could not clean up after a file change: %s", error)
            return False
        return True

    async def listing(self, permit: Permit) -> Mapping[str, FileEntry]:
        """List the trash directory by name; empty when there is none yet."""
        entry = await find_entry(permit, self.rules.directory)
        return {} if entry is None else await names_in(permit, self.rules.directory)

    async def _put(self, permit: Permit, path: str, content: bytes) -> None:
        """Write one of our files, and read it back, since recovery depends on it."""
        try:
            await permit.panel.files.write(permit.uuid, path, content)
        except PanelError as error:
            if not_begun(error):
                raise
            if await self._holds(permit, path, content):
                return
            raise
        if not await self._holds(permit, path, content):
            raise errors.NodeFault(_("The node didn't save the file."))

    async def _holds(self, permit: Permit, path: str, content: bytes) -> bool:
        try:
            return await permit.panel.files.read(permit.uuid, path) == content
        except (errors.FileMissing, errors.FileUnavailable):
            return False


def _failed(cause: PanelError, state: str | None = None, happened: str | None = None) -> KeepingFailed:
    if isinstance(cause, errors.FileDenied):
        return KeepingForbidden(state=state, detail=cause.detail)
    return KeepingFailed(
        f"{happened or KeepingFailed.happened} {cause.happened}",
        state=state,
        next_step=cause.next_step,
        detail=f"{type(cause).__name__}: {cause.detail}",
    )
