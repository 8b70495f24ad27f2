"""Cron fields are sent in a form that the panel's own library runs as it reads."""

import json
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from bot.domain.cron import TimesLeftOut, describe, parse
from bot.domain.schedule_drafts import checked_times

NOW = datetime(2026, 8, 1, 12, 0, 30, tzinfo=UTC)
MADE = json.loads(Path(__file__).with_name("panel_cron.json").read_text())
"""What is typed, the fields that are sent, and the next four runs of these by dragonmantank/cron-expression.

3.3.2, 3.4.0 and 3.6.0 agree on each, on PHP 8.2.
"""


@pytest.mark.parametrize(("typed", "fields", "runs"), MADE, ids=[row[0] for row in MADE])
def test_what_is_sent_runs_in_the_panel_when_the_preview_says(
    typed: str, fields: str, runs: list[str]
) -> None:
    sent = checked_times(typed, NOW)

    assert (sent, [f"{run:%Y-%m-%dT%H:%M}" for run in islice(parse(sent, NOW), 4)]) == (fields, runs)


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ("0 18,6 * * *", "0 6,18 * * *"),
        ("45,15,30 * * * *", "15,30,45 * * * *"),
        ("30,0 * * * *", "0,30 * * * *"),
        ("9-12,29 * * * *", "9,10,11,12,29 * * * *"),
        ("*/59 * * * *", "0,59 * * * *"),
        ("0 20,9-17/4 * * *", "0 9-17/4,20 * * *"),
        ("0 4,* * * *", "0 * * * *"),
    ],
)
def test_a_list_that_the_panel_does_not_walk_through_is_not_explained_as_if_it_did(
    fields: str, form: str
) -> None:
    with pytest.raises(TimesLeftOut) as caught:
        parse(fields, NOW)
    assert f"`{form}`" in str(caught.value.next_step)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("0 22,23,0-6 * * *", "at minute 0 of hour 0, 1, 2, 3, 4, 5, 6, 22 and 23 every day"),
        ("0 4 * * 6-0", "at 04:00 on weekends"),
        ("0 8-22 * * *", "every hour from 08:00 to 22:00"),
        ("30 8-20 * * 1-5", "every hour from 08:30 to 20:30 on weekdays"),
        ("*/15 8-22 * * *", "every 15 minutes from 08:00 to 22:45"),
        ("0 1-23/2 * * *", "every 2 hours from 01:00 to 23:00"),
    ],
)
def test_what_the_panel_runs_as_it_reads_is_explained(fields: str, words: str) -> None:
    assert describe(parse(fields, NOW)) == words
