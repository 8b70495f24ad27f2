"""Keeps the trash directory within its limits, after changes."""

import logging
from datetime import datetime, timedelta

from bot.core.clock import Clock
from bot.domain import paths
from bot.domain.file_changes import new_id
from bot.domain.trash import (
    SAFE_FOR,
    Item,
    expired,
    id_in,
    is_kept,
    is_manifest,
    time_of,
)
from bot.panel.errors import PanelError
from bot.services.access import Permit
from bot.services.clock_check import ClockCheck
from bot.services.files.trash import TrashStore
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import file_changes

log = logging.getLogger(__name__)

_EVERY_S = 600.0
_AT_ONCE = 200


class TrashCleanup:
    """Deletes entries over the limits of age or size. Never raises: the change before it succeeded."""

    def __init__(self, store: Store, trash: TrashStore, clock: Clock, clock_check: ClockCheck) -> None:
        self._store = store
        self._trash = trash
        self._clock = clock
        self._clock_check = clock_check
        self._last: dict[tuple[str, str], float] = {}

    async def after_change(self, permit: Permit) -> None:
        """Clean up unless that was done recently, or the clock is uncertain."""
        server, monotonic_s = (permit.panel_id, permit.uuid), self._clock.monotonic()
        now = self._clock_check.confirmed()
        if now is None or monotonic_s - self._last.get(server, -_EVERY_S) < _EVERY_S:
            return
        self._last[server] = monotonic_s
        try:
            await self._clean_up(permit, now)
        except (PanelError, StoreError) as error:
            log.info("could not clean up the trash of server %s: %s", permit.uuid, error)

    async def _clean_up(self, permit: Permit, now: datetime) -> None:
        listing = await self._trash.listing(permit)
        ids = {change_id for name in listing if (change_id := id_in(name))}
        async with self._store.read() as conn:
            known = await file_changes.of_ids(
                conn, panel_id=permit.panel_id, server_uuid=permit.uuid, ids=sorted(ids)
            )
        sizes = dict.fromkeys(ids, 0)
        for name, entry in listing.items():
            change_id = id_in(name)
            if change_id is not None:
                counted = known[change_id].size_bytes if entry.is_directory and change_id in known else None
                sizes[change_id] += entry.size_bytes if entry.is_regular else counted or 0
        gone = expired((Item(change_id, size) for change_id, size in sizes.items()), self._trash.rules, now)
        names = [
            name
            for name in sorted(listing)
            if (change_id := id_in(name))
            and (
                change_id in gone
                or (not is_kept(name) and not is_manifest(name) and now - time_of(change_id) > SAFE_FOR)
            )
        ]
        rules = self._trash.rules
        if names:
            await self._trash.drop(permit, {paths.join(rules.directory, name) for name in names[:_AT_ONCE]})
            log.info("deleted %d of %d entries from the trash of server %s", len(gone), len(ids), permit.uuid)
        too_old = new_id(now - timedelta(days=rules.days), "")
        await self._store.write(
            lambda conn: file_changes.forget(
                conn, panel_id=permit.panel_id, server_uuid=permit.uuid, ids=gone, before_id=too_old
            )
        )
