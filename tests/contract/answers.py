"""How an answer is held against a recorded one."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.contract.recordings import Exchange, recordings
from tests.contract.shape import Vocabulary, differences, vocabulary

# Headers that must say the same, and headers that must be there when they were recorded, and only then.
SAME_HEADERS = (
    "allow",
    "content-disposition",
    "content-type",
    "location",
    "www-authenticate",
    "x-ratelimit-limit",
)
PRESENT_HEADERS = ("retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "x-request-id")

# Keys whose values are the panel's words and numbers, not the world's.
SAME_VALUES = frozenset(
    {
        "action", "admin", "allowed_ips", "code", "connections_from", "continue_on_failure",
        "count", "cron", "current_page", "current_state", "default_value", "detail", "egg_features",
        "env_variable", "error", "event", "feature_limits", "has_additional_metadata",
        "ignored_files", "is_active", "is_api", "is_default", "is_editable", "is_file",
        "is_installing", "is_locked", "is_node_under_maintenance", "is_processing", "is_queued",
        "is_server_owner", "is_successful", "is_suspended", "is_symlink", "is_transferring",
        "limits", "links", "max_connections", "mimetype", "mode", "mode_bits", "name", "object",
        "only_when_online", "payload", "per_page", "permissions", "rule", "rules", "sequence_id",
        "server_owner", "server_value", "socket", "source_field", "state", "status", "time_offset", "url",
        "user_permissions",
    }
)  # fmt: skip

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:?\d\d:?\d\d")  # in the names of archives and backups
PLACEHOLDER = re.compile(r"<(\d+) bytes, first: (b'.*')>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sandbox said, its addresses put back into the recorded ones."""

    status: int
    headers: Mapping[str, str]
    raw: bytes

    @property
    def is_json(self) -> bool:
        """Whether it says to be JSON and has a body."""
        return "json" in self.headers.get("content-type", "") and bool(self.raw)

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """The parsed body."""
        return json.loads(self.raw)


@cache
def known() -> Vocabulary:
    """Collect what all recorded bodies together say of nullable keys."""
    return vocabulary(
        recording.answer for recording in recordings().values() if isinstance(recording, Exchange)
    )


def mismatches(recording: Exchange, answer: Answer) -> list[str]:
    """Say where an answer is not what was recorded."""
    if answer.status != recording.status:
        return [f"status: recorded {recording.status}, got {answer.status} {answer.raw[:300]!r}"]
    return [*_headers(recording, answer), *_body(recording, answer)]


def _headers(recording: Exchange, answer: Answer) -> Iterator[str]:
    recorded = recording.answer_headers
    for name in SAME_HEADERS:
        if _plain(recorded.get(name)) != _plain(answer.headers.get(name)):
            yield f"header {name}: recorded {recorded.get(name)!r}, got {answer.headers.get(name)!r}"
    for name in PRESENT_HEADERS:
        if (name in recorded) != (name in answer.headers):
            presence = "recorded" if name in recorded else "not recorded"
            yield f"header {name}: {presence}, got {answer.headers.get(name)!r}"


def _body(recording: Exchange, answer: Answer) -> Iterator[str]:
    recorded = recording.answer
    if isinstance(recorded, str) and (placeholder := PLACEHOLDER.fullmatch(recorded)):
        yield from _beginning(placeholder, answer)
    elif isinstance(recorded, str):
        yield from _text(recorded, answer)
    elif recorded is None:
        if answer.raw:
            yield f"body: recorded none, got {answer.raw[:200]!r}"
    elif not answer.raw:
        yield "body: recorded JSON, got none"
    else:
        yield from differences(recorded, answer.json, known())
        yield from _values(recorded, answer.json, "")
        if _lines(recorded) != _lines(answer.json):
            yield f"lines: recorded {_lines(recorded)}, got {_lines(answer.json)}"
        if _directory(recorded) != _directory(answer.json):
            yield f"files: recorded {_directory(recorded)}, got {_directory(answer.json)}"


def _beginning(placeholder: re.Match[str], answer: Answer) -> Iterator[str]:
    """Hold a long body against the little that was kept of it: whether it is empty, and its first bytes."""
    first = placeholder[2].encode().decode("unicode_escape").encode("latin-1")[2:-1]
    size = int(placeholder[1])
    if bool(size) != bool(answer.raw):
        yield f"body: recorded {size} bytes, got {len(answer.raw)}"
    if answer.raw[:4] != first[:4]:
        yield f"body: recorded to begin with {first!r}, got {answer.raw[: len(first)]!r}"


def _text(recorded: str, answer: Answer) -> Iterator[str]:
    got = answer.raw.decode(errors="replace")
    if "<html" in recorded:
        # A page is recognised by its title; its style sheet does not matter.
        if _title(recorded) != _title(got):
            yield f"page: recorded {_title(recorded)!r}, got {_title(got)!r}"
    elif UUID.sub("<uuid>", recorded) != UUID.sub("<uuid>", got):
        yield f"body: recorded {recorded!r}, got {got[:200]!r}"


def _title(page: str) -> str | None:
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    return " ".join(title[1].split()) if title else None


def _values(recorded: object, got: object, path: str) -> Iterator[str]:
    """Compare the values that are the panel's own words; element by element where lists are of one length."""
    if isinstance(recorded, dict) and isinstance(got, dict):
        for key in recorded.keys() & got.keys():
            here = f"{path}.{key}".lstrip(".")
            if key in SAME_VALUES:
                if _plain(recorded[key]) != _plain(got[key]):
                    yield f"{here}: recorded {recorded[key]!r}, got {got[key]!r}"
            else:
                yield from _values(recorded[key], got[key], here)
    elif isinstance(recorded, list) and isinstance(got, list) and len(recorded) == len(got):
        for index, (expected, other) in enumerate(zip(recorded, got, strict=True)):
            yield from _values(expected, other, f"{path}[{index}]")


def _lines(body: object) -> int | None:
    """Count the lines of a console; None of anything else."""
    lines = body.get("data") if isinstance(body, dict) else None
    return len(lines) if isinstance(lines, list) and all(isinstance(line, str) for line in lines) else None


def _directory(body: object) -> list[str] | None:
    """Return the names, sizes and modes of listed files, in their order; None of anything else."""
    entries = body.get("data") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not all(_is_file(entry) for entry in entries):
        return None
    described = [entry["attributes"] for entry in entries]
    return [
        f"{entry['mode']} {entry['size'] if entry['is_file'] else '-'} {entry['name']}" for entry in described
    ]


def _is_file(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("object") == "file_object"


def _plain(value: object) -> object:
    """Leave out of a text what differs from one day to the next."""
    return MOMENT.sub("<moment>", UUID.sub("<uuid>", value)) if isinstance(value, str) else value
