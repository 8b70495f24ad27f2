"""Backups from the first second to the last."""

import gzip
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from sandbox import Mode
from sandbox.model import GameServer
from sandbox.node.volumes import archive_of
from tests.support.sandbox_panel import Answer, Panel, panel

DONE_AFTER = 6.0


class Owner:
    """Somebody who makes backups of one server."""

    def __init__(self, client: Panel, server: GameServer) -> None:
        self.client, self.server = client, server
        self.base = f"/servers/{server.uuid}/backups"
        self.heard: list[tuple[str, tuple[str, ...]]] = []
        client.sandbox.world.subscribe(server, lambda event, args: self.heard.append((event, args)))

    async def make(self, *, wait: float = DONE_AFTER, user: str = "owner", **fields: object) -> Answer:
        answer = await self.client.post(self.base, json=fields, user=user)
        await self.client.sandbox.advance(wait)
        return answer

    async def request(self, method: str, answer: Answer, tail: str = "", **extra: Any) -> Answer:
        return await self.client.request(method, f"{self.base}/{answer.attributes['uuid']}{tail}", **extra)

    async def pause(self) -> None:
        """Let the throttle pass."""
        await self.client.sandbox.advance(600)

    async def events(self) -> list[str]:
        rows = (await self.client.get(f"/servers/{self.server.uuid}/activity?per_page=100")).rows
        return [row["event"] for row in rows]


@asynccontextmanager
async def owner(mode: Mode = Mode.V1_11, state: str = "offline", **columns: Any) -> AsyncIterator[Owner]:
    async with panel(mode) as client:
        server = client.sandbox.world.add_server(state=state, **columns)
        server.disk.write("/world/level.dat", b"level")
        server.disk.write("/logs/latest.log", b"noise")
        yield Owner(client, server)


async def test_a_backup_runs_and_is_done() -> None:
    async with owner() as me:
        made = await me.make(name="before update", ignored="*.log\ncache/*", wait=1)
        assert made.status == 200
        assert made.attributes | {"uuid": "", "created_at": ""} == {
            "uuid": "",
            "is_successful": False,
            "is_locked": False,
            "name": "before update",
            "ignored_files": ["*.log", "cache/*"],
            "checksum": None,
            "bytes": 0,
            "created_at": "",
            "completed_at": None,
        }
        await me.client.sandbox.advance(5)
        done = (await me.request("GET", made)).attributes
        data = archive_of(me.client.sandbox.world, me.server, done["uuid"]).read_bytes()
        assert done["is_successful"]
        assert done["completed_at"]
        assert done["bytes"] == len(data)
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        assert done["checksum"] == f"sha1:{digest}"
        assert b"level.dat" in gzip.decompress(data)
        assert b"latest.log" not in gzip.decompress(data)
        (heard,) = [args for event, args in me.heard if event == "backup completed"]
        assert json.loads(heard[0]) == {
            "checksum": digest,
            "checksum_type": "sha1",
            "file_size": len(data),
            "is_successful": True,
            "uuid": done["uuid"],
        }
        assert await me.events() == ["server:backup.start", "server:backup.complete"]


async def test_a_backup_without_a_name() -> None:
    async with owner() as me:
        assert (await me.make()).attributes["name"] == "Backup at 2026-11-23 12:00:00"
        assert (await me.make(name="x" * 192)).detail == "The name may not be greater than 191 characters."
        assert (await me.make(ignored=["*.log"])).detail == "The ignored must be a string."


async def test_a_failed_backup_loses_its_lock_and_frees_its_place() -> None:
    async with owner(backups=1) as me:
        me.server.fail_next_backup = True
        failed = await me.make(is_locked=True)
        shown = (await me.request("GET", failed)).attributes
        assert not shown["is_successful"]
        assert shown["completed_at"]
        assert not shown["is_locked"]
        page = await me.client.get(me.base)
        assert page.json["meta"]["backup_count"] == 0
        assert page.json["meta"]["pagination"]["total"] == 1
        assert (await me.make()).status == 200


async def test_two_in_ten_minutes_deleted_ones_included() -> None:
    async with owner(backups=1) as me:
        first = await me.make()
        assert (await me.request("DELETE", first)).status == 204
        await me.make()
        refused = await me.make()  # by the throttle, before the limit
        assert (refused.status, refused.code) == (429, "TooManyRequestsHttpException")
        assert refused.detail == "Only 2 backups may be generated within a 600 second span of time."
        assert 590 <= int(refused.headers["retry-after"]) <= 600
        assert int(refused.headers["x-ratelimit-remaining"]) > 700
        await me.pause()
        limited = await me.make()
        assert (limited.status, limited.code) == (400, "TooManyBackupsException")
        assert limited.detail == "Cannot create a new backup, this server has reached its limit of 1 backups."


async def test_the_lock_is_a_toggle() -> None:
    async with owner() as me:
        made = await me.make()
        assert (await me.request("POST", made, "/lock")).attributes["is_locked"]
        refused = await me.request("DELETE", made)
        assert (refused.status, refused.code) == (400, "BackupLockedException")
        assert not (await me.request("POST", made, "/lock")).attributes["is_locked"]
        assert (await me.request("DELETE", made)).status == 204
        assert (await me.request("GET", made)).status == 404


