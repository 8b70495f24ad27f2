"""The world that the demo shows."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from itertools import pairwise

import aiohttp
import pytest

from sandbox import (
    ManualClock,
    RealClock,
    Sandbox,
    demo_world,
    serve,
)
from sandbox.console import history, stats
from sandbox.model import GameServer
from tests.support.sandbox_panel import Panel

HOUR = 3600.0


def by_name(servers: list[GameServer]) -> dict[str, GameServer]:
    return {server.name: server for server in servers}


async def test_everything_moves_the_same_way_each_time() -> None:
    async def observe(hours: int) -> list[object]:
        async with Sandbox(ManualClock()) as sandbox:
            servers = demo_world(sandbox, seed=3)
            await sandbox.advance(hours * HOUR)
            return [
                [stats(sandbox.world, server), tuple(history(sandbox.world, server))] for server in servers
            ]

    first = await observe(5)
    assert first == await observe(5)
    assert first != await observe(6)


async def test_each_server_has_its_trouble() -> None:
    async with Sandbox(ManualClock()) as sandbox:
        world, servers = sandbox.world, by_name(demo_world(sandbox))
        disk, memory, received, uptimes = [], [], [], []
        for _ in range(40):
            disk.append(stats(world, servers["Skyblock"])["disk_bytes"])
            memory.append(stats(world, servers["Modded"])["memory_bytes"])
            received.append(stats(world, servers["Survival"])["network"]["rx_bytes"])
            uptimes.append(stats(world, servers["Anarchy"])["uptime"])
            await sandbox.advance(600)
        assert disk == sorted(disk)
        assert max(memory) > 1.7 * min(memory)  # ran out of memory and started again
        assert any(later < earlier for earlier, later in pairwise(uptimes))
        assert received == sorted(received)
        assert servers["Minigames"].status == "suspended"
        assert servers["Old World"].state == "offline"


async def test_a_server_crashes_on_request_and_stays_off_until_somebody_starts_it() -> None:
    async with Sandbox(ManualClock()) as sandbox, aiohttp.ClientSession() as http:
        survival = demo_world(sandbox)[0]
        client = Panel(sandbox, http)
        await client.post(f"/servers/{survival.uuid}/command", json={"command": "crash"})
        await sandbox.advance(30)
        assert survival.state == "offline"
        await client.post(f"/servers/{survival.uuid}/power", json={"signal": "start"})
        await sandbox.advance(30)
        assert survival.state == "running"


async def test_a_console_that_answers() -> None:
    async with Sandbox(ManualClock()) as sandbox, aiohttp.ClientSession() as http:
        survival = demo_world(sandbox)[0]
        client = Panel(sandbox, http)
        assert any("<" in line for line in history(sandbox.world, survival))
        for command in ("list", "say hello", "help", "frobnicate"):
            await client.post(f"/servers/{survival.uuid}/command", user="operator", json={"command": command})
        console = "\n".join(survival.console)
        assert "players online: " in console
        assert "[Server] hello" in console
        assert "frobnicate<--[HERE]" in console


async def test_the_demo_world_has_files_backups_and_databases() -> None:
    async with Sandbox(ManualClock()) as sandbox, aiohttp.ClientSession() as http:
        survival = demo_world(sandbox)[0]
        client = Panel(sandbox, http)
        path = f"/servers/{survival.uuid}"
        plugins = (await client.get(f"{path}/files/list", params={"directory": "/plugins"})).rows
        assert sum(entry["name"].endswith(".jar") for entry in plugins) == 5
        properties = await client.get(f"{path}/files/contents", params={"file": "/server.properties"})
        assert b"server-port=25565" in properties.body
        backups = (await client.get(f"{path}/backups?per_page=50")).rows
        assert [row["created_at"][:7] for row in backups].count("2026-10") >= 2
        assert len((await client.get(f"{path}/databases")).rows) == 2
        assert len((await client.get("", user="operator")).rows) == 8
        made = await client.post(f"{path}/databases", json={"database": "essentials", "remote": "%"})
        assert made.status == 200
        assert not sandbox.unknown_routes


async def test_a_past_backup_with_more_than_its_archive_has_no_checksum() -> None:
    async with Sandbox(ManualClock()) as sandbox:
        finished = [
            backup for server in demo_world(sandbox) for backup in server.backups if backup.is_successful
        ]
        padded = [backup for backup in finished if backup.ballast]
        assert padded
        assert [backup.checksum for backup in padded] == [None] * len(padded)


async def test_real_time_passes_by_itself() -> None:
    async with Sandbox(RealClock()) as sandbox:
        happened = asyncio.Event()
        sandbox.world.later(0.02, happened.set)
        async with asyncio.timeout(120):
            await happened.wait()


async def test_it_serves_alone_until_it_is_stopped(capsys: pytest.CaptureFixture[str]) -> None:
    key = "ptlc_ABCDEFGHIJK" + "s" * 32
    serving = asyncio.create_task(serve(key=key))
    output = ""
    async with asyncio.timeout(120):
        while "Stop it" not in output:
            await asyncio.sleep(0)
            output += capsys.readouterr().out
        facts = dict(line.split(":", 1) for line in output.splitlines() if ":" in line)
        assert facts["Key"].strip() == key
        uuid = facts["Server"].split()[0]
        headers = {"Accept": "application/json", "Authorization": f"Bearer {key}"}
        url = f"{facts['Panel'].strip()}/api/client/servers/{uuid}"
        async with aiohttp.request("GET", url, headers=headers) as answer:
            assert (await answer.json())["attributes"]["name"] == "Survival"
        os.kill(os.getpid(), signal.SIGTERM)
        await serving


@pytest.mark.parametrize("hour", [0, 3, 4, 5, 12, 23])
async def test_past_backups_are_as_old_at_any_hour(hour: int) -> None:
    clock = ManualClock(datetime(2026, 11, 28, hour, 30, tzinfo=UTC))
    async with Sandbox(clock) as sandbox:
        modded = by_name(demo_world(sandbox))["Modded"]
        (only,) = modded.backups
        assert (sandbox.world.now() - only.created_at).days == 41
