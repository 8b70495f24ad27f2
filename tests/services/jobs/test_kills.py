"""A job that is killed at any write or request goes on where it was."""

from pathlib import Path

import pytest

from bot.domain.jobs import (
    BulkAction,
    BulkPlan,
    CalledOff,
    CountdownPlan,
    Job,
    JobEnding,
    StepKind,
    StepOutcome,
)
from tests.services.jobs.rig import Kill, Rig, new_rig

PLAN = CountdownPlan(marks=(60, 10), backup=True)
PASSAGES = 28
"""Writes and requests of such a restart."""
KILLS = [
    pytest.param(at, after, marks=() if at % 24 == 2 + 12 * after else pytest.mark.sweep)
    for at in range(PASSAGES)
    for after in (False, True)
]
"""The suite plays some of them, `make sweep` the others."""


async def test_these_are_all_passages(tmp_path: Path) -> None:
    kill = Kill()
    async with new_rig(tmp_path, kill) as rig:
        assert (await rig.until_ended(await rig.begin_restart(PLAN))).ending is JobEnding.DONE
    assert kill.passed == PASSAGES, kill.names


@pytest.mark.parametrize(("at", "after"), KILLS)
async def test_nothing_is_doubled_and_the_server_comes_back(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill(at, after=after)
    async with new_rig(tmp_path, kill) as rig:
        job = await rig.until_ended(await rig.begin_restart(PLAN))
        assert kill.done, kill.names
        assert job.ending is JobEnding.DONE, job
        assert rig.survival.power.state == "running"
        assert [step.kind for step in job.steps] == [
            StepKind.BACKUP,
            StepKind.WARNING,
            StepKind.WARNING,
            StepKind.STOP,
            StepKind.START,
        ]
        assert rig.sent("POST", "/power") == 2
        assert rig.sent("POST", "/backups") == 1
        assert len(rig.survival.backups) == 1
        # One that the bot was killed in may not have been sent: better one too few than one twice.
        assert 1 <= rig.sent("POST", "/command") <= 2


BULK_PASSAGES = 21
"""Writes and requests of a restart of two servers."""
BULK_KILLS = [
    pytest.param(at, after, marks=() if at % 24 == 1 + 12 * after else pytest.mark.sweep)
    for at in range(BULK_PASSAGES)
    for after in (False, True)
]


async def test_these_are_all_passages_of_a_bulk_restart(tmp_path: Path) -> None:
    kill = Kill()
    async with new_rig(tmp_path, kill) as rig:
        rig.sandbox.world.add_server(name="Lobby", state="running")
        await rig.advance(60)
        job = await rig.until_ended(await rig.begin_bulk(BulkPlan(BulkAction.RESTART)))
        assert job.ending is JobEnding.DONE
    assert kill.passed == BULK_PASSAGES, kill.names


@pytest.mark.parametrize(("at", "after"), BULK_KILLS)
async def test_every_server_of_a_bulk_restart_comes_back_once(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill(at, after=after)
    async with new_rig(tmp_path, kill) as rig:
        lobby = rig.sandbox.world.add_server(name="Lobby", state="running")
        await rig.advance(60)
        job = await rig.until_ended(await rig.begin_bulk(BulkPlan(BulkAction.RESTART)))
        assert kill.done, kill.names
        assert job.ending is JobEnding.DONE, job
        assert [step.outcome for step in job.steps] == [StepOutcome.DONE] * 2
        assert (rig.survival.power.state, lobby.power.state) == ("running", "running")
        assert rig.sent("POST", "/power") == 4


async def test_a_command_of_a_bulk_action_is_never_sent_twice(tmp_path: Path) -> None:
    kill = Kill(2, after=True)  # the request, whose answer the bot did not live to see
    async with new_rig(tmp_path, kill) as rig:
        job = await rig.until_ended(await rig.begin_bulk(BulkPlan(BulkAction.COMMAND, "save-all")))
        assert kill.done, kill.names
        assert [step.outcome for step in job.steps] == [StepOutcome.UNKNOWN]
        assert job.ending is JobEnding.FAILED
        assert rig.sent("POST", "/command") == 1


IDLE_PASSAGES = 6
"""Writes and requests of the stop of an empty server."""
IDLE_KILLS = [
    pytest.param(at, after, marks=() if at % 6 == 1 + 3 * after else pytest.mark.sweep)
    for at in range(IDLE_PASSAGES)
    for after in (False, True)
]


async def test_these_are_all_passages_of_an_idle_stop(tmp_path: Path) -> None:
    kill = Kill()
    async with new_rig(tmp_path, kill) as rig:
        assert (await rig.until_ended(await rig.begin_idle(2))).ending is JobEnding.DONE
    assert kill.passed == IDLE_PASSAGES, kill.names


@pytest.mark.parametrize(("at", "after"), IDLE_KILLS)
async def test_an_empty_server_is_stopped_once_and_its_rule_knows(
    tmp_path: Path, at: int, after: bool
) -> None:
    kill = Kill(at, after=after)
    async with new_rig(tmp_path, kill) as rig:
        job = await rig.until_ended(await rig.begin_idle(2))
        assert kill.done, kill.names
        assert job.ending is JobEnding.DONE, job
        assert rig.survival.power.state == "offline"
        assert [step.kind for step in job.steps] == [StepKind.STOP]
        assert (rig.sent("POST", "/power"), rig.sent("POST", "/command")) == (1, 0)
        assert job.server.key in await rig.services.idle.stopped([job.server.key], job.guild_id)


ABORT_PASSAGES = 15
"""Writes and requests of a restart that is aborted after its first warning."""
ABORT_KILLS = [
    pytest.param(at, after, marks=() if at % 8 == 2 + after else pytest.mark.sweep)
    for at in range(ABORT_PASSAGES)
    for after in (False, True)
]


async def _aborted(rig: Rig) -> Job:
    """Abort a restart once its players were warned."""
    job = await rig.begin_restart(CountdownPlan(marks=(60, 10)))
    while not any(step.outcome is not None for step in job.steps):
        await rig.advance(1)
        await rig.come_back()
        job = await rig.services.jobs.get(job.id, job.guild_id)
    await rig.abort(job)
    return await rig.until_ended(job)


async def test_these_are_all_passages_of_an_aborted_restart(tmp_path: Path) -> None:
    kill = Kill()
    async with new_rig(tmp_path, kill) as rig:
        assert (await _aborted(rig)).ending is JobEnding.CALLED_OFF
    assert kill.passed == ABORT_PASSAGES, kill.names


@pytest.mark.parametrize(("at", "after"), ABORT_KILLS)
async def test_an_aborted_restart_stays_aborted(tmp_path: Path, at: int, after: bool) -> None:
    kill = Kill(at, after=after)
    async with new_rig(tmp_path, kill) as rig:
        job = await _aborted(rig)
        assert kill.done, kill.names
        assert (job.ending, job.called_off) == (JobEnding.CALLED_OFF, CalledOff.PERSON)
        assert sorted(step.kind for step in job.steps) == [StepKind.NOTICE, StepKind.WARNING]
        assert rig.survival.power.state == "running"
        assert rig.sent("POST", "/power") == 0
        assert 1 <= rig.sent("POST", "/command") <= 2
