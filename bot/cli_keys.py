"""`quetzal keys new|rotate`: the keys that encrypt linked panel keys."""

import sys
from pathlib import Path
from typing import TextIO

from bot.core.clock import Clock
from bot.core.errors import SetupError
from bot.domain.formatting import counted
from bot.settings import Settings
from bot.storage import STORE, Store
from bot.storage.encryption import SecretBox
from bot.storage.errors import VaultKeyMissing
from bot.storage.repositories import member_keys


def new(out: TextIO = sys.stdout) -> None:
    """Print a key to stdout, and where it goes to stderr, so that the key alone can be piped."""
    out.write(f"{SecretBox.new_key().get_secret_value()}\n")
    if out.isatty():
        out.write("Put it into QUETZAL_ENCRYPTION_KEYS, in front of the one that is there (with a comma).\n")


async def rotate(settings: Settings, out: TextIO = sys.stdout) -> None:
    """Encrypt everything again with the first key, so that the others can be removed from the settings.

    Raises SetupError, in which case nothing was changed; StoreTaken while the bot runs.
    """
    if not settings.encryption_keys:
        raise VaultKeyMissing
    path = settings.data_dir / STORE
    _must_exist(path)
    vault = SecretBox(settings.encryption_keys)
    store = await Store.open(path, now=Clock().now())
    try:
        count = await store.write(lambda conn: member_keys.rotate(conn, vault))
    finally:
        await store.close()
    out.write(f"{counted(count, 'key', 'keys')} encrypted again with the first of your encryption keys.\n")
    if len(settings.encryption_keys) > 1:
        out.write("The others can be taken out of QUETZAL_ENCRYPTION_KEYS now; keep them with old backups.\n")


def _must_exist(path: Path) -> None:
    if not path.exists():
        raise SetupError(
            f"There is no store at {path}, so there is nothing to encrypt again.",
            next_step="Run this where the bot runs, with the same QUETZAL_DATA_DIR.",
        )
