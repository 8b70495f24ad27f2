"""The console of one server process: its last lines, and the node's report of its end. Pure.

Source: docs/reference/wings.md#events.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.core.terminal_codes import without_terminal_codes
from bot.domain.process_end import ProcessEnd
from bot.panel.models import PowerState

MOST_LINES = 100
MOST_CHARACTERS = 16_384
LONGEST_LINE = 2_048
FIRST_LINES = 10
"""The start command is among the first lines of a process."""
_DAEMON = re.compile(
    r"(?:\x1b\[33m\x1b\[1m\[[^\]]{1,40} Daemon\]:\x1b\[39m|\x1b\[1;33m\[[^\]]{1,40} Daemon\]:\x1b\[0m) "
)
"""The beginning of a node's own lines, as Wings writes it and as Calagopus does."""
_EXIT_CODE = re.compile(r"Exit code: (-?\d{1,10})$")
_OUT_OF_MEMORY = re.compile(r"Out of memory: (true|false)$")
_CRASHED = "Detected server process in a crashed state!"
_GAVE_UP = "Aborting automatic restart"

Mask = Callable[[str], str | None]


@dataclass(slots=True)
class _Ending:
    """The known facts about the end. `is_taken`: `take_end` gave it; more is given again."""

    at: datetime
    exit_code: int | None = None
    oom_killed: bool | None = None
    restarted: bool | None = None
    is_complete: bool = False
    is_taken: bool = False


class ProcessConsole:
    """Follows one server: call `changed` and `said`, and `take_end` when it `has_end`."""

    def __init__(self) -> None:
        self._lines: deque[str] = deque()
        self._characters = 0
        self._said = 0
        self._state: PowerState | None = None
        self._ending: _Ending | None = None

    @property
    def has_lines(self) -> bool:
        """Whether there are lines to mask."""
        return bool(self._lines)

    @property
    def is_ending(self) -> bool:
        """Whether a process ended, and its end was not taken yet."""
        return self._ending is not None and not self._ending.is_taken

    @property
    def has_end(self) -> bool:
        """Whether the node has reported the end completely, or has started a new process."""
        return self.is_ending and self._ending is not None and self._ending.is_complete

    @property
    def is_crash(self) -> bool:
        """Whether the node has reported a crash with its exit code, and whether memory ran out."""
        ending = self._ending
        return ending is not None and ending.exit_code is not None and ending.oom_killed is not None

    def changed(self, state: PowerState, at: datetime) -> None:
        """Process a power state."""
        before, self._state = self._state, state
        if state is PowerState.OFFLINE:
            if before not in (None, PowerState.OFFLINE):
                self._ending = _Ending(at)
        elif before is PowerState.OFFLINE:
            self._begun()

    def said(self, line: str) -> bool:
        """Process a console line; return whether it is among the first of a process."""
        if (daemon := _DAEMON.match(line)) is not None:
            self._said_by_node(without_terminal_codes(line[daemon.end() : LONGEST_LINE]).strip())
            return False
        self._said += 1
        self._lines.append(line[:LONGEST_LINE])
        self._characters += len(self._lines[-1])
        while len(self._lines) > MOST_LINES or self._characters > MOST_CHARACTERS:
            self._characters -= len(self._lines.popleft())
        return self._said <= FIRST_LINES

    def lost(self) -> None:
        """Note that the connection was lost: the lines so far may be another process's."""
        self._forget_lines()
        self._state = self._ending = None

    def take_end(self, mask: Mask) -> ProcessEnd | None:
        """Return the end of a process; `mask` removes secrets from a line, or returns None to drop it."""
        ending = self._ending
        if ending is None:
            return None
        ending.is_taken = True
        lines = (mask(line) for line in self._lines)
        kept = tuple(without_terminal_codes(line) for line in lines if line is not None)
        if self._state is not PowerState.OFFLINE:
            self._ending = None
            self._forget_lines()
        return ProcessEnd(ending.at, ending.exit_code, ending.oom_killed, kept, ending.restarted)

    def _begun(self) -> None:
        ending = self._ending
        if ending is None or ending.is_taken:
            self._ending = None
            self._forget_lines()
            return
        ending.is_complete = True
        if ending.exit_code is not None and ending.restarted is None:
            ending.restarted = True

    def _said_by_node(self, text: str) -> None:
        ending = self._ending
        if ending is None or self._state is not PowerState.OFFLINE:
            return
        if _CRASHED in text:
            ending.is_taken = False
        elif code := _EXIT_CODE.match(text):
            ending.exit_code = int(code[1])
        elif memory := _OUT_OF_MEMORY.match(text):
            ending.oom_killed = memory[1] == "true"
        elif text.startswith(_GAVE_UP):
            ending.restarted, ending.is_complete, ending.is_taken = False, True, False
        elif ending.exit_code is not None and not ending.is_taken:
            ending.restarted, ending.is_complete = True, True

    def _forget_lines(self) -> None:
        self._lines.clear()
        self._characters = self._said = 0
