"""The schedules of a server: list, run, pause, create, change and delete them."""

from collections.abc import Sequence

from bot.core.clock import Clock
from bot.core.errors import with_state
from bot.core.i18n import N_, _
from bot.domain.audit import Facts
from bot.domain.panel_time import PanelZone, zone_of
from bot.domain.schedule_drafts import check_backups_allowed
from bot.domain.schedules import by_next_run, is_own_backups
from bot.panel.errors import (
    BackupThrottled,
    NodeError,
    NotFound,
    OutcomeUnknown,
    PanelError,
    PanelFault,
    ServerOffline,
    TooManyBackups,
)
from bot.panel.models import PowerState, Schedule, ScheduleDraft, TaskDraft
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.confirm_change import UNCERTAIN, ChangeWords, confirm_change
from bot.services.schedules.calendar import ScheduleList
from bot.services.schedules.errors import OnlyWhenOnline, OwnBackupSchedule
from bot.services.servers import LatestStates

_OF_FIRST_TASK = (NodeError, ServerOffline, BackupThrottled, TooManyBackups)
_CHECK_FIRST = N_("Check it with `/schedule show` before you try again.")
_LIST_FIRST = N_("Check `/schedule list` before you try again.")
_UNCHANGED = ChangeWords(
    unknown=N_("The schedule may or may not have been changed."),
    undone=N_("The schedule was still as before when Quetzal checked."),
    next_step=_CHECK_FIRST,
)
_NOT_CREATED = ChangeWords(
    unknown=N_("The schedule may or may not have been created."),
    undone=N_("There was no such schedule when Quetzal checked."),
    next_step=_LIST_FIRST,
)
_NOT_DELETED = ChangeWords(
    unknown=N_("The schedule may or may not have been deleted."),
    undone=N_("The schedule was still there when Quetzal checked."),
    next_step=_LIST_FIRST,
)


