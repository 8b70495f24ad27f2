"""What each game answered last, in memory: monitoring notes it, everybody else reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.clock import Clock
from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayerAnswers, PlayerQuery, PlayersNow

_NOTHING = PlayerAnswers()


class LatestPlayers:
    """The answers of all games, by server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[ServerKey, PlayerAnswers] = {}

    def latest(self, key: ServerKey) -> PlayersNow | None:
        """Return who is on; None where the game isn't running, wasn't asked, or doesn't answer."""
        return self.of(key).fresh(self._clock.now())

    def of(self, key: ServerKey) -> PlayerAnswers:
        """Return all that is known of a game's answers."""
        return self._answers.get(key, _NOTHING)

    def load(self, panel_id: str, queries: Mapping[str, PlayerQuery]) -> None:
        """Take what is stored, by uuid, of games that were not asked yet."""
        for uuid, query in queries.items():
            key = ServerKey(panel_id, uuid)
            if self.of(key).query is None:
                self._answers[key] = replace(self.of(key), query=query)

    def use(self, key: ServerKey, query: PlayerQuery | None) -> None:
        """Ask a game in this way from now on; None: find out how."""
        self._answers[key] = PlayerAnswers(query)

    def answered(self, key: ServerKey, query: PlayerQuery, answer: PlayersNow) -> None:
        """Note an answer."""
        heard = replace(query, answered_at=answer.at, silent_since=None)
        self._answers[key] = PlayerAnswers(heard, answer, answer.at)

    def left(self, key: ServerKey, name: str) -> None:
        """Note that a player was kicked, until the game is queried again."""
        known = self.of(key)
        if known.last is None or (named := known.last.count.players) is None:
            return
        staying = tuple(player for player in named if player.name != name)
        online = max(0, known.last.online - (len(named) - len(staying)))
        count = replace(known.last.count, players=staying, online=online)
        self._answers[key] = replace(known, last=replace(known.last, count=count))

    def silent(self, key: ServerKey, at: datetime, *, began_at: datetime | None = None) -> None:
        """Note a query without an answer; silence from before the process began is none of it."""
        known = self.of(key)
        query = known.query
        if query is not None:
            since = query.silent_since
            is_older = since is not None and began_at is not None and since < began_at
            query = replace(query, silent_since=at if since is None or is_older else since)
        self._answers[key] = replace(known, query=query, asked_at=at)

    def not_running(self, key: ServerKey) -> None:
        """Note that a game isn't asked, because it doesn't run."""
        known = self.of(key)
        if known.asked_at is None and known.last is None:
            return
        query = None if known.query is None else replace(known.query, silent_since=None)
        self._answers[key] = PlayerAnswers(query)

    def forget(self, keys: Iterable[ServerKey]) -> None:
        """Forget servers that do not exist any more."""
        for key in keys:
            self._answers.pop(key, None)
