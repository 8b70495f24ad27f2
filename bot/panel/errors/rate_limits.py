"""429: too many requests, or too many backups."""

from bot.core.i18n import N_, _
from bot.panel.errors.base import PanelError, in_words


class RateLimited(PanelError):
    """429: too many requests with this account. `retry_after_s` is when to try again."""

    may_pass = True
    title = N_("Too many requests")
    is_fault = False

    def __init__(self, retry_after_s: float, *, detail: str | None = None) -> None:
        super().__init__(
            N_("The panel's rate limit is reached."),
            next_step=N_("Try again in {in_words}.", in_words=in_words(max(1.0, retry_after_s))),
            detail=detail,
        )
        self.retry_after_s = retry_after_s


class FirewallLimited(RateLimited):
    """429 of a firewall or proxy in front of the panel: it was refused there, and nothing was done."""

    def __init__(self, retry_after_s: float, *, detail: str | None = None) -> None:
        super().__init__(retry_after_s, detail=detail)
        self.happened = _("A firewall or proxy in front of the panel refused the request (HTTP 429).")
        self.next_step += _(
            " If this happens often, whoever runs the panel should allow the bot's address there."
        )


class BackupThrottled(PanelError):
    """429 of the backup throttle: two backups in ten minutes, deleted ones count. Never retried."""

    title = N_("Too many backups")
    is_fault = False

    def __init__(self, retry_after_s: float, *, detail: str | None = None) -> None:
        super().__init__(
            N_("The panel allows only a few backups in a row, and that limit is reached."),
            next_step=N_("Try again in {in_words}.", in_words=in_words(max(1.0, retry_after_s))),
            detail=detail,
        )
        self.retry_after_s = retry_after_s
