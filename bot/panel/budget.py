"""The rate budget of one panel account: learnt from headers, with a reserve for people.

Source: docs/reference/panel-api.md#rate-limits.
"""

import asyncio
import math
import re
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.core.http_date import parse_http_date
from bot.core.i18n import Worded
from bot.panel.config import Lane
from bot.panel.errors import RateLimited

WINDOW_S = 60.0
"""The panel's window is fixed and starts at the first request after the last one ended."""
MARGIN_S = 1.0
"""`Retry-After: 0` happens together with a 429, so a second more is always waited."""
RESERVE = 0.3
"""The share of the limit that background work leaves to people and to what is urgent."""
URGENT_RESERVE = RESERVE / 2
"""The part of the limit that is left to people alone."""
_RESERVES = {Lane.INTERACTIVE: 0.0, Lane.URGENT: URGENT_RESERVE, Lane.BACKGROUND: RESERVE}
LIST_SHARE = 0.1
"""The share of the limit for reading the server list."""
LEAST_LIST_SHARE = 0.015
"""The part of the limit that it may take however much live connections need."""
PATIENCE_S = {Lane.INTERACTIVE: 5.0, Lane.URGENT: 150.0, Lane.BACKGROUND: 150.0}
"""The longest that a request waits for one window to end; a long search may wait for several."""

LONGEST_BLOCK_S = 120.0
"""However long a `Retry-After` is, the panel is asked again after that: real windows last a minute."""
LONGEST_WAIT_S = 3600.0
"""The longest wait that people are shown; the backup throttle of a real panel asks for ten minutes."""
MOST_USES = 5000
"""How many requests of the last minute are remembered at most."""
USUAL_LIMIT = 240
"""Requests a minute that a panel is assumed to allow before it has named its limit."""
LEAST_LIMIT = 10
"""A smaller limit isn't plausible: a nonsense header must not stop monitoring."""

SLACK = 8
"""Responses arrive out of order: only a larger jump upwards means that a new window began."""

Sleep = Callable[[float], Coroutine[Any, Any, None]]


class Use(Worded, StrEnum):
    """What a request is for."""

    PEOPLE = "people"
    SERVER_LIST = "the server list"
    CONNECTIONS = "live connections"
    POLLING = "polling"
    OTHER = "other monitoring"


@dataclass(frozen=True, slots=True)
class BudgetView:
    """What is known of the budget; None before the first answer. `used`: the requests of the last minute."""

    limit: int | None
    remaining: int | None
    resets_in_s: float | None
    used: Mapping[Use, int] = field(default_factory=dict, compare=False)


