"""`python -m tests.access_matrix [--keep] [group]`: walk, and write `docs/access-table.md`, or show a group.

`--keep` writes the groups that are named and leaves the others as they are.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.access_matrix.arguments import BY_ITSELF, GROUPS
from tests.access_matrix.matrix import Walk, walking
from tests.access_matrix.table import keep, section


async def walked(group: str) -> Walk:
    """Walk over a group, or over what comes by itself."""
    with tempfile.TemporaryDirectory() as directory:
        async with walking(Path(directory)) as walk:
            await walk.run(group)
            return walk


async def main(groups: list[str]) -> None:
    """Walk over everything, or show what one group has."""
    keeps = "--keep" in groups or not groups
    groups = [group for group in groups if group != "--keep"]
    walks = {group: await walked(group) for group in groups or (*GROUPS, BY_ITSELF)}
    if not keeps:
        sys.stdout.writelines(section(name, walk.rows) for name, walk in walks.items())
    else:
        keep(
            {name: walk.rows for name, walk in walks.items()},
            {name: walk.met for name, walk in walks.items()},
        )


if __name__ == "__main__":  # the chart worker imports this again
    asyncio.run(main(sys.argv[1:]))
