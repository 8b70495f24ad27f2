"""`python -m tests.fault_messages`: write `docs/faults-backups-databases.md`."""

import asyncio
import tempfile
from pathlib import Path

from tests.fault_messages.page import keep, section
from tests.fault_messages.topics import TOPICS


async def main() -> None:
    """Play everything."""
    with tempfile.TemporaryDirectory() as directory:
        keep(
            {title: await section(title, faults, Path(directory) / title) for title, faults in TOPICS.items()}
        )


if __name__ == "__main__":  # the chart worker imports this again
    asyncio.run(main())
