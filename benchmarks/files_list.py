"""A folder with 5,000 entries, from the panel's answer to the first page: our own time."""

import asyncio
import sys
import time
from typing import Any

import discord

from benchmarks.calibration import allowed
from benchmarks.figures import Figure, show
from benchmarks.files_panel import FilesPanel, Plan, files_panel
from bot.core.clock import Clock
from bot.panel.models import Server
from bot.services.files import Directory, FileBrowser
from bot.ui.files import cards
from bot.ui.files.browse_view import DirectoryPages
from bot.ui.kit.card import Row
from bot.ui.kit.card import draw as draw_card
from bot.workers import WorkerPool

ENTRIES = 5_000
ROUNDS = 5
MAY_TAKE_S = 0.3


async def measure(panel: FilesPanel) -> tuple[float, float]:
    """List and draw; CPU and wall time in seconds, the worst of several rounds."""
    cpu, wall = [], []
    for _ in range(ROUNDS):
        async with panel.permit() as permit:  # a new client: nothing is remembered
            began, used = time.perf_counter(), time.process_time()
            listing = await FileBrowser(WorkerPool(Clock())).list(permit, "/many")
            draw(permit.server, listing)
            cpu.append(time.process_time() - used)
            wall.append(time.perf_counter() - began)
            if len(listing.entries) != ENTRIES:
                raise RuntimeError(f"{len(listing.entries)} entries")
    return max(cpu), max(wall)


def draw(server: Server, listing: Directory) -> None:
    """Draw the first page as the command does: a row with a button for each entry."""
    rows = [
        Row(cards.entry_line(entry), discord.ui.Button(label="View"))
        for entry in listing.entries[: DirectoryPages.per_page]
    ]
    view: Any = discord.ui.LayoutView()
    for item in draw_card(cards.directory(server, listing, rows)).items:
        view.add_item(item)
    view.to_components()


def main() -> int:
    """Measure the first page of a large folder."""
    with files_panel(Plan(in_one=ENTRIES)) as panel:
        cpu, wall = asyncio.run(measure(panel))
    bound = allowed(MAY_TAKE_S)
    return show(
        f"A folder with {ENTRIES:,} entries, to the first page",
        [
            Figure("with the panel's own work", f"{1000 * wall:.0f} ms"),
            Figure(
                "our own time, the worst of five",
                f"{1000 * cpu:.0f} ms",
                f"< {1000 * bound:.0f} ms",
                met=cpu < bound,
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
