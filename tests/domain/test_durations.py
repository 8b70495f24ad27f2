"""Times are read in the forms in which people write them."""

import pytest

from bot.domain.durations import read_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 1800), ("0", 0), ("50 s", 50), ("30sec", 30), ("45 seconds", 45), ("5m", 300), ("5 min.", 300),
        ("5 minutes", 300), ("90 mins", 5400), ("1 h 30 min", 5400), ("1h30m", 5400), ("1h30", 5400),
        ("1,5h", 5400), ("1.5 hours", 5400), ("2 hrs", 7200), ("2 hours and 5 minutes", 7500),
        ("1 hour, 30 minutes", 5400), ("1 day", 86_400), ("2d", 172_800), ("1 week", 604_800),
        (" 5  M ", 300),
    ],
)  # fmt: skip
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-5m",
        "m5",
        "5x",
        "1:30",
        "1e3",
        "forever",
        "5 mo",
        "5 monutes",
        "\u0665m",
        "1.5.5",
        "12x",
        "5,",
        "5 m m",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert read_duration(text) is None
