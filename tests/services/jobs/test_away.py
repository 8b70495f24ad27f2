"""Jobs whose bot was away for long, and what is different when it comes back."""

from pathlib import Path

import pytest

from bot.domain.jobs import BulkAction, BulkPlan, CountdownPlan, Job, JobEnding, StepKind, StepOutcome
from bot.services.jobs.steps import JobSteps
from tests.services.jobs.rig import Kill, Rig, new_rig

LONG_S = 900.0
"""Longer than a bulk action tries again what may pass, and than a node waits for a process to end."""


async def away(rig: Rig, seconds: float = LONG_S) -> None:
    """Stop the bot for so long."""
    await rig.stop()
    await rig.sandbox.advance(seconds)
    await rig.start()


async def until_begun(rig: Rig, job: Job, kind: StepKind) -> None:
    """Let time pass until a step has begun."""
    while job.step(kind) is None:
        await rig.advance(0.05)
        job = await rig.services.jobs.get(job.id, job.guild_id)


async def until_stopping(rig: Rig) -> None:
    """Let time pass until the server gets the stop signal."""
    while rig.survival.power.state == "running":
        await rig.advance(0.05)


async def test_a_bulk_action_goes_on_after_a_long_time_though_discord_says_nothing_at_first(
    tmp_path: Path,
) -> None:
    async with new_rig(tmp_path, Kill()) as rig:
        job = await rig.begin_bulk(BulkPlan(BulkAction.RESTART))
        await until_begun(rig, job, StepKind.ACT)
        rig.members.silent = 3
        await away(rig)

        job = await rig.until_ended(job)

        assert job.ending is JobEnding.DONE, job
        assert rig.survival.power.state == "running"


async def test_a_bulk_restart_that_has_stopped_a_server_brings_it_back_without_its_person(
    tmp_path: Path,
) -> None:
    async with new_rig(tmp_path, Kill()) as rig:
        job = await rig.begin_bulk(BulkPlan(BulkAction.RESTART))
        await until_stopping(rig)
        rig.members.ada = None
        await away(rig)

        job = await rig.until_ended(job)

        assert [step.outcome for step in job.steps] == [StepOutcome.DONE]
        assert (rig.survival.power.state, rig.sent("POST", "/power")) == ("running", 2)


async def test_a_bulk_restart_that_has_stopped_nothing_ends_with_the_right_of_its_person(
    tmp_path: Path,
) -> None:
    async with new_rig(tmp_path, Kill()) as rig:
        rig.members.silent = 1
        job = await rig.begin_bulk(BulkPlan(BulkAction.RESTART))
        await until_begun(rig, job, StepKind.ACT)
        rig.members.ada = None

        job = await rig.until_ended(job)

        assert [step.outcome for step in job.steps] == [StepOutcome.FAILED]
        assert "no longer a member" in job.steps[0].detail
        assert (rig.survival.power.state, rig.sent("POST", "/power")) == ("running", 0)


async def test_a_restart_that_has_stopped_its_server_brings_it_back_without_its_person(
    tmp_path: Path,
) -> None:
    async with new_rig(tmp_path, Kill()) as rig:
        job = await rig.begin_restart(CountdownPlan())
        await until_stopping(rig)
        rig.members.ada = None
        await away(rig)

        job = await rig.until_ended(job)

        assert job.ending is JobEnding.DONE, job
        assert (rig.survival.power.state, rig.sent("POST", "/power")) == ("running", 2)


async def test_a_server_that_stops_slowly_is_waited_for_after_a_long_time(tmp_path: Path) -> None:
    kill = Kill(3)  # before the stop is sent
    async with new_rig(tmp_path, kill) as rig:
        rig.survival.game.stop_seconds = 300.0
        job = await rig.begin_restart(CountdownPlan())
        while not kill.done:
            await rig.advance(0.05)
        await rig.sandbox.advance(LONG_S)

        job = await rig.until_ended(job)

        assert kill.names[3] == "POST /servers/{server}/power"
        assert job.ending is JobEnding.DONE, job
        assert rig.survival.power.state == "running"


async def test_what_ends_while_the_rows_are_read_is_not_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = JobSteps.read

    async def read_slowly(steps: JobSteps, job_id: int) -> Job | None:
        job = await read(steps, job_id)
        await steps.clock.sleep(5.0)
        return job

    monkeypatch.setattr(JobSteps, "read", read_slowly)
    async with new_rig(tmp_path, Kill()) as rig:
        rig.sandbox.world.add_server(name="Lobby", state="running").game.boot_seconds = 5.0
        await rig.advance(60)

        job = await rig.until_ended(await rig.begin_bulk(BulkPlan(BulkAction.RESTART)))

        assert [step.outcome for step in job.steps] == [StepOutcome.DONE] * 2
        assert rig.sent("POST", "/power") == 4
