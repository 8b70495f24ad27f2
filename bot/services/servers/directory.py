"""The server directory: all servers of all panels, refreshed in the background, searched in memory."""

import asyncio
import logging
import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from bot.core.clock import Clock
from bot.core.supervisor import Pulse
from bot.domain.name_ranking import NameIndex
from bot.domain.target import Target
from bot.panel import Lane, PanelClient
from bot.panel.budget import LEAST_LIST_SHARE, LIST_SHARE, RESERVE
from bot.panel.errors import PanelError
from bot.panel.servers import LARGEST_PAGE
from bot.services.servers.resolution import Resolution, ServerAmbiguous, ServerFound, ServerMissing

log = logging.getLogger(__name__)

FRESH_S = 60.0
"""How long a list counts as fresh; after that it is still shown while a new one is fetched."""
_SLACK_S = 1.0
_NEW_S = 5.0
_PATIENCE_S = 2.0
_REFRESH_S = 5.0

Sees = Callable[[Target], bool]


@dataclass(slots=True)
class _Panel:
    client: PanelClient
    targets: tuple[Target, ...] | None = None
    unreadable: int = 0
    trouble: PanelError | None = None
    fetched_s: float = -math.inf


class ServerDirectory:
    """The servers of all panels, cached in memory. Call `refresh` after changing what a list shows.

    Only one fetch runs at a time. If a panel doesn't respond, its last list stays.
    """

    def __init__(self, panels: Mapping[str, PanelClient], clock: Clock) -> None:
        self._clock = clock
        self._panels = {panel_id: _Panel(client) for panel_id, client in panels.items()}
        self._names: NameIndex[Target] = NameIndex((), (), ())
        self._refreshed_at: float | None = None
        self._refresh: asyncio.Task[None] | None = None

    async def keep_fresh(self, pulse: Pulse) -> None:
        """Refresh forever, under the supervisor; raises when no panel responded, so that it is reported."""
        while True:
            await self._fetch(Lane.BACKGROUND)
            if self.troubles and len(self.troubles) == len(self._panels):
                raise next(iter(self.troubles.values()))
            pulse.beat()
            await self._clock.sleep(min(self._period_s(panel) for panel in self._panels.values()))

    def age_s(self, panel_id: str) -> float | None:
        """Return how old a panel's list is; None before the first fetch."""
        fetched_s = self._panels[panel_id].fetched_s
        return self._clock.monotonic() - fetched_s if math.isfinite(fetched_s) else None

    def _period_s(self, panel: _Panel) -> float:
        """Return how often a panel's list may be read: it uses a tenth of its rate limit at most.

        Where live connections need nearly the whole background share, it uses even less.
        """
        limit = panel.client.budget.limit
        if limit is None or panel.targets is None:
            return FRESH_S / 2
        spare = limit * (1 - RESERVE) - panel.client.sockets.hub.tokens_per_minute
        share = min(max(spare / 2, LEAST_LIST_SHARE * limit), LIST_SHARE * limit)
        return max(FRESH_S / 2, 60.0 * _pages(panel.targets) / share)

    def _new_s(self) -> float:
        """Return how old lists may be when a person looks for a server that may be new."""
        return max(
            [
                _NEW_S,
                *(
                    self._period_s(panel) / 4
                    for panel in self._panels.values()
                    if panel.targets and _pages(panel.targets) > 1
                ),
            ]
        )

    async def close(self) -> None:
        """Cancel a fetch under way."""
        if self._refresh is not None:
            self._refresh.cancel()
            await asyncio.wait({self._refresh})

    @property
    def troubles(self) -> Mapping[str, PanelError]:
        """The panels whose last fetch failed, and why."""
        return {panel_id: panel.trouble for panel_id, panel in self._panels.items() if panel.trouble}

    @property
    def unreadable(self) -> int:
        """How many servers are in no list, since they can't be read; those that could before are."""
        return sum(panel.unreadable for panel in self._panels.values())

    def get_for(self, panel_id: str) -> tuple[Target, ...] | None:
        """Return a panel's known servers, the same object until the next fetch; None before the first."""
        return self._panels[panel_id].targets

    async def search(self, typed: str, sees: Sees, *, max_wait_s: float, limit: int) -> list[Target]:
        """Rank the visible servers by what was typed. Empty when the first fetch takes too long."""
        try:
            await self._clock.timeout(max_wait_s, self._ready())
        except (TimeoutError, PanelError):
            return []
        matches = []
        for target in self._names.ranked(typed):
            if sees(target):
                matches.append(target)
                if len(matches) == limit:
                    break
        return matches

    async def iter_all(self, sees: Sees, typed: str = "") -> list[Target]:
        """Return all visible servers, ranked when something is typed, else by name.

        Waits up to two seconds for fresh lists. Raises the panel's error when no panel ever responded.
        """
        await self._ready()
        if self._age_s() > self._new_s():
            with suppress(TimeoutError):
                await self._clock.timeout(_PATIENCE_S, self._fetch(Lane.INTERACTIVE))
        return [target for target in self._names.ranked(typed) if sees(target)]

    async def find(self, panel_id: str, uuid: str) -> Target | None:
        """Find a server by panel and uuid; None when it is not in the list."""
        await self._ready()
        return next((target for target in self._names.exact(uuid) if target.panel_id == panel_id), None)

    def cached(self, panel_id: str) -> tuple[Target, ...]:
        """Return a panel's known servers without a fetch; empty before its first response."""
        return self._panels[panel_id].targets or () if panel_id in self._panels else ()

    async def refresh(self, panel_id: str) -> bool:
        """Fetch a panel's list after a change that lists show; False when it failed or took too long.

        The old list stays then, and is fetched again in the background within a minute.
        """
        try:
            await self._clock.timeout(_REFRESH_S, self._fetch_again(panel_id))
        except TimeoutError:
            return False
        return panel_id not in self.troubles

    async def refresh_server(self, panel_id: str, uuid: str) -> bool:
        """Fetch one server after a change that lists show; see `refresh`."""
        panel = self._panels[panel_id]
        if panel.targets is None or _pages(panel.targets) == 1:
            return await self.refresh(panel_id)
        try:
            server = await self._clock.timeout(_REFRESH_S, panel.client.servers.view(uuid, fresh=True))
        except (TimeoutError, PanelError):
            return False
        if self._refresh is not None:
            await asyncio.wait({self._refresh})
        panel.targets = tuple(
            Target(panel_id, server) if target.server.uuid == uuid else target for target in panel.targets
        )
        self._index_names()
        return True

    def identifier_of(self, panel_id: str, uuid: str) -> str:
        """Return a server's short id, which is not always part of the uuid; guessed when not listed."""
        identifiers = (
            target.server.identifier for target in self.cached(panel_id) if target.server.uuid == uuid
        )
        return next(identifiers, uuid[:8])

    async def resolve(self, typed: str | None, sees: Sees) -> Resolution:
        """Return which server is meant: the exact match, else the only possible one. Never guesses."""
        await self._ready()
        resolution = self._resolve(typed, sees)
        if isinstance(resolution, ServerMissing) and self._age_s() > self._new_s():
            await self._fetch(Lane.INTERACTIVE)  # it may have been created a moment ago
            resolution = self._resolve(typed, sees)
        if isinstance(resolution, ServerMissing) and self.troubles:
            raise next(iter(self.troubles.values()))  # it may exist: its panel doesn't respond
        return resolution

    def _resolve(self, typed: str | None, sees: Sees) -> Resolution:
        visible = [target for target in self._names.items if sees(target)]
        if typed:
            exact = [target for target in self._names.exact(typed) if sees(target)]
            candidates = exact or [target for target in self._names.ranked(typed) if sees(target)]
        else:
            candidates = visible
        if len(candidates) == 1 and (not typed or _sure(typed, candidates[0])):
            return ServerFound(candidates[0])
        return ServerAmbiguous(candidates) if candidates else ServerMissing(bool(visible))

    async def _ready(self) -> None:
        """Wait for a list. An old one is enough; a fresher one is fetched meanwhile."""
        if self._age_s() <= FRESH_S:
            return
        if self._refreshed_at is not None:
            self._start(Lane.BACKGROUND)
            return
        await self._fetch(Lane.INTERACTIVE)
        if self.troubles and all(panel.targets is None for panel in self._panels.values()):
            raise next(iter(self.troubles.values()))

    def _age_s(self) -> float:
        return float("inf") if self._refreshed_at is None else self._clock.monotonic() - self._refreshed_at

    async def _fetch(self, lane: Lane) -> None:
        # Shielded: if a caller gives up, the fetch goes on for the next one.
        await asyncio.shield(self._start(lane))

    def _start(self, lane: Lane) -> asyncio.Task[None]:
        if self._refresh is None or self._refresh.done():
            self._refresh = asyncio.create_task(self._fetch_all(lane), name="server directory refresh")
        return self._refresh

    async def _fetch_again(self, panel_id: str) -> None:
        if self._refresh is not None:
            # Its response may be from before the change, and would restore the old names.
            await asyncio.wait({self._refresh})
        await _fetch_one(panel_id, self._panels[panel_id], Lane.INTERACTIVE, self._clock.monotonic())
        self._index_names()

    async def _fetch_all(self, lane: Lane) -> None:
        requested_at = self._clock.monotonic()
        due = {
            panel_id: panel
            for panel_id, panel in self._panels.items()
            if lane is Lane.INTERACTIVE or requested_at - panel.fetched_s >= self._period_s(panel) - _SLACK_S
        }
        await asyncio.gather(
            *(_fetch_one(panel_id, panel, lane, requested_at) for panel_id, panel in due.items())
        )
        self._index_names()
        if any(panel.trouble is None for panel in self._panels.values()):
            self._refreshed_at = requested_at

    def _index_names(self) -> None:
        everything = [target for panel in self._panels.values() for target in panel.targets or ()]
        self._names = NameIndex.of(everything, _title, _codes)


