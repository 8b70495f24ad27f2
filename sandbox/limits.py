"""The panel's request limiters: fixed windows that begin at the first hit.

Source: docs/reference/panel-api.md#rate-limits.
"""

import math
from dataclasses import dataclass

from sandbox.answers import Refusal
from sandbox.routing import Throttle
from sandbox.world import World

LIFTED = 1_000_000
MINUTE = 60


@dataclass(slots=True)
class _Window:
    ends: float
    hits: int = 0


class Limiters:
    """All counters of one panel."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: dict[tuple[str, str], _Window] = {}

    @property
    def requests_per_minute(self) -> int:
        """The request limit of a user now."""
        settings = self._world.settings
        if not settings.limiter:
            return LIFTED
        return settings.requests_per_minute or self._world.mode.requests_per_minute

    def hit_user(self, user_uuid: str, headers: dict[str, str]) -> None:
        """Count a request of a user. Raises Refusal (429)."""
        self._hit(("api", user_uuid), self.requests_per_minute, MINUTE, headers)

    def hit_route(self, throttle: Throttle, user_uuid: str, server_id: str, headers: dict[str, str]) -> None:
        """Count a call of a route that has its own limiter. Raises Refusal (429)."""
        if self._world.settings.limiter:
            owner = server_id if throttle.per_server else user_uuid
            self._hit((throttle.name, owner), throttle.limit, throttle.seconds, headers)

    def forget(self) -> None:
        """Start all windows over."""
        self._windows.clear()

    def _hit(self, key: tuple[str, str], limit: int, seconds: int, headers: dict[str, str]) -> None:
        now = self._world.seconds()
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = _Window(ends=now + seconds)
        if window.hits >= limit:
            # Whole seconds, rounded down: `Retry-After: 0` with a 429 happens.
            wait = math.floor(window.ends - now)
            raise Refusal(
                429,
                "ThrottleRequestsException",
                "Too Many Attempts.",
                {
                    "X-RateLimit-Limit": str(limit),
                    "X-RateLimit-Remaining": "0",
                    "Retry-After": str(wait),
                    "X-RateLimit-Reset": str(int(self._world.now().timestamp()) + wait),
                },
            )
        window.hits += 1
        remaining = limit - window.hits
        shown = headers.get("X-RateLimit-Remaining")
        if shown is None or remaining < int(shown):  # of several limiters the tighter one is shown
            headers["X-RateLimit-Limit"] = str(limit)
            headers["X-RateLimit-Remaining"] = str(remaining)
