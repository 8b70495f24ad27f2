"""Extracts archives: into a staging folder first, then moved in place, so that nothing is overwritten.

The node's own extraction overwrites existing files and stops in the middle of a broken archive.
"""

import posixpath
from dataclasses import replace

from bot.core.clock import Clock
from bot.core.errors import QuetzalError, Refused, with_state
from bot.core.i18n import N_, _
from bot.domain.audit import Outcome
from bot.domain.file_changes import ChangeKind
from bot.domain.quoting import quoted
from bot.panel import Lane
from bot.panel.errors import OutcomeUnknown, PanelError
from bot.services.access import Permit
from bot.services.audit import Audit, AuditFacts
from bot.services.files.completion import (
    Growth,
    NotAtRest,
    OnGrowth,
    begins_within_s,
    growth_of_folder,
    until_at_rest,
)
from bot.services.files.errors import IN_A_MOMENT, ChangedMeanwhile
from bot.services.files.extract_merge import AS_IT_WAS, Extracted, ExtractMerge
from bot.services.files.extract_plan import ExtractPlan, ExtractPlanner
from bot.services.files.interrupted import (
    UNPACK,
    unpacking_facts,
)
from bot.services.files.safe_change import SafeChange
from bot.services.files.stat import PathState, names_in, stat_path
from bot.workers import WorkerPool

_NOUN = "unpacking"


class NotExtracted(QuetzalError):
    """The extraction got no response, and nothing was extracted."""

    happened = N_("The archive wasn't extracted: no answer came back, and no files came out.")
    state = AS_IT_WAS
    next_step = N_("Try again. If that doesn't help, extract it on your computer and upload it by SFTP.")


class CutShort(NotExtracted):
    """Less was extracted than is in the archive, and the extraction has stopped."""

    happened = N_("The archive was only partly extracted: the node stopped in the middle.")
    next_step = N_("Check the free disk space and the server's protected files, then try again.")


class StillExtracting(QuetzalError):
    """It was still changing when the wait ended."""

    happened = N_("The archive may still be being extracted: Quetzal couldn't check.")
    next_step = N_(
        "Run the same command again later: it continues where it stopped. What was extracted so far is kept "
        "for a day."
    )


