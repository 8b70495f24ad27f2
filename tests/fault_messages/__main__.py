"""`python -m tests.fault_messages [topic ...]`: write `docs/faults.md`, or the sections of these topics."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fault_messages.page import keep, kept, section
from tests.fault_messages.topics import TOPICS


async def main(chosen: Sequence[str]) -> None:
    """Play everything, or what was chosen; other sections stay as they are."""
    with tempfile.TemporaryDirectory() as directory:
        sections = {
            title: await section(title, faults, Path(directory) / title)
            if title in chosen or not chosen
            else kept(title)
            for title, faults in TOPICS.items()
        }
    keep(sections)


if __name__ == "__main__":  # the chart worker imports this again
    asyncio.run(main(sys.argv[1:]))
