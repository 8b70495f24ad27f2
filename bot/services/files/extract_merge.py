"""Merges the staging folder of an extraction into the target folder."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bot.core.errors import QuetzalError, Refused, with_state
from bot.core.i18n import N_, _
from bot.domain import paths
from bot.domain.audit import Outcome
from bot.domain.file_changes import ChangeKind
from bot.panel.errors import FileDenied, FileExists, OutcomeUnknown, PanelError
from bot.services.access import Permit
from bot.services.audit import AuditFacts
from bot.services.files.completion import Growth
from bot.services.files.errors import KeepingForbidden
from bot.services.files.rename import RenamePlace, rename
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, names_in

AS_IT_WAS = N_("No files were changed.")
_AT_ONCE = 50
_LEFT_OUT = (Refused, KeepingForbidden, FileDenied, FileExists)


@dataclass(slots=True)
class Extracted:
    """The result of an extraction."""

    to: str
    is_new: bool = False
    """Whether the folder was created for it, so that one undo removes everything."""
    placed: int = 0
    """Files and whole folders whose place was free."""
    replaced: list[str] = field(default_factory=list)
    """Paths whose previous files are in the trash."""
    left_out: list[str] = field(default_factory=list)
    """Paths that the server's rules, or ours, protect."""
    followed: Growth | None = None
    """What was extracted, when the end was not confirmed."""
    is_sure: bool = False
    """After a failure: whether the failed request is known to have changed nothing."""


class ExtractMerge:
    """One merge of a staging folder into another folder."""

    def __init__(self, safe: SafeChange, permit: Permit, result: Extracted) -> None:
        self._safe = safe
        self._permit = permit
        self._result = result
        self._free: list[tuple[str, str]] = []
        """Staged paths and their free targets."""
        self._taken: list[tuple[str, PathState]] = []
        """Staged paths and what is at their targets."""

    async def put(self, staged: str, to: str, act: AuditFacts) -> None:
        """Move each entry to its target; replaced files go into the trash. Errors say how far it came."""
        try:
            await self._sort(staged, to)
        except PanelError as error:
            raise with_state(error, AS_IT_WAS, is_unchanged=True) from None
        try:
            await self._put()
        except QuetzalError as error:
            raise self._how_far(error, act) from None

    async def _sort(self, staged: str, to: str) -> None:
        """Sort entries by whether their target is free; existing folders are merged recursively."""
        rules = self._safe.rules
        existing = await names_in(self._permit, to)
        for entry in (await names_in(self._permit, staged)).values():
            source, target = paths.join(staged, entry.name), paths.join(to, entry.name)
            old = existing.get(entry.name)
            if old is not None and old.is_directory and entry.is_directory and target != rules.directory:
                await self._sort(source, target)
            elif rules.touches(target) or (old is not None and not (old.is_regular or old.is_directory)):
                self._result.left_out.append(target)
            elif old is None:
                self._free.append((source, target))
            else:
                self._taken.append((source, PathState(target, old)))

    async def _put(self) -> None:
        for first in range(0, len(self._free), _AT_ONCE):
            await self._put_free(self._free[first : first + _AT_ONCE])
        for source, target in self._taken:
            try:
                await self._safe.place(self._permit, source, target, kind=ChangeKind.EXTRACT)
            except _LEFT_OUT:
                self._result.left_out.append(target.path)
            else:
                self._result.replaced.append(target.path)

    async def _put_free(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Move entries with free targets in one request; the rest one by one."""
        with suppress(PanelError):  # it stops at the first failure without saying which: check
            await self._permit.panel.files.rename(self._permit.uuid, pairs)
        waiting: dict[str, set[str]] = {}
        for folder in {paths.parent(source) for source, _target in pairs}:
            waiting[folder] = {*await names_in(self._permit, folder)}
        for source, target in pairs:
            if paths.name_of(source) not in waiting[paths.parent(source)]:
                self._result.placed += 1
                continue
            moved = await rename(self._permit, source, target)
            if moved.done:
                self._result.placed += 1
            elif moved.error is None or isinstance(moved.error, _LEFT_OUT):
                self._result.left_out.append(target)
            else:
                self._result.is_sure = moved.place is RenamePlace.SOURCE and not isinstance(
                    moved.error, OutcomeUnknown
                )
                raise moved.error

    def _how_far(self, error: QuetzalError, act: AuditFacts) -> QuetzalError:
        """Describe what is in place after a failure."""
        done, total = self._result.placed + len(self._result.replaced), len(self._free) + len(self._taken)
        if self._result.is_sure and not done:
            return with_state(error, AS_IT_WAS, is_unchanged=True)
        act.outcome = Outcome.UNKNOWN
        rest = (
            ""
            if error.state == QuetzalError.state
            else _(" Of the one that failed: {state}", state=error.state)
        )
        return with_state(
            error,
            _(
                "At least {done} of {total} items from the archive are in place, others may be, and the "
                "rest is discarded. Replaced files are in the trash: `/files history` has them.{rest}",
                done=done,
                total=total,
                rest=rest,
            ),
        )
