"""Runs across changes of the clocks, as the panel's own library works them out."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.panel_runs import runs_in, unusual_day
from bot.panel.models import Cron

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
MADE = json.loads(Path(__file__).with_name("panel_runs.json").read_text())
"""Zone, moment, cron fields and the next five runs, by dragonmantank/cron-expression 3.4.0 on PHP 8.2."""


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", sorted({case[0] for case in MADE}))
def test_they_are_those_of_the_panel(zone: str) -> None:
    cases = [case for case in MADE if case[0] == zone]
    worked_out = [
        [
            zone,
            after,
            fields,
            [
                f"{run:%Y-%m-%dT%H:%M}"
                for run in runs_in(Cron.from_fields(fields), at(after), ZoneInfo(zone), 5)
            ],
        ]
        for _, after, fields, _ in cases
    ]
    assert worked_out == cases


@pytest.mark.parametrize(
    ("zone", "fields", "after", "day"),
    [
        (BERLIN, "0 4 * * *", "2026-03-28T12:00", (date(2026, 3, 29), False)),
        (BERLIN, "30 2 * * *", "2026-03-28T12:00", None),
        (BERLIN, "30 2 * * *", "2026-10-24T12:00", (date(2026, 10, 25), True)),
        (BERLIN, "0 3 * * *", "2026-10-24T12:00", (date(2026, 10, 25), True)),
        (BERLIN, "0 4 * * *", "2026-10-24T12:00", None),
        (BERLIN, "0 4 * * 1", "2026-10-24T12:00", None),
        (BERLIN, "0 * * * *", "2026-10-24T12:00", None),
        (BERLIN, "0 4 * * *", "2026-07-01T12:00", None),
        (NEW_YORK, "0 4 * * *", "2026-03-07T12:00", (date(2026, 3, 8), False)),
        (NEW_YORK, "30 1 * * *", "2026-10-31T12:00", (date(2026, 11, 1), True)),
        ("Asia/Kolkata", "0 4 * * *", "2026-03-28T12:00", None),
    ],
)
def test_a_day_with_more_or_fewer_runs_is_found(
    zone: str, fields: str, after: str, day: tuple[date, bool] | None
) -> None:
    cron, begin = Cron.from_fields(fields), at(after)
    last = runs_in(cron, begin, ZoneInfo(zone), 3)[-1]
    assert unusual_day(cron, begin, last, ZoneInfo(zone)) == day
