"""The scenarios meant for a real panel, run against the sandbox in all its modes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, PanelConfig
from sandbox import ManualClock, Mode, Sandbox
from sandbox.model import GameServer
from tests.contract.__main__ import main
from tests.contract.scenarios import SCENARIOS
from tests.contract.scenarios.run import Report, Run, Scenario, Skipped, run_all

Output = pytest.CaptureFixture[str]
RECORDINGS = Path(__file__).parents[1] / "recordings"


@asynccontextmanager
async def survival(mode: Mode = Mode.V1_11) -> AsyncIterator[tuple[Sandbox, GameServer]]:
    async with Sandbox(clock=ManualClock(), mode=mode) as sandbox:
        yield sandbox, sandbox.world.add_server("Survival")


async def run(sandbox: Sandbox, server: GameServer, scenarios: Sequence[Scenario]) -> tuple[Report, str]:
    config = PanelConfig(url=sandbox.panel_url, key=SecretStr(sandbox.world.key_of("owner")))
    lines: list[str] = []
    async with PanelClient(config, sandbox.clock.seconds, sleep=sandbox.advance) as client:
        view = await client.servers.view(server.uuid)
        report = await run_all(Run(client, view, "0a1b2c", lines.append, sandbox.advance), scenarios)
    return report, "\n".join(lines)


@pytest.mark.parametrize("mode", Mode, ids=lambda mode: mode.value)
async def test_the_scenarios_pass_against_the_sandbox_and_leave_nothing(mode: Mode) -> None:
    async with survival(mode) as (sandbox, server):
        report, output = await run(sandbox, server, SCENARIOS)
        assert report.failed == [], output
        assert report.skipped == [], output
        assert report.last_lines == [f"{len(SCENARIOS)} passed, 0 failed"]
        assert list(sandbox.world.files_of(server.uuid).iterdir()) == []
        assert (server.databases, server.schedules) == ([], [])
        assert all(backup.deleted for backup in server.backups)
        assert not sandbox.unknown_routes


async def test_what_the_server_may_not_have_is_skipped_with_the_reason() -> None:
    async with survival() as (sandbox, server):
        server.feature_limits.backups = 0
        server.feature_limits.databases = 0
        report, output = await run(sandbox, server, SCENARIOS)
        assert report.failed == [], output
        assert len(report.skipped) == 2
        assert "skipped: this server may not have backups" in output
        assert "skipped: this server has as many databases as it may have" in output


async def test_a_failure_cleans_up_and_does_not_stop_the_others() -> None:
    async def it_breaks_off(run: Run) -> None:
        await run.client.files.create_folder(run.uuid, "/", run.name)
        run.finally_(lambda: run.client.files.delete(run.uuid, "/", [run.name]))
        raise AssertionError("no such luck")

    async def it_cannot(run: Run) -> None:
        raise Skipped("there is no moon tonight")

    async def it_goes_on(run: Run) -> None:
        assert await run.client.files.list(run.uuid, fresh=True) == ()

    async with survival() as (sandbox, server):
        report, output = await run(sandbox, server, [it_breaks_off, it_cannot, it_goes_on])
    assert (report.failed, report.skipped, report.passed) == (
        ["it breaks off"],
        ["it cannot"],
        ["it goes on"],
    )
    assert report.last_lines == ["1 skipped", "1 passed, 1 failed"]
    assert "FAILED: AssertionError: no such luck" in output


def test_the_command_says_what_it_needs(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr("sys.argv", ["contract"])
    monkeypatch.delenv("PANEL_URL", raising=False)
    monkeypatch.setenv("PANEL_API_KEY", "ptlc_canary")
    assert main() == 2
    output = capsys.readouterr().out
    assert "PANEL_URL" in output
    assert "ptlc_canary" not in output


def test_the_command_counts_the_recordings(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setattr("sys.argv", ["contract", "--count"])
    assert main() == 0
    node, panel, wings = (len([*RECORDINGS.glob(f"{kind}/*.json")]) for kind in ("node", "panel", "wings"))
    counted = f"{node + panel + wings} recordings ({node} node + {panel} panel + {wings} wings)"
    assert counted in capsys.readouterr().out
