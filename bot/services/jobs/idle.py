"""Stops servers that nobody plays on, as guilds asked for, and starts them again for whoever may see them."""

import logging
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import BadInput, QuetzalError
from bot.core.i18n import N_
from bot.core.supervisor import Pulse
from bot.domain.audit import Facts
from bot.domain.idle import LONGEST, SHORTEST, Emptiness, IdleRule, counted
from bot.domain.levels import Actor, Level
from bot.domain.observation import ServerKey
from bot.domain.standing_work import WorkKind
from bot.domain.target import Target
from bot.panel.models import PowerSignal, PowerState
from bot.services.access import Authorizer, Permit
from bot.services.audit import Audit
from bot.services.jobs.errors import CannotCountPlayers, JobInTheWay, NotIdle
from bot.services.jobs.service import JobService
from bot.services.players import PlayerService
from bot.services.servers import LatestStates, PowerOutcome, PowerService, Progress
from bot.services.standing_work import StandingWorkService
from bot.storage import Store
from bot.storage.repositories import idle_rules, standing_work

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger(__name__)

_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class IdleNeeds:
    """What idle stops depend on."""

    store: Store
    clock: Clock
    access: Authorizer
    standing: StandingWorkService
    audit: Audit
    jobs: JobService
    players: PlayerService
    power: PowerService
    latest: LatestStates


class IdleService:
    """Sets rules, watches their servers, and starts what it stopped."""

    def __init__(self, needs: IdleNeeds) -> None:
        self._needs = needs
        self._store = needs.store
        self._clock = needs.clock
        self._empty: dict[ServerKey, Emptiness] = {}
        self._warned: set[ServerKey] = set()

    async def rule(self, permit: Permit) -> IdleRule | None:
        """Return the rule of this server."""
        async with self._store.read() as conn:
            return await idle_rules.get(conn, permit.key)

    async def check(self, permit: Permit, after: timedelta | None) -> timedelta:
        """Return the time that was asked for. Raises BadInput, CannotCountPlayers."""
        if after is None or not SHORTEST <= after <= LONGEST:
            raise BadInput(
                N_("`after` must be a time between 5 minutes and a day."),
                next_step=N_("Write it like `30 minutes`."),
            )
        is_up = await self._is_running(permit)
        if is_up and self._needs.players.latest(permit.key) is None:
            raise CannotCountPlayers(
                next_step=N_("Say how players are counted with `/server query`."),
            )
        return after

    async def switch_on(self, permit: Permit, after: timedelta, channel_id: int) -> None:
        """Stop the server from now on when it was empty for so long; messages go to the channel."""
        actor, now = permit.actor, self._clock.now()
        rule = IdleRule(
            permit.panel_id,
            permit.uuid,
            actor.guild_id or 0,
            round(after.total_seconds()),
            channel_id,
            actor.user_id,
            now,
        )
        facts: Facts = {"after_s": rule.after_s}
        async with self._needs.audit.act(permit, "server.idle", facts):
            await self._needs.standing.check_ours(permit, WorkKind.IDLE)
            await self._store.write(partial(_switch_on, rule=rule))
        self._empty.pop(permit.key, None)
        await self._needs.standing.shared.note(permit, "server.idle", facts)

    async def switch_off(self, permit: Permit) -> bool:
        """Keep the server running from now on; False when there was no rule."""
        rule = await self.rule(permit)
        async with self._needs.audit.act(permit, "server.idle", {"on": False}):
            await self._needs.standing.check_ours(permit, WorkKind.IDLE)
            if rule is None:
                return False
            now = self._clock.now()
            was_on = await self._store.write(partial(standing_work.remove, work=rule.work, now=now))
        await self._needs.standing.shared.note(permit, "server.idle", {"on": False})
        return was_on

    async def stopped(
        self, servers: Collection[ServerKey], guild_id: int | None
    ) -> dict[ServerKey, datetime]:
        """Return which of these servers were stopped by a guild's rule because they were empty, and when."""
        async with self._store.read() as conn:
            return await idle_rules.stopped(conn, servers, guild_id or 0)

    async def start(self, actor: Actor, target: Target, progress: Progress | None = None) -> PowerOutcome:
        """Start a server that was stopped because it was empty, for anybody who may see it.

        Raises AccessDenied, NotIdle when it was stopped by something else or runs.
        """
        permit = await self._needs.access.delegated_permit(actor, target, Level.VIEWER)
        if target.key not in await self.stopped([target.key], actor.guild_id):
            raise NotIdle
        outcome = await self._needs.power.run(permit, PowerSignal.START, progress)
        if outcome.is_at_goal:
            await self._store.write(partial(idle_rules.note_stopped, server=target.key, at=None))
        return outcome

    async def keep_watched(self, pulse: Pulse) -> None:
        """Watch forever; start it under the supervisor."""
        while True:
            await self.watch()
            pulse.beat()
            await self._clock.sleep(_EVERY_S)

    async def watch(self) -> None:
        """Look at every server with a rule once."""
        async with self._store.read() as conn:
            rules = await idle_rules.iter_all(conn)
        keys = {rule.key for rule in rules}
        self._empty = {key: empty for key, empty in self._empty.items() if key in keys}
        busy = await self._needs.jobs.busy(keys) if keys else frozenset()
        for rule in rules:
            await self._check_server(rule, is_busy=rule.key in busy)

    async def _check_server(self, rule: IdleRule, *, is_busy: bool) -> None:
        key, now = rule.key, self._clock.now()
        seen = self._needs.latest.watched(key)
        # What was stopped is off until it is seen to run, as where nothing observes it.
        is_up = rule.stopped_at is None if seen is None else seen.state is PowerState.RUNNING
        if rule.stopped_at is not None and is_up:
            await self._store.write(partial(idle_rules.note_stopped, server=key, at=None))
        if is_busy:
            return
        if (
            key in self._warned
        ):  # it has ended without a stop: whoever kept it running has the whole time again
            self._warned.discard(key)
            self._empty.pop(key, None)
        if not is_up:
            self._empty.pop(key, None)  # the last count is from before: what is off isn't empty
            return
        answer = self._needs.players.latest(key)
        empty = counted(self._empty.get(key), None if answer is None else answer.online, now)
        if empty is None:
            self._empty.pop(key, None)
            return
        self._empty[key] = empty
        if empty.is_due(rule, now):
            try:
                await self._begin(rule)
            except QuetzalError as error:
                log.info("the idle stop of %s is postponed: %s", rule.server_uuid, error)

    async def _begin(self, rule: IdleRule) -> None:
        permit = await self._needs.standing.permit(rule.work)
        if permit is None:
            return
        with suppress(JobInTheWay):
            await self._needs.jobs.idle_stop(permit.target, rule, self._clock.now() + rule.warned)
            self._warned.add(rule.key)

    async def _is_running(self, permit: Permit) -> bool:
        seen = self._needs.latest.watched(permit.key)
        if seen is not None:
            return seen.state is PowerState.RUNNING
        return (await permit.panel.servers.resources(permit.uuid)).state is PowerState.RUNNING


async def _switch_on(conn: "AsyncConnection", rule: IdleRule) -> None:
    await idle_rules.put(conn, rule)
    await standing_work.forget_stop(conn, rule.work)
