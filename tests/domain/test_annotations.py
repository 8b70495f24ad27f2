"""What was known of the beginning of an alert comes back from the store as it was."""

import json

import pytest

from bot.domain.annotations import Annotations, annotations, read_annotations

CRASH = Annotations(
    exit_code=137, out_of_memory=True, gave_up=False, lines=("first", "last"), cause="It ran out."
)


@pytest.mark.parametrize(
    "known", [Annotations(), CRASH, Annotations(servers=3, java=True, memory_limit_bytes=2**32)]
)
def test_it_comes_back_from_the_store(known: Annotations) -> None:
    assert read_annotations(json.loads(json.dumps(annotations(known)))) == known


def test_what_is_not_known_is_not_kept() -> None:
    assert annotations(Annotations(exit_code=1)) == {"exit_code": 1}


def test_what_has_another_form_counts_as_not_known() -> None:
    assert (
        read_annotations({"exit_code": "137", "out_of_memory": 1, "lines": "text", "cause": "", "new": 1})
        == Annotations()
    )
