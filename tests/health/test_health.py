"""Quetzal reports to the outside when it no longer works, and not what it monitors."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import start_health
from bot.core.heartbeat import complaint
from bot.health.ping import call_for
from bot.health.report import HealthReport, Progress, Verdict
from demo.manual_clock import Patience
from tests.health.endpoint import healthz
from tests.support.origin import Origin, http
from tests.support.ports import free_port
from tests.support.world import World, new_world

PATH = "/ping/canary-uuid"


def progress(age_s: float | None, reason: str | None = None) -> Progress:
    return Progress("observations of main", age_s, 300.0, "No observation has come in", reason)


@pytest.mark.parametrize(
    ("ages", "up_for_s", "verdict", "problems"),
    [
        ([10.0, 299.0], 1000.0, Verdict.OK, []),
        ([10.0, 420.0], 1000.0, Verdict.FAILING, ["No observation has come in for 7 min."]),
        ([None, 5.0], 60.0, Verdict.STARTING, ["No observation has come in for 1 min."]),
        ([None, 5.0], 600.0, Verdict.FAILING, ["No observation has come in for 10 min."]),
        ([310.0], 60.0, Verdict.FAILING, ["No observation has come in for 5 min 10 s."]),
    ],
)
def test_a_report_judges_the_age_of_each_last_success(
    ages: list[float | None], up_for_s: float, verdict: Verdict, problems: list[str]
) -> None:
    report = HealthReport(tuple(map(progress, ages)), up_for_s)
    assert (report.verdict, report.problems) == (verdict, problems)


OK = HealthReport((progress(1.0),), 900.0)
FAILING = HealthReport((progress(600.0, "The disk is full."),), 900.0)
WHY = "No observation has come in for 10 min: The disk is full."


@pytest.mark.parametrize(
    ("url", "report", "called"),
    [
        ("https://hc-ping.com/uuid", OK, ("GET", "https://hc-ping.com/uuid", None)),
        ("https://hc-ping.com/uuid", FAILING, ("POST", "https://hc-ping.com/uuid/fail", WHY)),
        (
            "https://hc.example/ping/key/slug?create=1",
            FAILING,
            ("POST", "https://hc.example/ping/key/slug/fail?create=1", WHY),
        ),
        (
            "https://kuma.example/api/push/TOKEN?status=up&msg=OK&ping=",
            OK,
            ("GET", "https://kuma.example/api/push/TOKEN?status=up&msg=OK&ping=", None),
        ),
        (
            "https://kuma.example/kuma/api/push/TOKEN",
            FAILING,
            (
                "GET",
                "https://kuma.example/kuma/api/push/TOKEN?status=down"
                "&msg=No+observation+has+come+in+for+10+min:+The+disk+is+full.",
                None,
            ),
        ),
    ],
)
def test_each_kind_of_heartbeat_url_is_called_as_it_documents(
    url: str, report: HealthReport, called: tuple[str, str, str | None]
) -> None:
    call = call_for(url, report)
    assert call is not None
    assert (call.method, str(call.url), call.body) == called


def test_nothing_is_called_before_everything_has_succeeded_once() -> None:
    assert call_for("https://hc-ping.com/uuid", HealthReport((progress(None),), 60.0)) is None


class Outsider:
    """A world whose bot calls an origin, as with QUETZAL_HEARTBEAT_URL, and serves /healthz."""

    def __init__(self, world: World, origin: Origin, port: int) -> None:
        self.world = world
        self.origin = origin
        self.port = port

    @property
    def calls(self) -> list[tuple[str, str]]:
        return [(seen.target, seen.body.decode()) for seen in self.origin.requests]

    def start(self, url: str) -> None:
        bot = self.world.bot
        settings = bot.services.settings.model_copy(
            update={"heartbeat_url": SecretStr(url), "health_port": self.port}
        )
        bot.services = replace(bot.services, settings=settings)
        start_health(bot)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in steps, with what is sent and stored in each done before the next begins."""
        for _ in range(int(seconds // 60)):
            await self.world.advance(60)
            async with asyncio.timeout(60):
                await self.world._clock.until_asleep({"self-check", "heartbeat", "watch of main"})
            await rest(self._is_at_rest)

    @property
    def complaint(self) -> str | None:
        services = self.world.services
        return complaint(services.settings.data_dir, now=services.clock.now().timestamp())

    def _is_at_rest(self) -> bool:
        """Whether every look at a server is read and stored, or waits for time to pass."""
        asleep = {sleeper.task for sleeper in self.world._clock._asleep()}
        looks = {task for task in asyncio.all_tasks() if task.get_name().startswith("observation ")}
        return looks <= asleep and not any(watch._storing.locked() for watch in self.world.services.monitors)


async def rest(met: Callable[[], bool]) -> None:
    """Wait for what takes no time of the clock."""
    patience = Patience()
    while not patience.is_over():
        if met():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it does not come true")


@asynccontextmanager
async def outside(path: Path) -> AsyncIterator[Outsider]:
    async with new_world(path, watch=True) as world, Origin() as origin:
        origin.answers(http(200, "OK"))
        outsider = Outsider(world, origin, free_port())
        outsider.start(origin.url + PATH)
        yield outsider


async def test_a_running_bot_is_reported_healthy_and_a_blocked_event_loop_is_noticed(
    tmp_path: Path,
) -> None:
    async with outside(tmp_path) as outsider:
        await outsider.pass_time(60)
        assert {target for target, _ in outsider.calls} == {PATH}
        before = outsider.complaint
        assert before is None
        assert (await healthz(outsider.port))[0] == 200

        calls = len(outsider.calls)
        outsider.world.sandbox.clock.advance(900)  # type: ignore[attr-defined]  # a ManualClock; the loop gets no turn
        assert len(outsider.calls) == calls
        assert "seconds old" in (outsider.complaint or "")


async def test_an_unreachable_host_disturbs_nothing_and_its_url_is_not_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with new_world(tmp_path, watch=True) as world, Origin() as origin:
        outsider = Outsider(world, origin, 0)
        origin.answers(http(503))
        outsider.start(origin.url + PATH)
        with caplog.at_level(logging.DEBUG):
            await outsider.pass_time(120)
        logged = [line for line in map(logging.LogRecord.getMessage, caplog.records) if "URL failed" in line]
        assert logged == ["the heartbeat URL failed: it answered 503"]
        assert "canary" not in caplog.text
        assert outsider.complaint is None
