"""The one module that knows simcord from inside: an in-memory Discord that lives by our clock.

simcord is made for tests: it keeps a time of its own, which stands still, and takes work that goes on after
an answer for a mistake. Here its time is read from a clock of ours and its timers run by that clock, so that
the same simulation serves tests (time stands still) and the demo (time on the wall). That takes private names
of simcord, which is why it is pinned exactly; `tests/demo/test_private_names.py` looks for each of them.
"""

import asyncio
import contextvars
import copy
import functools
import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

import discord
from discord.app_commands import CommandInvokeError
from simcord import ChannelHandle, Env, MemberActor, SetupError
from simcord._clock import Clock as SimcordClock
from simcord._runtime import _CallbackRecord
from simcord.backend import Backend
from simcord.preview import (
    Preview,
    _action_plans,
    _component_projection,
    _messages,
    _pages,
    _queries,
    _snapshot,
)

from bot.errors import QuetzalError

log = logging.getLogger(__name__)

BOT_NAME = "Quetzal"
_PATIENCE_S = 0.3
"""How long a click on the page waits for the answer; what takes longer shows as it comes, as on Discord."""
_PATIENCE_TYPING_S = 2.5
_PUBLISH_EVERY_S = 0.05
_MESSAGES_SHOWN = 25
_MESSAGES_KEPT = 200
_LOG_ENTRIES_KEPT = 200
_RENDERED_KEPT = 2000

T = TypeVar("T")
_Act = Callable[[str | None, Mapping[str, Any]], Awaitable[dict[str, Any]]]
_Settle = Callable[..., Awaitable[None]]


class Clock(Protocol):
    """What the simulated Discord lives by."""

    def now(self) -> datetime:
        """Return the time of day, aware, in UTC."""

    def seconds(self) -> float:
        """Return monotonic seconds."""


class SimulatedDiscord:
    """An in-memory Discord with a bot on it; `env` is simcord's public handle."""

    def __init__(self, bot: discord.AutoShardedClient, clock: Clock, *, settle_timeout: float) -> None:
        self.env = Env(bot, check_errors=False, shard_count=1, settle_timeout=settle_timeout)
        self.env.backend = Backend(clock=_ReadClock(clock))
        self.env.backend.bot_user.name = BOT_NAME

    async def start(self) -> None:
        """Log the bot in, as far as READY."""
        await self.env.start()

    async def close(self) -> None:
        """Close the bot, which simcord never does, then the simulation."""
        await self.env.bot.close()
        await self.env.shutdown()

    async def wait(self, awaitable: Awaitable[T], /) -> T:
        """Await what comes from outside the bot: the bot counts as at rest meanwhile."""
        task = asyncio.current_task()
        work = self.env._work
        if task is None or task not in work.tasks or task in work.external_waits:
            return await awaitable
        answer: T = await self.env.external_wait(awaitable, reason="from outside the bot")
        return answer


class StillDiscord(SimulatedDiscord):
    """Time stands still until somebody moves the clock and calls `run_due`."""

    def __init__(self, bot: discord.AutoShardedClient, clock: Clock, *, settle_timeout: float = 5.0) -> None:
        super().__init__(bot, clock, settle_timeout=settle_timeout)
        # simcord arms each timer on the wall clock too: on a slow machine time-outs would come by themselves.
        _replace(self.env, "_schedule_timer", lambda *_: None)
        # It notes every exception of a command, also those that are told to the person, as they should be.
        self._note: Callable[[BaseException], None] = _replace(
            self.env, "_record_error", self._note_unexpected
        )

    def next_due(self) -> float | None:
        """Return the clock second of the bot's next timer."""
        whens = [
            record.when
            for record in self.env._work.callbacks
            if record.when is not None and record.handle is not None and not record.handle.cancelled()
        ]
        return min(whens, default=None)

    def owns(self, task: "asyncio.Task[object]") -> bool:
        """Tell whether `run_due` waits for this task."""
        return task in self.env._work.tasks

    async def run_due(self) -> None:
        """Run the timers whose time has come and all that follows, until the bot is at rest."""
        await self.env.settle()

    def _note_unexpected(self, error: BaseException) -> None:
        if not _is_told(error):
            self._note(error)


