"""Status boards: where they are, and their content. Reads the store and memory, never the panel."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.nonce import new_nonce
from bot.domain.alerts.inhibited import without_inhibited
from bot.domain.availability import unavailable_text
from bot.domain.board import FRESH, BoardContent, BoardRow, worst_first
from bot.domain.health_score import health
from bot.domain.incidents import Incident, Maintenance
from bot.domain.java_detection import runs_java
from bot.domain.levels import Actor, Level, in_scope
from bot.domain.notifications import Audience, Board
from bot.domain.observation import ServerKey
from bot.domain.standing_work import StandingWork, Stop, WorkKind
from bot.domain.target import Target
from bot.panel.models import PowerState
from bot.services.access import Authorizer, WholePanel
from bot.services.audit import Audit, Site
from bot.services.players import LatestPlayers
from bot.services.servers import LatestStates, ServerDirectory, changing
from bot.storage import Store
from bot.storage.repositories import (
    alert_rules,
    alerts,
    boards,
    idle_rules,
    server_states,
    standing_work,
)
from bot.storage.repositories.server_states import ServerState

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_KINDS = {Audience.STAFF: WorkKind.BOARD, Audience.PUBLIC: WorkKind.PUBLIC_BOARD}


class BoardService:
    """Creates, reads and stores boards."""

    def __init__(  # noqa: PLR0913, PLR0917 - what it reads
        self,
        store: Store,
        access: Authorizer,
        directory: ServerDirectory,
        audit: Audit,
        clock: Clock,
        latest: LatestStates,
        players: LatestPlayers,
    ) -> None:
        self._store = store
        self._access = access
        self._directory = directory
        self._audit = audit
        self._clock = clock
        self._latest = latest
        self._players = players
        self.retried: set[int] = set()
        """Guilds whose closed channels may be open again."""

    def retry(self, guild_id: int) -> None:
        """Retry the closed boards of a guild soon: something has changed on Discord's side."""
        self.retried.add(guild_id)

    async def get_for(
        self, guild_id: int, panel_id: str, audience: Audience = Audience.STAFF
    ) -> Board | None:
        """Read the board of a guild for a panel."""
        key = guild_id, panel_id, audience
        return next((board for board in await self.iter_all() if board.key == key), None)

    async def iter_all(self) -> tuple[Board, ...]:
        """Read all boards of guilds that the settings still give the panel to."""
        async with self._store.read() as conn:
            all_boards = await boards.iter_all(conn)
        return tuple(
            board for board in all_boards if board.panel_id in self._access.panels_of(board.guild_id)
        )

    async def choose(self, actor: Actor, panel_id: str, channel_id: int, audience: Audience) -> Board:
        """Choose the board's channel, replacing the previous board; raises AccessDenied."""
        await self._access.check(actor, WholePanel(panel_id), Level.ADMIN)
        board = Board(
            actor.guild_id or 0,
            panel_id,
            channel_id,
            actor.user_id,
            self._clock.now(),
            new_nonce(),
            audience=audience,
        )
        facts = {"channel_id": channel_id, "audience": audience.value}
        async with self._audit.act(actor, "alert.board", facts, site=Site(panel_id)):
            await self._store.write(lambda conn: _choose(conn, board))
        return board

    async def remove(self, actor: Actor, panel_id: str, audience: Audience) -> bool:
        """Remove the board; False when there is none. Raises AccessDenied."""
        await self._access.check(actor, WholePanel(panel_id), Level.ADMIN)
        guild_id = actor.guild_id or 0
        facts = {"channel_id": None, "audience": audience.value}
        async with self._audit.act(actor, "alert.board", facts, site=Site(panel_id)):
            kind = _KINDS[audience]
            work = StandingWork(kind, guild_id, panel_id, None, actor.user_id, self._clock.now())
            return await self._store.write(lambda conn: standing_work.remove(conn, work, work.set_at))

    async def stop_of(self, board: Board) -> Stop | None:
        """Return the stop of a board that waits for somebody to take it over."""
        async with self._store.read() as conn:
            return await standing_work.get_stop(conn, work_of(board))

    async def keep_if_same(self, before: Board, board: Board) -> bool:
        """Store a board unless somebody chose another channel meanwhile, or removed it."""

        async def change(conn: "AsyncConnection") -> bool:
            if before not in await boards.iter_all(conn):
                return False
            await boards.put(conn, board)
            return True

        return await self._store.write(change)

    async def content(self, board: Board) -> BoardContent:
        """Return the board's content from what is known now, of what the guild may see."""
        panel_id, now = board.panel_id, self._clock.now()
        scope = self._access.scope(board.guild_id, panel_id)
        targets = [
            target
            for target in self._directory.cached(panel_id)
            if in_scope(scope, target.server.identifier, target.server.uuid)
        ]
        async with self._store.read() as conn:
            memories = await server_states.of(conn, panel_id, [target.server.uuid for target in targets])
            memories = {uuid: self._as_newest(state) for uuid, state in memories.items()}
            firing = without_inhibited(await alerts.active(conn, [panel_id], guild_id=board.guild_id))
            quiet = await alert_rules.under_maintenance(conn, panel_id, now)
            states = await alerts.states(conn, panel_id)
            idle = await idle_rules.stopped(conn, [target.key for target in targets], board.guild_id)
        by_subject: defaultdict[str, list[Incident]] = defaultdict(list)
        for incident in firing:
            by_subject[incident.subject.about].append(incident)
        quiet_until = _quiet(quiet, board.guild_id)
        nodes = {target.server.node for target in targets}
        rows = (
            _row(
                target,
                memories.get(target.server.uuid),
                by_subject[target.server.uuid],
                quiet_until.get(target.server.uuid),
                changing(states, target.server.uuid),
                now,
            )
            for target in targets
        )
        return BoardContent(
            panel_id,
            worst_first(self._with_players(_with_idle(row, panel_id, idle), panel_id) for row in rows),
            tuple(
                incident
                for incident in firing
                if incident.subject.server_uuid is None
                and (incident.subject.node_name is None or incident.subject.node_name in nodes)
            ),
            quiet_until.get(None),
        )

    def _with_players(self, row: BoardRow, panel_id: str) -> BoardRow:
        if row.state is not PowerState.RUNNING:
            return row
        return replace(row, players=self._players.latest(ServerKey(panel_id, row.uuid)))

    def _as_newest(self, state: ServerState) -> ServerState:
        """Return what is stored of a server with its newest state; a new stop counts as requested."""
        if state.last is None:
            return state
        newest = self._latest.newest(state.last)
        has_stopped = newest.state is PowerState.OFFLINE and state.last.state is not PowerState.OFFLINE
        return replace(state, last=newest, stop_requested=state.stop_requested or has_stopped)


