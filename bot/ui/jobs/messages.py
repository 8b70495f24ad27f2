"""Keeps the messages of jobs up to date, and notifies whoever asked for one that failed."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import discord

from bot.alerting.receiver import ChannelClosed, DeliveryUnknown, MessageDeleted, RetryAfter
from bot.core.i18n import _
from bot.core.nonce import new_nonce
from bot.core.supervisor import Pulse
from bot.domain.jobs import Job, JobEnding, JobKind
from bot.ui.jobs import cards
from bot.ui.jobs.abort_button import AbortButton
from bot.ui.jobs.idle_flow import IdleStartButton
from bot.ui.jobs.reference import reference
from bot.ui.kit import theme
from bot.ui.kit.card import digest, layout
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.command_mentions import CommandMentions
from bot.ui.kit.discord_errors import faults
from bot.ui.kit.languages import language_of
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.written import small_print

log = logging.getLogger(__name__)

_LOOK_S = 30.0
_PATIENCE_S = 20.0
_AGAIN_S = 5.0
_CLOSED_S = 600.0
_LOOK_BACK = 50
_LATE_EDIT_S = 60.0 + _PATIENCE_S
"""For so long after its attempt Discord may still carry out an edit that was given up."""
_NOBODY = discord.AllowedMentions.none()


async def keep_job_messages(bot: QuetzalClient, pulse: Pulse) -> None:
    """Keep all messages of jobs forever, for the supervisor."""
    await bot.came_up.wait()
    messages, runner = JobMessages(bot), bot.services.job_runner
    while True:
        runner.news.clear()
        waits_s = await messages.round()
        pulse.beat()
        with suppress(TimeoutError):
            await bot.services.clock.wait_external(runner.news.wait(), limit_s=waits_s)


class JobMessages:
    """Posts, edits and ends the messages of jobs; knows which of them were found in this run."""

    def __init__(self, bot: QuetzalClient) -> None:
        self._bot = bot
        self._jobs = bot.services.jobs
        self._clock = bot.services.clock
        self._certain: set[int] = set()
        self._not_before: dict[int, float] = {}
        self._doubts: dict[int, float] = {}
        """By job, until when an edit that was given up may be carried out over a newer one."""

    async def round(self) -> float:
        """Bring each message up to date; return the seconds until it is to be tried again."""
        waits_s = _LOOK_S
        for job in await self._jobs.to_show():
            not_before = self._not_before.get(job.id, 0.0)
            if (left_s := not_before - self._clock.monotonic()) > 0:
                waits_s = min(waits_s, left_s)
                continue
            again_s = await self._try(job)
            if again_s is not None:
                self._not_before[job.id] = self._clock.monotonic() + again_s
                waits_s = min(waits_s, again_s)
        doubts = [until - self._clock.monotonic() for until in self._doubts.values()]
        return max(0.0, min([waits_s, *doubts]))

    async def _try(self, job: Job) -> float | None:
        """Bring one up to date; return after how many seconds to try again, None when it is done."""
        try:
            with faults():
                # discord.py would wait for as long as a rate limit lasts, and all other messages with it.
                await self._clock.timeout(_PATIENCE_S, self._kept(job))
        except ChannelClosed as closed:
            return await self._move(job, str(closed))
        except RetryAfter as later:
            return later.after_s
        except DeliveryUnknown as error:
            self._certain.discard(job.id)
            self._doubts[job.id] = self._clock.monotonic() + _LATE_EDIT_S
            log.info("the message of job %d is tried again: %s", job.id, error)
            return _AGAIN_S
        except MessageDeleted:
            fresh = {"discord_id": None, "shown": None, "nonce": new_nonce()}
            await self._jobs.note_message(job, fresh)
            return 0.0
        return None

    async def _kept(self, job: Job) -> None:
        with language_of(self._bot.get_guild(job.guild_id)):
            await self._keep(job)

    async def _keep(self, job: Job) -> None:
        if self._bot.get_guild(job.guild_id) is None:
            return
        job = await self._found(job)
        card = cards.card(
            job,
            players=self._bot.services.job_runner.players_on(job.server.key),
            trouble=self._bot.services.job_runner.trouble(job.id),
        )
        card = self._bot.shared(CommandMentions).in_card(card, job.guild_id)
        controls = [*_controls(job)]
        shown = digest(layout(card, controls))
        channel = _channel(self._bot, job)
        if job.discord_id is None:
            sent = await channel.send(view=layout(card, controls), nonce=job.nonce, silent=True)
            self._certain.add(job.id)
            values = {"discord_id": sent.id, "posted_at": self._clock.now(), "shown": shown}
            await self._jobs.note_message(job, values)
            job = replace(job, discord_id=sent.id)
        elif job.shown != shown or self._is_over(job.id):
            message = channel.get_partial_message(job.discord_id)
            await message.edit(view=layout(card, controls), allowed_mentions=_NOBODY)
            await self._jobs.note_message(job, {"shown": shown})
        if not job.is_open and job.id not in self._doubts:
            await self._report(job, channel)

    def _is_over(self, job_id: int) -> bool:
        """Whether an edit that was given up can't come any more, so that one edit settles what is shown."""
        until = self._doubts.get(job_id)
        if until is None or self._clock.monotonic() < until:
            return False
        del self._doubts[job_id]
        return True

    async def _found(self, job: Job) -> Job:
        """Find out once in a run, and after each doubt, whether its message was posted before."""
        if job.id in self._certain or job.discord_id is not None:
            return job
        message_id = await self._search(job, reference(job))
        if message_id is None:
            return job
        await self._jobs.note_message(job, {"discord_id": message_id, "shown": None})
        self._certain.add(job.id)
        return replace(job, discord_id=message_id, shown=None)

    async def _search(self, job: Job, ending: str) -> int | None:
        me = self._bot.user.id if self._bot.user is not None else 0
        async for message in _channel(self._bot, job).history(limit=_LOOK_BACK):
            lines = small_print(message) if message.author.id == me else []
            if any(line.endswith(ending) for line in lines):
                return message.id
        return None

    async def _report(self, job: Job, channel: discord.PartialMessageable) -> None:
        """Notify whoever asked for a job that failed; each once, as far as Discord lets one know."""
        own_reference = _("{reference} failed", reference=reference(job))
        if job.ending is JobEnding.FAILED and await self._search(job, own_reference) is None:
            assert job.discord_id is not None  # noqa: S101 - it was posted before
            await channel.send(
                f"<@{job.user_id}> {cards.failure(job)}",
                embed=theme.embed(
                    "", _("Its message above says what happened."), colour=theme.BAD, footer=own_reference
                ),
                nonce=f"job-{job.id}-failed",
                reference=discord.MessageReference(
                    message_id=job.discord_id, channel_id=job.channel_id, fail_if_not_exists=False
                ),
                allowed_mentions=discord.AllowedMentions(users=[discord.Object(job.user_id)]),
            )
        await self._jobs.note_message(job, {"reported_at": self._clock.now()})
        self._certain.discard(job.id)

    async def _move(self, job: Job, why: str) -> float | None:
        """Go on in the alert channel, where there is one; return after how many seconds to try again."""
        settings = await self._bot.services.guild_settings.get(job.guild_id, job.server.key.panel_id)
        if settings.alert_channel_id in (None, job.channel_id):
            log.warning("the message of job %d can't be written (%s)", job.id, why)
            return _CLOSED_S
        log.info("job %d goes on in the alert channel: %s", job.id, why)
        moved = {"channel_id": settings.alert_channel_id, "discord_id": None, "nonce": new_nonce()}
        await self._jobs.note_message(job, moved)
        return 0.0


def _controls(job: Job) -> Iterator[BaseDynamicItem]:
    if job.is_open and job.called_off is None and not job.has_stopped:
        yield AbortButton(job.id, job.kind)
    if job.kind is JobKind.IDLE and job.ending is JobEnding.DONE:
        yield IdleStartButton(*job.server.key)


def _channel(bot: QuetzalClient, job: Job) -> discord.PartialMessageable:
    return bot.get_partial_messageable(job.channel_id, guild_id=job.guild_id)
