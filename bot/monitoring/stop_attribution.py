"""Finds who requested a stop: the bot, a person in the panel, or a schedule.

It is read only after a change of state. What could not be read is noted in the evidence, never guessed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bot.core.clock import Clock
from bot.core.i18n import keyword
from bot.domain import stop_reasons
from bot.domain.annotations import of_panel_change
from bot.domain.incidents import Evidence
from bot.domain.java_detection import runs_java
from bot.domain.observation import Observation
from bot.domain.panel_changes import last_change
from bot.domain.stop_reasons import StopRequest, Window
from bot.panel import Lane, PanelClient
from bot.panel.errors import BrokenAnswer, PanelError, PanelFault, PanelUnreachable, RateLimited
from bot.panel.models import Entries, Server
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import audit

log = logging.getLogger(__name__)

_KINDS = ("server.power", "server.command", "server.reinstall", "backup.restore")
_ROWS = 50
_QUICK_S = 1.0
"""How long the panel may take to answer when the node itself reported a crash."""
Fact = str | int | float | bool | list[str] | None
_UNREAD = "Nobody is known to have asked for it, but not all could be read: {}."
_PASSING = (PanelUnreachable, PanelFault, RateLimited)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who requested a stop. `is_certain`: everything could be read; otherwise try again later."""

    requested_by: StopRequest | None = None
    is_certain: bool = True
    evidence: Evidence = field(default_factory=dict)


class StopAttributor:
    """Finds who requested a stop or start, on one panel."""

    def __init__(self, panel: PanelClient, store: Store, clock: Clock) -> None:
        self._panel = panel.on(Lane.URGENT)
        self._panel_id = panel.config.id
        self._store = store
        self._clock = clock

    async def attribute(
        self, uuid: str, when: Window, *, up: bool = False, quickly: bool = False
    ) -> Attribution:
        """Find who requested a stop (or, with `up`, a start) of a server in that time.

        If it is unknown, the evidence has the last change in the panel. `quickly`: what the panel doesn't
        answer within a second counts as not read.
        """
        certain, unread = True, list[str]()
        try:
            if (request := await self._by_the_bot(uuid, when, up=up)) is not None:
                return Attribution(request)
        except StoreError as error:
            log.debug("cannot read what Quetzal did to %s: %s", uuid, error)
            certain = False
        changed: dict[str, Fact] = {}
        sources = {
            "activity log": partial(self._by_the_panel, uuid, when, up=up, changed=changed),
            "schedules": partial(self._by_a_schedule, uuid, when, up=up),
        }
        reads = [self._limited(search, quickly=quickly) for search in sources.values()]
        for name, read in zip(sources, await asyncio.gather(*reads), strict=True):
            if isinstance(read, StopRequest):
                return Attribution(read)
            if read is not None:
                certain = certain and not isinstance(read, (*_PASSING, TimeoutError))
                why = read.happened.rstrip(".") if isinstance(read, PanelError) else "it took too long"
                unread.append(f"the {name} ({why})")
        cause = {"cause": _UNREAD.format(" and ".join(unread))} if unread else {}
        return Attribution(None, certain, {**changed, **cause})

    async def _limited(
        self, read: Callable[[], Awaitable[StopRequest | None]], *, quickly: bool
    ) -> StopRequest | PanelError | TimeoutError | None:
        try:
            return await (self._clock.timeout(_QUICK_S, read()) if quickly else read())
        except (PanelError, TimeoutError) as error:
            return error

    async def _by_the_bot(self, uuid: str, when: Window, *, up: bool) -> StopRequest | None:
        async with self._store.read() as conn:
            acts = await audit.of_server(conn, self._panel_id, uuid, _KINDS, since=when.since)
        return stop_reasons.by_the_bot(acts, when, up=up)

    async def _by_the_panel(
        self, uuid: str, when: Window, *, up: bool, changed: dict[str, Fact]
    ) -> StopRequest | None:
        """Search the activity log, and put the server's last change in it into `changed`."""
        page = await self._panel.activity.page(uuid, per_page=_ROWS)
        changed.update(of_panel_change(last_change(page.items, when.until)))
        request = stop_reasons.by_the_panel(page.items, when, up=up)
        if request is None and page.pages > 1 and page.items and page.items[-1].at > when.since:
            # Much was done since, such as an upload of many files: read only power actions.
            page = await self._panel.activity.page(uuid, per_page=_ROWS, event="server:power")
            request = stop_reasons.by_the_panel(page.items, when, up=up)
        return _unless_hidden(request, page.items)

    async def _by_a_schedule(self, uuid: str, when: Window, *, up: bool) -> StopRequest | None:
        schedules = await self._panel.schedules.list(uuid)
        return _unless_hidden(stop_reasons.by_a_schedule(schedules, when, up=up), schedules)


def _unless_hidden(request: StopRequest | None, entries: Entries[Any]) -> StopRequest | None:
    """Return what was found; raise BrokenAnswer if none was, but may be in an entry that can't be read."""
    if request is None and entries.unreadable:
        raise BrokenAnswer(detail="an entry can't be read")
    return request


def circumstances(server: Server) -> dict[str, Fact]:
    """Return the server's limits and image as annotations (see `bot.domain.annotations`)."""
    limits = server.limits
    return {
        "image": server.docker_image,
        "java": runs_java(server),
        "memory_limit_bytes": limits.memory_bytes,
        "cpu_limit_percent": limits.cpu_limit_percent,
        "disk_limit_bytes": limits.disk_bytes,
    }


def last_process(before: Observation, now: Observation) -> dict[str, Fact]:
    """Return annotations about the process that ended."""
    evidence: dict[str, Fact] = {
        "last_seen": before.at.isoformat(),
        "last_memory_bytes": before.memory_bytes,
        "last_cpu_absolute": before.cpu_absolute,
        "ran_for_s": round(before.uptime_ms / 1000),
        "new_process_for_s": round(now.uptime_ms / 1000),
    }
    if stop_reasons.over_disk_limit(now) or stop_reasons.over_disk_limit(before):
        evidence["cause"] = keyword("Its disk is over the limit: its node stops a server then.")
    return evidence
