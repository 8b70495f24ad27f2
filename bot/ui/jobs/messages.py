"""Keeps the messages of jobs up to date, and notifies whoever asked for one that failed."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.core.supervisor import Pulse
from bot.domain.jobs import Job, JobEnding, JobKind
from bot.ui.jobs import cards
from bot.ui.jobs.abort_button import AbortButton
from bot.ui.jobs.idle_flow import IdleStartButton
from bot.ui.jobs.reference import failure_reference, reference
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.client import QuetzalClient
from bot.ui.kit.lasting_messages import LastingMessages
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.written import Reference


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


class JobMessages(LastingMessages[Job]):
    """Keeps the messages of jobs."""

    kind = "job"

    @override
    async def to_show(self) -> Sequence[Job]:
        return await self.bot.services.jobs.to_show()

    @override
    def drawn(self, job: Job) -> tuple[Card, list[BaseDynamicItem]]:
        runner = self.bot.services.job_runner
        card = cards.card(job, players=runner.players_on(job.server.key), trouble=runner.trouble(job.id))
        return card, [*_controls(job)]

    @override
    def reference(self, job: Job) -> Reference:
        return reference(job)

    @override
    async def note(self, job: Job, values: Mapping[str, object]) -> Job:
        return await self.bot.services.jobs.note_message(job, values)

    @override
    def panel_of(self, job: Job) -> str:
        return job.server.key.panel_id

    @override
    async def shown_now(self, job: Job) -> None:
        if not job.is_open:
            await self._report(job)

    async def _report(self, job: Job) -> None:
        """Notify whoever asked for a job that failed; each once, as far as Discord lets one know."""
        own_reference = failure_reference(job)
        if job.ending is JobEnding.FAILED and await self.search(job, own_reference) is None:
            assert job.discord_id is not None  # noqa: S101 - it was posted before
            await self.channel(job).send(
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
        await self.note(job, {"reported_at": self.bot.services.clock.now()})
        self.forget(job)


def _controls(job: Job) -> Iterator[BaseDynamicItem]:
    if job.is_open and job.called_off is None and not job.has_stopped:
        yield AbortButton(job.id, job.kind)
    if job.kind is JobKind.IDLE and job.ending is JobEnding.DONE:
        yield IdleStartButton(*job.server.key)
