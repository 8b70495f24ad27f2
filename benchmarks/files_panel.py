"""A sandbox panel with one server full of files, in a process of its own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web
from pydantic import SecretStr

from bot.composition.services import split_listing
from bot.core.clock import Clock
from bot.domain.levels import Actor, Level
from bot.domain.target import Target
from bot.panel import PanelClient, PanelConfig
from bot.services.access.authorizer import Permit
from bot.workers import WorkerPool
from sandbox import RealClock, Sandbox
from sandbox.node.volumes import disk_of

_CHUNK_BYTES = 256 * 1024
_REFUSED = 429


@dataclass(frozen=True, slots=True)
class Plan:
    """What is on the server, and how the panel behaves.

    `folders` in a tree of ten in each, `in_one` files in the folder `many`, one `large.bin`.
    """

    folders: int = 0
    in_one: int = 0
    large_mib: int = 0
    latency_s: float = 0.0
    requests_per_minute: int | None = None
    """None lifts the limiter."""


@dataclass(frozen=True, slots=True)
class FilesPanel:
    """Where the panel is, whose key opens it, the server on it.

    `outside` stands for Discord: it gives out `large_mib` and drops whatever is sent. Below it, `refused`
    counts the requests that the panel's limiter refused.
    """

    url: str
    key: str
    server: str
    outside: str

    @asynccontextmanager
    async def permit(self) -> AsyncIterator[Permit]:
        """Open the client that the bot opens, and the right to do anything with it."""
        config = PanelConfig(url=self.url, key=SecretStr(self.key), node_hosts=("127.0.0.1",))
        clock = Clock()
        workers = WorkerPool(clock)
        try:
            async with PanelClient(
                config, clock.monotonic, sleep=clock.sleep, split=partial(split_listing, workers)
            ) as panel:
                server = await panel.servers.view(self.server)
                actor = Actor(7, "Ada", 1, frozenset(), is_administrator=True)
                yield Permit(actor, Target(config.id, server), Level.ADMIN, panel)
        finally:
            await workers.close()


@contextmanager
def files_panel(plan: Plan) -> Iterator[FilesPanel]:
    """Run a panel with such a server."""
    command = [sys.executable, "-m", "benchmarks.files_panel", json.dumps(asdict(plan))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        try:
            yield FilesPanel(**facts)
        finally:
            process.terminate()


def _fill(root: Path, plan: Plan) -> None:
    for number in range(plan.folders):  # ten in each, as deep as it takes
        place = root.joinpath("tree", *str(number))
        place.mkdir(parents=True, exist_ok=True)
        (place / f"config-{number}.yml").write_bytes(b"a: 1\n")
    if plan.in_one:
        (root / "many").mkdir()
    for number in range(plan.in_one):
        (root / "many" / f"file {number:05}.txt").write_bytes(b"x")
    if plan.large_mib:
        with (root / "large.bin").open("wb") as file:
            file.truncate(plan.large_mib * 2**20)


def _outside(sandbox: Sandbox, large_mib: int) -> web.Application:
    async def give(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": str(large_mib * 2**20)})
        await answer.prepare(request)
        for _ in range(large_mib * 2**20 // _CHUNK_BYTES):
            await answer.write(bytes(_CHUNK_BYTES))
        return answer

    async def swallow(request: web.Request) -> web.Response:
        size = 0
        async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
            size += len(chunk)
        return web.Response(text=str(size))

    async def refused(_: web.Request) -> web.Response:
        return web.json_response(sum(request.status == _REFUSED for request in sandbox.requests))

    app = web.Application()
    app.add_routes([web.get("/", give), web.post("/", swallow), web.get("/refused", refused)])
    return app


async def _serve(facts: Mapping[str, Any]) -> None:
    plan = Plan(**facts)  # what `files_panel` wrote
    async with Sandbox(RealClock(), limiter=plan.requests_per_minute is not None) as sandbox:
        world = sandbox.world
        world.settings.requests_per_minute = plan.requests_per_minute
        world.add_user("owner")
        server = world.add_server("Survival", owner="owner", state="running")
        await asyncio.to_thread(_fill, disk_of(server).tree.root, plan)
        sandbox.latency_s = plan.latency_s
        runner = web.AppRunner(_outside(sandbox, plan.large_mib), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        outside = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        panel = FilesPanel(sandbox.panel_url, world.key_of("owner"), server.uuid, outside)
        print(json.dumps(asdict(panel)), flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve(json.loads(sys.argv[1])))
