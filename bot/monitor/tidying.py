"""Old history, incidents and messages go, once a day."""

import logging
from datetime import timedelta
from functools import partial

from bot.actions.clock import Clock
from bot.actions.clock_check import ClockCheck
from bot.actions.directory import Pulse
from bot.store import Store, alerts, handling, metrics, outbox

log = logging.getLogger(__name__)

KEPT = timedelta(days=396)
"""As long as history is kept: 13 months."""
_DAY_S = 86_400.0


async def keep_tidy(store: Store, clock: Clock, clock_check: ClockCheck, pulse: Pulse) -> None:
    """Forget what is too old, once a day for ever; for the supervisor."""
    while True:
        now = await clock_check.now()
        rows = await metrics.prune(store, now=now)
        messages = await store.write(partial(outbox.prune, before=now - KEPT))
        incidents = await store.write(partial(alerts.prune, before=now - KEPT))
        await store.write(partial(handling.prune, now=now))
        if rows or messages or incidents:
            log.info("forgot %d rows of history, %d incidents, %d messages", rows, incidents, messages)
        pulse.beat()
        await clock.sleep(_DAY_S)
