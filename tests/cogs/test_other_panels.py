"""Panels that speak another language, make other short ids, or lack what most have."""

import json

import pytest

from sandbox import Fault, request_pipeline
from sandbox.faults import Kind
from tests.support.backups import room
from tests.support.backups import run as backup
from tests.support.file_changes import run
from tests.support.messages import text
from tests.support.world import World, shown


def refusal(status: int, code: str, detail: str) -> Fault:
    body = json.dumps({"errors": [{"code": code, "status": str(status), "detail": detail}]}).encode()
    return Fault(Kind.STATUS, status, body, {"Content-Type": "application/json"})


GERMAN = "Dieser Server ist im Moment in einem anderen Zustand."


REASONS = [
    ("suspended", "is suspended"),
    ("restoring_backup", "is being restored from a backup"),
    ("installing", "isn't installed yet"),
    ("install_failed", "its installation failed"),
]


async def test_the_reason_does_not_depend_on_the_panels_language(
    world: World, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    monkeypatch.setattr(request_pipeline, "CONFLICTS", dict.fromkeys(request_pipeline.CONFLICTS, GERMAN))
    for status, expected in REASONS:
        with subtests.test(status):
            world.survival.status = status
            await world.advance(10)
            assert expected in text(shown(await run(world, "list", path="/")))


async def test_a_move_is_shown_in_every_language(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_pipeline, "CONFLICTS", dict.fromkeys(request_pipeline.CONFLICTS, GERMAN))
    world.survival.transferring = True
    await world.advance(10)
    assert "is being moved to another node" in text(shown(await run(world, "list", path="/")))


async def test_the_text_counts_where_the_state_says_nothing(world: World) -> None:
    world.sandbox.faults.add(
        refusal(409, "ServerStateConflictException", "This server is currently suspended."),
        path="*/files/list",
    )
    assert "is suspended" in text(shown(await run(world, "list", path="/")))


async def test_a_panel_without_a_backup_host_is_reported_as_such(world: World) -> None:
    room(world)
    world.sandbox.faults.add(
        refusal(404, "NotFoundHttpException", "Not found."), method="POST", path="*/backups"
    )
    response = text(shown(await backup(world, "create", name="first")))
    assert "no backup host is set up for its machine" in response and "No backup was made." in response
