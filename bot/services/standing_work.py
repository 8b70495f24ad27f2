"""Standing work belongs to the guild: it acts with the guild's key, and stops when nobody vouches for it.

Whoever set it up vouches for it with their level, their membership and, if they linked one, their panel key.
That is asked each time it acts, and every few minutes of what acts elsewhere (a panel's schedule).
"""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.core.clock import Clock
from bot.core.errors import AccessDenied, BadInput, QuetzalError
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
    """Discord did not say who somebody is in a guild, so nothing is decided about them."""

    happened = "Discord did not say whether a member is there."


class Members(Protocol):
    """Tells who somebody is in a guild now."""

    async def find(self, guild_id: int, user_id: int) -> Actor | None:
        """Give the member with their roles, None when they are none; raises MemberUnknown."""


class PanelKeys(Protocol):
    """Gives clients of a panel."""

    async def client(self, panel_id: str, user_id: int) -> PanelClient:
        """Give the panel as this person."""

    def own(self, panel_id: str) -> PanelClient:
        """Give the panel with the guild's key."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What goes on in a guild, and what is wrong with whoever set it up, if anything is."""

    work: StandingWork
    lost: Lost | None


class OnPanel(Protocol):
    """Work that goes on in the panel, where Quetzal does not have to be there for it."""

    async def pause(self, permit: Permit) -> None:
        """Let it rest."""

    async def resume(self, permit: Permit) -> None:
        """Let it go on."""

    async def end(self, permit: Permit) -> None:
        """Take it away."""


class StandingWorkService:
    """Checks, stops, and lets people take over or end what others left behind."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it leans on
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
        """Set when there may be something to tell people of."""
        # By guild: two that ask at once would both stop the same work.
        self._asking: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._on_panel: dict[WorkKind, OnPanel] = {}

    def begin(self, members: Members) -> None:
        """Know from now on who is a member; before that nothing acts."""
        self._members = members

    def goes_on_in_panel(self, kind: WorkKind, part: OnPanel) -> None:
        """Say how work of this kind is stopped, resumed and ended there."""
        self._on_panel[kind] = part

    async def keep_checked(self, pulse: Pulse) -> None:
        """Check for ever, for the supervisor."""
        while True:
            if self._members is not None:
                await self.check_all()
            pulse.beat()
            await self._clock.sleep(EVERY_S)

    async def check_all(self, guild_id: int | None = None) -> None:
        """Stop whatever nobody vouches for any more; what cannot be told now is asked again later."""
        for work in await self._every(guild_id):
            if work.stop is None:
                try:
                    await self.permit(work)
                except QuetzalError as error:
                    log.info("whether %s of guild %d may go on waits: %s", work.kind, work.guild_id, error)

    async def is_stopped(self, work: StandingWork) -> bool:
        """Whether it waits for somebody to take it over."""
        async with self._store.read() as conn:
            return await standing_work.get_stop(conn, work) is not None

    async def permit(self, work: StandingWork) -> Permit | None:
        """Give what it takes to act on its server, as the guild; None when it may not, or is about many.

        It is stopped here when whoever set it up lost what it takes. Raises QuetzalError when nobody knows.
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
        """Stop what goes on in a channel that was deleted; people are told."""
        async with self._asking[work.guild_id]:
            if not await self.is_stopped(work):
                await self._stop(work, Lost.CHANNEL, None)

    async def review(self, actor: Actor) -> tuple[Reviewed, ...]:
        """List all that goes on in the guild, what nobody vouches for first; raises AccessDenied."""
        await self._access.check(actor, Scope.ALL_SERVERS, WorkKind.RETENTION.level)
        await self.check_all(actor.guild_id)
        reviewed = [
            Reviewed(work, work.stop.why if work.stop is not None else None)
            for work in await self._every(actor.guild_id)
        ]
        return tuple(sorted(reviewed, key=lambda entry: (entry.lost is None, entry.work.set_at)))

    async def take_over(self, actor: Actor, work: StandingWork) -> None:
        """Have it go on for this person; raises AccessDenied, BadInput when it is gone."""
        target = await self._target(work)
        await self._access.check(actor, _place(work, target), work.kind.level)
        current = await self._current(work)
        if not work.kind.can_resume:
            raise BadInput("A maintenance cannot be taken over.", next_step="Begin a new one.")
        if current.stop is not None and not current.stop.can_resume:
            raise BadInput(
                "Its channel was deleted, so it can't go on there.",
                state="Nothing was changed.",
                next_step="Choose another channel with `/alerts board`.",
            )
        facts = {"work": work.kind.value, "set_up_by_before": current.set_by}
        site = Site(work.panel_id, work.server_uuid)
        async with self._audit.act(actor, "work.take_over", facts, site=site):
            if (resolved := self._is_still_there(work, target)) is not None:
                await resolved[0].resume(resolved[1])
            now = self._clock.now()
            await self._store.write(partial(standing_work.take_over, work=work, by=actor.user_id, now=now))

    async def end(self, actor: Actor, work: StandingWork) -> None:
        """End it for good; raises AccessDenied, BadInput when it is gone."""
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
        """Raise BelongsElsewhere when another guild that sees the server keeps such work up there."""
        others = self.shared.others(permit.actor, permit.target)
        active = (work for work in await self._every(None) if work.kind is kind and work.stop is None)
        if any(
            work.guild_id in others and (work.panel_id, work.server_uuid) == (permit.panel_id, permit.uuid)
            for work in active
        ):
            raise BelongsElsewhere(state="Nothing was changed.")

    async def pending_notices(self) -> tuple[StandingWork, ...]:
        """List what was stopped and nobody was told of."""
        async with self._store.read() as conn:
            return await standing_work.not_notified(conn)

    async def notified(self, work: StandingWork) -> None:
        """Note that people were told."""
        await self._store.write(partial(standing_work.notified, work=work, now=self._clock.now()))

    async def _every(self, guild_id: int | None) -> tuple[StandingWork, ...]:
        async with self._store.read() as conn:
            return await standing_work.iter_all(conn, self._clock.now(), guild_id=guild_id)

    async def _current(self, work: StandingWork) -> StandingWork:
        for candidate in await self._every(work.guild_id):
            if candidate.key == work.key:
                return candidate
        raise BadInput("That is over already.", next_step="See what goes on with `/quetzal access review`.")

    async def _target(self, work: StandingWork) -> Target | None:
        if work.server_uuid is None:
            return None
        return await self._directory.find(work.panel_id, work.server_uuid)

    async def _lost(self, work: StandingWork, target: Target | None) -> tuple[Lost | None, Actor | None]:
        """Find out what whoever set it up lost, and who they are now."""
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
        """Ask with their linked key: what the guild's key may do is not more than they may."""
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
        """Find what is to be changed in the panel, and with which right: the guild's."""
        part = self._on_panel.get(work.kind)
        if part is None or target is None:
            return None
        guild = Actor.standing(work.guild_id, work.set_by)
        return part, self._access.guild_permit(guild, target, work.kind.level)


def _place(work: StandingWork, target: Target | None) -> Where:
    return target if target is not None else WholePanel(work.panel_id)
