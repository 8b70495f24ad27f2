"""What the audit keeps as keys is a word where people read it."""

from datetime import UTC, datetime

import pytest

from bot.domain.audit import AuditEntry
from bot.ui.access.audit_sentences import deed


@pytest.mark.parametrize(
    ("action", "facts", "sentence"),
    [
        (
            "alert.rule",
            {"rule": "stuck_starting"},
            "changed an alert rule of **Lobby**: stuck while starting",
        ),
        ("work.end", {"work": "idle"}, "ended stop when empty of **Lobby**"),
        ("server.abort", {"job": "bulk"}, "aborted a bulk action of **Lobby**"),
        ("server.bulk", {"what": "restart", "servers": 3}, "began a restart of `3` servers"),
        (
            "backup.end",
            {"end": "not yet"},
            "got the result of a backup of **Lobby**: still running after two hours",
        ),
        ("access.grant", {"who": "person 5", "level": "operator"}, "gave <@5> operator access on **Lobby**"),
        ("access.refused", {"tried": "a form"}, "was refused a form on **Lobby**"),
        ("access.refused", {"tried": "“Delete”"}, "was refused “Delete” on **Lobby**"),
        ("alert.rule", {"rule": "later_version"}, "changed an alert rule of **Lobby**: later version"),
        ("access.grant", {"who": "person 5", "level": "emperor"}, "gave <@5> emperor access on **Lobby**"),
    ],
)
def test_a_key_is_said_in_words(action: str, facts: dict[str, str | int], sentence: str) -> None:
    act = AuditEntry(datetime(2026, 7, 1, tzinfo=UTC), 1, 2, "main", "uuid", action, facts=facts)
    assert deed(act, "Lobby") == sentence
