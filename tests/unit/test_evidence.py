"""What was known of the beginning of an alert comes back from the store as it was."""

import json

import pytest

from bot.domain.evidence import Facts, evidence, facts

CRASH = Facts(exit_code=137, out_of_memory=True, gave_up=False, lines=("first", "last"), cause="It ran out.")


@pytest.mark.parametrize("known", [Facts(), CRASH, Facts(servers=3, java=True, memory_limit_bytes=2**32)])
def test_it_comes_back_from_the_store(known: Facts) -> None:
    assert facts(json.loads(json.dumps(evidence(known)))) == known


def test_what_is_not_known_is_not_kept() -> None:
    assert evidence(Facts(exit_code=1)) == {"exit_code": 1}


def test_what_has_another_form_counts_as_not_known() -> None:
    assert facts({"exit_code": "137", "out_of_memory": 1, "lines": "text", "cause": "", "new": 1}) == Facts()
