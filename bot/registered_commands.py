"""What was registered last in each guild, so that a start registers only what changed."""

import json
from pathlib import Path

from bot.core.atomic_write import write_whole

COMMANDS_FILE = "commands.json"
"""Its name in the data directory."""


class RegisteredCommands:
    """Stores what was registered last, because Discord allows 200 registrations a day."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def digest(self, guild_id: int) -> str | None:
        """Return what was registered last; None when nothing was, or the file is invalid."""
        return self._read().get(str(guild_id))

    def note(self, guild_id: int, digest: str) -> None:
        """Store what was registered."""
        write_whole(self._path, json.dumps(self._read() | {str(guild_id): digest}))

    def forget(self, guild_id: int) -> None:
        """Register again: Discord dropped them, or may have."""
        write_whole(
            self._path,
            json.dumps({key: digest for key, digest in self._read().items() if key != str(guild_id)}),
        )

    def _read(self) -> dict[str, str]:
        try:
            known = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}
