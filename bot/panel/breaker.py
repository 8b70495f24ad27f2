"""A circuit breaker: no requests are sent to a panel that is down, except a probe now and then."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.panel.errors import (
    CertificateRefused,
    CertificateStillRefused,
    PanelDown,
    PanelError,
    PanelMaintenance,
    StillInMaintenance,
)

log = logging.getLogger(__name__)

THRESHOLD = 5
"""How many failures in a row open the breaker."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 60.0
_STILL = ((PanelMaintenance, StillInMaintenance), (CertificateRefused, CertificateStillRefused))
"""Errors to raise while the breaker is open, by the kind of the last failure."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the panel answers; `since` is the monotonic time of the first failure of a row.

    `reason` is a sentence: how it failed the last time, while it is down.
    """

    up: bool
    since: float | None
    reason: str | None = None


class Attempt:
    """What one request shows about the panel. A cancelled request shows nothing.

    `doubtful`: the failure may be that of a server or its node. `reason` is how it failed.
    """

    healthy: bool | None = None
    doubtful = False
    reason: PanelError | None = None


class Breaker:
    """Opens after THRESHOLD failures in a row, and lets one probe through after a growing pause.

    Failures for single servers do not open it. After THRESHOLD of them `wants_proof` is true: send a
    request to the panel itself. The breaker opens only if that fails too.
    """

    def __init__(self, name: str, monotonic: Callable[[], float]) -> None:
        self._name = name
        self._monotonic = monotonic
        self._pause_s = FIRST_PAUSE_S
        self._failures = 0
        self._doubts = 0
        self._reason: PanelError | None = None
        self._since: float | None = None
        self._retry_at: float | None = None
        self._probing = False

    @property
    def health(self) -> Health:
        """The panel's health as known now."""
        up = self._retry_at is None
        return Health(up, self._since, None if up or self._reason is None else self._reason.happened)

    @property
    def wants_proof(self) -> bool:
        """Whether to send a request to the panel itself before any about one of its servers."""
        return self._retry_at is not None or self._doubts >= THRESHOLD

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Guard one request; raises PanelDown at once while the breaker is open."""
        probe = self._admit()
        attempt = Attempt()
        try:
            yield attempt
        finally:
            if probe:
                self._probing = False
            if attempt.healthy is True:
                self._succeeded()
            elif attempt.healthy is False:
                self._failed(attempt.reason, probe=probe)
            elif attempt.doubtful:
                self._doubts += 1
                self._since = self._monotonic() if self._since is None else self._since

    def check(self) -> None:
        """Raise PanelDown, of the kind of the last failure, if a request would not be let through now."""
        if self._retry_at is None:
            return
        now = self._monotonic()
        if now < self._retry_at or self._probing:
            since = self._since if self._since is not None else now
            kind = next((still for once, still in _STILL if isinstance(self._reason, once)), PanelDown)
            raise kind(since=since, for_s=now - since, reason=self._reason)

    def _admit(self) -> bool:
        self.check()
        self._probing = self._retry_at is not None
        return self._probing

    def _succeeded(self) -> None:
        if self._retry_at is not None:
            log.info("Panel %s answers again", self._name)
        self._failures, self._doubts, self._reason = 0, 0, None
        self._since = self._retry_at = None
        self._pause_s = FIRST_PAUSE_S

    def _failed(self, reason: PanelError | None, *, probe: bool) -> None:
        now = self._monotonic()
        self._failures += 1
        self._reason = reason
        if self._since is None:
            self._since = now
        if probe:
            self._pause_s = min(self._pause_s * 2, LONGEST_PAUSE_S)
        elif max(self._failures, self._doubts) < THRESHOLD or self._retry_at is not None:
            return
        else:
            count = self._failures + self._doubts
            log.warning("Panel %s does not answer: %d failures in a row", self._name, count)
        self._retry_at = now + self._pause_s
