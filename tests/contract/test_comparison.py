"""What is held against a recording besides the shape: status, headers, errors, texts, files, events."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.contract import answers, frames
from tests.contract.answers import Answer
from tests.contract.frames import DAEMON, Heard
from tests.contract.recordings import Exchange, conversation, exchange

HEADERS = exchange("wings/files-rename-onto-existing").answer_headers
REFUSED = "wings/files-rename-onto-existing"
LISTED = "wings/files-list-config"


def as_recorded(recording: Exchange, **changes: Any) -> Answer:
    answer = Answer(recording.status, dict(recording.answer_headers), json.dumps(recording.answer).encode())
    return replace(answer, **changes)


def text_of(name: str) -> str:
    return json.dumps(exchange(name).answer)


def without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def test_the_recorded_answer_itself_is_right() -> None:
    for name in (REFUSED, LISTED):
        assert answers.mismatches(exchange(name), as_recorded(exchange(name))) == []


def test_the_id_of_a_request_may_be_another() -> None:
    text = text_of(REFUSED).replace(
        "41c6a517-0279-40a6-b505-3719cbaed216", "00000000-0000-4000-8000-000000000000"
    )
    assert answers.mismatches(exchange(REFUSED), as_recorded(exchange(REFUSED), raw=text.encode())) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": 500}, "status: recorded 400, got 500"),
        ({"headers": {"content-type": "text/html"}}, "header content-type"),
        (
            {"headers": without(HEADERS, "x-ratelimit-remaining")},
            "x-ratelimit-remaining",
        ),
        (
            {"headers": {**HEADERS, "retry-after": "1"}},
            "header retry-after: not recorded",
        ),
        ({"raw": b'{"errors": []}'}, "errors: recorded with elements"),
        ({"raw": text_of(REFUSED).replace("Daemon", "Demon").encode()}, "errors[0].code"),
        (
            {"raw": text_of(REFUSED).replace("already", "now").encode()},
            "errors[0].detail",
        ),
        ({"raw": b""}, "body: recorded JSON, got none"),
    ],
)
def test_a_difference_is_seen(changes: dict[str, object], expected: str) -> None:
    differences = answers.mismatches(exchange(REFUSED), as_recorded(exchange(REFUSED), **changes))
    assert any(expected in line for line in differences), differences


def test_files_are_compared_with_their_order_and_sizes() -> None:
    listed = exchange(LISTED)
    turned = {"object": "list", "data": [*reversed(listed.answer["data"])]}
    assert any(
        "files: recorded" in line
        for line in answers.mismatches(listed, as_recorded(listed, raw=json.dumps(turned).encode()))
    )


def test_a_conversation_is_compared_by_the_order_of_what_matters() -> None:
    recorded = frames.recorded_events(conversation("wings/ws-power-lock"))
    assert frames.mismatches(recorded, recorded) == []
    later = [
        heard
        for heard in recorded
        if heard.event != "stats" or '"state":"offline"' in (heard.args or ("",))[0]
    ]
    assert frames.mismatches(recorded, later) == [], "statistics of a running server come by the clock"
    quiet = [heard for heard in recorded if heard.event != "daemon error"]
    assert "-daemon error" in frames.mismatches(recorded, quiet)[0]
    shuffled = [recorded[1], recorded[0], *recorded[2:]]
    assert frames.mismatches(recorded, shuffled)


@pytest.mark.parametrize(
    ("recorded", "got"),
    [
        (Heard("auth success"), Heard("auth success", ())),
        (Heard("deleted", ("null",)), Heard("deleted")),
        (Heard("status", ("offline",)), Heard("status", ("running",))),
        (Heard("jwt error", ("jwt: no jwt present",)), Heard("jwt error", ("jwt: exp claim is invalid",))),
        (
            Heard("console output", (f"{DAEMON} Exit code: 0",)),
            Heard("console output", (f"{DAEMON} Exit code: 1",)),
        ),
        (Heard("stats", ('{"uptime": 1}',)), Heard("stats", ('{"uptime": "1"}',))),
        (Heard("close", ("1001",)), Heard("close", ("1006",))),
    ],
)
def test_events_that_differ_are_distinguished(recorded: Heard, got: Heard) -> None:
    assert frames.mismatches([recorded], [got])


def test_what_a_game_prints_is_its_own() -> None:
    heard, other = Heard("console output", ("Hello",)), Heard("console output", ("Good day",))
    assert frames.mismatches([heard], [other, other]) == []
    assert frames.mismatches([heard], []) == ["console output: recorded, not got"]
