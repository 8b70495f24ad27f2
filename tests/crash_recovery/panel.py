"""The panel of an hour, in a process of its own: `python -m tests.crash_recovery.panel PACE SEED calm|storm`.

Writes its address and key as a line of JSON; ends when its standard input does.
"""

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sandbox import (
    Fault,
    Sandbox,
    heartbeat,
    power,
)
from sandbox.games import Game
from sandbox.model import GameServer
from sandbox.node.volumes import disk_of
from sandbox.resources import Schedule, Task
from sandbox.schedules import plan as plan_schedule
from tests.crash_recovery.pace import Pace
from tests.crash_recovery.script import (
    SERVERS,
    Happening,
    Kind,
    plan,
)
from tests.support.programs import say, together, until_stdin_ends

MEMORY_MIB, DISK_MIB = 1024, 4096
MIB = 1024 * 1024
CALM_SHARE = 0.3
AGAIN_AFTER_S = 20.0  # within a minute of the first crash Wings gives up
# Wings reports what a server uses each second; at this pace it would be hundreds of frames a second.
BEAT_S = 10.0


class PacedSandboxClock:
    """The sandbox's clock at that pace."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace

    def now(self) -> datetime:
        return self._pace.now()

    def seconds(self) -> float:
        return self._pace.seconds()


class Stage:
    """Lets the script happen."""

    def __init__(self, sandbox: Sandbox, pace: Pace) -> None:
        self._sandbox = sandbox
        self._world = sandbox.world
        self._pace = pace
        second = self._world.add_node("node-2")
        nodes = {node.name: node for node in (self._world.node, second)}
        self._servers = {
            name: self._world.add_server(
                name,
                memory=MEMORY_MIB,
                disk=DISK_MIB,
                state="running",
                java=False,
                node=nodes[node],
                game=Game(memory_bytes=int(MEMORY_MIB * MIB * CALM_SHARE)),
                up_for=86_400.0,
            )
            for name, node in SERVERS.items()
        }
        for server in self._servers.values():
            disk_of(server).ballast_bytes = int(DISK_MIB * MIB * CALM_SHARE)
        self._nodes = nodes

    def rehearse(self, happening: Happening) -> None:
        """Put a happening on the world's timeline."""
        begin, end = self._acts[happening.kind]
        now = self._world.seconds()
        if happening.kind is Kind.ASKED_SCHEDULE:
            self._schedule_stop(happening)
        else:
            self._world.later(happening.begins - now, lambda: begin(self, happening))
        if end is not None:
            self._world.later(happening.ends - now, lambda: end(self, happening))

    def _server(self, happening: Happening) -> GameServer:
        return self._servers[happening.about]

    def _crash(self, happening: Happening) -> None:
        power.crash(self._world, self._server(happening), exit_code=139)

    def _loop(self, happening: Happening) -> None:
        self._crash(happening)
        self._world.later(AGAIN_AFTER_S, lambda: self._crash(happening))

    def _start(self, happening: Happening) -> None:
        server = self._server(happening)
        power.signal(self._world, server, "start")
        self._world.log(server, "server:power.start", actor=self._world.user("admin"), ip="203.0.113.7")

    def _stop(self, happening: Happening) -> None:
        server = self._server(happening)
        power.signal(self._world, server, "stop")
        self._world.log(server, "server:power.stop", actor=self._world.user("admin"), ip="203.0.113.7")

    def _type_stop(self, happening: Happening) -> None:
        server = self._server(happening)
        word = server.egg.stop_command
        power.send_command(self._world, server, word)
        row = {"command": word}
        self._world.log(server, "server:console.command", dict(row), actor=self._world.user("admin"))

    def _schedule_stop(self, happening: Happening) -> None:
        world, server, now = self._world, self._server(happening), self._world.now()
        moment = world.at(happening.begins)
        task = Task(world.next_id("task"), 1, "power", "stop", 0, False, now, now)
        schedule = Schedule(
            world.next_id("schedule"), "Night", str(moment.minute), str(moment.hour), "*", "*", "*",
            True, False, now, now, tasks=[task],
        )  # fmt: skip
        server.schedules.append(schedule)
        plan_schedule(world, server, schedule)

    def _fill_disk(self, happening: Happening) -> None:
        disk = disk_of(self._server(happening))
        disk.ballast_bytes = int(DISK_MIB * MIB * happening.amount / 100)
        if (grown := happening.grows_to) is not None:

            def grow() -> None:
                disk.ballast_bytes = int(DISK_MIB * MIB * grown / 100)

            self._world.later(happening.worst_from - happening.begins, grow)

    def _clear_disk(self, happening: Happening) -> None:
        disk_of(self._server(happening)).ballast_bytes = int(DISK_MIB * MIB * CALM_SHARE)

    def _fill_memory(self, happening: Happening) -> None:
        self._server(happening).game.memory_bytes = int(MEMORY_MIB * MIB * happening.amount / 100)

    def _free_memory(self, happening: Happening) -> None:
        self._server(happening).game.memory_bytes = int(MEMORY_MIB * MIB * CALM_SHARE)

    def _fail_install(self, happening: Happening) -> None:
        self._server(happening).status = "install_failed"

    def _suspend(self, happening: Happening) -> None:
        self._server(happening).status = "suspended"

    def _be_well(self, happening: Happening) -> None:
        self._server(happening).status = None

    def _node_down(self, happening: Happening) -> None:
        self._sandbox.node_down(self._nodes[happening.about])

    def _node_up(self, happening: Happening) -> None:
        self._sandbox.node_down(self._nodes[happening.about], down=False)

    def _panel_down(self, _: Happening) -> None:
        self._sandbox.faults.add(Fault.cut(), origin="panel")

    def _panel_up(self, _: Happening) -> None:
        self._sandbox.faults.clear()

    _acts: dict[
        Kind,
        tuple[Callable[["Stage", Happening], None], Callable[["Stage", Happening], None] | None],
    ] = {  # noqa: RUF012 - a table of the methods above
        Kind.CRASH: (_crash, None),
        Kind.LOOP: (_loop, _start),
        Kind.ASKED_API: (_stop, _start),
        Kind.ASKED_SCHEDULE: (_schedule_stop, _start),
        Kind.ASKED_CONSOLE: (_type_stop, _start),
        Kind.DISK: (_fill_disk, _clear_disk),
        Kind.MEMORY: (_fill_memory, _free_memory),
        Kind.INSTALL: (_fail_install, _be_well),
        Kind.SUSPENDED: (_suspend, _be_well),
        Kind.NODE: (_node_down, _node_up),
        Kind.PANEL: (_panel_down, _panel_up),
    }


async def serve(pace: Pace, seed: int, *, storm: bool) -> None:
    """Play the hour until standard input ends."""
    heartbeat.BEAT_SECONDS = BEAT_S
    sandbox = Sandbox(PacedSandboxClock(pace), seed=seed)
    stage = Stage(sandbox, pace)
    for happening in plan(seed, storm=storm):
        stage.rehearse(happening)
    async with sandbox:
        say({"url": sandbox.panel_url, "key": sandbox.world.key_of("owner")})
        await together(until_stdin_ends(), pump(sandbox, pace))


async def pump(sandbox: Sandbox, pace: Pace) -> None:
    """Run what falls due; the sandbox itself does so only by the clock on the wall."""
    woken = asyncio.Event()
    sandbox.world.on_schedule = woken.set
    while True:
        sandbox.world.run_due()
        woken.clear()
        due = sandbox.world.next_due()
        wait = None if due is None else max(0.0, pace.real(due - pace.seconds()))
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), wait)


if __name__ == "__main__":
    asyncio.run(serve(Pace.loads(sys.argv[1]), int(sys.argv[2]), storm=sys.argv[3] == "storm"))
