"""Secrets never reach a log line, whichever way they come."""

import contextlib
import json
import logging

import pytest
from pydantic import SecretStr

from bot.core.log import (
    JsonFormatter,
    RedactingFormatter,
    TextFormatter,
    set_up,
)

CANARY = "canary-panel-key-0123456789"
SECRET_LIKE = [
    "ptlc_0123456789abcdefghijklmnopqrstuvwxyz0123456",
    "ptla_0123456789abcdefghijklmnopqrstuvwxyz0123456",
    "pacc_0123456789abcdefghijklmnopqrstuvwxyz0123456",
    "MTAwMDAwMDAwMDAwMDAwMDAwMA.GabcdE.abcdefghijklmnopqrstuvwxyz0123456789ab",
    "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJwYW5lbCJ9.c2lnbmF0dXJlLW9mLXRva2Vu",
]


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bot.test", logging.INFO, __file__, 1, message, args, info)


def raised(error: Exception) -> Exception:
    """Give the error a traceback."""
    with contextlib.suppress(type(error)):
        raise error
    return error


@pytest.mark.parametrize("secret", SECRET_LIKE)
@pytest.mark.parametrize(
    "around", ["{}", "key={}", '"{}"', "Authorization: Bearer {}", "https://n/x?token={}&a=1"]
)
def test_what_looks_like_a_secret_is_blacked_out(secret: str, around: str) -> None:
    line = RedactingFormatter(logging.Formatter()).format(record("sent %s", around.format(secret)))
    assert secret not in line
    assert secret[-12:] not in line
    assert "[secret]" in line


@pytest.mark.parametrize(
    "harmless",
    [
        "1a7ce997-3d1a-4a6e-8f0f-0123456789ab",
        "bot.panel.transport",
        "Bot loaded 3 cogs",
        "a.b.c",
        "token expired",
    ],
)
def test_what_is_no_secret_stays(harmless: str) -> None:
    assert RedactingFormatter(logging.Formatter()).format(record("%s", harmless)) == harmless


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_known_secret_is_blacked_out_of_messages_arguments_and_tracebacks(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up("DEBUG", "json" if form == "json" else "text", [SecretStr(CANARY), SecretStr("short")])
    log = logging.getLogger("bot.test")
    log.info("key is %s", CANARY)
    log.info("a short word stays")
    log.error("failed with %r", {"key": CANARY}, exc_info=raised(ValueError(CANARY)))
    said = capsys.readouterr().err
    assert CANARY not in said
    assert said.count("[secret]") == 3
    assert "a short word stays" in said


@pytest.mark.parametrize("name", ["discord.gateway", "discord.http", "discord.webhook.async_", "aiosqlite"])
def test_libraries_never_log_what_people_type_or_what_is_stored(name: str) -> None:
    set_up("DEBUG", "text")
    assert logging.getLogger("bot").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger(name).isEnabledFor(logging.DEBUG)


def test_a_quiet_log_stays_quiet() -> None:
    set_up("ERROR", "text")
    assert not logging.getLogger("discord.http").isEnabledFor(logging.WARNING)


def test_json_lines_are_one_object_each() -> None:
    line = JsonFormatter().format(record("what\nhappened: %d", 7, error=raised(KeyError("line\nbreak"))))
    assert "\n" not in line
    entry = json.loads(line)
    assert entry["message"] == "what\nhappened: 7"
    assert entry["logger"] == "bot.test"
    assert entry["at"].endswith("+00:00")
    assert "KeyError" in entry["exception"]


@pytest.mark.parametrize("forged", ["\n", "\r\n", "\x0b", "\x85", "\u2028", "\x1b[2K\r"])
def test_a_name_from_outside_cannot_begin_a_line_of_the_log(forged: str) -> None:
    entry = "2026-11-27 01:00:00,000 INFO    bot.app: stopped"
    written = TextFormatter().format(record("server %s is down", f"Lobby{forged}{entry}"))
    assert written.splitlines() == [written]
    assert written.isprintable()


def test_the_text_of_an_error_cannot_begin_a_line_of_the_log() -> None:
    error = raised(ValueError("odd\n2026-11-27 01:00:00,000 INFO    bot.app: stopped"))
    first, *rest = TextFormatter().format(record("it broke", error=error)).splitlines()
    assert first.endswith("it broke")
    assert rest[-1].endswith("bot.app: stopped")
    assert all(line.startswith("  | ") for line in rest)
