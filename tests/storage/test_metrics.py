"""History is kept fine for a while and coarse for long, whatever was in between."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from bot.domain.observation import Extremes, Observation, PlayerTotal, Sample, ServerKey
from bot.domain.usage_history import Band
from bot.panel.models import PowerState
from bot.panel.models.base import MOST
from bot.storage import Store
from bot.storage.repositories import metrics
from bot.storage.repositories.metrics import History

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
KEY, OTHER = ServerKey("main", "a"), ServerKey("main", "b")
KIB = 1024


def sample(
    minute: float,
    cpu: float = 10,
    *,
    server: ServerKey = KEY,
    state: PowerState = PowerState.RUNNING,
    rate: float | None = 100,
    restarts: int = 0,
    extremes: Extremes | None = None,
    players: PlayerTotal | None = None,
) -> Sample:
    at = NOW + timedelta(minutes=minute)
    seen = Observation(
        server, at, state, 4 * KIB, cpu, 8 * KIB, 0, 0, 1000, extremes=extremes, players=players
    )
    return Sample(seen, rate, rate, restarts)


async def tick(store: Store, *samples: Sample, minute: float) -> None:
    await store.write(partial(metrics.write, samples=samples, now=NOW + timedelta(minutes=minute)))


async def history(store: Store, minutes: float, *, until: float = 0, server: ServerKey = KEY) -> History:
    last = NOW + timedelta(minutes=until)
    async with store.read() as conn:
        return await metrics.read(conn, server, last - timedelta(minutes=minutes), last)


async def test_the_largest_numbers_of_a_node_are_kept_and_added_up(store: Store) -> None:
    for minute in range(0, 61, 5):
        at, most = NOW + timedelta(minutes=minute), float(MOST)
        seen = Observation(KEY, at, PowerState.RUNNING, MOST, most, MOST, MOST, MOST, MOST)
        await tick(store, Sample(seen, most, most), sample(minute, server=OTHER), minute=minute)
    await tick(store, minute=180)
    for minutes in (60, 86_400, 500_000):
        (*_, last) = (await history(store, minutes, until=120)).points
        assert (last.cpu.high, last.rx_rate) == (MOST, MOST)


async def test_an_hour_is_read_as_it_was_seen_and_gaps_are_gaps(store: Store) -> None:
    for minute in (0, 1, 5):
        await tick(store, sample(minute, minute), sample(minute, 99, server=OTHER), minute=minute)
    result = await history(store, 60, until=60)
    assert [(point.at - NOW.timestamp(), point.cpu.mean) for point in result.points] == [
        (0, 0),
        (60, 1),
        (300, 5),
    ]
    assert result.step_s == 60


async def test_five_minutes_and_hours_keep_lowest_mean_highest_and_shares(store: Store) -> None:
    await tick(store, sample(0, 10), minute=0)
    await tick(store, sample(1, 40, state=PowerState.OFFLINE, rate=None), minute=1)
    await tick(store, sample(2, 10, restarts=1, rate=300), minute=2)
    await tick(store, sample(61, 99), minute=61)
    for period in (24 * 60, 30 * 24 * 60):
        (point,) = (await history(store, period, until=60)).points
        assert point.cpu == Band(10, 20, 40)
        assert point.memory == Band(4 * KIB, 4 * KIB, 4 * KIB)
        assert (point.observations, point.running, point.offline, point.restarts) == (3, 2, 1, 1)
        assert (point.rx_rate, point.at) == (200, NOW.timestamp())


async def test_lowest_and_highest_within_a_minute_are_kept_at_every_resolution(store: Store) -> None:
    spike = Extremes(memory_low=KIB, memory_high=7 * KIB, cpu_low=2.5, cpu_high=180)
    await tick(store, sample(0, 10), minute=0)
    await tick(store, sample(1, 40, extremes=spike), minute=1)
    await tick(store, sample(61), minute=61)

    single, reduced = (await history(store, 60, until=60)).points
    assert (single.cpu, single.memory) == (Band(10, 10, 10), Band(4 * KIB, 4 * KIB, 4 * KIB))
    assert (reduced.cpu, reduced.memory) == (Band(2.5, 40, 180), Band(KIB, 4 * KIB, 7 * KIB))
    for period in (24 * 60, 30 * 24 * 60):
        (point,) = (await history(store, period, until=60)).points
        assert (point.cpu, point.memory) == (Band(2.5, 25, 180), Band(KIB, 4 * KIB, 7 * KIB))


async def test_rolling_up_goes_on_after_a_restart_without_counting_twice(store: Store) -> None:
    for minute in range(0, 30, 3):
        await tick(store, sample(minute), minute=minute)
        await tick(store, minute=minute)
    result = await history(store, 24 * 60, until=60)
    assert [point.observations for point in result.points] == [2, 2, 1, 2, 2]


@pytest.mark.parametrize(
    ("minutes", "step_s"),
    [(60, 60), (360, 60), (24 * 60, 300), (7 * 24 * 60, 3600), (30 * 24 * 60, 3600), (395 * 24 * 60, 36_000)],
)
async def test_no_period_has_more_than_a_thousand_points(store: Store, minutes: float, step_s: int) -> None:
    result = await history(store, minutes)
    assert (result.step_s, result.points) == (step_s, ())
    assert minutes * 60 / step_s < metrics.MAX_POINTS


async def test_what_is_too_old_is_forgotten_a_table_at_a_time_and_then_the_server(store: Store) -> None:
    await tick(store, sample(0), minute=0)
    await tick(store, sample(0, server=OTHER), minute=61)
    for days, gone in ((1, 0), (3, 2), (31, 2), (400, 2), (400, 0)):
        assert await metrics.prune(store, now=NOW + timedelta(days=days)) == gone


async def test_a_sample_that_comes_twice_counts_once(store: Store) -> None:
    await tick(store, sample(0), minute=0)
    await tick(store, sample(0), minute=0)
    assert [point.observations for point in (await history(store, 60, until=60)).points] == [1]


async def test_players_are_averaged_over_the_minutes_in_which_the_game_answered(store: Store) -> None:
    answers = (PlayerTotal(2, 20), None, PlayerTotal(5, 20), PlayerTotal(0, 30), None)
    for minute, players in enumerate(answers):
        await tick(store, sample(minute, players=players), minute=minute)
    samples = (await history(store, 5, until=5)).points
    assert [point.players and point.players.mean for point in samples] == [2, None, 5, 0, None]
    await tick(store, minute=70)
    for minutes in (3 * 1440, 60 * 1440):
        (point,) = (await history(store, minutes, until=65)).points
        assert point.players == Band(0, pytest.approx(2.3), 5)  # type: ignore[arg-type]  # it compares itself
        assert point.player_limit == 30


async def test_a_game_that_never_answered_has_no_players(store: Store) -> None:
    await tick(store, sample(0), minute=0)
    await tick(store, minute=70)
    for minutes in (60, 3 * 1440):
        assert (await history(store, minutes, until=5)).points[0].players is None
