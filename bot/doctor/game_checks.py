"""Checks whether this machine can ask running games who is on."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.client_configs import panel_config
from bot.core.clock import Clock
from bot.doctor.findings import Finding, good, note, some
from bot.panel import PanelClient
from bot.panel.errors import PanelError
from bot.panel.models import PowerState, Server
from bot.services.players import GameQueries
from bot.settings import PanelSettings

_SERVERS_READ, _GAMES_ASKED = 10, 3
"""How many servers' states are read, one request each, and how many running games are asked."""


async def check_games(panel_id: str, panel: PanelSettings, now: Clock) -> AsyncIterator[Finding]:
    """Ask a few running games; says nothing where no server runs or the panel doesn't say."""
    async with PanelClient(panel_config(panel_id, panel), now.monotonic, sleep=now.sleep) as client:
        try:
            servers = await client.servers.list_all()
            running = await _running(client, servers[:_SERVERS_READ])
            answers = await asyncio.gather(*(GameQueries(now).find(client, server) for server in running))
        except PanelError:  # the panel's own checks have said why
            return
    silent = [server.name for server, answer in zip(running, answers, strict=True) if answer is None]
    if len(silent) < len(running):
        yield good(f"Games say who is on: {len(running) - len(silent)} of {len(running)} that were asked.")
    if silent:
        yield note(
            f"Players can't be counted on {some(silent)}: nothing answers on the servers' ports.",
            "Let this machine reach the games' ports, and give the server an allocation for its query port. "
            "Some games have no query.",
        )


async def _running(client: PanelClient, servers: Sequence[Server]) -> list[Server]:
    running = []
    for server in servers:
        try:
            used = await client.servers.resources(server.uuid)
        except PanelError:
            continue  # its node or installation is another check's subject
        if used.state is PowerState.RUNNING:
            running.append(server)
        if len(running) == _GAMES_ASKED:
            break
    return running
