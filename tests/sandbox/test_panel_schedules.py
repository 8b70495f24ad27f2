"""Schedules, their tasks, and cron."""

from datetime import UTC, datetime

import pytest

from sandbox.schedules import next_run
from tests.support.sandbox_panel import panel

NIGHTLY = {
    "name": "nightly",
    "is_active": True,
    "minute": "0",
    "hour": "4",
    "day_of_month": "*",
    "month": "*",
    "day_of_week": "*",
}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 4 * * *", "2026-11-24T04:00"),
        ("*/15 * * * *", "2026-11-23T12:15"),
        ("30 12 23 11 *", "2026-11-23T12:30"),
        ("0 0 29 2 *", "2028-02-29T00:00"),
        ("0 0 * * sun", "2026-11-29T00:00"),
        ("0 0 * * 7", "2026-11-29T00:00"),
        ("0 9-17/4 * * mon-fri", "2026-11-23T13:00"),
        ("0 0 13 * fri", "2026-11-27T00:00"),
        ("5,10 0 1 jan,jul *", "2027-01-01T00:05"),
    ],
)
def test_when_cron_comes_true(expression: str, expected: str) -> None:
    now = datetime(2026, 11, 23, 12, 0, 30, tzinfo=UTC)
    assert next_run(expression.split(), now) == datetime.fromisoformat(f"{expected}:00+00:00")


@pytest.mark.parametrize(
    "expression", ["60 * * * *", "x * * * *", "5-1 * * * *", "*/0 * * * *", " * * * *", "0 0 30 2 *"]
)
def test_what_is_not_cron(expression: str) -> None:
    with pytest.raises(ValueError):
        next_run(expression.split(" "), datetime(2026, 11, 23, tzinfo=UTC))


def test_a_field_holds_no_second_one() -> None:
    with pytest.raises(ValueError):
        next_run(["0 0", "*", "*", "*", "*"], datetime(2026, 11, 23, tzinfo=UTC))


async def test_a_schedule_runs_its_tasks_by_the_clock() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server(state="running")
        path = f"/servers/{server.uuid}/schedules"
        made = await client.post(path, json=NIGHTLY)
        assert made.attributes["next_run_at"] == "2026-11-24T04:00:00+00:00"
        schedule_path = f"{path}/{made.attributes['id']}"
        backup = {"action": "backup", "payload": "", "time_offset": 0}
        restart = {"action": "power", "payload": "restart", "time_offset": 60}
        assert (await client.post(f"{schedule_path}/tasks", json=backup)).attributes["sequence_id"] == 1
        assert (await client.post(f"{schedule_path}/tasks", json=restart)).attributes["sequence_id"] == 2
        await client.sandbox.advance(16 * 3600 + 30)
        assert len((await client.get(f"/servers/{server.uuid}/backups")).rows) == 1
        running = (await client.get(schedule_path)).attributes
        assert running["is_processing"]
        assert running["relationships"]["tasks"]["data"][1]["attributes"]["is_queued"]
        await client.sandbox.advance(30.5)
        assert await client.state(server) == "stopping"
        done = (await client.get(schedule_path)).attributes
        assert not done["is_processing"]
        assert done["last_run_at"] == "2026-11-24T04:01:00+00:00"
        assert done["next_run_at"] == "2026-11-25T04:00:00+00:00"


async def test_execute_now_returns_the_error_of_the_first_task() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/schedules"
        schedule_path = f"{path}/{(await client.post(path, json=NIGHTLY)).attributes['id']}"
        nothing = await client.post(f"{schedule_path}/execute")
        assert nothing.detail == "Cannot process schedule for task execution: no tasks are registered."
        await client.post(
            f"{schedule_path}/tasks", json={"action": "command", "payload": "list", "time_offset": 0}
        )
        offline = await client.post(f"{schedule_path}/execute")
        assert (offline.status, offline.code) == (502, "DaemonConnectionException")
        await client.post(schedule_path, json=NIGHTLY | {"only_when_online": 1})
        quiet = await client.post(f"{schedule_path}/execute")
        assert (quiet.status, quiet.json) == (202, [])
        assert (await client.request("DELETE", schedule_path)).status == 204
        assert (await client.get(path)).json == {"object": "list", "data": []}


@pytest.mark.parametrize(
    ("change", "status", "detail"),
    [
        ({"minute": 0}, 422, "The minute must be a string."),
        ({"name": None}, 422, "The name field is required."),
        ({"hour": "99"}, 400, "The cron data provided does not evaluate to a valid expression."),
        (
            {"month": None},
            500,
            "An unexpected error was encountered while processing this request, please try again.",
        ),
    ],
)
async def test_what_is_not_a_schedule(change: dict[str, object], status: int, detail: str) -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        answer = await client.post(f"/servers/{server.uuid}/schedules", json=NIGHTLY | change)
        assert (answer.status, answer.detail) == (status, detail)


async def test_an_update_replaces_everything() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server()
        path = f"/servers/{server.uuid}/schedules"
        schedule_path = f"{path}/{(await client.post(path, json=NIGHTLY)).attributes['id']}"
        without = {name: value for name, value in NIGHTLY.items() if name != "is_active"}
        assert (await client.post(schedule_path, json=without)).attributes["is_active"] is False


async def test_tasks_are_numbered_and_counted() -> None:
    async with panel() as client:
        server = client.sandbox.world.add_server(backups=0)
        path = f"/servers/{server.uuid}/schedules"
        tasks = f"{path}/{(await client.post(path, json=NIGHTLY)).attributes['id']}/tasks"
        line = {"action": "command", "payload": "list", "time_offset": 0}
        bad = await client.post(tasks, json={"action": "nope"})
        assert [error["meta"]["rule"] for error in bad.json["errors"]] == [
            "in",
            "required_unless",
            "required",
        ]
        late = await client.post(tasks, json=line | {"time_offset": 901})
        assert late.status == 422
        backup = await client.post(tasks, json={"action": "backup", "time_offset": 0})
        assert (backup.status, backup.code) == (403, "HttpForbiddenException")
        first = await client.post(tasks, json=line)
        before = await client.post(tasks, json=line | {"sequence_id": 1})
        assert before.attributes["sequence_id"] == 1
        assert (await client.request("DELETE", f"{tasks}/{before.attributes['id']}")).status == 204
        changed = await client.post(f"{tasks}/{first.attributes['id']}", json=line | {"payload": "save-all"})
        assert (changed.attributes["sequence_id"], changed.attributes["payload"]) == (1, "save-all")
        for _ in range(9):
            await client.post(tasks, json=line)
        full = await client.post(tasks, json=line)
        assert (full.status, full.code) == (400, "ServiceLimitExceededException")
