"""The simulation for people: time is that on the wall, and the channel is a page in their browser."""

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import discord
from discord.app_commands import AppCommandError
from simcord import ChannelHandle, GuildHandle, MemberActor, SetupError
from simcord._runtime import _CallbackRecord
from simcord.backend.cdn import CDN_BASE
from simcord.preview import Preview
from typing_extensions import override

from bot.ui.kit.theme import QUETZAL
from demo.discord.avatar import avatar
from demo.discord.page import adapt_page, show_answer, show_thread
from demo.discord.simulated import (
    BOT_NAME,
    Clock,
    SimulatedDiscord,
    is_reported,
    replace,
)

log = logging.getLogger(__name__)

_PATIENCE_S = 0.3
"""How long a click on the page waits for the answer; what takes longer shows as it comes, as on Discord."""
_PATIENCE_TYPING_S = 2.5
_PUBLISH_EVERY_S = 0.05
_KEPT = 200
"""How many of the latest requests, interactions and attachments are remembered."""
_MESSAGES_KEPT = 75  # each one costs a little whenever the page is published

_Act = Callable[[str | None, Mapping[str, Any]], Awaitable[dict[str, Any]]]
_Settle = Callable[..., Awaitable[None]]


class LiveDiscord(SimulatedDiscord):
    """Time is that on the wall; people use it in a browser, for hours."""

    def __init__(self, bot: discord.AutoShardedClient, clock: Clock) -> None:
        super().__init__(bot, clock, settle_timeout=_PATIENCE_S)
        env = self.env
        replace(env, "_schedule_timer", self._schedule_timer)
        replace(env, "_record_error", _log_error)  # which would keep them for ever
        self._settle: _Settle = replace(env, "_settle_internal", self._settle_or_go_on)
        # Every change the bot makes is a request, also of a message that only one person sees.
        env.backend.http_requests = _ShortLog(self._note_change)
        env.backend.transcript = _ShortLog(self._note_change)
        self._changed = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._preview: Preview | None = None
        self._publisher: asyncio.Task[None] | None = None
        self.kept_files: dict[str, bytes] = {}
        """By address; all others are forgotten in time."""

    async def serve(
        self, channel: ChannelHandle, viewers: Sequence[MemberActor], *, port: int, timezone: str
    ) -> str:
        """Open the page of a channel and return its address; raises OSError when the port is of no use."""
        adapt_page()
        preview = self.env.preview(channel, viewers=viewers, layout="channel", port=port, timezone=timezone)
        self._act: _Act = replace(preview, "_action", self._act_in_turn)
        try:
            await preview.__aenter__()
        except SetupError as error:
            raise error.__cause__ if isinstance(error.__cause__, OSError) else error from None
        preview._pages.pop("python", None)  # it isn't shown, and would be rendered each time
        self._home = channel
        self._preview = preview
        self._publisher = asyncio.create_task(self._publish_changes(preview), name="publish the demo page")
        return preview.url

    async def ended_by_person(self) -> None:
        """Return when the session was ended on the page."""
        if self._preview is not None:
            await self._preview.wait_closed()

    @override
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

    async def _settle_or_go_on(self, **how: Any) -> None:
        try:
            await self._settle(**how)
        except TimeoutError:
            self._note_change()  # work goes on after the answer, as it does on Discord

    async def _act_in_turn(self, page_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a person did on the page; two at a time would be refused, so they queue."""
        async with self._one_at_a_time:
            preview = self._preview
            page = preview._pages.get(page_id or "") if preview is not None else None
            if page is not None and isinstance(body.get("published_revision"), int):
                # The page may have been published again while a finger was on its way to the button.
                body = {**body, "published_revision": page.revision}
            self.env.settle_timeout = (
                _PATIENCE_TYPING_S if body.get("kind") == "autocomplete_command" else _PATIENCE_S
            )
            if page is not None and preview is not None:
                preview.channel = show_thread(page, self._home)
            receipt = await self._act(page_id, body)
            if page is not None:
                show_answer(page, receipt)
            self._note_change()
            return receipt

    def _note_change(self) -> None:
        self._changed.set()

    async def _publish_changes(self, preview: Preview) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(_PUBLISH_EVERY_S)
            self._changed.clear()
            self._forget()
            preview._advance_presentation_time()
            for page in tuple(preview._pages.values()):
                show_thread(page, self._home)
                preview._publish(page, reason="refresh")

    def _forget(self) -> None:
        backend = self.env.backend
        _keep_latest(_KEPT, backend.interactions, backend.interaction_tokens, backend.cdn._blobs)
        backend.cdn._blobs |= self.kept_files
        _keep_latest(_MESSAGES_KEPT, *backend.messages.values())


def set_appearance(simulated: LiveDiscord, guild: GuildHandle) -> None:
    """Give the bot its picture, and its colour to its name."""
    backend = simulated.env.backend
    user = backend.bot_user
    user.avatar = "quetzal"
    simulated.kept_files = {f"{CDN_BASE}/avatars/{user.id}/{user.avatar}.png": avatar()}
    backend.cdn._blobs |= simulated.kept_files
    for role in backend.guilds[guild.id].roles.values():
        if role.name == BOT_NAME:
            role.color = QUETZAL.value


class _ShortLog(list[Any]):
    """A log that reports each entry and keeps the latest."""

    def __init__(self, notify: Callable[[], None]) -> None:
        super().__init__()
        self._notify = notify

    @override
    def append(self, entry: object) -> None:
        super().append(entry)
        if len(self) > 2 * _KEPT:
            del self[:-_KEPT]
        self._notify()


def _log_error(error: BaseException) -> None:
    if not is_reported(error) and not isinstance(error, AppCommandError):  # the bot logs those itself
        log.warning("an exception reached the simulated Discord", exc_info=error)


def _keep_latest(number: int, *remembered: dict[Any, Any]) -> None:
    for kept in remembered:
        for key in [*kept][:-number]:  # dictionaries keep their order: the oldest come first
            del kept[key]
