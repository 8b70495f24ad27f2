"""Reads an archive and its target before an extraction, to say what it would replace."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain import paths
from bot.domain.archive_listing import members
from bot.panel.errors import FileMissing
from bot.services.access import Permit
from bot.services.files.interrupted import InterruptedUnpacking, changed_at, interrupted_unpackings
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, stat_path
from bot.workers import WorkerPool

_LISTED_UP_TO_BYTES = 8 * 1024 * 1024
"""Archives up to this size are read beforehand, to show what they would replace."""
_MOST_FOLDERS_LISTED = 60
_LISTABLE = (".zip", ".jar", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
# Without a lone .gz: some nodes make nothing of it, others a file beside it that replaces an existing one.
_KINDS = (*_LISTABLE, ".tar.zst", ".tar.lz4", ".rar", ".7z")


@dataclass(frozen=True, slots=True)
class ExtractPlan:
    """The archive and its target. `replaces` is None when that is unknown."""

    archive: PathState
    to: str
    is_new: bool
    """Whether the folder is made for it."""
    count: int | None = None
    """How many files are in it; None for an archive that was not read."""
    replaces: tuple[str, ...] | None = None
    aside: InterruptedUnpacking | None = None
    """An interrupted extraction of the same archive to the same target, which is continued."""


class ExtractPlanner:
    """Plans extractions."""

    def __init__(self, safe: SafeChange, workers: WorkerPool) -> None:
        self._safe = safe
        self._workers = workers

    async def plan(self, permit: Permit, path: str, to: str | None) -> ExtractPlan:
        """Read the archive and its target. Raises BadInput for other files."""
        archive = await stat_path(permit, path)
        if not archive.exists:
            raise FileMissing(text=archive.path)
        self._safe.check(archive)
        if archive.is_directory or not archive.path.casefold().endswith(_KINDS):
            raise BadInput(
                _("That isn't an archive that the node can extract."),
                next_step=_("It can extract .zip, .tar, .tar.gz, .tar.bz2, .tar.xz, .rar and .7z."),
            )
        folder = paths.normalise(to) if to is not None else paths.parent(archive.path)
        is_new = False
        if folder != "/":
            path_state = await stat_path(permit, folder)
            self._safe.check(path_state)
            if path_state.exists and not path_state.is_directory:
                raise BadInput(
                    _("There is a file where the folder should be."), next_step=_("Name another folder.")
                )
            is_new = not path_state.exists
        plan = ExtractPlan(
            archive,
            folder,
            is_new,
            replaces=() if is_new else None,
            aside=await self._aside(permit, archive, folder),
        )
        is_readable = archive.path.casefold().endswith(_LISTABLE)
        if is_readable and (archive.size_bytes or 0) <= _LISTED_UP_TO_BYTES:
            return await self._read(permit, plan)
        return plan

    async def _aside(self, permit: Permit, archive: PathState, to: str) -> InterruptedUnpacking | None:
        names = await self._safe.trash.listing(permit)
        for interrupted_unpacking in await interrupted_unpackings(self._safe.journal, permit, names):
            if (
                interrupted_unpacking.archive,
                interrupted_unpacking.archive_changed_at,
                interrupted_unpacking.to,
            ) == (archive.path, changed_at(archive), to):
                return interrupted_unpacking
        return None

    async def _read(self, permit: Permit, plan: ExtractPlan) -> ExtractPlan:
        held = bytearray()
        async with permit.panel.files.download(
            permit.uuid, plan.archive.path, limit_bytes=_LISTED_UP_TO_BYTES
        ) as download:
            async for chunk in download:
                held += chunk
        names = await self._workers.run(members, bytes(held))
        if names is None:
            raise BadInput(
                _("That archive is damaged, or not what its name says."),
                next_step=_("Create it again, or give it the right name."),
            )
        replaces = () if plan.is_new else await self._in_the_way(permit, plan.to, names)
        return replace(plan, count=len(names), replaces=replaces)

    async def _in_the_way(self, permit: Permit, to: str, names: Sequence[str]) -> tuple[str, ...] | None:
        """Return the files that would be replaced; None if that can't be found out, or takes too long."""
        coming = set(names)
        folders = {"/"}
        for name in coming:
            while (name := paths.parent(name)) not in folders:
                folders.add(name)
        known_folders, conflicts, listed_folders = {"/"}, [], 0
        for folder in sorted(folders):  # parents come before their children
            if folder not in known_folders:
                continue
            listed_folders += 1
            if listed_folders > _MOST_FOLDERS_LISTED:
                return None
            entries = await permit.panel.files.list(permit.uuid, paths.join(to, folder.lstrip("/")))
            if entries.unreadable:
                return None
            for entry in entries:
                path = paths.join(folder, entry.name)
                if path in folders and entry.is_directory:
                    known_folders.add(path)
                elif path in coming or path in folders:
                    conflicts.append(paths.join(to, path.lstrip("/")))
        return tuple(sorted(conflicts))
