"""How a server's game is asked for its players, and what its answers say. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.observation import PlayerTotal
from bot.domain.players import GameProtocol, PlayerCount
from bot.panel.models import Allocation, Server

FRESH = timedelta(seconds=150)
"""How long an answer holds: two queries may be lost."""
_ANY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - what a panel shows of a node that listens on all of them
_TAG = re.compile(r":[^/]*$")


@dataclass(frozen=True, slots=True)
class PlayerQuery:
    """The protocol and port that a game answers on, or that `chosen_by` chose.

    `game` is the `fingerprint` of the server that it is for. `answered_at` is when the game last answered;
    while it does, it is stored every few minutes. `silent_since` is its first query without an answer after
    that, of the same process.
    """

    protocol: GameProtocol
    port: int
    game: str
    chosen_by: int | None = None
    answered_at: datetime | None = None
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlayersNow:
    """An answer of a game, and when it came."""

    count: PlayerCount
    at: datetime

    @property
    def online(self) -> int:
        """How many players were on."""
        return self.count.online

    @property
    def total(self) -> PlayerTotal:
        """What the history keeps of it."""
        return PlayerTotal(self.count.online, self.count.maximum)


@dataclass(frozen=True, slots=True)
class PlayerAnswers:
    """What is known of a game. `query`: None until one answered; `last` is the last answer of this run.

    `asked_at` is when it was last asked, None while it doesn't run.
    """

    query: PlayerQuery | None = None
    last: PlayersNow | None = None
    asked_at: datetime | None = None

    @property
    def silent_since(self) -> datetime | None:
        """Since when it hasn't answered; None while it answers or doesn't run, or if it never answered."""
        if self.query is None or self.query.answered_at is None or self.asked_at is None:
            return None
        return self.query.silent_since

    def fresh(self, now: datetime) -> PlayersNow | None:
        """Return the last answer if it still holds."""
        if self.last is None or self.asked_at is None or self.silent_since is not None:
            return None
        return self.last if now - self.last.at <= FRESH else None

    def silent_for(self, now: datetime) -> timedelta | None:
        """Return how long the running game hasn't answered; None when that is unknown."""
        is_known = self.query is not None and self.query.answered_at is not None
        if not is_known or self.asked_at is None or now - self.asked_at > FRESH:
            return None
        since = self.silent_since
        return timedelta() if since is None else max(now - since, timedelta())


def total_online(answers: Iterable[PlayersNow | None]) -> int | None:
    """Add up who is on; None where no game answered."""
    known = [answer.online for answer in answers if answer is not None]
    return sum(known) if known else None


def fingerprint(server: Server) -> str:
    """Identify the game and its addresses: with another one, what was found has to be found again."""
    addresses = sorted(f"{allocation.ip} {allocation.port}" for allocation in server.allocations)
    image = _TAG.sub("", server.docker_image)
    text = "\n".join([server.egg_name or "", image, *sorted(server.egg_features or ()), *addresses])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def still_fits(query: PlayerQuery, server: Server) -> bool:
    """Whether a query is for the game and the addresses that the server has now."""
    has_port = any(allocation.port == query.port for allocation in server.allocations)
    return has_port and query.game == fingerprint(server)


def hosts(server: Server, port: int) -> tuple[str, ...]:
    """Return where a port of the server may be reached: at its allocations' addresses, else at its node."""
    return tuple(dict.fromkeys(_hosts(server, port)))


def _hosts(server: Server, port: int) -> Iterator[str]:
    own = [allocation for allocation in server.allocations if allocation.port == port]
    for allocation in sorted(own, key=_comes_later):
        if allocation.ip not in _ANY_ADDRESS:
            yield allocation.ip
        if allocation.ip_alias:
            yield allocation.ip_alias
    if own and server.sftp_details is not None:
        yield server.sftp_details.ip


def _comes_later(allocation: Allocation) -> bool:
    return not allocation.is_default
