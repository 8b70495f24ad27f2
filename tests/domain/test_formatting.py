"""Numbers as people read them."""

from datetime import UTC, datetime, timedelta
from gettext import NullTranslations

import pytest

from bot.core.i18n import CATALOGUES, language, number
from bot.domain import formatting
from bot.domain.usage_scale import UsageLevel, share, usage_level

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (5 * 1024**3, "5 GiB")],
)
def test_sizes_are_binary(count: int, words: str) -> None:
    assert formatting.size(count) == words


@pytest.mark.parametrize(
    ("value", "words"), [(0, "0%"), (0.04, "0.0%"), (3.44, "3.4%"), (57.4, "57%"), (250, "250%")]
)
def test_percentages(value: float, words: str) -> None:
    assert formatting.percent(value) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 s"),
        (0, "0 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (90061, "1 d 1 h"),
        (86_400 * 400, "400 d"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, words: str) -> None:
    assert formatting.duration(seconds) == words


def test_moments() -> None:
    assert formatting.ago(NOW, NOW) == "just now"
    assert formatting.ago(NOW + timedelta(hours=1), NOW) == "just now"
    assert formatting.ago(NOW - timedelta(minutes=5), NOW) == "5 min ago"
    assert formatting.discord_time(NOW) == "<t:1795435200:R>"


def forms() -> dict[str, str]:
    at = datetime(2026, 10, 3, 4, 5, tzinfo=UTC)
    return {
        "size": formatting.size(1.5 * 1024**3),
        "small share": formatting.percent(3.44),
        "large share": formatting.percent(1204.4),
        "duration": formatting.duration(2 * 86_400 + 3 * 3600),
        "short duration": formatting.duration(305),
        "list": formatting.joined(["a", "b", "c"]),
        "last": formatting.joined_with_and(["a", "b", "c"]),
        "two": formatting.joined_with_and(["a", "b"]),
        "day": formatting.day_and_month(at),
        "month": formatting.month_and_year(at),
        "size in": formatting.size_in("KiB", 312.4),
        "unrounded share": formatting.unrounded_percent(97.25),
        "seconds": formatting.seconds(0.44),
        "milliseconds": formatting.milliseconds(38.4),
        "number": number(1204.5, ",.1f"),
    }


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        (
            "en",
            "1.5 GiB|3.4%|1204%|2 d 3 h|5 min 5 s|a, b, c|a, b and c|a and b|3 Oct|Oct 2026|312 KiB"
            "|97.25%|0.4 s|38 ms|1,204.5",
        ),
        (
            "de",
            "1,5 GiB|3,4 %|1204 %|2 Tg. 3 Std.|5 Min. 5 Sek.|a, b, c|a, b und c|a und b|3. Okt.|Okt. 2026"
            "|312 KiB|97,25 %|0,4 Sek.|38 ms|1.204,5",
        ),
        (
            "fr",
            "1,5 GiB|3,4 %|1204 %|2 j 3 h|5 min 5 s|a, b, c|a, b et c|a et b|3 oct.|oct. 2026|312 KiB"
            "|97,25 %|0,4 s|38 ms|1 204,5",
        ),
        (
            "ja",
            "1.5 GiB|3.4%|1204%|2 日 3 時間|5 分 5 秒|a、b、c|a、b、c|a、b|10月3日|2026年10月|312 KiB"
            "|97.25%|0.4 秒|38 ms|1,204.5",
        ),
        (
            "pl",
            "1,5 GiB|3,4%|1204%|2 dni 3 godz.|5 min 5 sek.|a, b, c|a, b i c|a i b|3 paź|paź 2026|312 KiB"
            "|97,25%|0,4 sek.|38 ms|1 204,5",
        ),
    ],
)
def test_each_language_writes_its_own_forms(tag: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUES, tag, NullTranslations())
    with language(tag):
        made = forms()
    assert {
        name: form.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
        for name, form in made.items()
    } == dict(zip(made, wanted.split("|"), strict=True))


def test_bars_are_always_as_wide() -> None:
    assert [formatting.bar(value) for value in (-5, 0, 50, 100, 250)] == [
        "░" * 10,
        "░" * 10,
        "█" * 5 + "░" * 5,
        "█" * 10,
        "█" * 10,
    ]


def test_counts() -> None:
    assert formatting.counted(1, "server", "servers") == "1 server"
    assert formatting.counted(1204, "server", "servers") == "1,204 servers"
    assert formatting.counted(0, "entry", "entries") == "0 entries"


@pytest.mark.parametrize(
    ("percent", "step"),
    [
        (0, UsageLevel.NORMAL),
        (69.9, UsageLevel.NORMAL),
        (70, UsageLevel.MODERATE),
        (84.9, UsageLevel.MODERATE),
        (85, UsageLevel.WARNING),
        (94.9, UsageLevel.WARNING),
        (95, UsageLevel.CRITICAL),
        (140, UsageLevel.CRITICAL),
    ],
)
def test_the_scale(percent: float, step: UsageLevel) -> None:
    assert usage_level(percent) is step


def test_without_a_limit_there_is_no_share() -> None:
    assert share(5, None) is None
    assert share(5, 0) is None
    assert share(5, 10) == 50


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(3_540, "59 minutes"), (3_600, "1 hour"), (4_200, "70 minutes"), (5_400, "2 hours")],
)
def test_a_rough_time_is_one_rounded_unit(seconds: float, words: str) -> None:
    assert formatting.about(seconds) == words
