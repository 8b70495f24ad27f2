"""An empty store without its migrations, which tests/storage proves."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.storage import STORE, Store

_EMPTY_STORE: list[bytes] = []


async def place_store(data_dir: Path) -> None:
    """Put an empty store there; its migrations, which tests/storage proves, run once a process."""
    data_dir.mkdir(parents=True, mode=0o700, exist_ok=True)
    path = data_dir / STORE
    if path.exists():
        return
    if not _EMPTY_STORE:
        with tempfile.TemporaryDirectory() as directory:
            made = Path(directory) / STORE
            await (await Store.open(made, now=datetime.now(UTC))).close()
            _EMPTY_STORE.append(made.read_bytes())
    path.touch(mode=0o600)
    path.write_bytes(_EMPTY_STORE[0])
