"""Carries copies out, one at a time for each target, and takes up those of an earlier run of the bot."""

import asyncio
import logging
from contextlib import suppress
from functools import partial

from bot.core.detached_task import cancel_all
from bot.core.supervisor import Pulse
from bot.domain.backup_copies import BackupCopy, CopyState
from bot.services.backup_copies.needs import CopyNeeds
from bot.services.backup_copies.work import CopyWork
from bot.storage.errors import StoreError
from bot.storage.repositories import backup_copies

log = logging.getLogger(__name__)

_CHECK_EVERY_S = 600.0
_STORE_S = 5.0


class CopyRunner:
    """Runs all open copies; start `run` under the supervisor."""

    def __init__(self, needs: CopyNeeds) -> None:
        self.needs = needs
        self._clock = needs.clock
        self._new = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._targets: dict[int, str] = {}
        """By copy that has a task, the target that it keeps busy."""

    def changed(self, copy_id: int) -> None:
        """Begin with a copy that is new, or stop with one that was cancelled."""
        if (task := self._tasks.get(copy_id)) is not None:
            task.cancel()  # another task goes on with what the store says by now
        self._new.set()

    def waits(self, copy: BackupCopy) -> bool:
        """Return whether a copy waits for another one to the same target."""
        return copy.is_under_way and copy.id not in self._tasks and copy.target in self._targets.values()

    async def run(self, pulse: Pulse) -> None:
        """Carry copies out forever."""
        try:
            while True:
                self._new.clear()
                await self._take_up()
                pulse.beat()
                with suppress(TimeoutError):
                    await self._clock.wait_external(self._new.wait(), limit_s=_CHECK_EVERY_S)
        finally:
            await cancel_all(self._tasks.values())
            self._tasks.clear()

    async def _take_up(self) -> None:
        """Start a task for each open copy whose target is free; deleting is quick, and needs no turn."""
        async with self.needs.store.read() as conn:
            copies = await backup_copies.iter_open(conn)
        for copy in copies:
            if copy.id in self._tasks:
                continue
            if copy.state is not CopyState.DELETING:
                if copy.target in self._targets.values():
                    continue
                self._targets[copy.id] = copy.target
            task = self._clock.spawn_detached(self._carry_out(copy), name=f"copy {copy.id}")
            self._tasks[copy.id] = task
            task.add_done_callback(partial(self._forget, copy.id))

    def _forget(self, copy_id: int, _: asyncio.Task[None]) -> None:
        self._tasks.pop(copy_id, None)
        self._targets.pop(copy_id, None)
        self.needs.news.changed(copy_id)
        self._new.set()

    async def _carry_out(self, copy: BackupCopy) -> None:
        while True:
            try:
                await CopyWork(copy.id, self.needs).run()
            except StoreError as error:
                log.warning("copy %d goes on when the store does: %s", copy.id, error)
                await self._clock.sleep(_STORE_S)
            else:
                return
