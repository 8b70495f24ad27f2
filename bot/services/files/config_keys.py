"""Keys of configuration files with their present values, for suggestions."""

from collections import OrderedDict
from datetime import datetime
from typing import TypeAlias

from bot.domain import configs, paths
from bot.domain.text_encoding import decode, is_binary
from bot.services.access import Permit
from bot.services.files.decoding import run_on_text
from bot.workers import WorkerPool

_KEPT = 8
_Version: TypeAlias = tuple[str, str, datetime, int]
"""Server, path, time of the last change, size."""


class ConfigKeys:
    """Lists keys. A file is read once a version: the panel's activity log names each reading."""

    def __init__(self, limit_bytes: int, workers: WorkerPool) -> None:
        self._limit_bytes = limit_bytes
        self._workers = workers
        self._texts: OrderedDict[_Version, str] = OrderedDict()

    async def suggest(self, permit: Permit, path: str, typed: str, limit: int) -> list[tuple[str, str]]:
        """List keys that contain what is typed, with their values; nothing where there are none."""
        path = paths.normalise(path)
        if configs.format_of(path) is None:
            return []
        text = await self._text(permit, path)
        return [] if text is None else await self._workers.run(configs.keys, path, text, typed, limit)

    async def _text(self, permit: Permit, path: str) -> str | None:
        entries = await permit.panel.files.list(permit.uuid, paths.parent(path))
        entry = next((entry for entry in entries if entry.name == paths.name_of(path)), None)
        if entry is None or not entry.is_regular or entry.size_bytes > self._limit_bytes:
            return None
        version = (permit.uuid, path, entry.modified_at, entry.size_bytes)
        if version not in self._texts:
            content = await permit.panel.files.read(permit.uuid, path)
            if await run_on_text(self._workers, is_binary, content):
                return None
            self._texts[version], _ = await run_on_text(self._workers, decode, content)
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        return self._texts[version]