class LiveDiscord(SimulatedDiscord):
    """Time is that on the wall; people use it in a browser, for hours."""

    def __init__(self, bot: discord.AutoShardedClient, clock: Clock) -> None:
        super().__init__(bot, clock, settle_timeout=_PATIENCE_S)
        env = self.env
        _replace(env, "_schedule_timer", self._schedule_timer)
        _replace(env, "_record_error", _log_error)  # which would keep them for ever
        self._settle: _Settle = _replace(env, "_settle_internal", self._settle_or_go_on)
        # Every change the bot makes is a request, also of a message that only one person sees.
        env.backend.http_requests = _ShortLog(self._note_change)
        env.backend.transcript = _ShortLog(self._note_change)
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._preview: Preview | None = None
        self._publisher: asyncio.Task[None] | None = None

    async def serve(
        self, channel: ChannelHandle, viewers: Sequence[MemberActor], *, port: int, timezone: str
    ) -> str:
        """Open the page of a channel and return its address; raises OSError when the port is taken."""
        _render_faster()
        preview = self.env.preview(channel, viewers=viewers, layout="channel", port=port, timezone=timezone)
        self._act: _Act = _replace(preview, "_action", self._act_in_turn)
        try:
            await preview.__aenter__()
        except SetupError as error:
            raise OSError(f"port {port} is taken") from error
        preview._pages.pop("python", None)  # nobody looks at it, and it is rendered each time
        self._preview = preview
        self._publisher = asyncio.create_task(self._publish_changes(preview), name="publish the demo page")
        return preview.url

    async def closed_by_person(self) -> None:
        """Return when somebody ended the session on the page."""
        if self._preview is not None:
            await self._preview.wait_closed()

    async def close(self) -> None:
        """Close the page, the bot and the simulation."""
        if self._publisher is not None:
            self._publisher.cancel()
            await asyncio.wait({self._publisher})
        if self._preview is not None:
            await self._preview.close()
        await super().close()

    def _schedule_timer(self, record: _CallbackRecord, *_: object) -> None:
        # Without simcord's own fallback the bot counts as at rest while it waits for a timer.
        runtime = self.env._runtime
        if runtime is not None:
            runtime.call_at(record.when, self._run_timer, record, context=contextvars.Context())

    def _run_timer(self, record: _CallbackRecord) -> None:
        handle = record.handle
        if (
            handle is not None
            and not handle.cancelled()
            and any(each is record for each in self.env._work.callbacks)
        ):
            handle._run()

    async def _settle_or_go_on(self, **how: Any) -> None:  # noqa: ANN401 - passed on as it is
        try:
            await self._settle(**how)
        except TimeoutError:
            self._note_change()  # work goes on after the answer, as it does on Discord

    async def _act_in_turn(self, page_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what somebody did on the page; two at a time would be refused, so they queue."""
        async with self._one_at_a_time:
            preview = self._preview
            page = preview._pages.get(page_id or "") if preview is not None else None
            if page is not None and isinstance(body.get("published_revision"), int):
                # The page may have been published anew while a finger was on its way to the button.
                body = {**body, "published_revision": page.revision}
            self.env.settle_timeout = (
                _PATIENCE_TYPING_S if body.get("kind") == "autocomplete_command" else _PATIENCE_S
            )
            try:
                return await self._act(page_id, body)
            finally:
                self._note_change()

    def _note_change(self) -> None:
        self._changed.set()

    async def _publish_changes(self, preview: Preview) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(_PUBLISH_EVERY_S)
            self._changed.clear()
            self._forget_old_messages()
            preview._advance_presentation_time()
            for page in tuple(preview._pages.values()):
                preview._publish(page, reason="refresh")

    def _forget_old_messages(self) -> None:
        for messages in self.env.backend.messages.values():
            for message_id in sorted(messages)[:-_MESSAGES_KEPT]:
                del messages[message_id]


class _ShortLog(list[Any]):
    """A log that tells of each entry and keeps the latest."""

    def __init__(self, tell: Callable[[], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, entry: object) -> None:
        super().append(entry)
        if len(self) > 2 * _LOG_ENTRIES_KEPT:
            del self[:-_LOG_ENTRIES_KEPT]
        self._tell()


class _ReadClock(SimcordClock):
    """simcord's clock, read from ours: it cannot be moved from there."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @property
    def elapsed(self) -> float:  # type: ignore[override]  # a plain attribute there
        return self._clock.seconds()

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        """Ours moves by itself."""


@functools.cache
def _render_faster() -> None:
    """Let the page show fewer messages, and render the markdown of each only once."""
    render: Callable[..., list[dict[str, Any]]] = vars(_snapshot)["markdown_tokens"]
    known: dict[tuple[str, str, str], list[dict[str, Any]]] = {}

    def remembered(
        value: str | None, profile: str = "message", *, context: Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        if value is None:
            return []
        key = (str(value), profile, json.dumps(context, sort_keys=True, default=repr))
        if key not in known:
            if len(known) >= _RENDERED_KEPT:
                known.clear()
            known[key] = render(value, profile, context=context)
        return copy.deepcopy(known[key])

    for module in (_component_projection, _messages, _queries, _snapshot):
        _replace(module, "markdown_tokens", remembered)
    for module in (_snapshot, _pages, _action_plans):
        _replace(module, "HISTORY_WINDOW_SIZE", _MESSAGES_SHOWN)


def _replace(owner: object, name: str, new: object) -> Any:  # noqa: ANN401 - whatever was there
    """Put something of ours in place of something of simcord's that has no hook, and return what it was."""
    old = getattr(owner, name)
    setattr(owner, name, new)
    return old


def _log_error(error: BaseException) -> None:
    if not _is_told(error):
        log.warning("an exception reached the simulated Discord", exc_info=error)


def _is_told(error: BaseException) -> bool:
    return isinstance(error.original if isinstance(error, CommandInvokeError) else error, QuetzalError)