class ScheduleService:
    """The panel's own schedules, which run whether Quetzal does or not."""

    def __init__(self, audit: Audit, clock: Clock, latest: LatestStates) -> None:
        self._audit = audit
        self._clock = clock
        self._latest = latest
        self._zones: dict[str, PanelZone] = {}

    async def list(self, permit: Permit, *, cached: bool = False) -> ScheduleList:
        """List all schedules, what runs next first."""
        schedules = await permit.panel.schedules.list(permit.uuid, cached=cached)
        zone = zone_of(schedules, permit.panel.config.zone)
        if zone.is_known:
            self._zones[permit.panel_id] = zone
        zone = self._zones.get(permit.panel_id, zone)
        return ScheduleList(schedules.like(by_next_run(schedules)), zone, self._clock.now())

    async def run(self, permit: Permit, schedule: Schedule) -> None:
        """Run it now. Raises OnlyWhenOnline, or the first task's error.

        The panel does the first task within the request and reports its error. What later tasks do is
        recorded nowhere (docs/reference/schedules.md#runs).
        """
        if schedule.only_when_online and not await self._is_online(permit):
            raise OnlyWhenOnline
        async with self._audit.act(permit, "schedule.run", named(schedule)):
            try:
                await permit.panel.schedules.execute(permit.uuid, schedule.id)
            except OutcomeUnknown as error:
                error.next_step = _(_CHECK_FIRST)
                raise with_state(error, _("The schedule may or may not have been run.")) from None
            except _OF_FIRST_TASK as error:
                raise with_state(error, _("The first task failed, so the run ended there.")) from None

    async def create(self, permit: Permit, draft: ScheduleDraft, tasks: Sequence[TaskDraft]) -> Schedule:
        """Create a schedule with its tasks. Raises InvalidCron, Refused.

        It is switched on when its last task is there, so that it can't run half-made, and removed again when
        a task can't be made.
        """
        check_backups_allowed(tasks, permit.server.feature_limits.backups)
        facts: Facts = {"schedule": draft.name, "cron": str(draft.cron), "tasks": len(tasks)}
        async with self._audit.act(permit, "schedule.create", facts) as act:
            begun = draft.model_copy(update={"is_active": draft.is_active and not tasks})
            before = {schedule.id for schedule in await permit.panel.schedules.list(permit.uuid)}

            async def created() -> Schedule | None:
                schedules = await permit.panel.schedules.list(permit.uuid)
                new = (schedule for schedule in schedules if schedule.id not in before)
                return next((schedule for schedule in new if draft_of(schedule) == begun), None)

            try:
                made = await permit.panel.schedules.create(permit.uuid, begun)
            except UNCERTAIN as error:
                made = await confirm_change(error, act, created, _NOT_CREATED)
            act.facts = {**facts, "id": made.id}
            return await self._filled(permit, made, draft, tasks)

    async def edit(self, permit: Permit, schedule: Schedule, draft: ScheduleDraft) -> Schedule:
        """Change its name, its times or when it may run; its tasks stay. Raises InvalidCron."""
        facts: Facts = {**named(schedule), "cron": str(draft.cron)}
        return await self._update(permit, schedule, draft, "schedule.edit", facts)

    async def set_active(self, permit: Permit, schedule: Schedule, *, is_active: bool) -> Schedule:
        """Pause or resume it."""
        draft = draft_of(schedule).model_copy(update={"is_active": is_active})
        action = "schedule.resume" if is_active else "schedule.pause"
        return await self._update(permit, schedule, draft, action, named(schedule))

    async def delete(self, permit: Permit, schedule: Schedule) -> None:
        """Delete it with its tasks."""
        check_not_own(schedule)

        async def gone() -> bool | None:
            schedules = await permit.panel.schedules.list(permit.uuid)
            return all(other.id != schedule.id for other in schedules) or None

        async with self._audit.act(permit, "schedule.delete", named(schedule)) as act:
            try:
                await permit.panel.schedules.delete(permit.uuid, schedule.id)
            except UNCERTAIN as error:
                await confirm_change(error, act, gone, _NOT_DELETED)

    async def _update(
        self, permit: Permit, schedule: Schedule, draft: ScheduleDraft, action: str, facts: Facts
    ) -> Schedule:
        """Replace everything that it is, but its tasks."""
        check_not_own(schedule)

        async def changed() -> Schedule | None:
            current = await permit.panel.schedules.view(permit.uuid, schedule.id)
            return current if draft_of(current) == draft else None

        async with self._audit.act(permit, action, facts) as act:
            try:
                return await permit.panel.schedules.update(permit.uuid, schedule.id, draft)
            except UNCERTAIN as error:
                return await confirm_change(error, act, changed, _UNCHANGED)

    async def _filled(
        self, permit: Permit, made: Schedule, draft: ScheduleDraft, tasks: Sequence[TaskDraft]
    ) -> Schedule:
        """Add the tasks of a new schedule and switch it on."""
        if not tasks:
            return made
        schedules = permit.panel.schedules
        try:
            added = [await schedules.create_task(permit.uuid, made.id, task) for task in tasks]
            if draft.is_active:
                made = await schedules.update(permit.uuid, made.id, draft)
        except PanelError as error:
            await _remove_incomplete(permit, made)
            raise with_state(error, _("The schedule was removed again."), is_unchanged=True) from None
        return made.model_copy(update={"tasks": tuple(added)})

    async def _is_online(self, permit: Permit) -> bool:
        asked_at = self._clock.now()
        answer = await permit.panel.servers.resources(permit.uuid)
        return self._latest.resources(permit.target, answer, asked_at).state is not PowerState.OFFLINE


def draft_of(schedule: Schedule) -> ScheduleDraft:
    """Return everything that an update has to send, as it is now: what is left out would be switched off."""
    return ScheduleDraft(
        name=schedule.name,
        cron=schedule.cron,
        is_active=schedule.is_active,
        only_when_online=schedule.only_when_online,
    )


def check_not_own(schedule: Schedule) -> None:
    """Refuse to change what `/backup schedule` keeps."""
    if is_own_backups(schedule):
        raise OwnBackupSchedule


def named(schedule: Schedule) -> Facts:
    """Name a schedule for the audit."""
    return {"schedule": schedule.name, "id": schedule.id}


async def _remove_incomplete(permit: Permit, made: Schedule) -> None:
    """Delete a new schedule whose tasks could not all be made."""
    try:
        await permit.panel.schedules.delete(permit.uuid, made.id)
    except NotFound:
        return
    except PanelError as error:
        raise PanelFault(
            _("The schedule was created, but not all of its tasks."),
            state=_("It is left in the panel, paused, so it does nothing by itself."),
            next_step=_("Delete it with `/schedule delete`, and create it again."),
        ) from error
