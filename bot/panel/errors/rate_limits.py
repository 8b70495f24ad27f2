"""429: too many requests, or too many backups."""

from typing_extensions import override

from bot.core.i18n import N_, Message
from bot.panel.errors.base import PanelError, in_words


class RateLimited(PanelError):
    """429: too many requests with this account. `retry_after_s` is when to try again."""

    may_pass = True
    title = N_("Too many requests")
    is_fault = False
    happened = N_("The panel's rate limit is reached.")

    def __init__(self, retry_after_s: float, *, detail: str | None = None) -> None:
        super().__init__(next_step=self._advice(retry_after_s), detail=detail)
        self.retry_after_s = retry_after_s

    def _advice(self, retry_after_s: float) -> Message:
        return _try_again_in(retry_after_s)


class FirewallLimited(RateLimited):
    """429 of a firewall or proxy in front of the panel: it was refused there, and nothing was done."""

    happened = N_("A firewall or proxy in front of the panel refused the request (HTTP 429).")

    @override
    def _advice(self, retry_after_s: float) -> Message:
        return N_(
            "{advice} If this happens often, whoever runs the panel should allow the bot's address there.",
            advice=super()._advice(retry_after_s),
        )


class BackupThrottled(PanelError):
    """429 of the backup throttle: two backups in ten minutes, deleted ones count. Never retried."""

    title = N_("Too many backups")
    is_fault = False
    happened = N_("The panel allows only a few backups in a row, and that limit is reached.")

    def __init__(self, retry_after_s: float, *, detail: str | None = None) -> None:
        super().__init__(next_step=_try_again_in(retry_after_s), detail=detail)
        self.retry_after_s = retry_after_s


def _try_again_in(retry_after_s: float) -> Message:
    return N_("Try again in {in_words}.", in_words=in_words(max(1.0, retry_after_s)))
