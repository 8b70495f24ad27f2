"""The self-check says what does not go on and why, and recovers with what it checks."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.dispatcher import Dispatcher
from bot.alerting.evaluator import AlertEvaluator
from bot.core.heartbeat import complaint, write_heartbeat
from bot.domain.guild_settings import GuildSettings
from bot.domain.notifications import MessageKind
from bot.health import HealthCheck, HealthReport, HeartbeatPing, Verdict, serve_health
from bot.storage import STORE, Store
from bot.storage.repositories import guild_settings
from sandbox import Fault
from sandbox.model import GameServer
from tests.alerting.recording_receiver import RecordingReceiver
from tests.health.connection import Connected
from tests.health.endpoint import healthz
from tests.monitoring.rig import Rig, new_rig
from tests.support.origin import Origin, http
from tests.support.ports import free_port
from tests.support.stores import stores_without_threads

PATH = "/ping/uuid"
FULL = "CREATE TRIGGER f BEFORE INSERT ON metric_samples BEGIN SELECT RAISE(FAIL, 'full'); END"
SELF_CHECKED_WITHIN_S = 40.0


class Outsider:
    """A watch over a panel with its alerts, checked and pinging a heartbeat URL, without Discord."""

    def __init__(self, rig: Rig, origin: Origin, server: GameServer) -> None:
        self.rig = rig
        self.origin = origin
        self.port = free_port()
        self.server = server
        self.receiver = RecordingReceiver(rig.clock)
        self.check: HealthCheck

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(request.target, request.body.decode()) for request in self.origin.requests]

    async def begin(self) -> None:
        """Start the bot's part, also after a restart."""
        rig = self.rig

        def evaluator(store: Store) -> AlertEvaluator:
            self.dispatcher = Dispatcher(store, rig.clock)
            return AlertEvaluator(store, {"main": {1: "all"}}, self.dispatcher.wake)

        rig.make_consumer = evaluator
        await rig.begin()
        chosen = GuildSettings(1, "main", 99, rig.clock.now(), alert_channel_id=7, alerts_by=99)
        await rig.store.write(lambda conn: guild_settings.put(conn, chosen))
        self.check = HealthCheck(rig.monitors, self.dispatcher, Connected(), rig.clock, self._write)
        ping = HeartbeatPing(SecretStr(self.origin.url + PATH), lambda: self.check.report, rig.clock)
        rig.supervisor.start("alert dispatcher", partial(self.dispatcher.run, self.receiver))
        rig.supervisor.start("self-check", self.check.run)
        rig.supervisor.start("heartbeat", ping.run)
        rig.supervisor.start("health endpoint", partial(serve_health, self.port, lambda: self.check.report))
        await rig.clock.until_asleep({"self-check", "heartbeat"})

    @property
    def complaint(self) -> str | None:
        return complaint(self.rig._path, now=self.rig.clock.now().timestamp())

    def _write(self, report: HealthReport) -> None:
        at = self.rig.clock.now().timestamp()
        write_heartbeat(self.rig._path, at=at, problems=report.problems)

    def crash(self) -> None:
        self.server.power.state, self.server.power.container_started = "offline", None


@pytest.fixture
async def outsider(tmp_path: Path) -> AsyncIterator[Outsider]:
    with stores_without_threads():
        async with new_rig(tmp_path) as rig, Origin() as origin:
            origin.answers(http(200, "OK"))
            outsider = Outsider(rig, origin, rig.add("Survival"))
            await outsider.begin()
            yield outsider


@pytest.mark.sweep
async def test_calls_go_out_while_the_panel_is_down(outsider: Outsider) -> None:
    rig = outsider.rig
    await rig.pass_time(60)
    rig.sandbox.faults.add(Fault.cut(), origin="panel")
    before = len(outsider.calls)
    await rig.pass_time(420)
    assert outsider.calls[before:] == [(PATH, "")] * 7
    assert outsider.complaint is None
    assert (await healthz(outsider.port))[0] == 200


async def test_a_heartbeat_file_that_cannot_be_written_leaves_the_check_and_the_calls(
    outsider: Outsider,
) -> None:
    (outsider.rig._path / "heartbeat.json").unlink()
    (outsider.rig._path / "heartbeat.json").mkdir()
    before = len(outsider.calls)
    await outsider.rig.pass_time(180)
    assert outsider.calls[before:] == [(PATH, "")] * 3
    assert outsider.complaint is not None


