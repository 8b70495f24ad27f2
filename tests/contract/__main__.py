"""`python -m tests.contract`: the scenarios against the panel of PANEL_URL, PANEL_API_KEY and PANEL_SERVER.

It makes and removes only its own things on that one server (a uuid, a short id or a name), says each thing it
did, and ends with `N passed, M failed`. With `--count` it only counts the recordings.
"""

import argparse
import asyncio
import os
import secrets
import sys

from pydantic import SecretStr

from bot.core.errors import QuetzalError
from bot.panel import PanelClient, PanelConfig
from bot.panel.models import ListScope, Server
from tests.contract.coverage import coverage
from tests.contract.not_reproducible import REASONS
from tests.contract.scenarios import SCENARIOS
from tests.contract.scenarios.run import Run, run_all
from tests.support.output import print_line

EXAMPLE = "make contract PANEL_URL=https://... PANEL_API_KEY=ptlc_... PANEL_SERVER=..."
NEEDED = ("PANEL_URL", "PANEL_API_KEY", "PANEL_SERVER")


def main() -> int:
    """Count, or run the scenarios; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract", description=__doc__)
    parser.add_argument(
        "--count", action="store_true", help="count the recordings and say why some are left out"
    )
    if parser.parse_args().count:
        return _count()
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        print_line(f"Set {', '.join(missing)}, as in: {EXAMPLE}")
        return 2
    return asyncio.run(_run(*(os.environ[name] for name in NEEDED)))


def _count() -> int:
    for name, reason in sorted(REASONS.items()):
        print_line(f"{name}: {reason}")
    print_line(coverage().line)
    return 0


async def _run(url: str, key: str, wanted: str) -> int:
    try:
        async with PanelClient(PanelConfig(url=url, key=SecretStr(key))) as client:
            server = await _find(client, wanted)
            if server is None:
                print_line(f"The account reaches no server {wanted!r}.")
                return 2
            print_line(f"Scenarios on {server.name} ({server.identifier}) at {client.config.base}")
            run = Run(client, server, secrets.token_hex(3), print_line, asyncio.sleep)
            report = await run_all(run, SCENARIOS)
    except (QuetzalError, ValueError) as error:
        print_line(f"Cannot begin: {error}")
        return 2
    for line in report.last_lines:
        print_line(line)
    return 1 if report.failed else 0


async def _find(client: PanelClient, wanted: str) -> Server | None:
    """Find a server by uuid, short id or name, first among the account's own."""
    for scope in (ListScope.OWN, ListScope.ALL):
        for server in await client.servers.list_all(scope):
            if wanted in {server.uuid, server.identifier, server.name}:
                return server
    return None


if __name__ == "__main__":
    sys.exit(main())
