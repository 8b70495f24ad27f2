"""Who or what asked for a stop: the bot, the panel's activity log, a schedule; and what else is known of it.

Read only when something has changed. What could not be read is said in the evidence, never guessed.
"""

import logging
import re
from dataclasses import dataclass, field

from bot.core.clock import Clock
from bot.domain import stop_reasons
from bot.domain.incidents import Evidence
from bot.domain.observation import Observation, runs_java
from bot.domain.stop_reasons import StopRequest, Window
from bot.panel import Lane, PanelClient
from bot.panel.errors import PanelError, PanelFault, PanelUnreachable, RateLimited
from bot.panel.events import ConsoleLine, DaemonMessage
from bot.panel.models import Server
from bot.services.servers.console_mask import ConsoleMask
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import audit

log = logging.getLogger(__name__)

_KINDS = ("server.power", "server.command", "backup.restore")
_ROWS = 50
_CONSOLE_S = 4.0
_FIRST_LINE_S, _QUIET_S = 1.5, 0.25
_LINES = 12
"""What is kept of a line in the store; a node may send a mebibyte."""
_EXIT = re.compile(r"Exit code: (-?\d+)")
_MEMORY = re.compile(r"Out of memory: (true|false)")
Fact = str | int | float | bool | list[str] | None
_UNREAD = "Nobody is known to have asked for it, but not all could be read: {}."
_PASSING = (PanelUnreachable, PanelFault, RateLimited)


@dataclass(frozen=True, slots=True)
class Attribution:
    """What was found out. `certain`: nothing that could be read now was left out; else ask again later."""

    requested_by: StopRequest | None = None
    is_certain: bool = True
    evidence: Evidence = field(default_factory=dict)


class StopAttributor:
    """Finds out who wanted it, on one panel."""

    def __init__(self, panel: PanelClient, store: Store, clock: Clock) -> None:
        self._panel = panel.on(Lane.BACKGROUND)
        self._panel_id = panel.config.id
        self._store = store
        self._clock = clock

    async def attribute(self, uuid: str, when: Window, *, up: bool = False) -> Attribution:
        """Look who asked for a stop (or, with `up`, for a start) of a server in that time."""
        certain, unread = True, list[str]()
        try:
            if (asked := await self._by_the_bot(uuid, when, up=up)) is not None:
                return Attribution(asked)
        except StoreError as error:
            log.debug("cannot read what Quetzal did to %s: %s", uuid, error)
            certain = False
        sources = (("activity log", self._by_the_panel), ("schedules", self._by_a_schedule))
        for name, read in sources:
            try:
                if (asked := await read(uuid, when, up=up)) is not None:
                    return Attribution(asked)
            except PanelError as error:
                certain = certain and not isinstance(error, _PASSING)
                unread.append(f"the {name} ({error.happened.rstrip('.')})")
        return Attribution(None, certain, {"cause": _UNREAD.format(" and ".join(unread))} if unread else {})

    async def console(self, uuid: str) -> dict[str, Fact]:
        """Read the last console lines and what they say of the end, if that can be had in a few seconds.

        A node keeps neither the lines of a process that is gone nor its own; so this may be the new one's.
        """
        lines: list[str] = []
        try:
            await self._clock.within(_CONSOLE_S, self._read(uuid, lines))
        except (PanelError, TimeoutError) as error:
            log.debug("no console of %s: %r", uuid, error)
        found: dict[str, Fact] = {}
        text = "\n".join(lines)
        if codes := _EXIT.findall(text):
            found["exit_code"] = int(codes[-1])
        if memory := _MEMORY.findall(text):
            found["out_of_memory"] = memory[-1] == "true"
        if lines:
            found["lines"] = lines[-_LINES:]
        return found

    async def _read(self, uuid: str, lines: list[str]) -> None:
        mask = ConsoleMask(self._panel, uuid)
        await mask.learn()
        async with self._panel.sockets.open(uuid) as socket:
            await socket.ask_logs()
            events = aiter(socket)
            while True:
                try:
                    wait_s = _QUIET_S if lines else _FIRST_LINE_S
                    event = await self._clock.within(wait_s, anext(events, None))
                except TimeoutError:
                    return
                if event is None:
                    return
                if isinstance(event, ConsoleLine | DaemonMessage) and (line := mask(event.text)) is not None:
                    lines.append(line)
                    del lines[:-150]

    async def _by_the_bot(self, uuid: str, when: Window, *, up: bool) -> StopRequest | None:
        async with self._store.read() as conn:
            acts = await audit.of_server(conn, self._panel_id, uuid, _KINDS, since=when.since)
        return stop_reasons.by_the_bot(acts, when, up=up)

    async def _by_the_panel(self, uuid: str, when: Window, *, up: bool) -> StopRequest | None:
        page = await self._panel.activity.page(uuid, per_page=_ROWS)
        asked = stop_reasons.by_the_panel(page.items, when, up=up)
        if asked is None and page.pages > 1 and page.items and page.items[-1].at > when.since:
            # Much was done since, such as an upload of many files: look at power alone.
            page = await self._panel.activity.page(uuid, per_page=_ROWS, event="server:power")
            asked = stop_reasons.by_the_panel(page.items, when, up=up)
        return asked

    async def _by_a_schedule(self, uuid: str, when: Window, *, up: bool) -> StopRequest | None:
        return stop_reasons.by_a_schedule(await self._panel.schedules.list(uuid), when, up=up)


def circumstances(server: Server) -> dict[str, Fact]:
    """Say what is known of the server and its limits, as `bot.domain.annotations` names it, and its image."""
    limits = server.limits
    return {
        "image": server.docker_image,
        "java": runs_java(server),
        "memory_limit_bytes": limits.memory_bytes,
        "cpu_limit_percent": limits.cpu_limit_percent,
        "disk_limit_bytes": limits.disk_bytes,
    }


def last_process(before: Observation, now: Observation) -> dict[str, Fact]:
    """Say what is known of a process that is gone."""
    found: dict[str, Fact] = {
        "last_seen": before.at.isoformat(),
        "last_memory_bytes": before.memory_bytes,
        "last_cpu_absolute": before.cpu_absolute,
        "ran_for_s": round(before.uptime_ms / 1000),
        "new_process_for_s": round(now.uptime_ms / 1000),
    }
    if stop_reasons.over_disk_limit(now) or stop_reasons.over_disk_limit(before):
        found["cause"] = "Its disk is over the limit: its node stops a server then."
    return found