def work_of(board: Board) -> StandingWork:
    """Return a board as standing work."""
    kind = _KINDS[board.audience]
    return StandingWork(kind, board.guild_id, board.panel_id, None, board.set_by, board.set_at)


async def _choose(conn: "AsyncConnection", board: Board) -> None:
    await boards.put(conn, board)
    await standing_work.forget_stop(conn, work_of(board))


def _row(  # noqa: PLR0913, PLR0917 - a line has that many parts
    target: Target,
    stored: ServerState | None,
    firing: list[Incident],
    quiet: datetime | None,
    since: Mapping[PowerState, datetime],
    now: datetime,
) -> BoardRow:
    server = target.server
    last = stored.last if stored is not None else None
    row = BoardRow(
        server.uuid,
        server.name,
        server.node,
        None,
        last.at if last is not None else None,
        unavailable=unavailable_text(server),
        alerts=tuple(firing),
        maintenance_until=quiet,
    )
    if stored is None or last is None or now - last.at > FRESH:
        return row
    judged = health(
        last,
        java=runs_java(server),
        stop_requested=stored.stop_requested,
        changing_since=since.get(last.state),
        alerts=firing,
    )
    stop_requested_by = stored.stop_requested_by if stored.stop_requested else None
    return replace(row, state=last.state, health=judged, stop_requested_by=stop_requested_by)


def _with_idle(row: BoardRow, panel_id: str, idle: Mapping[ServerKey, datetime]) -> BoardRow:
    """Add when it was stopped because it was empty."""
    if row.state is not PowerState.OFFLINE:
        return row
    return replace(row, idle_since=idle.get(ServerKey(panel_id, row.uuid)))


def _quiet(quiet: tuple[Maintenance, ...], guild_id: int) -> dict[str | None, datetime]:
    """Return until when each server (None: all) is under maintenance for a guild."""
    return {
        maintenance.server_uuid: maintenance.until
        for maintenance in quiet
        if maintenance.guild_id == guild_id
    }
