"""The part of the bot that watches, in a process of its own: `python -m tests.soak.watcher FACTS DIRECTORY`.

FACTS is JSON: the panel's url and key, and the url, name and token of a node (or no name). Writes each
observation that was stored, each change of a source, each pause of its event loop and its own size as lines
of JSON; ends when its standard input does.
"""

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr
from typing_extensions import override

from bot.alerting.evaluator import AlertEvaluator
from bot.core.clock import Clock
from bot.core.supervisor import Supervisor
from bot.domain.observation import Observation
from bot.monitoring.batch import CheckBatch, ServerCheck
from bot.monitoring.monitor import Monitor
from bot.monitoring.node_source import NodeSource
from bot.monitoring.socket_source import SocketSource
from bot.monitoring.sources import LiveSource
from bot.panel import NodeConfig, PanelClient, PanelConfig
from bot.panel.socket_hub import SocketHub
from bot.services.players import LatestPlayers
from bot.services.servers import ServerDirectory
from bot.storage import Store
from bot.workers import WorkerPool
from tests.soak.census import measure
from tests.soak.lateness import report_pauses
from tests.support.discord_payloads import Json
from tests.support.programs import say, together, until_stdin_ends
from tests.support.stores import place_store

POLL_S = 20.0
SIZE_EVERY_S = 5.0
SOURCES_EVERY_S = 0.1


class ReportingEvaluator(AlertEvaluator):
    """Evaluates as the bot does, and says what was stored."""

    @override
    async def process(self, batch: CheckBatch) -> None:
        """Store the batch, and say what was in it."""
        await super().process(batch)
        for check in batch.servers:
            if isinstance(check.rule_input.check, Observation):
                say({"stored": _facts(check, check.rule_input.check)})


def _facts(check: ServerCheck, seen: Observation) -> Json:
    return {
        "server": seen.server.uuid,
        "at": seen.at.timestamp(),
        "stored_at": time.time(),
        "state": seen.state.value,
        "source": seen.source.value,
        "uptime_s": seen.uptime_ms / 1000,
        "crashes": len(check.rule_input.crashes),
        "gave_up": any(crash.gave_up for crash in check.rule_input.crashes),
        "exit_code": check.evidence.get("exit_code"),
        "asked_by": check.state.stop_requested_by,
        "is_unexpected": check.rule_input.is_unexpectedly_offline,
    }


async def watch(facts: Json, directory: Path) -> None:
    """Watch until standard input ends."""
    await place_store(directory)
    clock = Clock()
    async with AsyncExitStack() as stack:
        store = await Store.open(directory / "quetzal.db", now=clock.now())
        stack.push_async_callback(store.close)
        config = PanelConfig(url=facts["url"], key=SecretStr(facts["key"]), node_hosts=("127.0.0.1",))
        client = await stack.enter_async_context(PanelClient(config))
        servers = ServerDirectory({"main": client}, clock)
        stack.push_async_callback(servers.close)
        supervisor = await stack.enter_async_context(Supervisor())
        workers = WorkerPool(clock)
        stack.push_async_callback(workers.close)
        sources: list[LiveSource] = [SocketSource(client, clock)]
        if facts["node"] is not None:
            node = NodeConfig(facts["node"], facts["node_url"], SecretStr(facts["node_token"]))
            sources.append(NodeSource(client, [node], clock))
        evaluator = ReportingEvaluator(store, {"main": {1: "all"}}, lambda: None)
        monitor = Monitor(
            client,
            servers,
            store,
            evaluator,
            clock,
            workers,
            every_s=POLL_S,
            players=LatestPlayers(clock),
            sources=sources,
        )
        supervisor.start("server directory", servers.keep_fresh)
        for name, task in monitor.tasks.items():
            supervisor.start(name, task)
        roots = (client, servers, monitor, evaluator, supervisor, workers, store)
        await together(
            until_stdin_ends(),
            _report_sizes(client.sockets.hub, roots),
            report_pauses(lambda at, seconds: say({"pause": [at, seconds]})),
            _report_sources(monitor, servers),
        )


async def _report_sizes(hub: SocketHub, roots: tuple[object, ...]) -> None:
    while True:
        say({"size": {"at": time.time(), "live": hub.connected, **measure(*roots)}})
        await asyncio.sleep(SIZE_EVERY_S)


async def _report_sources(monitor: Monitor, servers: ServerDirectory) -> None:
    """Say when a server is observed by another source."""
    before: dict[str, str] = {}
    router = monitor.stream.router
    while True:
        for target in servers.get_for(monitor.panel_id) or ():
            uuid = target.server.uuid
            source = router.source_of(uuid).value
            if before.setdefault(uuid, source) != source:
                say({"source": {"at": time.time(), "server": uuid, "was": before[uuid], "now": source}})
                before[uuid] = source
        await asyncio.sleep(SOURCES_EVERY_S)


if __name__ == "__main__":
    asyncio.run(watch(json.loads(sys.argv[1]), Path(sys.argv[2])))
