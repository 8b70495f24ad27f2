"""A restart or bulk action that is killed at any write or request goes on where it was."""

from pathlib import Path

import pytest

from bot.domain.jobs import BulkAction, BulkPlan, CountdownPlan, JobEnding, StepKind, StepOutcome
from tests.services.jobs.rig import Kill, new_rig

PLAN = CountdownPlan(marks=(60, 10), backup=True)
PASSAGES = 28
"""Writes and requests of such a restart."""
KILLS = [
    pytest.param(at, after, marks=() if at % 4 == 2 + after else pytest.mark.sweep)
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


BULK_PASSAGES = 19
"""Writes and requests of a restart of two servers."""
BULK_KILLS = [
    pytest.param(at, after, marks=() if at % 6 == 1 + after else pytest.mark.sweep)
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
