"""Requests of people who want to play on a server that only listed players may join. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.levels import Level
from bot.domain.moderation import was_refused
from bot.domain.observation import ServerKey

DECIDERS = Level.OPERATOR
"""Who decides, and who chooses the servers: as for `/players whitelist`."""
LONGEST_NAME, LONGEST_SENTENCE, LONGEST_REASON = 64, 300, 300
MOST_SERVERS = 25
"""So many servers of a panel can take requests in a guild: Discord's limit for the menu of the form."""
_MOST_OPEN = 25
"""So many requests wait for a server at most, so that nobody floods the channel with many accounts."""
_A_DAY = 3
_DAY = timedelta(days=1)
KEPT = timedelta(days=30)
"""How long a decided request is kept."""


class RequestState(StrEnum):
    """How far a request is."""

    OPEN = "open"
    DECIDING = "deciding"
    """Somebody has approved it, and the game's command is being sent."""
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WhitelistForm:
    """A server whose whitelist people may ask for. Requests are posted in `channel_id`."""

    guild_id: int
    panel_id: str
    server_uuid: str
    server_name: str
    channel_id: int
    set_by: int
    set_at: datetime

    @property
    def key(self) -> ServerKey:
        """The server's key."""
        return ServerKey(self.panel_id, self.server_uuid)


@dataclass(frozen=True, slots=True)
class WhitelistRequest:
    """A request of `user_id`, who reads `locale`. `player` is what the game calls them.

    `note` says what happened at the last attempt to approve it (`stored_text`); `is_unreached`: they
    take no private messages. `notified_at`: when they were sent the decision; `closed_at`: when the message
    showed it all.
    """

    id: int
    guild_id: int
    panel_id: str
    server_uuid: str
    server_name: str
    user_id: int
    locale: str
    player: str
    sentence: str
    requested_at: datetime
    channel_id: int
    nonce: str
    state: RequestState = RequestState.OPEN
    decided_by: int | None = None
    decided_at: datetime | None = None
    reason: str = ""
    note: str = ""
    is_unreached: bool = False
    notified_at: datetime | None = None
    closed_at: datetime | None = None
    discord_id: int | None = None
    posted_at: datetime | None = None
    shown: str | None = None

    @property
    def key(self) -> ServerKey:
        """The server's key."""
        return ServerKey(self.panel_id, self.server_uuid)

    @property
    def is_decided(self) -> bool:
        """Whether it is approved or refused."""
        return self.state in (RequestState.APPROVED, RequestState.REFUSED)


def check_may_ask(
    wanted: WhitelistRequest, open_requests: Iterable[WhitelistRequest], asked_at: Iterable[datetime]
) -> None:
    """Raise BadInput when somebody has asked already, or asks too often.

    `open_requests` are those of the guild, `asked_at` says when this person asked for any server of it.
    """
    of_server = [request for request in open_requests if request.key == wanted.key]
    state = _("Nothing was sent.")
    if any(request.user_id == wanted.user_id for request in of_server):
        raise BadInput(
            _("You have already asked for this server."),
            state=state,
            next_step=_("Wait for the answer: staff have to decide."),
        )
    if len(of_server) >= _MOST_OPEN:
        raise BadInput(
            _("Too many requests are waiting for this server."),
            state=state,
            next_step=_("Try again in a few days."),
        )
    if sum(wanted.requested_at - at < _DAY for at in asked_at) >= _A_DAY:
        raise BadInput(
            _("You can ask {most} times a day.", most=_A_DAY), state=state, next_step=_("Try again tomorrow.")
        )


def about_listing(lines: Iterable[str], player: str) -> tuple[str, ...]:
    """Leave what the game can have answered: chat and other lines come in between."""
    name = player.casefold()
    return tuple(line for line in lines if name in line.casefold() or _ABOUT.search(line))


def is_listed_now(lines: Iterable[str]) -> bool:
    """Whether the game's answer lets the player join: it listed them, or says that it had before."""
    lines = [*lines]
    return any(_ALREADY.search(line) for line in lines) or not was_refused(lines)


_ABOUT = re.compile(
    r"(?:white|allow)list|that player|unknown|usage:"
    r"|(?:^|[\])]:? |: |§.)(?:error: )?(?:player (?:was )?not found|no such player|no player was found)\.?$",
    re.IGNORECASE,
)
_ALREADY = re.compile(r"already (?:(?:white|allow)listed|in (?:the )?(?:white|allow)list)", re.IGNORECASE)
