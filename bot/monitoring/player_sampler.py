"""Asks the running games of one panel how many players are on, each about once a minute."""

import asyncio
import logging
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from bot.core.clock import Clock
from bot.core.defect_log import DefectLog
from bot.core.supervisor import Pulse
from bot.domain import stop_reasons
from bot.domain.observation import Observation, ServerKey
from bot.domain.player_query import PlayerQuery, fingerprint, still_fits
from bot.domain.players import GameProtocol
from bot.domain.target import Target
from bot.monitoring.counter_pace import CounterPace
from bot.monitoring.stored_queries import StoredQueries
from bot.panel import Lane, PanelClient
from bot.panel.errors import PanelError
from bot.panel.models import PowerState
from bot.services.players import FoundQuery, GameQueries, LatestPlayers
from bot.services.servers import ServerDirectory
from bot.storage import Store

log = logging.getLogger(__name__)

EVERY_S = 60.0
"""How often a game is asked."""
SILENT_EVERY_S = 20.0
"""How often to ask a game that has stopped answering, so that its next answer is noticed soon."""
AT_ONCE = 32
"""How many games are asked at the same time; most answer within a tenth of a second."""
SEARCHES_AT_ONCE = 4
"""How many servers are searched at the same time for what they answer to: that takes many queries each."""
_SEARCH_LEAST_S = 12.0
"""How long a search counts at least: each costs a request to the panel, so there are 20 a minute at most."""
_IDLE_S = 5.0
"""How often to check whether a server runs."""
_SHORTEST_WAIT_S = 0.25
_SEARCH_AGAIN_S = (30.0, 90.0, 300.0, 1800.0, 3600.0)
"""After how long a server that answers to nothing is searched again; the last one for all that follow."""
_REPORTED_WITHIN = timedelta(seconds=150)
"""How old the last report of a live source may be; less than what makes a silence an alert."""
_DOUBT_AFTER = timedelta(minutes=5)
"""After how long without an answer to search for another way that the game may answer now."""
_A_SERVER_S = 0.25
"""How far apart servers are asked at the start, until their turns fill the minute."""
_DIRECTLY_AGAIN_S = 3600.0
"""After how long a game that only the panel reaches is tried directly again."""


@dataclass(slots=True)
class _Turn:
    """When to ask a server next. `searched` is the game for which `searches` in a row had no result."""

    due_s: float
    is_asked: bool = False
    searches: int = 0
    search_s: float = -math.inf
    searched: str = ""
    directly_s: float = -math.inf
    """When a game that the panel counts for is to be tried directly."""


