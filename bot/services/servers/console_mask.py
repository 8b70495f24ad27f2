"""Hides secrets in one server's console lines, with all that are known from its panel."""

import logging

from pydantic import SecretStr

from bot.core.errors import QuetzalError
from bot.core.secret_masking import (
    LONGEST_LINE,
    hidden_values,
    is_secret_name,
    is_start_command,
    mask_line,
    mask_text,
)
from bot.panel import PanelClient
from bot.panel.errors import PanelError
from bot.workers import WorkerPool

log = logging.getLogger(__name__)


class ConsoleMask:
    """Call it with each line, in order, before the line is stored."""

    def __init__(self, panel: PanelClient, uuid: str) -> None:
        self._panel = panel
        self._secrets = panel.secrets
        self._uuid = uuid

    async def learn(self) -> None:
        """Read the server's startup: the hidden values of its start command, and secret variables."""
        try:
            await self._panel.servers.view(self._uuid)
        except PanelError as error:
            log.debug("the start command of %s is not known: %s", self._uuid, error)

    def __call__(self, line: str) -> str | None:
        """Return the line as it may be shown; None for the start command, which never is.

        The start command contains the values that the panel hides, so they are hidden from then on.
        """
        return None if self._is_start_command(line) else mask_line(line, self._known())

    async def whole(self, line: str, workers: WorkerPool) -> str | None:
        """Return a line of any length as it may be shown; a worker process searches long ones.

        One that no worker can search is cut to the usual length.
        """
        if len(line) <= LONGEST_LINE:
            return self(line)
        if self._is_start_command(line):
            return None
        try:
            return await workers.run(mask_text, line, self._known())
        except QuetzalError as error:
            log.debug("a line of %d characters is cut: %s", len(line), error)
            return self(line)

    def _is_start_command(self, line: str) -> bool:
        known = self._secrets.of(self._uuid)
        if not is_start_command(line, known.invocation):
            return False
        values = hidden_values(line, known.invocation)
        self._secrets.note_values(self._uuid, map(SecretStr, values))
        return True

    def _known(self) -> list[str]:
        known = self._secrets.of(self._uuid)
        named = (value for name, value in known.variables.items() if is_secret_name(name))
        return [*named, *(value.get_secret_value() for value in known.values)]
