"""What is stored is read in the language of whoever reads it, with its values."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from gettext import NullTranslations

import pytest
from typing_extensions import override

from bot.copies.errors import ClocksDiffer, TargetFull
from bot.core.errors import BadInput, QuetzalError
from bot.core.i18n import CATALOGUES, N_, _, language
from bot.core.stored_text import reason_of, sentences_of, stored, stored_also
from bot.domain.backup_copies import CopyState
from bot.domain.jobs import reason_in
from bot.domain.observation import ServerKey
from bot.panel.errors import FieldProblem, FirewallLimited, GatewayUnanswered, InvalidRequest, PanelDown
from bot.ui.backups import copy_cards
from tests.support.copies import copy_of


class German(NullTranslations):
    """A language in which a text is followed by its tag."""

    @override
    def gettext(self, message: str) -> str:
        return f"{message} (de)"


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUES, "de", German())


def in_german(text: str) -> list[str]:
    with language("de"):
        return sentences_of(text)


@pytest.mark.parametrize(
    ("error", "happened"),
    [
        (TargetFull("nas"), "The copy target nas is full, or its quota is used up. (de)"),
        (
            ClocksDiffer("nas", 1204),
            "The copy target nas refused the request because the clocks differ by 1.204 minutes. (de)",
        ),
        (
            InvalidRequest((FieldProblem("memory", "max", ""), FieldProblem("disk", "max", ""))),
            "The panel rejects the value of: memory, disk. (de)",
        ),
        (
            GatewayUnanswered(502, involves_node=False),
            "The proxy in front of the panel got no answer from the panel (de) (HTTP 502). (de)",
        ),
        (
            PanelDown(since=0.0, for_s=300.0, reason=GatewayUnanswered(502, involves_node=False)),
            "The proxy in front of the panel got no answer from the panel (de) (HTTP 502). (de) "
            "This has been going on (de) for 5 minutes. (de)",
        ),
        (
            FirewallLimited(41.0),
            "A firewall or proxy in front of the panel refused the request (HTTP 429). (de)",
        ),
        (BadInput(), "That input can't be used. (de)"),
        (BadInput(_("No {name}.", name="x")), "No x."),
    ],
)
def test_an_error_is_read_in_the_readers_language(error: QuetzalError, happened: str) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - as from a process of our own
    for raised in (error, again):
        kept = reason_of(raised)
        assert in_german(kept)[0] == happened
        assert sentences_of(kept) == [raised.happened, raised.next_step]


def test_what_was_put_in_the_place_of_a_sentence_counts() -> None:
    error = BadInput(N_("No {name}.", name="x"))
    assert in_german(stored(error.to_store("happened"))) == ["No x. (de)"]
    error.happened = "Another text."
    assert in_german(stored(error.to_store("happened"))) == ["Another text."]


def test_an_error_of_a_translated_text_is_stored_in_english() -> None:
    with language("de"):
        kept = stored(BadInput(_("No {name}.", name="x")).to_store("happened"))
    assert sentences_of(kept) == ["No x."]


def test_all_that_a_firewall_makes_people_do_is_stored_for_the_readers_language() -> None:
    assert in_german(stored(FirewallLimited(41.0).to_store("next_step"))) == [
        "Try again in 41 seconds. (de) If this happens often, whoever runs the panel should allow the bot's "
        "address there. (de)"
    ]


def test_lines_of_earlier_versions_are_read() -> None:
    assert in_german("It is off.\nTry again.") == ["It is off. (de)", "Try again. (de)"]
    assert in_german(stored_also("It is off.", N_("Try again."))) == ["It is off. (de)", "Try again. (de)"]
    assert sentences_of("") == []
    assert in_german(stored_also("", N_("Try again."))) == ["Try again. (de)"]


def test_the_reason_of_a_failed_job_is_read_without_the_console_lines_below_it() -> None:
    detail = f"{stored(N_('It is offline again.'))}\n[12:00] Stopping\n[ok]"
    with language("de"):
        assert reason_in(detail) == "It is offline again. (de)"
    assert reason_in("It is offline again.\n[ok]") == "It is offline again."


def test_the_reason_of_a_failed_copy_is_read_in_the_readers_language() -> None:
    reason = reason_of(TargetFull("nas"))
    copy = copy_of(ServerKey("main", "1"), "nightly", datetime(2026, 11, 23, tzinfo=UTC))
    failed = replace(copy, state=CopyState.FAILED, reason=reason)
    with language("de"):
        card = copy_cards.result(failed, "/x")
        (line,) = copy_cards.lines([failed], failed.created_at).splitlines()
    assert card.description.startswith(
        "**The copy target nas is full, or its quota is used up. (de)**\n➡️ Delete old copies"
    )
    assert "not copied to nas: The copy target nas is full, or its quota is used up. (de)" in line
