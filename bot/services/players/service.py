"""What people ask about players. Who is on comes from memory: monitoring asks the games."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.formatting import joined
from bot.domain.observation import ServerKey
from bot.domain.performance import Period
from bot.domain.player_history import PlayerPeriod, player_period
from bot.domain.player_list import listed_players
from bot.domain.player_query import PlayerQuery, PlayersNow, fingerprint
from bot.domain.players import GameProtocol
from bot.domain.usage_history import Point
from bot.panel.models import Server
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.players.game_queries import GameQueries
from bot.services.players.latest import LatestPlayers
from bot.services.servers import ConsoleService
from bot.storage import Store
from bot.storage.repositories import metrics, player_queries

_LINES_READ = 500

Begins = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class PlayerHistory:
    """A server's players over a period; `summary` is None when its game never answered."""

    server: Server
    period: Period
    since: datetime
    until: datetime
    step_s: int
    points: Sequence[Point]
    summary: PlayerPeriod | None


@dataclass(frozen=True, slots=True)
class QueryChoice:
    """What somebody chose; `protocol` None: Quetzal finds out. `port` None: the primary allocation's."""

    protocol: GameProtocol | None
    port: int | None = None


class PlayerService:
    """Who is on, who was, and how games are asked. `answers` holds what each game answered last."""

    def __init__(  # noqa: PLR0913, PLR0917 - all it depends on
        self,
        store: Store,
        answers: LatestPlayers,
        games: GameQueries,
        console: ConsoleService,
        audit: Audit,
        clock: Clock,
    ) -> None:
        self.answers = answers
        self._store = store
        self._games = games
        self._console = console
        self._audit = audit
        self._clock = clock

    def latest(self, key: ServerKey) -> PlayersNow | None:
        """Return who is on; None where the game isn't running, wasn't asked, or doesn't answer."""
        return self.answers.latest(key)

    async def history(self, permit: Permit, period: Period) -> PlayerHistory:
        """Read the players of a period."""
        until = self._clock.now()
        since = until - period.span
        async with self._store.read() as conn:
            history = await metrics.read(conn, permit.key, since, until)
        summary = player_period(history.points, since, until)
        return PlayerHistory(permit.server, period, since, until, history.step_s, history.points, summary)

    async def choose(self, permit: Permit, choice: QueryChoice) -> None:
        """Query the game in another way from now on, and once immediately.

        Raises BadInput for a port that isn't the server's own.
        """
        port = None if choice.protocol is None else _own_port(permit.server, choice.port)
        facts = {"protocol": choice.protocol or "auto", "port": port}
        async with self._audit.act(permit, "server.query", facts):
            if choice.protocol is None or port is None:
                await self._find(permit)
            else:
                game, by = fingerprint(permit.server), permit.actor.user_id
                await self._use(permit, PlayerQuery(choice.protocol, port, game, by))

    async def ask_console(self, permit: Permit, begins: Begins) -> PlayersNow | None:
        """Type `list` into a Minecraft server's console, for a person; None when nothing says who is on."""
        outcome = await self._console.send(permit, "list", begins)
        count = listed_players(outcome.lines[-_LINES_READ:])
        return None if count is None else PlayersNow(count, self._clock.now())

    async def _find(self, permit: Permit) -> None:
        reply = await self._games.find(permit.panel, permit.server)
        query = None if reply is None else reply.query
        await self._keep(permit.key, query)
        if reply is not None:
            self.answers.answered(permit.key, reply.query, reply.answer)

    async def _use(self, permit: Permit, query: PlayerQuery) -> None:
        await self._keep(permit.key, query)
        answer = await self._games.ask(permit.panel, permit.server, query)
        if answer is not None:
            self.answers.answered(permit.key, query, answer)

    async def _keep(self, key: ServerKey, query: PlayerQuery | None) -> None:
        await self._store.write(lambda conn: player_queries.put(conn, {key: query}))
        self.answers.use(key, query)


def _own_port(server: Server, port: int | None) -> int:
    own = [allocation.port for allocation in server.allocations]
    if port is not None and port in own:
        return port
    if port is None and server.primary_allocation is not None:
        return server.primary_allocation.port
    ports = joined(map(str, own)) or _("none")
    raise BadInput(
        _("Only the server's own ports can be asked."),
        next_step=_("Choose one of its allocations: {ports}.", ports=ports),
    )