async def test_a_lock_needs_the_right_to_delete() -> None:
    async with owner() as me:
        me.client.sandbox.world.add_subuser(me.server, "helper", ["backup.create"])
        made = await me.make(is_locked=True, user="helper")
        assert (made.status, made.attributes["is_locked"]) == (200, False)


async def test_an_interrupted_backup_hangs_for_six_hours() -> None:
    async with owner() as me:
        made = await me.make(wait=1)
        me.client.sandbox.node_down()
        down = await me.make(wait=1)
        assert (down.status, down.code) == (504, "DaemonConnectionException")
        me.client.sandbox.node_down(down=False)
        await me.client.sandbox.advance(5 * 3600)
        assert (await me.request("GET", made)).attributes["completed_at"] is None
        assert len((await me.client.get(me.base)).rows) == 1
        await me.client.sandbox.advance(3600)
        shown = (await me.request("GET", made)).attributes
        assert shown["completed_at"]
        assert not shown["is_successful"]


async def test_a_restore_closes_the_server_and_stops_it() -> None:
    async with owner(state="running") as me:
        made = await me.make()
        me.server.disk.write("/new.txt", b"new")
        me.server.disk.write("/world/level.dat", b"changed")
        assert (
            await me.request("POST", made, "/restore", json={})
        ).detail == "The truncate field is required."
        answer = await me.request("POST", made, "/restore", json={"truncate": True})
        assert answer.status == 204
        view = await me.client.get(f"/servers/{me.server.uuid}")
        assert view.attributes["status"] == "restoring_backup"
        assert (await me.client.get(me.base, user="admin")).code == "ServerStateConflictException"
        await me.client.sandbox.advance(10)
        assert await me.client.state(me.server) == "offline"
        root = me.server.disk.root
        assert (root / "world/level.dat").read_bytes() == b"level"
        assert not (root / "new.txt").exists()
        messages = [args[0] for event, args in me.heard if event == "daemon message"]
        assert messages[-1] == "Completed server restoration from local backup."
        assert "(restoring): world/level.dat" in messages
        assert me.heard[-1] == ("backup restore completed", ("",))
        assert (await me.events())[-2:] == ["server:backup.restore", "server:backup.restore-complete"]


async def test_truncate_comes_before_looking_for_the_archive() -> None:
    async with owner() as me:
        made = await me.make()
        archive_of(me.client.sandbox.world, me.server, made.attributes["uuid"]).unlink()
        lost = await me.request("POST", made, "/restore", json={"truncate": True})
        assert (lost.status, lost.code) == (500, "DaemonConnectionException")
        assert (await me.client.get(f"/servers/{me.server.uuid}/files/list")).rows == []
        assert (await me.client.get(f"/servers/{me.server.uuid}")).attributes["status"] is None


async def test_a_corrupt_archive_shows_in_the_activity_log_alone() -> None:
    async with owner() as me:
        made = await me.make()
        archive = archive_of(me.client.sandbox.world, me.server, made.attributes["uuid"])
        archive.write_bytes(archive.read_bytes()[:60])
        assert (await me.request("POST", made, "/restore", json={"truncate": False})).status == 204
        await me.client.sandbox.advance(10)
        assert ("daemon message", ("Completed server restoration from local backup.",)) in me.heard
        assert (await me.events())[-1] == "server.backup.restore-failed"


@pytest.mark.parametrize(
    ("status", "running", "detail"),
    [
        (
            "reinstall_failed",
            False,
            "This server is not currently in a state that allows for a backup to be restored.",
        ),
        (None, True, "This backup cannot be restored at this time: not completed or failed."),
    ],
)
async def test_when_a_restore_is_refused(status: str | None, running: bool, detail: str) -> None:
    async with owner() as me:
        made = await me.make(wait=1 if running else DONE_AFTER)
        me.server.status = status
        answer = await me.request("POST", made, "/restore", json={"truncate": False})
        assert (answer.status, answer.code, answer.detail) == (400, "BadRequestHttpException", detail)


async def test_pages_forget_the_query() -> None:
    async with owner() as me:
        for _ in range(3):
            await me.make()
            await me.pause()
        page = await me.client.get(f"{me.base}?per_page=2")
        assert page.json["meta"]["pagination"]["links"] == {
            "next": f"{me.client.sandbox.panel_url}/api/client{me.base}?page=2"
        }
        assert (await me.client.get(f"{me.base}?per_page=999")).json["meta"]["pagination"]["per_page"] == 50
        assert (await me.client.get(f"{me.base}?per_page=-1")).status == 500


async def test_pelican_renames_backups() -> None:
    async with owner(Mode.PELICAN) as me:
        made = await me.make(name="old")
        assert made.attributes["is_scheduled"] is False
        assert (await me.request("PUT", made, "/rename", json={"name": "new"})).attributes["name"] == "new"
