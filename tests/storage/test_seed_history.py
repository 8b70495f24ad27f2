"""A past that is written at once reads like one that was looked at, and history goes on behind it."""

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.domain.observation import Observation, Sample, ServerKey
from bot.domain.usage_history import Band, Point
from bot.panel.models import PowerState
from bot.storage import Store
from bot.storage.repositories import metrics

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
KEY = ServerKey("main", "a" * 36)
MIB = 1024**2


def point(at: int, observations: int) -> Point:
    return Point(
        at, Band(MIB, 2 * MIB, 3 * MIB), Band(5, 10.5, 20), Band(9 * MIB, 9 * MIB, 9 * MIB), 7, None,
        observations, observations - 1, 1, 1, players=Band(1, 2.5, 4), player_limit=20,
    )  # fmt: skip


def steps(step_s: int, span: timedelta) -> list[Point]:
    until = int(NOW.timestamp()) // step_s * step_s
    return [point(at, step_s // 60 or 1) for at in range(until - int(span.total_seconds()), until, step_s)]


@pytest.mark.parametrize(
    ("step_s", "span"), [(300, timedelta(days=1)), (3600, timedelta(days=7)), (3600, timedelta(days=30))]
)
async def test_written_samples_are_read(tmp_path: Path, step_s: int, span: timedelta) -> None:
    store = await Store.open(tmp_path / "store.db", now=NOW)
    made = steps(step_s, span)
    await store.write(lambda conn: metrics.put_past(conn, KEY, step_s, made))
    await store.write(lambda conn: metrics.put_past(conn, KEY, step_s, made))  # a second time changes nothing
    async with store.read() as conn:
        history = await metrics.read(conn, KEY, NOW - span, NOW)
    assert history == metrics.History(step_s, tuple(made))
    await store.close()


@pytest.mark.sweep
async def test_history_goes_on_behind_it(tmp_path: Path) -> None:
    store = await Store.open(tmp_path / "store.db", now=NOW)
    for step_s, span in ((60, timedelta(hours=7)), (300, timedelta(days=4)), (3600, timedelta(days=30))):
        made = steps(step_s, span)
        await store.write(partial(metrics.put_past, server=KEY, step_s=step_s, points=made))
    for minute in range(10):
        at = NOW + timedelta(minutes=minute)
        seen = Sample(Observation(KEY, at, PowerState.RUNNING, 2 * MIB, 10.0, 9 * MIB, 0, 0, 9))
        await store.write(partial(metrics.write, samples=[seen], now=at))
    later = NOW + timedelta(minutes=10)
    async with store.read() as conn:
        hour = await metrics.read(conn, KEY, later - timedelta(hours=1), later)
        day = await metrics.read(conn, KEY, later - timedelta(days=1), later)
    assert (len(hour.points), hour.points[-1].at) == (60, int(NOW.timestamp()) + 9 * 60)
    assert day.points[-1].at == int(NOW.timestamp())
    assert day.points[-1].observations == 5
    await store.close()
