"""Backup schedules, kept by the panel, so that they run while the bot is offline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import with_state
from bot.core.i18n import _
from bot.domain import cron
from bot.domain.audit import Facts
from bot.domain.panel_runs import runs_in
from bot.domain.schedule_drafts import checked_times
from bot.domain.schedules import OWN_BACKUPS
from bot.domain.standing_work import StandingWork, WorkKind
from bot.panel import errors
from bot.panel.errors import BrokenAnswer, PanelError
from bot.panel.models import Cron, Schedule, ScheduleDraft, Task, TaskAction, TaskDraft
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.backups import errors as backup_errors
from bot.services.backups.create import BackupCreation
from bot.services.shared_servers import BelongsElsewhere
from bot.services.standing_work import StandingWorkService
from bot.storage import Store
from bot.storage.repositories import standing_work

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_CLOSEST = timedelta(minutes=10)
_RUNS_COMPARED = 50


@dataclass(frozen=True, slots=True)
class ScheduleTimes:
    """A checked cron expression: in words, and when it runs next: in UTC where the panel's zone isn't set."""

    cron: Cron
    words: str
    next_run: datetime
    closest: timedelta
    is_zone_known: bool = False


class BackupSchedule:
    """Manages the one schedule of a server that belongs to Quetzal; others are only shown."""

    def __init__(
        self,
        making: BackupCreation,
        standing: StandingWorkService,
        store: Store,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._making = making
        self._standing = standing
        self._store = store
        self._audit = audit
        self._clock = clock

    async def schedules(self, permit: Permit) -> list[Schedule]:
        """List every schedule that makes backups, ours first. Raises BrokenAnswer if ours can't be read."""
        listed = await permit.panel.schedules.list(permit.uuid)
        if listed.may_hide(OWN_BACKUPS):
            raise BrokenAnswer(detail="the schedule of Quetzal's backups can't be read")
        schedules = [
            schedule
            for schedule in listed
            if schedule.name == OWN_BACKUPS
            or any(task.action is TaskAction.BACKUP for task in schedule.tasks)
        ]
        return sorted(schedules, key=lambda schedule: (schedule.name != OWN_BACKUPS, schedule.id))

    @staticmethod
    def own(schedules: Sequence[Schedule]) -> Schedule | None:
        """Return ours among those that `schedules` returned."""
        return schedules[0] if schedules and schedules[0].name == OWN_BACKUPS else None

    async def is_ours(self, permit: Permit) -> bool:
        """Whether no other guild that sees the server has set our schedule up."""
        try:
            await self._standing.check_ours(permit, WorkKind.SCHEDULE)
        except BelongsElsewhere:
            return False
        return True

    def parse_times(self, permit: Permit, text: str) -> ScheduleTimes:
        """Check a cron expression; raises BadCron, also for one faster than the panel's throttle allows."""
        fields, zone = checked_times(text, self._clock.now()), permit.panel.config.zone
        times = cron.parse(fields, self._clock.now())
        words = cron.describe(times)
        runs = [time for time, _ in zip(times, range(_RUNS_COMPARED), strict=False)]
        if not runs:
            raise cron.BadCron(_("That schedule would never run."))
        closest = min(
            (later - earlier for earlier, later in pairwise(runs)),
            default=timedelta(days=365),
        )
        if closest < _CLOSEST:
            raise cron.BadCron(
                _(
                    "That would make a backup every {closest} minutes; the panel makes at most two in ten "
                    "minutes.",
                    closest=int(closest.total_seconds() // 60),
                )
            )
        checked = Cron.from_fields(fields)
        if zone is None:
            return ScheduleTimes(checked, words, runs[0], closest)
        next_run = runs_in(checked, self._clock.now(), zone, 1)[0]
        return ScheduleTimes(checked, words, next_run, closest, is_zone_known=True)

    async def set(self, permit: Permit, times: ScheduleTimes, *, only_when_online: bool) -> Schedule:
        """Create or change our schedule, with one backup task. Raises NoBackupsAllowed."""
        if not permit.server.feature_limits.backups:
            raise backup_errors.NoBackupsAllowed()
        draft = ScheduleDraft(
            name=OWN_BACKUPS, cron=times.cron, is_active=True, only_when_online=only_when_online
        )
        task = TaskDraft(action=TaskAction.BACKUP, payload="\n".join(await self._making.patterns(permit, ())))
        facts: Facts = {"cron": str(times.cron), "only_when_online": only_when_online}
        schedules = permit.panel.schedules
        async with self._audit.act(permit, "backup.schedule", facts):
            await self._standing.check_ours(permit, WorkKind.SCHEDULE)
            ours = await self._ours(permit)
            if ours is None:
                made = await schedules.create(permit.uuid, draft)
                try:
                    tasks = [await schedules.create_task(permit.uuid, made.id, task)]
                except PanelError as error:
                    await self._take_back(permit, made.id)
                    raise with_state(error, _("The schedule was removed again."), is_unchanged=True) from None
            else:
                made = await schedules.update(permit.uuid, ours.id, draft)
                tasks = await self._same_task(permit, ours, task)
            await self._store.write(lambda conn: _note_who(conn, _work(permit, self._clock.now())))
        await self._standing.shared.note(permit, "backup.schedule", facts)
        return made.model_copy(update={"tasks": tuple(tasks)})

    async def _same_task(self, permit: Permit, ours: Schedule, wanted: TaskDraft) -> list[Task]:
        """Update the backup task of an existing schedule; tasks that others added stay."""
        schedules, tasks = permit.panel.schedules, list(ours.tasks)
        at = next((at for at, task in enumerate(tasks) if task.action is TaskAction.BACKUP), None)
        try:
            if at is None:
                tasks.append(await schedules.create_task(permit.uuid, ours.id, wanted))
            elif tasks[at].payload != wanted.payload:
                same = ("delay_s", "sequence_id", "continue_on_failure")
                kept = wanted.model_copy(update={name: getattr(tasks[at], name) for name in same})
                tasks[at] = await schedules.update_task(permit.uuid, ours.id, tasks[at].id, kept)
        except PanelError as error:
            raise with_state(error, _("The schedule runs as asked, but its task is as it was.")) from None
        return tasks

    async def remove(self, permit: Permit) -> bool:
        """Delete our schedule; False when there is none."""
        async with self._audit.act(permit, "backup.schedule", {"on": False}):
            await self._standing.check_ours(permit, WorkKind.SCHEDULE)
            was_there = await self._delete(permit)
            work = _work(permit, self._clock.now())
            await self._store.write(lambda conn: standing_work.remove(conn, work, work.set_at))
        await self._standing.shared.note(permit, "backup.schedule", {"on": False})
        return was_there

    async def pause(self, permit: Permit) -> None:
        """Pause our schedule: the person who set it up lost the level for it."""
        await self._switch(permit, is_active=False)

    async def resume(self, permit: Permit) -> None:
        """Resume our schedule."""
        await self._switch(permit, is_active=True)

    async def end(self, permit: Permit) -> None:
        """Delete our schedule, without an audit entry."""
        await self._delete(permit)

    async def _delete(self, permit: Permit) -> bool:
        ours = await self._ours(permit)
        if ours is not None:
            await permit.panel.schedules.delete(permit.uuid, ours.id)
        return ours is not None

    async def _switch(self, permit: Permit, *, is_active: bool) -> None:
        ours = await self._ours(permit)
        if ours is not None and ours.is_active is not is_active:
            draft = ScheduleDraft(
                name=OWN_BACKUPS, cron=ours.cron, is_active=is_active, only_when_online=ours.only_when_online
            )
            await permit.panel.schedules.update(permit.uuid, ours.id, draft)

    async def _ours(self, permit: Permit) -> Schedule | None:
        return self.own(await self.schedules(permit))

    async def _take_back(self, permit: Permit, schedule_id: int) -> None:
        """Delete a new schedule whose task could not be created."""
        try:
            await permit.panel.schedules.delete(permit.uuid, schedule_id)
        except PanelError as error:
            raise errors.PanelFault(
                _("The schedule was created, but its backup task wasn't."),
                state=_(
                    "A schedule “{own_backups}” without a task is left in the panel; it does nothing.",
                    own_backups=OWN_BACKUPS,
                ),
                next_step=_("Run the command again: it puts the task in."),
            ) from error


def _work(permit: Permit, now: datetime) -> StandingWork:
    actor = permit.actor
    return StandingWork(
        WorkKind.SCHEDULE, actor.guild_id or 0, permit.panel_id, permit.uuid, actor.user_id, now
    )


async def _note_who(conn: "AsyncConnection", work: StandingWork) -> None:
    await standing_work.put_schedule(conn, work)
    await standing_work.forget_stop(conn, work)