class Budget:
    """Counts the requests that one account has left in the panel's current window.

    1. `enter` waits until a request leaves the reserve of more urgent lanes, and counts it as under way.
    2. `leave` counts it as done, and learns limit and rest from the response's headers: other programs use
       the same account.
    3. `refused` blocks every lane until the panel's Retry-After is over.
    4. When the window ends, the whole limit is there again.
    """

    def __init__(self, monotonic: Callable[[], float], sleep: Sleep = asyncio.sleep) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._limit: int | None = None
        self._remaining = 0
        self._in_flight = 0
        self._uses: deque[tuple[float, Use]] = deque(maxlen=MOST_USES)
        self._window_ends: float | None = None
        self._of_reserve = 0
        """How many requests of this window were interactive or urgent."""
        self._blocked_until = -math.inf

    @property
    def view(self) -> BudgetView:
        """Return how much is left and for how long, for people."""
        self._roll()
        if self._limit is None:
            return BudgetView(None, None, None, self._used())
        ends = self._window_ends
        return BudgetView(
            self._limit,
            max(0, self._remaining - self._in_flight),
            None if ends is None else max(0.0, ends - self._monotonic()),
            self._used(),
        )

    async def enter(self, lane: Lane, use: Use = Use.OTHER) -> None:
        """Reserve one request; waits, or raises RateLimited when the wait is too long.

        Each successful call is followed by exactly one `leave`.
        """
        while (wait := self._wait_s(lane)) > 0:
            if wait > PATIENCE_S[lane]:
                raise RateLimited(wait, detail=f"own budget: {self.view}")
            await self._sleep(wait)
        self._in_flight += 1
        self._of_reserve += lane is not Lane.BACKGROUND
        self._uses.append((self._monotonic(), use))
        if self._window_ends is None:
            self._window_ends = self._monotonic() + WINDOW_S + MARGIN_S

    def leave(self, headers: Mapping[str, str] | None = None, *, own_limiter: bool = False) -> None:
        """Release the reservation and learn from the response's headers (None: no response)."""
        self._in_flight -= 1
        if headers is None:
            return  # it may have been counted; the next answer shows it
        limit, remaining = _number(headers, "X-RateLimit-Limit"), _number(headers, "X-RateLimit-Remaining")
        if limit is None or remaining is None:
            return  # 401, 405, 413 and unknown routes are not counted
        if own_limiter and limit != self._limit:
            self._remaining -= 1  # such a limit may be as small as 2
            return
        if limit < LEAST_LIMIT or remaining > limit:
            return
        if limit != self._limit:
            self._limit, self._remaining, self._of_reserve = limit, remaining, 0
        elif remaining > self._remaining + self._in_flight + SLACK:
            self._remaining, self._of_reserve = remaining, 0
            self._window_ends = self._monotonic() + WINDOW_S + MARGIN_S
        else:
            self._remaining = min(self._remaining, remaining)

    def refused(self, headers: Mapping[str, str], *, own_limiter: bool = False) -> float:
        """Learn from a 429 of the request limiter; seconds to wait before the next try."""
        wait = retry_after_s(headers)
        if not own_limiter or _number(headers, "X-RateLimit-Limit") == self._limit:
            self._blocked_until = self._window_ends = self._monotonic() + min(wait, LONGEST_BLOCK_S)
        return wait

    def _used(self) -> Mapping[Use, int]:
        while self._uses and self._uses[0][0] <= self._monotonic() - WINDOW_S:
            self._uses.popleft()
        return Counter(use for _, use in self._uses)

    def _wait_s(self, lane: Lane) -> float:
        self._roll()
        now = self._monotonic()
        if now < self._blocked_until:
            return self._blocked_until - now
        if self._limit is None or self._window_ends is None:
            return 0.0
        reserve = math.ceil(self._limit * _RESERVES[lane])
        if lane is Lane.BACKGROUND:  # what was used of the reserve is not held back again
            reserve = max(math.ceil(self._limit * URGENT_RESERVE), reserve - self._of_reserve)
        if self._remaining - self._in_flight > reserve:
            return 0.0
        return self._window_ends - now

    def _roll(self) -> None:
        now = self._monotonic()
        if self._window_ends is not None and now >= self._window_ends:
            self._window_ends = None
            self._remaining, self._of_reserve = self._limit or 0, 0


def retry_after_s(headers: Mapping[str, str]) -> float:
    """Return how long to wait after a 429: at most an hour, plus one second.

    Seconds or a date (RFC 9110, 10.2.3); anything else counts as no wait.
    """
    text = headers.get("Retry-After", "").strip()
    seconds = float(text) if _SECONDS.fullmatch(text) else _seconds_until(text, headers.get("Date", ""))
    return min(max(0.0, seconds), LONGEST_WAIT_S) + MARGIN_S


_SECONDS = re.compile(r"[0-9]{1,300}(?:\.[0-9]{1,300})?")


def _seconds_until(then: str, now: str) -> float:
    """Return the seconds between two dates by the responder's clock; 0 if one of them is no date."""
    begin, end = parse_http_date(now), parse_http_date(then)
    return 0.0 if begin is None or end is None else (end - begin).total_seconds()


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # no real header is longer
