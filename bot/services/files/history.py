"""The history of file changes: list, restore, undo, purge."""

import asyncio
import logging
from collections.abc import Mapping

from bot.core.errors import BadInput, QuetzalError, Refused
from bot.core.i18n import N_, _
from bot.domain.edit_draft import diff_contents
from bot.domain.file_changes import (
    MANIFEST_LIMIT_BYTES,
    Change,
    ChangeKind,
    SavedAs,
    digest,
    read_manifests,
)
from bot.domain.trash import id_in, is_kept, is_manifest
from bot.panel.errors import PanelError
from bot.panel.models import FileEntry
from bot.services.access import Permit
from bot.services.files.errors import NothingToChange
from bot.services.files.interrupted import interrupted_packings, interrupted_unpackings
from bot.services.files.restore_plan import (
    History,
    Restoration,
    RestoreMethod,
    TrashEntry,
)
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, stat_path
from bot.storage import Store
from bot.storage.repositories import file_changes
from bot.workers import WorkerPool

log = logging.getLogger(__name__)

_IN_TRASH = N_("It is in the trash: `/files history` has it.")
_MANIFESTS_AT_ONCE = 8
_MOST_MANIFESTS = 200


class HistoryService:
    """Reads the trash directory. The store has details of its entries; manifests have enough without it."""

    def __init__(self, store: Store, safe: SafeChange, read_limit_bytes: int, workers: WorkerPool) -> None:
        self._store = store
        self._safe = safe
        self._limit = read_limit_bytes
        self._workers = workers

    async def kept(self, permit: Permit, path: str | None = None) -> History:
        """List what is kept of a path and everything below it, or of all files."""
        listing = await self._safe.trash.listing(permit)
        ids = {change_id for name in listing if (change_id := id_in(name))}
        known = await self._known(permit, ids)
        manifests = {
            kept_id: entry
            for name, entry in listing.items()
            if is_manifest(name) and (kept_id := id_in(name))
        }
        bare = [
            kept_id
            for kept_id, entry in manifests.items()
            if kept_id not in known and entry.is_regular and entry.size_bytes <= MANIFEST_LIMIT_BYTES
        ]
        known = {**known, **await self._from_manifests(permit, sorted(bare, reverse=True)[:_MOST_MANIFESTS])}
        kept = {
            kept_id: entry for name, entry in listing.items() if is_kept(name) and (kept_id := id_in(name))
        }
        entries = [
            TrashEntry(change, _size(change, kept.get(change.id)))
            for change in known.values()
            if change.id in kept or (change.kept is SavedAs.SNAPSHOT and change.size_bytes == 0)
            if path in (None, "/") or _is_in(change.kept_of, path or "/")
        ]
        entries.sort(key=lambda entry: entry.change.id, reverse=True)
        unknown = len((kept.keys() | manifests.keys()) - known.keys())
        journal = self._safe.journal
        unpackings = await interrupted_unpackings(journal, permit, listing)
        packings = await interrupted_packings(journal, permit)
        return History(tuple(entries), unknown, tuple(unpackings), tuple(packings))

    async def last(self, permit: Permit) -> Change:
        """Return the person's last change that can be undone. Raises Refused when there is none."""
        actor = permit.actor
        async with self._store.read() as conn:
            change = await file_changes.last_of(
                conn,
                panel_id=permit.panel_id,
                server_uuid=permit.uuid,
                guild_id=actor.guild_id or 0,
                user_id=actor.user_id,
            )
        if change is None:
            raise Refused(
                _("You have no file change to undo on this server."),
                state=_("Nothing was changed."),
                next_step=_("See everybody's changes with `/files history`."),
            )
        return change

    async def plan_restore(self, permit: Permit, change: Change) -> Restoration:
        """Return what restoring a previous version would do. NothingToChange when it is already there."""
        now = await stat_path(permit, change.kept_of, read_up_to=self._limit)
        old = None
        if not change.is_directory and (change.size_bytes or 0) <= self._limit:
            old = await self._old(permit, change)
        if old is not None and old == now.content:
            raise NothingToChange(
                _("The current version is already the same."),
                next_step=_("Choose another version in `/files history`."),
            )
        diff = None
        if now.content is not None and old is not None:
            diff = await self._workers.run(diff_contents, now.content, old)
        if change.kept is SavedAs.TRASH:
            return Restoration(change, RestoreMethod.PLACE, now, old, diff)
        can_write = old is not None and (not now.exists or now.content is not None)
        return Restoration(change, RestoreMethod.WRITE if can_write else RestoreMethod.COPY, now, old, diff)

    async def plan_undo(self, permit: Permit, change: Change) -> Restoration:
        """Return what undoing a change would do. Refused when it is impossible, or no longer in place."""
        if change.kind is ChangeKind.MOVE:
            return await self._plan_move_back(permit, change)
        if change.kept is SavedAs.NOTHING:
            made = await stat_path(permit, change.path, read_up_to=self._limit)
            if not made.exists:
                await self._undone(change)
                raise Refused(
                    _("What that change created is already gone."),
                    state=_("Nothing was changed."),
                    next_step=_("Run `/files undo` again to undo the change before it."),
                )
            return Restoration(change, RestoreMethod.REMOVE, made)
        try:
            return await self.plan_restore(permit, change)
        except NothingToChange:
            await self._undone(change)
            raise

    async def restore(self, permit: Permit, plan: Restoration, *, kind: ChangeKind) -> Change:
        """Restore exactly what was planned; the present version is saved first."""
        safe, change = self._safe, plan.change
        match plan.method:
            case RestoreMethod.WRITE:
                done = await safe.write(permit, plan.now, plan.old or b"", kind=kind)
            case RestoreMethod.PLACE:
                done = await self._out_of_trash(permit, change, plan.now, kind, plan.old)
            case RestoreMethod.COPY:
                staged = safe.rules.staged(safe.journal.new_id())
                await safe.trash.stage(permit, change, staged)
                done = await safe.place(permit, staged, plan.now, kind=kind, after=_digest(plan.old))
            case RestoreMethod.REMOVE:
                done = await safe.remove(permit, plan.now, kind=kind)
            case RestoreMethod.MOVE_BACK:
                done = await self._move_back(permit, plan, kind)
        if kind is ChangeKind.UNDO or plan.method is RestoreMethod.PLACE:
            await self._undone(change)
        return done

    async def purge(self, permit: Permit, entry: TrashEntry) -> None:
        """Permanently delete what was kept. Raises ChangeNotMade or the panel's error with what is left."""
        await self._safe.purge(permit, entry.change)
        await self._store.write(
            lambda conn: file_changes.forget(
                conn, panel_id=permit.panel_id, server_uuid=permit.uuid, ids=[entry.change.id]
            )
        )

    async def _plan_move_back(self, permit: Permit, change: Change) -> Restoration:
        moved = await stat_path(permit, change.kept_of)
        if not moved.exists:
            await self._undone(change)
            raise Refused(
                _("What you moved no longer exists."),
                state=_("Nothing was changed."),
                next_step=_("Run `/files undo` again to undo the change before it."),
            )
        free = await stat_path(permit, change.path)
        if free.exists:
            raise Refused(
                _("There is something new at its old place."),
                state=_("Nothing was changed."),
                next_step=_("Move or delete that first, then undo again."),
            )
        return Restoration(change, RestoreMethod.MOVE_BACK, free, source=moved)

    async def _move_back(self, permit: Permit, plan: Restoration, kind: ChangeKind) -> Change:
        if plan.source is None:
            raise TypeError("a move is taken back from somewhere")
        safe, change = self._safe, plan.change
        done = await safe.move(permit, plan.source, plan.now, kind=kind)
        if change.kept is SavedAs.TRASH:
            try:
                done = await self._out_of_trash(permit, change, PathState(change.kept_of, None), kind)
            except QuetzalError as error:
                rest = _IN_TRASH if error.state == QuetzalError.state else error.state
                error.state = _(
                    "What you moved is back, but what it had replaced isn't yet. {rest}", rest=rest
                )
                raise
        return done

    async def _out_of_trash(
        self, permit: Permit, change: Change, target: PathState, kind: ChangeKind, old: bytes | None = None
    ) -> Change:
        saved = self._safe.rules.saved(change.id)
        done = await self._safe.place(permit, saved, target, kind=kind, after=_digest(old))
        await self._safe.trash.drop(permit, {self._safe.rules.manifest(change.id)})
        return done

    async def _old(self, permit: Permit, change: Change) -> bytes | None:
        """Read a previous version; None if it is too large, which only costs the diff."""
        saved = await stat_path(permit, self._safe.rules.saved(change.id), read_up_to=self._limit)
        if change.size_bytes == 0 and change.kept is SavedAs.SNAPSHOT:
            return b""
        if not saved.exists:
            raise BadInput(
                _("The saved copy no longer exists."),
                state=_("Nothing was changed."),
                next_step=_("Somebody may have purged it. See what is left with `/files history`."),
            )
        return saved.content

    async def _undone(self, change: Change) -> None:
        await self._store.write(lambda conn: file_changes.mark_undone(conn, change.id))

    async def _known(self, permit: Permit, ids: set[str]) -> Mapping[str, Change]:
        async with self._store.read() as conn:
            return await file_changes.of_ids(
                conn, panel_id=permit.panel_id, server_uuid=permit.uuid, ids=sorted(ids)
            )

    async def _from_manifests(self, permit: Permit, ids: list[str]) -> dict[str, Change]:
        """Read changes that the store lacks from their manifests. Forged ones are left out."""
        slots = asyncio.Semaphore(_MANIFESTS_AT_ONCE)

        async def read_manifest(change_id: str) -> bytes | None:
            async with slots:
                try:
                    return await permit.panel.files.read(permit.uuid, self._safe.rules.manifest(change_id))
                except PanelError as error:
                    log.info("the manifest of %s cannot be read: %s", change_id, error)
                    return None

        contents = {
            change_id: content
            for change_id, content in zip(ids, await asyncio.gather(*map(read_manifest, ids)), strict=True)
            if content is not None and len(content) <= MANIFEST_LIMIT_BYTES
        }
        if not contents:
            return {}
        changes = await self._workers.run(
            read_manifests,
            contents,
            guild_id=permit.actor.guild_id or 0,
            panel_id=permit.panel_id,
            server_uuid=permit.uuid,
        )
        return {of: change for of, change in changes.items() if not self._safe.rules.touches(change.path)}


def _size(change: Change, entry: FileEntry | None) -> int | None:
    if entry is not None and entry.is_regular:
        return entry.size_bytes
    return change.size_bytes


def _digest(content: bytes | None) -> str | None:
    return None if content is None else digest(content)


def _is_in(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")