class ExtractService:
    """Extracts archives."""

    def __init__(self, safe: SafeChange, audit: Audit, clock: Clock, workers: WorkerPool) -> None:
        self._safe = safe
        self._audit = audit
        self._clock = clock
        self._planner = ExtractPlanner(safe, workers)

    async def plan(self, permit: Permit, path: str, to: str | None) -> ExtractPlan:
        """Read the archive and its target. Raises BadInput for other files."""
        return await self._planner.plan(permit, path, to)

    async def extract(
        self, permit: Permit, plan: ExtractPlan, *, report: OnGrowth = lambda _: None
    ) -> Extracted:
        """Extract. Errors say how far it came; `report` is called with the growth of the staging folder.

        1. Use the staging folder of an interrupted extraction if it seems complete.
        2. Otherwise let the node extract into a new one. If the response is lost, follow the folder until
           nothing changes.
        3. Move the staging folder to a free target in one change, or merge it into an existing folder: what
           it replaces goes into the trash.
        4. Delete what is left of the staging folder, unless the node may still write to it.
        """
        # It may take more requests than the interactive lane waits for.
        permit = replace(permit, panel=permit.panel.on(Lane.BACKGROUND))
        staged = self._safe.rules.staged(self._safe.journal.new_id())
        result = Extracted(plan.to, is_new=plan.is_new)
        if plan.aside is not None and await self._is_whole(permit, plan, plan.aside.staged, report, result):
            staged = plan.aside.staged
        facts = unpacking_facts(plan.archive, plan.to, staged)
        async with (
            self._safe.journal.working_on(staged, _NOUN),
            self._audit.act(permit, UNPACK, facts) as act,
        ):
            is_at_rest = False
            try:
                if result.followed is None:
                    unheard, came_out = await self._unpack(permit, plan, staged)
                else:
                    unheard, came_out = None, len(await names_in(permit, staged))
                if unheard is not None:
                    result.followed = await self._followed(permit, plan, staged, report, unheard)
                    came_out = len(await names_in(permit, staged))
                is_at_rest = True
                if plan.is_new:
                    await self._put_whole(permit, plan.to, staged, act)
                    result.placed = came_out
                else:
                    merge = ExtractMerge(self._safe, permit, result)
                    await merge.put(staged, plan.to, act)
            except QuetzalError as error:
                is_at_rest = not isinstance(error, StillExtracting)
                if not is_at_rest:
                    act.outcome = Outcome.UNKNOWN
                raise
            finally:
                if is_at_rest:  # otherwise it would be deleted while the node writes to it
                    await self._safe.trash.drop(permit, {staged})
                act.facts = {**facts, "placed": result.placed, "replaced": len(result.replaced)}
        return result

    async def _is_whole(
        self, permit: Permit, plan: ExtractPlan, staged: str, report: OnGrowth, result: Extracted
    ) -> bool:
        """Follow the staging folder until nothing changes; delete it unless it is complete."""
        async with self._safe.journal.working_on(staged, _NOUN):
            try:
                result.followed = await self._followed(permit, plan, staged, report, OutcomeUnknown())
            except NotExtracted:
                await self._safe.trash.drop(permit, {staged})
                return False
        return True

    async def _unpack(
        self, permit: Permit, plan: ExtractPlan, staged: str
    ) -> tuple[OutcomeUnknown | None, int]:
        """Extract into the staging folder; return the error if the response was lost, and the entry count."""
        panel, uuid = permit.panel, permit.uuid
        now = await stat_path(permit, plan.archive.path)
        if not now.same(plan.archive):
            raise Refused(_("The archive was changed meanwhile."), next_step=_("Run the command again."))
        try:
            await panel.files.create_folder(uuid, "/", staged.lstrip("/"))
            # The node joins both parts; from the folder that it is unpacked into, the archive is elsewhere.
        except OutcomeUnknown as error:
            raise NotExtracted(detail=error.detail) from error
        except PanelError as error:
            raise with_state(error, AS_IT_WAS, is_unchanged=True) from None
        try:
            await panel.files.decompress(uuid, staged, posixpath.relpath(plan.archive.path, staged))
            came_out = await names_in(permit, staged)
        except OutcomeUnknown as error:
            return error, 0
        except PanelError as error:
            raise with_state(error, AS_IT_WAS, is_unchanged=True) from None
        if not came_out:
            raise Refused(
                _("Nothing came out of that archive: it is empty, or not what its name says."),
                next_step=_("Open the archive on your computer to check it."),
            )
        return None, len(came_out)

    async def _followed(
        self, permit: Permit, plan: ExtractPlan, staged: str, report: OnGrowth, cause: OutcomeUnknown
    ) -> Growth:
        """Follow the extraction until nothing changes. Raises NotExtracted, CutShort, StillExtracting."""
        try:
            growth = await until_at_rest(
                self._clock,
                lambda: growth_of_folder(permit, staged),
                report,
                begins_within_s=begins_within_s(plan.archive.size_bytes),
            )
        except NotAtRest:
            name = quoted(staged)
            raise StillExtracting(
                state=_("Nothing was put in place; what was extracted so far is in {name}.", name=name),
                detail=cause.detail,
            ) from cause
        if not growth.files:
            raise NotExtracted(detail=cause.detail) from cause
        if growth.is_complete and plan.count is not None and growth.files < plan.count:
            raise CutShort(
                state=_(
                    "{files:,} of {count:,} files came out. {as_it_was}",
                    files=growth.files,
                    count=plan.count,
                    as_it_was=AS_IT_WAS,
                ),
                detail=cause.detail,
            ) from cause
        return growth

    async def _put_whole(self, permit: Permit, to: str, staged: str, act: AuditFacts) -> None:
        """Move the whole folder to a free place: one change."""
        try:
            await self._safe.place(permit, staged, PathState(to, None), kind=ChangeKind.EXTRACT)
        except ChangedMeanwhile:
            raise
        except QuetzalError as error:
            try:
                is_there = (await stat_path(permit, to)).exists
            except PanelError:
                act.outcome = Outcome.UNKNOWN
                raise with_state(
                    error, _("The folder may or may not be there: Quetzal couldn't check.")
                ) from None
            if is_there or isinstance(error, OutcomeUnknown):
                act.outcome = Outcome.UNKNOWN
            if is_there:
                raise with_state(error, _("The folder is there, but it may be incomplete.")) from None
            later = _(IN_A_MOMENT) if isinstance(error, OutcomeUnknown) else ""
            raise with_state(error, _(AS_IT_WAS) + later) from None