async def _fetch_one(panel_id: str, panel: _Panel, lane: Lane, requested_s: float) -> None:
    try:
        servers = await panel.client.on(lane).servers.list_compact()
    except PanelError as error:
        if panel.trouble is None:
            log.warning("the server list of panel %s cannot be fetched: %s", panel_id, error)
        panel.trouble = error
        return
    if panel.trouble is not None:
        log.info("the server list of panel %s can be fetched again", panel_id)
    panel.trouble, panel.fetched_s = None, requested_s
    hidden = {server.id for server in servers.unreadable}
    stays = [target for target in panel.targets or () if target.server.uuid in hidden]
    panel.targets = (*(Target(panel_id, server) for server in servers), *stays)
    panel.unreadable = len(servers.unreadable) - len(stays)


def _pages(targets: tuple[Target, ...]) -> int:
    return math.ceil(len(targets) / LARGEST_PAGE) or 1


def _title(target: Target) -> str:
    return target.server.name


def _codes(target: Target) -> tuple[str, str, str]:
    """Give its short id and uuid, and the beginning of the uuid, where the short id is another one."""
    return target.server.identifier, target.server.uuid, target.server.uuid[:8]


def _sure(typed: str, target: Target) -> bool:
    """Return whether the only candidate begins with what was typed; looser matches need a choice."""
    wanted = typed.strip().casefold()
    return any(text.casefold().startswith(wanted) for text in (_title(target), *_codes(target)))