async def test_blocked_delivery_is_a_failure_with_its_reason_until_it_works_again(outsider: Outsider) -> None:
    rig = outsider.rig
    await rig.pass_time(60)
    before = outsider.check.report
    assert before.verdict is Verdict.OK

    outsider.receiver.broken.update(MessageKind)
    outsider.crash()
    await rig.pass_time(240)
    still = outsider.check.report
    assert still.verdict is Verdict.OK
    await rig.pass_time(240)
    assert outsider.check.report.verdict is Verdict.FAILING
    (problem,) = outsider.check.report.problems
    assert problem.startswith("An alert message has waited for ")
    assert problem.endswith(": Discord answered 500.")
    target, body = outsider.calls[-1]
    assert target == f"{PATH}/fail"
    assert body.startswith("An alert message has waited for ")
    assert body.endswith(": Discord answered 500.")
    status, answer = await healthz(outsider.port)
    assert (status, answer["status"], answer["problems"]) == (503, "failing", [problem])

    outsider.receiver.broken.clear()
    await rig.pass_time(120)
    assert outsider.check.report.problems == []
    assert outsider.calls[-1] == (PATH, "")


Release = Callable[[], Awaitable[object]]


async def locked(rig: Rig) -> Release:
    """Let another program hold the write lock; the writer's patience of 5 s is taken away."""
    await rig.store.write(lambda conn: conn.exec_driver_sql("PRAGMA busy_timeout=0"))
    other = sqlite3.connect(rig._path / STORE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def release() -> None:
        other.close()

    return release


async def read_only(rig: Rig) -> Release:
    async def begin(conn: AsyncConnection) -> Release:
        driver = (await conn.get_raw_connection()).driver_connection
        assert driver is not None
        await conn.exec_driver_sql("PRAGMA query_only=ON")
        return partial(driver.execute, "PRAGMA query_only=OFF")

    return await rig.store.write(begin)


async def refusing(rig: Rig) -> Release:
    await rig.store.write(lambda conn: conn.exec_driver_sql(FULL))
    return partial(rig.store.write, lambda conn: conn.exec_driver_sql("DROP TRIGGER f"))


@pytest.mark.parametrize(
    ("trouble", "reason"),
    [
        pytest.param(locked, "Quetzal's store is too busy to answer", marks=pytest.mark.sweep),
        (read_only, "Quetzal's store isn't writable"),
        (refusing, "IntegrityError"),
    ],
)
async def test_failing_writes_are_a_failure_with_their_reason_until_they_work_again(
    outsider: Outsider, trouble: Callable[[Rig], Awaitable[Release]], reason: str
) -> None:
    rig = outsider.rig
    await rig.pass_time(60)
    release = await trouble(rig)
    await rig.pass_time(420)
    report = outsider.check.report
    assert report.progress[0].age_s is not None
    assert report.progress[0].age_s <= SELF_CHECKED_WITHIN_S
    (problem,) = report.problems
    assert problem.startswith("What was observed on panel main has not been evaluated and stored for ")
    assert problem.endswith(f": {reason}.")
    assert outsider.calls[-1][0] == f"{PATH}/fail"
    assert reason in outsider.calls[-1][1]

    await release()
    await rig.pass_time(120)
    assert outsider.check.report.problems == []
    assert outsider.calls[-1] == (PATH, "")


@pytest.mark.sweep
async def test_storing_that_takes_too_long_is_reported_until_it_goes_on(outsider: Outsider) -> None:
    rig = outsider.rig
    await rig.pass_time(60)
    free = asyncio.Event()
    rig.patient = False
    slow = asyncio.create_task(rig.store.write(lambda _: free.wait()))
    try:
        await rig.pass_time(420)
        problems = outsider.check.report.problems
    finally:
        free.set()
        await slow
    (problem,) = problems
    assert problem.startswith("What was observed on panel main has not been evaluated and stored for ")
    assert problem.endswith(": it takes too long.")

    await rig.pass_time(120)
    assert outsider.check.report.problems == []


@pytest.mark.sweep
async def test_after_a_restart_nothing_is_called_before_the_first_real_progress(outsider: Outsider) -> None:
    rig = outsider.rig
    await rig.pass_time(60)
    outsider.receiver.broken.update(MessageKind)
    outsider.crash()
    await rig.pass_time(120)
    await rig.end()
    rig.manual.advance(7200)
    before = len(outsider.calls)

    await outsider.begin()
    assert outsider.calls[before:] == []
    await rig.pass_time(120)  # what waited for two hours is not delivered yet
    outsider.receiver.broken.clear()
    await rig.pass_time(120)
    assert {target for target, _ in outsider.calls[before:]} == {PATH}
    assert len(outsider.receiver.of(MessageKind.ALERT)) == 1
