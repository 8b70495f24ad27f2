"""Times in words become the five fields that mean the same."""

from datetime import UTC, datetime

import pytest

from bot.domain import cron
from bot.domain.cron_words import as_fields

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("every day at 4:00", "0 4 * * *"),
        ("Daily at 4", "0 4 * * *"),
        ("at 16.05", "5 16 * * *"),
        ("weekdays at 18:30", "30 18 * * 1-5"),
        ("on weekends at 10 am", "0 10 * * 6,0"),
        ("mondays and thursdays at 4:00", "0 4 * * 1,4"),
        ("every Mon, Wed and Fri at 12 am", "0 0 * * 1,3,5"),
        ("on sunday at noon", "0 12 * * 0"),
        ("every month on the 1st at midnight", "0 0 1 * *"),
        ("on the 1st and 15th of each month at 6:30 pm", "30 18 1,15 * *"),
        ("on the last day of the month at 23:00", "0 23 L * *"),
        ("every day at 4:30 and 16:30", "30 4,16 * * *"),
        ("every minute", "* * * * *"),
        ("every 15 minutes", "*/15 * * * *"),
        ("every 30 min", "*/30 * * * *"),
        ("every 2h", "0 */2 * * *"),
        ("4:00", "0 4 * * *"),
        ("midnight", "0 0 * * *"),
        ("every day at 4 p.m.", "0 16 * * *"),
        ("every day at 16h30", "30 16 * * *"),
        ("Mon-Fri at 4 o'clock", "0 4 * * 1,2,3,4,5"),
        ("friday to monday at 4:00", "0 4 * * 5,6,0,1"),
        ("hourly", "0 * * * *"),
        ("first monday at 4", "0 4 * * 1#1"),
        ("on the 2nd Tuesday of the month at 4:30", "30 4 * * 2#2"),
        ("every last friday at 8 pm", "0 20 * * 5L"),
        ("mon wed fri at 5:00", "0 5 * * 1,3,5"),
        ("weekdays 18:30", "30 18 * * 1-5"),
        ("daily 4am", "0 4 * * *"),
        ("every day 4:00 and 16:00", "0 4,16 * * *"),
        ("@daily", "0 0 * * *"),
        ("@Weekly", "0 0 * * 0"),
        ("every hour", "0 * * * *"),
        ("every  6 hours", "0 */6 * * *"),
        (" 0  4 * * MON-FRI ", "0 4 * * MON-FRI"),
    ],
)
def test_words_become_fields(typed: str, fields: str) -> None:
    assert as_fields(typed) == fields


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("every 5 hours", "starts over each day. It can run every 2, 3, 4, 6, 8, 12 hours"),
        ("every 45 minutes", "starts over each hour"),
        ("every 24 hours", "can't run every 24 hours"),
        ("every 0 minutes", "can't run every 0 minutes"),
        ("daily", "`daily` doesn't say at what time"),
        ("every day at 25:00", "`25:00` is no time of day"),
        ("every day at 13 pm", "`13 pm` is no time of day"),
        ("every day at 4:00 and 16:30", "Make one for each time"),
        ("whenever @everyone likes", "Quetzal can't read `whenever @everyone likes` as a time"),
        ("on the 32nd at 4:00", "Quetzal can't read"),
    ],
)
def test_what_no_fields_can_say_is_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(cron.BadCron) as caught:
        as_fields(typed)
    assert why in caught.value.happened


@pytest.mark.parametrize("typed", ["0 4 * *", "61 4 * * *", "*/5"])
def test_what_is_not_in_words_is_left_to_cron(typed: str) -> None:
    assert as_fields(typed) == typed
    with pytest.raises(cron.BadCron):
        cron.parse(as_fields(typed), NOW)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("30 18 * * 1-5", "at 18:30 on weekdays"),
        ("0 10 * * 6,0", "at 10:00 on weekends"),
        ("0 4 L * ?", "at 04:00 on the last day of the month"),
    ],
)
def test_fields_are_described_in_the_same_words(fields: str, words: str) -> None:
    assert cron.describe(cron.parse(fields, NOW)) == words
