"""The sandbox panel in a process of its own, so that a benchmark pays for nothing but the client.

What is written to its standard input lets servers crash; each line is answered with a line of JSON.
"""

import asyncio
import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from sandbox import RealClock, Sandbox
from sandbox.power import crash

CRASHED_WITH = 139


@dataclass(frozen=True, slots=True)
class _Options:
    """How the panel is. `requests_per_minute` None: what a panel allows by default; 0: no limit.

    `certificate` is the path of a PEM file with certificate and key; with it, the node speaks TLS.
    """

    servers: int
    latency_s: float
    requests_per_minute: int | None
    certificate: str | None = None


class PanelProcess:
    """Where the panel is, whose key opens it, and the servers on it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        facts = self._answer()
        self.url: str = facts["url"]
        self.key: str = facts["key"]
        self.servers: tuple[str, ...] = tuple(facts["servers"])

    def crash(self, delays_s: Mapping[str, float]) -> None:
        """Let servers crash after so many seconds each."""
        self._say({"crash": delays_s})

    def crashed(self) -> Mapping[str, float]:
        """Give the moment, as `time.time` has it, at which each server that crashed went offline."""
        moments: Mapping[str, float] = self._say({"report": "crashes"})
        return moments

    def frames(self) -> int:
        """Give how many frames the node has sent on all connections."""
        count: int = self._say({"report": "frames"})
        return count

    def requests(self) -> int:
        """Give how many requests the panel has answered."""
        count: int = self._say({"report": "requests"})
        return count

    def connections(self) -> int:
        """Give how many live connections there are."""
        count: int = self._say({"report": "connections"})
        return count

    def cpu_s(self) -> float:
        """Give the CPU time that the panel's process has used, in seconds."""
        used_s: float = self._say({"report": "cpu"})
        return used_s

    def _say(self, command: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(command)}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:  # noqa: ANN401 - JSON
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


@contextmanager
def panel_process(
    servers: int,
    latency_s: float,
    *,
    limiter: bool = False,
    requests_per_minute: int | None = None,
    certificate: str | None = None,
) -> Iterator[PanelProcess]:
    """Run a panel with so many running servers; its limiter is lifted unless asked for."""
    options = _Options(servers, latency_s, requests_per_minute if limiter else 0, certificate)
    command = [sys.executable, "-m", "benchmarks.panel_process", json.dumps(asdict(options))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield PanelProcess(process)
        finally:
            process.terminate()


async def _serve(options: _Options) -> None:
    sandbox = Sandbox(RealClock(), latency_s=options.latency_s, limiter=options.requests_per_minute != 0)
    if options.certificate is not None:
        sandbox.node_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        sandbox.node_tls.load_cert_chain(options.certificate)
    async with sandbox:
        world = sandbox.world
        world.settings.requests_per_minute = options.requests_per_minute or None
        world.add_user("owner")
        servers = [
            world.add_server(f"Server {number}", owner="owner", state="running").uuid
            for number in range(options.servers)
        ]
        _reply({"url": sandbox.panel_url, "key": world.key_of("owner"), "servers": servers})
        await _obey(sandbox)


async def _obey(sandbox: Sandbox) -> None:
    """Do what standard input says, until it ends."""
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    crashed: dict[str, float] = {}
    while line := await lines.readline():
        command: Any = json.loads(line)
        match command:
            case {"crash": _}:
                for uuid, delay_s in command["crash"].items():
                    sandbox.world.later(delay_s, partial(_crash, sandbox, uuid, crashed))
                _reply(None)
            case {"report": "crashes"}:
                _reply(crashed)
            case {"report": "frames"}:
                _reply(sandbox.frames_sent)
            case {"report": "requests"}:
                _reply(len(sandbox.requests))
            case {"report": "cpu"}:
                _reply(time.process_time())
            case {"report": "connections"}:
                _reply(len(sandbox.open_sockets))


def _crash(sandbox: Sandbox, uuid: str, crashed: dict[str, float]) -> None:
    crashed[uuid] = time.time()
    crash(sandbox.world, sandbox.world.servers[uuid], CRASHED_WITH)


def _reply(facts: object) -> None:
    print(json.dumps(facts), flush=True)


if __name__ == "__main__":
    asyncio.run(_serve(_Options(**json.loads(sys.argv[1]))))
