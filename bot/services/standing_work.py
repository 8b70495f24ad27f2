"""Standing work (schedules, policies, boards) acts with the guild's key while its creator may do it.

The person who set it up must keep their level, their membership and, if they linked one, a valid panel key.
That is checked each time it acts, and every few minutes for work that acts elsewhere (a panel's schedule).
"""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.core.clock import Clock
from bot.core.errors import AccessDenied, BadInput, QuetzalError
from bot.core.i18n import N_, _
from bot.core.supervisor import Pulse
from bot.domain.levels import Actor
from bot.domain.standing_work import Lost, StandingWork, WorkKind
from bot.domain.target import Target
from bot.panel import PanelClient
from bot.panel.errors import KeyRefused, NotFound, PermissionMissing
from bot.services.access import Authorizer, Permit, Scope, Where, WholePanel
from bot.services.audit import Audit, Site
from bot.services.servers import ServerDirectory
from bot.services.shared_servers import BelongsElsewhere, SharedServers
from bot.storage import Store
from bot.storage.repositories import standing_work

log = logging.getLogger(__name__)

EVERY_S = 300.0


class MemberUnknown(QuetzalError):
    """Discord did not return a guild member, so nothing is decided about them."""

    happened = N_("Discord did not say whether a member is there.")


class Members(Protocol):
    """Looks up guild members."""

    async def find(self, guild_id: int, user_id: int) -> Actor | None:
        """Return the member with their roles, None when they aren't a member; raises MemberUnknown."""


class PanelKeys(Protocol):
    """Returns clients of a panel."""

    async def client(self, panel_id: str, user_id: int) -> PanelClient:
        """Return a client with this person's key."""

    def own(self, panel_id: str) -> PanelClient:
        """Return a client with the guild's key."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Standing work of a guild, and what its creator has lost, if anything."""

    work: StandingWork
    lost: Lost | None


class OnPanel(Protocol):
    """Work that the panel does by itself, without Quetzal."""

    async def pause(self, permit: Permit) -> None:
        """Pause it."""

    async def resume(self, permit: Permit) -> None:
        """Resume it."""

    async def end(self, permit: Permit) -> None:
        """Delete it."""


