"""Deletes old history, incidents and messages once a day."""

import logging
from datetime import timedelta
from functools import partial

from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.services.clock_check import ClockCheck
from bot.storage import Store
from bot.storage.repositories import (
    alert_handling,
    alerts,
    metrics,
    outbox,
)

log = logging.getLogger(__name__)

HISTORY_KEPT = timedelta(days=396)
"""How long history is kept: 13 months."""
_DAY_S = 86_400.0


async def prune_history(store: Store, clock: Clock, clock_check: ClockCheck, pulse: Pulse) -> None:
    """Delete what is too old once a day; start it under the supervisor."""
    while True:
        now = await clock_check.now()
        rows = await metrics.prune(store, now=now)
        messages = await store.write(partial(outbox.prune, before=now - HISTORY_KEPT))
        incidents = await store.write(partial(alerts.prune, before=now - HISTORY_KEPT))
        await store.write(partial(alert_handling.prune, now=now))
        if rows or messages or incidents:
            log.info("deleted %d old rows of history, %d incidents, %d messages", rows, incidents, messages)
        pulse.beat()
        await clock.sleep(_DAY_S)
