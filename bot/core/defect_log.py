"""Logs repeated defects: the first of a kind in full, the same one again at DEBUG."""

import logging


class DefectLog:
    """Logs unexpected errors of one piece of work. Call `clear` when it succeeds."""

    def __init__(self, log: logging.Logger, message: str) -> None:
        self._log = log
        self._message = message
        self._kind: str | None = None

    def note(self, error: Exception) -> str:
        """Log an error with its traceback, and return its kind."""
        kind = type(error).__name__
        level = logging.DEBUG if kind == self._kind else logging.ERROR
        self._log.log(level, self._message, exc_info=error)
        self._kind = kind
        return kind

    def clear(self) -> None:
        """Log the next error at ERROR again, whatever it is."""
        self._kind = None
