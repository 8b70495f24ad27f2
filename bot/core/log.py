"""Logging: text or JSON lines on stderr, with every secret redacted."""

import copy
import json
import logging
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from pydantic import SecretStr
from typing_extensions import override

from bot.core.secret_masking import TOKENS

BLACKED_OUT = "[secret]"
_SHORTEST_SECRET = 8
# Characters that a terminal, pager or log collector may take for a line end or a command.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
# Their DEBUG prints headers, what people type into modals, and what is stored (house style, rule 5).
_NEVER_BELOW_INFO = ("discord.gateway", "discord.http", "discord.webhook.async_", "aiosqlite")


def set_up(level: str, form: Literal["text", "json"], secrets: Iterable[SecretStr] = ()) -> None:
    """Send all logging to stderr in this format and level; replaces an earlier set-up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(JsonFormatter() if form == "json" else TextFormatter(), secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NEVER_BELOW_INFO:
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
    # It logs each migration; the store logs the same in one line.
    logging.getLogger("alembic").setLevel(logging.WARNING)


class RedactingFormatter(logging.Formatter):
    """Redacts secrets in another formatter's output, which covers exceptions and arguments."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[SecretStr] = ()) -> None:
        super().__init__()
        self._inner = inner
        known = {secret.get_secret_value() for secret in secrets}
        known = {value for value in known if len(value) >= _SHORTEST_SECRET}
        self._known = re.compile(
            "|".join(re.escape(value) for value in sorted(known, key=len, reverse=True)) or "(?!)"
        )

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return the inner formatter's text without secrets."""
        return TOKENS.sub(BLACKED_OUT, self._known.sub(BLACKED_OUT, self._inner.format(record)))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `at` (ISO 8601, UTC), `level`, `logger`, `message`, `exception` if any."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """One entry a line; names and messages from outside cannot begin an entry of their own.

    Control characters in a message are written as escapes. Lines of a traceback, whose last ones hold text
    from outside, are marked at their beginning.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(name)s: %(message)s")

    @override
    def format(self, record: logging.LogRecord) -> str:
        """Return one line, and a marked line for each of a traceback."""
        plain = copy.copy(record)
        plain.msg, plain.args, plain.exc_text = escape_controls(record.getMessage()), None, None
        first, *rest = super().format(plain).split("\n")
        return "\n".join([first, *(f"  | {escape_controls(line)}" for line in rest)])


def escape_controls(text: str) -> str:
    """Write every control character and line separator as an escape: a line end as a backslash and an n."""
    return _CONTROLS.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