class PlayerSampler:
    """Asks one panel's games, evenly spread over a minute, and stores how each is asked.

    It never delays the observation of the servers: it runs beside it, reads the last states, and asks a
    limited number of games at once.

    1. Take the servers that are due. One that doesn't run is not asked, and its answers are forgotten.
    2. Ask the game as it was last asked. Without a known way, or when the game's image, egg or ports have
       changed, search for one.
    3. An answer goes to `LatestPlayers`. Silence is noted, and the game is asked again sooner.
    4. After five minutes of silence search again, unless a person chose the way.
    5. Store how each game is asked, so that a restart of the bot needs no search.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all it depends on
        self,
        panel: PanelClient,
        directory: ServerDirectory,
        store: Store,
        latest: LatestPlayers,
        games: GameQueries,
        known: Callable[[str], Observation | None],
        clock: Clock,
    ) -> None:
        """`known` returns the last observation of a server."""
        self._panel = panel.on(Lane.BACKGROUND)
        self._panel_id = panel.config.id
        self._directory = directory
        self._latest = latest
        self._games = games
        self._known = known
        self._clock = clock
        self._turns: dict[str, _Turn] = {}
        self._stored = StoredQueries(store, panel.config.id)
        self._counted = CounterPace(lambda: panel.budget)
        """The servers whose players the panel counts."""
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._searching = asyncio.Semaphore(SEARCHES_AT_ONCE)
        self._defects = DefectLog(log, "a game could not be asked")

    async def run(self, pulse: Pulse) -> None:
        """Ask forever; start it under the supervisor."""
        stored = await self._stored.load()
        self._latest.load(self._panel_id, stored)
        for uuid, query in stored.items():
            if query.protocol is GameProtocol.PANEL:
                self._counted.add(uuid)
        self._turns.clear()
        async with asyncio.TaskGroup() as group:
            while True:
                for target in self._take_due():
                    group.create_task(self._ask(target), name=f"query of {target.server.uuid}")
                await self._stored.save(lambda key: self._latest.of(key).query)
                pulse.beat()
                await self._clock.sleep(self._wait_s())

    def forget(self, uuids: Collection[str]) -> None:
        """Forget servers that do not exist any more."""
        self._latest.forget(ServerKey(self._panel_id, uuid) for uuid in uuids)
        for uuid in uuids:
            self._turns.pop(uuid, None)
        self._counted.discard(uuids)
        self._stored.forget(uuids)

    # --- whose turn it is ---

    def _take_due(self) -> list[Target]:
        """Choose the servers to ask now."""
        targets = self._directory.get_for(self._panel_id) or ()
        now_s, due = self._clock.monotonic(), list[Target]()
        for target in targets:
            turn = self._turns.get(target.server.uuid)
            if turn is None:
                turn = self._turns[target.server.uuid] = _Turn(now_s + self._offset_s(target, len(targets)))
            if turn.is_asked or turn.due_s > now_s:
                continue
            if self._running(target.server.uuid) is None:
                self._latest.not_running(target.key)
                self._counted.discard([target.server.uuid])
                self._turns[target.server.uuid] = _Turn(now_s + _IDLE_S)
                self._stored.note(target.server.uuid)
                continue
            turn.is_asked, turn.due_s = True, max(turn.due_s, now_s - EVERY_S / 2) + EVERY_S
            due.append(target)
        return due

    def _offset_s(self, target: Target, servers: int) -> float:
        """Return when a server is asked first: always the same time, and sooner where there are few."""
        uuid = target.server.uuid
        spread_s = self._counted.every_s if uuid in self._counted else min(EVERY_S, servers * _A_SERVER_S)
        return spread_s * (crc32(uuid.encode()) % 1000) / 1000

    def _running(self, uuid: str) -> Observation | None:
        """Return the last observation of a server that runs; None when it may not run any more.

        While node or network can't be reached, a game may not be reached either: that is no silence of the
        game.
        """
        seen = self._known(uuid)
        if seen is None or seen.state is not PowerState.RUNNING:
            return None
        is_old = seen.source.is_live and self._clock.now() - seen.at > _REPORTED_WITHIN
        return None if is_old else seen

    def _wait_s(self) -> float:
        now_s = self._clock.monotonic()
        first_s = min((turn.due_s for turn in self._turns.values() if not turn.is_asked), default=math.inf)
        return min(max(first_s - now_s, _SHORTEST_WAIT_S), _IDLE_S)

    # --- asking ---

    async def _ask(self, target: Target) -> None:
        turn, began_s = self._turns[target.server.uuid], self._clock.monotonic()
        try:
            await self._ask_or_search(target, turn)
            self._defects.clear()
        except PanelError as error:  # such as when a game needs a secret that can't be read
            log.debug("%s can't be asked: %s", target.server.uuid, error)
        except Exception as error:  # noqa: BLE001 - a defect in the answer of one game must not stop the others
            self._defects.note(error)
        finally:
            turn.is_asked = False
            self._stored.note(target.server.uuid)
            self._keep_pace(target.key, turn, began_s)

    async def _ask_or_search(self, target: Target, turn: _Turn) -> None:
        query = self._latest.of(target.key).query
        if query is not None and not still_fits(query, target.server):
            query = None
            self._latest.use(target.key, None)
        if query is not None:
            try:
                async with self._asking:
                    answer = await self._games.ask(
                        self._panel, target.server, query, names=self._counted.has_room_for_names
                    )
            except PanelError:
                if _is_found_at_panel(query):
                    await self._search(target, turn, query)
                raise
            if not self._is_asked_by(target.key, query):
                return
            if answer is not None:
                self._latest.answered(target.key, query, answer)
                if self._is_due_directly(turn, query):
                    await self._search(target, turn, query)
                return
            self._note_silence(target)
            if self._latest.of(target.key).silent_since is not None:
                turn.due_s = min(turn.due_s, self._clock.monotonic() + SILENT_EVERY_S)
            if query.chosen_by is not None or not self._is_in_doubt(target.key):
                return
        await self._search(target, turn, query)

    def _keep_pace(self, key: ServerKey, turn: _Turn, began_s: float) -> None:
        """Ask the panel at its own pace, also when it doesn't answer."""
        query = self._latest.of(key).query
        if query is None or query.protocol is not GameProtocol.PANEL:
            self._counted.discard([key.uuid])
            return
        self._counted.add(key.uuid)
        turn.due_s = max(turn.due_s, began_s + self._counted.every_s)

    def _is_due_directly(self, turn: _Turn, query: PlayerQuery) -> bool:
        """Whether to find out if the game can be reached without the panel by now."""
        now_s = self._clock.monotonic()
        if not _is_found_at_panel(query) or now_s < turn.directly_s:
            return False
        is_first, turn.directly_s = turn.directly_s == -math.inf, now_s + _DIRECTLY_AGAIN_S
        return not is_first

    async def _search(self, target: Target, turn: _Turn, query: PlayerQuery | None) -> None:
        """Find out what the game answers to now."""
        game = fingerprint(target.server)
        if game != turn.searched:
            turn.searched, turn.searches, turn.search_s = game, 0, -math.inf
        if self._clock.monotonic() < turn.search_s:
            return
        async with self._searching:
            began_s = self._clock.monotonic()
            self._note_search(target.key, turn, query, await self._find(target))
            await self._clock.sleep(max(0.0, began_s + _SEARCH_LEAST_S - self._clock.monotonic()))

    async def _find(self, target: Target) -> FoundQuery | None:
        try:
            return await self._games.find(self._panel, target.server)
        except PanelError as error:
            log.debug("what %s answers to is not known: %s", target.server.uuid, error)
            return None

    def _note_search(
        self, key: ServerKey, turn: _Turn, query: PlayerQuery | None, result: FoundQuery | None
    ) -> None:
        if not self._is_asked_by(key, query):
            return
        if result is not None:
            self._latest.answered(key, result.query, result.answer)
            self._stored.store_again(key.uuid)  # its row may have been deleted since
            turn.searches, turn.search_s = 0, -math.inf
            return
        wait_s = _SEARCH_AGAIN_S[min(turn.searches, len(_SEARCH_AGAIN_S) - 1)]
        turn.searches, turn.search_s = turn.searches + 1, self._clock.monotonic() + wait_s

    def _is_asked_by(self, key: ServerKey, query: PlayerQuery | None) -> bool:
        """Whether the game is still asked in this way: people may have chosen another one meanwhile."""
        now = self._latest.of(key).query
        if now is None or query is None:
            return now is query
        return (now.protocol, now.port, now.chosen_by) == (query.protocol, query.port, query.chosen_by)

    def _note_silence(self, target: Target) -> None:
        seen = self._running(target.server.uuid)
        if seen is not None:  # it may have been stopped while it was asked
            self._latest.silent(target.key, self._clock.now(), began_at=stop_reasons.began(seen))

    def _is_in_doubt(self, key: ServerKey) -> bool:
        since = self._latest.of(key).silent_since
        return since is not None and self._clock.now() - since >= _DOUBT_AFTER


def _is_found_at_panel(query: PlayerQuery) -> bool:
    return query.protocol is GameProtocol.PANEL and query.chosen_by is None
