"""How fast a websocket may speak since Wings v1.12 (docs/reference/versions.md#panel-and-wings-112)."""

from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """A token bucket: so many at once, one more each `refill_s` seconds."""

    size: float
    refill_s: float
    left: float
    at: float
    has_notified: bool = False

    def take(self, now: float) -> bool:
        """Take one, if there is one."""
        self.left = min(self.size, self.left + (now - self.at) / self.refill_s)
        self.at = now
        if self.left < 1:
            return False
        self.left -= 1
        self.has_notified = False
        return True


class Limiter:
    """The limits of one connection."""

    def __init__(self, now: float) -> None:
        self._buckets = {
            name: Bucket(size, refill_s, size, now)
            for name, size, refill_s in (
                ("global", 10, 0.2),
                ("auth", 2, 5.0),
                ("send logs", 2, 5.0),
                ("send command", 10, 1.0),
                ("other", 4, 1.0),
            )
        }

    def refuses(self, event: str, now: float) -> list[str] | None:
        """Return None for what may pass, else who gets `throttled`: once a period, then no one."""
        for name, label in (("global", "global"), (event if event in self._buckets else "other", event)):
            bucket = self._buckets[name]
            if not bucket.take(now):
                already_notified, bucket.has_notified = bucket.has_notified, True
                return [] if already_notified else [label]
        return None
