"""The schedules of a server: list, find, run, pause, create, change and delete them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.clock import Clock
from bot.core.errors import with_state
from bot.domain.audit import Facts, Outcome
from bot.domain.cron import BadCron
from bot.domain.panel_time import PanelZone, next_runs, zone_of
from bot.domain.schedules import by_next_run, is_own_backups
from bot.panel.errors import (
    BackupThrottled,
    NodeError,
    OutcomeUnknown,
    PanelError,
    PanelFault,
    ServerOffline,
)
from bot.panel.models import PowerState, Schedule, ScheduleDraft
from bot.services.access import Permit
from bot.services.audit import Audit, AuditFacts
from bot.services.schedules.errors import NoSuchSchedule, OnlyWhenOnline, OwnBackupSchedule
from bot.services.servers import LatestStates

_RUNS_SHOWN = 3
_UNCERTAIN = (OutcomeUnknown, PanelFault)
_OF_FIRST_TASK = (NodeError, ServerOffline, BackupThrottled)
_LOOK_FIRST = "Check it with `/schedule show` before you try again."


@dataclass(frozen=True, slots=True)
class ScheduleList:
    """The schedules of a server as a calendar, and in which zone the panel works out their times."""

    schedules: tuple[Schedule, ...]
    zone: PanelZone
    at: datetime

    def next_runs(self, schedule: Schedule) -> list[datetime]:
        """Return its next three runs: the first as the panel says, others worked out; none when paused."""
        first = schedule.next_run_at
        if not schedule.is_active or first is None:
            return []
        try:
            return [first, *next_runs(schedule.cron, first, self.zone, _RUNS_SHOWN - 1)]
        except BadCron:
            return [first]

    def with_changed(self, schedule: Schedule) -> "ScheduleList":
        """Return the list with a schedule as it is now, in its place of the calendar."""
        others = (other for other in self.schedules if other.id != schedule.id)
        return replace(self, schedules=tuple(by_next_run([*others, schedule])))

    def find(self, typed: str) -> Schedule:
        """Find a schedule by its id or its name. Raises NoSuchSchedule."""
        wanted = typed.strip().casefold()
        for names in (lambda schedule: str(schedule.id), lambda schedule: schedule.name.strip().casefold()):
            matching = [schedule for schedule in self.schedules if names(schedule) == wanted]
            if len(matching) == 1:
                return matching[0]
        raise NoSuchSchedule


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
        return self._listed(permit.panel_id, schedules)

    async def run(self, permit: Permit, schedule: Schedule) -> None:
        """Run it now. Raises OnlyWhenOnline, or the first task's error.

        The panel does the first task within the request and reports its error. What later tasks do is
        recorded nowhere (docs/reference/schedules.md#runs).
        """
        if schedule.only_when_online and not await self._is_online(permit):
            raise OnlyWhenOnline
        async with self._audit.act(permit, "schedule.run", _named(schedule)):
            try:
                await permit.panel.schedules.execute(permit.uuid, schedule.id)
            except OutcomeUnknown as error:
                error.next_step = _LOOK_FIRST
                raise with_state(error, "The schedule may or may not have been run.") from None
            except _OF_FIRST_TASK as error:
                raise with_state(error, "The first task failed, so the run ended there.") from None

    async def set_active(self, permit: Permit, schedule: Schedule, *, is_active: bool) -> Schedule:
        """Pause or resume it. Raises OwnBackupSchedule."""
        draft = draft_of(schedule).model_copy(update={"is_active": is_active})
        action = "schedule.resume" if is_active else "schedule.pause"
        return await self._update(permit, schedule, draft, action, _named(schedule))

    async def _update(
        self, permit: Permit, schedule: Schedule, draft: ScheduleDraft, action: str, facts: Facts
    ) -> Schedule:
        """Replace what it is; its tasks stay. A lost answer is looked up."""
        check_not_own(schedule)
        async with self._audit.act(permit, action, facts) as act:
            try:
                return await permit.panel.schedules.update(permit.uuid, schedule.id, draft)
            except _UNCERTAIN as error:
                return await _look_for(draft, permit, schedule, act, error)

    async def _is_online(self, permit: Permit) -> bool:
        asked_at = self._clock.now()
        answer = await permit.panel.servers.resources(permit.uuid)
        return self._latest.resources(permit.target, answer, asked_at).state is not PowerState.OFFLINE

    def _listed(self, panel_id: str, schedules: Sequence[Schedule]) -> ScheduleList:
        zone = zone_of(schedules)
        if zone.is_known:
            self._zones[panel_id] = zone
        return ScheduleList(tuple(by_next_run(schedules)), self._zones.get(panel_id, zone), self._clock.now())


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


async def _look_for(
    draft: ScheduleDraft, permit: Permit, schedule: Schedule, act: AuditFacts, failure: PanelError
) -> Schedule:
    """Return the schedule when it is as wanted; else raise the failure with the state that it has."""
    try:
        current = await permit.panel.schedules.view(permit.uuid, schedule.id)
    except PanelError:
        act.outcome = Outcome.UNKNOWN
        failure.state = "The schedule may or may not have been changed."
    else:
        if draft_of(current) == draft:
            return current
        failure.state = "The schedule was still as before when Quetzal checked."
    failure.next_step = _LOOK_FIRST
    raise failure


def _named(schedule: Schedule) -> Facts:
    return {"schedule": schedule.name, "id": schedule.id}