class StandingWorkService:
    """Checks and stops standing work, and lets people take over or end it."""

    def __init__(  # noqa: PLR0913, PLR0917 - its dependencies
        self,
        store: Store,
        access: Authorizer,
        keys: PanelKeys,
        directory: ServerDirectory,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self._store = store
        self._access = access
        self._keys = keys
        self._directory = directory
        self._audit = audit
        self._clock = clock
        self._members: Members | None = None
        self.shared = SharedServers(access, audit)
        self.stopped = asyncio.Event()
        """Set when there may be something to notify people of."""
        # By guild: two concurrent checks would both stop the same work.
        self._asking: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._on_panel: dict[WorkKind, OnPanel] = {}

    def begin(self, members: Members) -> None:
        """Start with a source of members; before that no work acts."""
        self._members = members

    def goes_on_in_panel(self, kind: WorkKind, part: OnPanel) -> None:
        """Register how work of this kind is paused, resumed and ended in the panel."""
        self._on_panel[kind] = part

    async def keep_checked(self, pulse: Pulse) -> None:
        """Check forever; start it under the supervisor."""
        while True:
            if self._members is not None:
                await self.check_all()
            pulse.beat()
            await self._clock.sleep(EVERY_S)

    async def check_all(self, guild_id: int | None = None) -> None:
        """Stop work whose creator lost what it requires; what is unknown now is checked again later."""
        for work in await self._every(guild_id):
            if work.stop is None:
                try:
                    await self.permit(work)
                except QuetzalError as error:
                    log.info("the check of %s of guild %d is postponed: %s", work.kind, work.guild_id, error)

    async def is_stopped(self, work: StandingWork) -> bool:
        """Return whether it waits for somebody to take it over."""
        async with self._store.read() as conn:
            return await standing_work.get_stop(conn, work) is not None

    async def permit(self, work: StandingWork) -> Permit | None:
        """Return a permit on its server for the guild; None when it may not act, or concerns many servers.

        It is stopped here when its creator lost what it requires. Raises QuetzalError when that is unknown.
        """
        async with self._asking[work.guild_id]:
            if await self.is_stopped(work):
                return None
            target = await self._target(work)
            lost, actor = await self._lost(work, target)
            if lost is not None:
                await self._stop(work, lost, target)
                return None
        if target is None or actor is None:
            return None
        return await self._access.standing_permit(actor, target, work.kind.level)

    async def note_deleted_channel(self, work: StandingWork) -> None:
        """Stop work in a channel that was deleted, and notify people."""
        async with self._asking[work.guild_id]:
            if not await self.is_stopped(work):
                await self._stop(work, Lost.CHANNEL, None)

    async def review(self, actor: Actor) -> tuple[Reviewed, ...]:
        """List the guild's standing work, stopped work first; raises AccessDenied."""
        await self._access.check(actor, Scope.ALL_SERVERS, WorkKind.RETENTION.level)
        await self.check_all(actor.guild_id)
        reviewed = [
            Reviewed(work, work.stop.why if work.stop is not None else None)
            for work in await self._every(actor.guild_id)
        ]
        return tuple(sorted(reviewed, key=lambda entry: (entry.lost is None, entry.work.set_at)))

    async def take_over(self, actor: Actor, work: StandingWork) -> None:
        """Let this person take it over; raises AccessDenied, BadInput when it is gone."""
        target = await self._target(work)
        await self._access.check(actor, _place(work, target), work.kind.level)
        current = await self._current(work)
        if not work.kind.can_resume:
            raise BadInput(_("A maintenance cannot be taken over."), next_step=_("Begin a new one."))
        if current.stop is not None and not current.stop.can_resume:
            raise BadInput(
                _("Its channel was deleted, so it can't go on there."),
                state=_("Nothing was changed."),
                next_step=_("Choose another channel with `/alerts board`."),
            )
        facts = {"work": work.kind.value, "set_up_by_before": current.set_by}
        site = Site(work.panel_id, work.server_uuid)
        async with self._audit.act(actor, "work.take_over", facts, site=site):
            if (resolved := self._is_still_there(work, target)) is not None:
                await resolved[0].resume(resolved[1])
            now = self._clock.now()
            await self._store.write(partial(standing_work.take_over, work=work, by=actor.user_id, now=now))

    async def end(self, actor: Actor, work: StandingWork) -> None:
        """End it permanently; raises AccessDenied, BadInput when it is gone."""
        target = await self._target(work)
        await self._access.check(actor, _place(work, target), work.kind.level)
        current = await self._current(work)
        facts = {"work": work.kind.value, "set_up_by": current.set_by}
        site = Site(work.panel_id, work.server_uuid)
        async with self._audit.act(actor, "work.end", facts, site=site):
            if (resolved := self._is_still_there(work, target)) is not None:
                await resolved[0].end(resolved[1])
            await self._store.write(partial(standing_work.remove, work=work, now=self._clock.now()))

    async def check_ours(self, permit: Permit, kind: WorkKind) -> None:
        """Raise BelongsElsewhere when another guild that sees the server has set up such work there."""
        others = self.shared.others(permit.actor, permit.target)
        active = (work for work in await self._every(None) if work.kind is kind and work.stop is None)
        if any(
            work.guild_id in others and (work.panel_id, work.server_uuid) == (permit.panel_id, permit.uuid)
            for work in active
        ):
            raise BelongsElsewhere(state=_("Nothing was changed."))

    async def pending_notices(self) -> tuple[StandingWork, ...]:
        """List stopped work that people were not notified of."""
        async with self._store.read() as conn:
            return await standing_work.not_notified(conn)

    async def notified(self, work: StandingWork) -> None:
        """Record that people were notified."""
        await self._store.write(partial(standing_work.notified, work=work, now=self._clock.now()))

    async def _every(self, guild_id: int | None) -> tuple[StandingWork, ...]:
        async with self._store.read() as conn:
            return await standing_work.iter_all(conn, self._clock.now(), guild_id=guild_id)

    async def _current(self, work: StandingWork) -> StandingWork:
        for candidate in await self._every(work.guild_id):
            if candidate.key == work.key:
                return candidate
        raise BadInput(
            _("That has already ended."), next_step=_("See what is running with `/quetzal access review`.")
        )

    async def _target(self, work: StandingWork) -> Target | None:
        if work.server_uuid is None:
            return None
        return await self._directory.find(work.panel_id, work.server_uuid)

    async def _lost(self, work: StandingWork, target: Target | None) -> tuple[Lost | None, Actor | None]:
        """Return what its creator has lost, and the creator with their present roles."""
        if work.server_uuid is not None and target is None:
            return None, None  # the panel does not list the server now, so it does not act either
        if self._members is None:
            raise MemberUnknown
        actor = await self._members.find(work.guild_id, work.set_by)
        if actor is None:
            return Lost.MEMBERSHIP, None
        try:
            await self._access.check(actor, _place(work, target), work.kind.level)
        except AccessDenied:
            return Lost.LEVEL, None
        return await self._lost_on_panel(work), actor

    async def _lost_on_panel(self, work: StandingWork) -> Lost | None:
        """Check with their linked key: the work must not do more than they may."""
        permission = work.kind.permission
        if permission is None or work.server_uuid is None:
            return None
        theirs = await self._keys.client(work.panel_id, work.set_by)
        if theirs is self._keys.own(work.panel_id):
            return None
        try:
            server = await theirs.servers.view(work.server_uuid, fresh=True)
        except KeyRefused:
            return Lost.KEY
        except (NotFound, PermissionMissing):
            return Lost.PERMISSION
        return Lost.PERMISSION if server.allows(permission) is False else None

    async def _stop(self, work: StandingWork, lost: Lost, target: Target | None) -> None:
        facts = {"work": work.kind.value, "why": lost.value}
        site = Site(work.panel_id, work.server_uuid)
        guild = Actor.standing(work.guild_id, work.set_by)
        async with self._audit.act(guild, "work.stop", facts, site=site):
            if (resolved := self._is_still_there(work, target)) is not None:
                await resolved[0].pause(resolved[1])
            await self._store.write(partial(standing_work.stop, work=work, why=lost, now=self._clock.now()))
        self.stopped.set()
        log.info("%s of guild %d stopped: %s", work.kind, work.guild_id, lost)

    def _is_still_there(self, work: StandingWork, target: Target | None) -> tuple[OnPanel, Permit] | None:
        """Return how to stop work that acts in the panel, and the guild's permit for it."""
        part = self._on_panel.get(work.kind)
        if part is None or target is None:
            return None
        guild = Actor.standing(work.guild_id, work.set_by)
        return part, self._access.guild_permit(guild, target, work.kind.level)


def _place(work: StandingWork, target: Target | None) -> Where:
    return target if target is not None else WholePanel(work.panel_id)
