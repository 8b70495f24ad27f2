"""What was known of the beginning of an alert comes back from the store as it was."""

import json
import re
from gettext import NullTranslations

import pytest
from typing_extensions import override

from bot.core.i18n import CATALOGUES, _, language
from bot.domain.annotations import Annotations, annotations, of_diagnosis, read_annotations
from bot.domain.diagnosis.exit_codes import by_exit_code


class Upper(NullTranslations):
    """A language of capital letters, but for the fields."""

    @override
    def gettext(self, message: str) -> str:
        return re.sub(r"[^{}]+(?![^{]*})", lambda part: part[0].upper(), message)


CRASH = Annotations(
    exit_code=137, out_of_memory=True, gave_up=False, lines=("first", "last"), cause="It ran out."
)


@pytest.mark.parametrize(
    "known", [Annotations(), CRASH, Annotations(servers=3, java=True, memory_limit_bytes=2**32)]
)
def test_it_comes_back_from_the_store(known: Annotations) -> None:
    assert read_annotations(json.loads(json.dumps(annotations(known)))) == known


def test_a_sentence_is_kept_with_its_values_and_read_in_any_language(monkeypatch: pytest.MonkeyPatch) -> None:
    killed = by_exit_code(139, oom_killed=False)
    evidence = json.loads(json.dumps(of_diagnosis(killed)))
    assert (
        evidence["diagnosis"] == "The program crashed in its own memory (segmentation fault, exit code 139)."
    )
    monkeypatch.setitem(CATALOGUES, "de", Upper())
    with language("de"):
        known = read_annotations(evidence)
        said = (_(known.diagnosis or ""), _(known.fix or ""))
    assert said == (
        "THE PROGRAM CRASHED IN ITS OWN MEMORY (SEGMENTATION FAULT, EXIT CODE 139).",
        "REMOVE THE PLUGIN OR MOD THAT CAME LAST, OR REPAIR THE GAME'S FILES WITH A REINSTALLATION.",
    )


def test_what_is_not_known_is_not_kept() -> None:
    assert annotations(Annotations(exit_code=1)) == {"exit_code": 1}


def test_what_has_another_form_counts_as_not_known() -> None:
    assert (
        read_annotations({"exit_code": "137", "out_of_memory": 1, "lines": "text", "cause": "", "new": 1})
        == Annotations()
    )
