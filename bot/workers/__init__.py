"""Where untrusted content is parsed, compared, searched and drawn: worker processes with limits."""

from bot.workers.limits import Limits
from bot.workers.pool import WorkerPool

__all__ = ["Limits", "WorkerPool"]
