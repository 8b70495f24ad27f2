"""Long-lived work goes on when it fails, and says so once."""

import asyncio
import logging

import pytest

from bot.core.errors import QuetzalError
from bot.core.supervisor import Pulse, Supervisor


async def idle(_: Pulse) -> None:
    await asyncio.Event().wait()


class Pauses:
    """Stands for sleeping: notes each wait, and lets the others run."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


async def test_a_failing_task_is_restarted_after_growing_waits_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    pauses, runs, done = Pauses(), 0, asyncio.Event()

    async def work(pulse: Pulse) -> None:
        nonlocal runs
        runs += 1
        if runs < 5:
            raise RuntimeError(f"run {runs}")
        pulse.beat()
        done.set()
        await asyncio.Event().wait()

    async with Supervisor(sleep=pauses) as supervisor:
        supervisor.start("work", work)
        await done.wait()
        assert pauses.seconds == [1, 2, 4, 8]
        (status,) = supervisor.status()
        assert (status.name, status.failing, status.failures) == ("work", False, 4)
        assert status.last_error == "RuntimeError"
    assert [entry.getMessage() for entry in caplog.records] == [
        "work failed and is tried again: run 1",
        "work works again after 4 failures",
    ]
    assert caplog.records[0].exc_info


async def test_waits_begin_small_again_after_a_success() -> None:
    pauses, runs, done = Pauses(), 0, asyncio.Event()

    async def work(pulse: Pulse) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            pulse.beat()
        if runs == 5:
            done.set()
            await asyncio.Event().wait()
        raise RuntimeError

    async with Supervisor(sleep=pauses) as supervisor:
        supervisor.start("work", work)
        await done.wait()
    assert pauses.seconds == [1, 2, 1, 2]


async def test_waits_do_not_grow_without_end() -> None:
    pauses, enough = Pauses(), asyncio.Event()

    async def work(_: Pulse) -> None:
        if len(pauses.seconds) == 2000:
            enough.set()
            await asyncio.Event().wait()
        raise RuntimeError

    async with Supervisor(sleep=pauses) as supervisor:
        supervisor.start("work", work)
        await enough.wait()
    assert max(pauses.seconds) == 300


async def test_an_error_of_ours_is_logged_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    pauses, failed = Pauses(), asyncio.Event()

    async def work(_: Pulse) -> None:
        if pauses.seconds:
            failed.set()
            await asyncio.Event().wait()
        raise QuetzalError("The panel is down.")

    async with Supervisor(sleep=pauses) as supervisor:
        supervisor.start("work", work)
        await failed.wait()
        assert supervisor.status()[0].failing
    assert caplog.messages == ["work failed and is tried again: The panel is down."]
    assert not caplog.records[0].exc_info


async def test_the_age_of_the_last_success_reveals_a_task_that_hangs() -> None:
    now = 100.0
    beaten = asyncio.Event()

    async def work(pulse: Pulse) -> None:
        pulse.beat()
        beaten.set()
        await asyncio.Event().wait()

    async with Supervisor(monotonic=lambda: now) as supervisor:
        supervisor.start("work", work)
        assert supervisor.status()[0].success_age_s(now) is None
        await beaten.wait()
        assert supervisor.status()[0].success_age_s(now + 60) == 60


async def test_closing_stops_the_youngest_first_and_waits_for_it() -> None:
    ended: list[str] = []

    def worker(name: str) -> None:
        async def work(_: Pulse) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append(name)

        supervisor.start(name, work)

    supervisor = Supervisor()
    worker("first")
    worker("second")
    await asyncio.sleep(0)
    await supervisor.close()
    assert ended == ["second", "first"]


async def test_two_tasks_may_not_share_a_name() -> None:
    async with Supervisor() as supervisor:
        supervisor.start("work", idle)
        with pytest.raises(ValueError, match="running already"):
            supervisor.start("work", idle)


async def test_work_may_be_handed_in_as_a_lambda() -> None:
    async def work(pulse: Pulse, done: asyncio.Event) -> None:
        pulse.beat()
        done.set()

    done = asyncio.Event()
    async with Supervisor() as supervisor:
        supervisor.start("work", lambda pulse: work(pulse, done))
        await done.wait()
