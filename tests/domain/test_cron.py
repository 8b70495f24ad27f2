"""What people read of a schedule is what the panel does."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from bot.domain.cron import BadCron, describe, parse

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)  # a Saturday


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 4 * * *", "at 04:00 every day"),
        ("0 */6 * * *", "at 00:00, 06:00, 12:00 and 18:00 every day"),
        ("*/15 * * * *", "every 15 minutes"),
        ("0 * * * *", "every hour"),
        ("0 0-23 * * 1", "every hour on Monday"),
        ("*/7 2 * * *", "at minute 0, 7, 14, 21, 28, 35, 42, 49 and 56 of hour 2 every day"),
        ("30 3 * * 7", "at 03:30 on Sunday"),
        ("0 0 * * MON,fri", "at 00:00 on Monday and Friday"),
        ("0 0 L * *", "at 00:00 on the last day of the month"),
        ("0 0 * * 5L", "at 00:00 on the last Friday of the month"),
        ("0 0 * * friL", "at 00:00 on the last Friday of the month"),
        ("0 0 * * MON#2", "at 00:00 on the second Monday of the month"),
        ("0 0 1,15 jan-feb *", "at 00:00 on days 1 and 15 of the month in January and February"),
        ("0 0 1 * 1", "at 00:00 on day 1 of the month or on Monday"),
    ],
)
def test_it_is_explained_as_it_was_read(text: str, words: str) -> None:
    assert describe(parse(text, NOW)) == words


def test_with_both_kinds_of_days_it_runs_on_either() -> None:
    runs = [at.day for at in islice(parse("0 0 */10 * 1", NOW), 6)]
    assert runs == [3, 10, 11, 17, 21, 24]  # Mondays, and days 1, 11, 21, 31


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 */168 * * *", "the last hour is 23"),
        ("*/90 * * * *", "the last minute is 59"),
        ("0 4 */40 * *", "the last day of month is 31"),
        ("0 */24 * * *", "the last hour is 23"),
        ("0 4 15W * *", "knows `15W`, the weekday nearest"),
        ("5/10 * * * *", "wants a range before a step"),
        ("0 4 LW * *", "not `LW`"),
        ("0 0 31 2 *", "would never run"),
        ("0 0 * *", "five fields"),
        ("0 25 * * *", "can't read `25` as the hour"),
        ("0 4 0 * *", "can't read `0` as the day of month"),
        ("0 4 * * MON,8", "can't read `MON,8` as the day of week"),
    ],
)
def test_what_would_not_do_as_it_says_is_refused(text: str, why: str) -> None:
    with pytest.raises(BadCron, match=why):
        parse(text, NOW)
