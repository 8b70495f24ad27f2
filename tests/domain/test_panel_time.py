"""The panel's time zone is worked out from when it runs schedules next."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.panel_time import PanelZone, next_runs, zone_of
from bot.panel.models import Cron, Schedule

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


def schedule(fields: str, next_run: str, *, is_active: bool = True) -> Schedule:
    return Schedule(
        id=1,
        name="",
        cron=Cron.from_fields(fields),
        is_active=is_active,
        next_run_at=datetime.fromisoformat(f"{next_run}:00+00:00"),
    )


@pytest.mark.parametrize(
    ("fields", "next_run", "name"),
    [
        ("0 4 * * *", "2026-11-28T04:00", "UTC"),
        ("0 4 * * *", "2026-11-28T02:00", "UTC+2"),
        ("30 4 * * *", "2026-11-27T23:00", "UTC+5:30"),
        ("0 4 * * *", "2026-11-28T09:00", "UTC-5"),
        ("0 4 * * *", "2026-11-27T15:00", "UTC+13"),
        ("0 4 * * 6", "2026-11-28T02:00", "UTC+2"),
    ],
)
def test_an_hour_of_the_day_shows_the_zone(fields: str, next_run: str, name: str) -> None:
    zone = zone_of([schedule(fields, next_run)])

    assert (zone.name, zone.is_known) == (name, True)


@pytest.mark.parametrize("fields", ["*/5 * * * *", "0 * * * *", "0 */6 * * *", "nonsense 4 * * *"])
def test_what_fits_several_zones_shows_none(fields: str) -> None:
    assert zone_of([schedule(fields, "2026-11-28T00:00")]) == PanelZone()


def test_several_schedules_show_together_what_none_shows_alone() -> None:
    six_hours = schedule("0 */6 * * *", "2026-11-27T22:00")
    five_hours = schedule("0 0,5,10,15,20 * * *", "2026-11-27T22:00")

    assert zone_of([six_hours]).is_known is False
    assert zone_of([six_hours, five_hours]).name == "UTC+2"


def test_after_a_change_of_summer_time_the_nearest_run_counts() -> None:
    winter = schedule("0 4 * * *", "2026-03-28T03:00")
    summer = schedule("0 4 * * 0", "2026-03-29T02:00")

    assert zone_of([summer, winter]).name == "UTC+1"


def test_an_old_run_of_a_paused_schedule_counts_last() -> None:
    paused = schedule("0 4 * * *", "2026-07-01T02:00", is_active=False)

    assert zone_of([paused, schedule("0 5 * * *", "2026-11-28T04:00")]).name == "UTC+1"
    assert zone_of([paused]).name == "UTC+2"


def test_runs_are_worked_out_in_the_panels_zone() -> None:
    runs = next_runs(Cron.from_fields("0 4 * * *"), NOW, PanelZone(timedelta(hours=2), is_known=True), 2)

    assert [run.isoformat() for run in runs] == ["2026-11-28T02:00:00+00:00", "2026-11-29T02:00:00+00:00"]


def test_a_zone_that_was_set_has_its_summer_time() -> None:
    zone = zone_of([schedule("0 4 * * *", "2026-03-28T03:00")], BERLIN)

    assert (zone.name, zone.is_known, zone.contradicted) == ("Europe/Berlin", True, None)
    runs = next_runs(Cron.from_fields("0 5 * * 1"), datetime(2026, 3, 20, tzinfo=UTC), zone, 2)
    assert [f"{run:%d %H:%M}" for run in runs] == ["23 04:00", "30 03:00"]


@pytest.mark.parametrize(
    ("fields", "next_run"),
    [
        ("*/5 * * * *", "2026-03-28T03:05"),
        ("30 2 * * *", "2026-03-29T01:30"),
        ("0 3 * * *", "2026-10-25T01:00"),
    ],
)
def test_a_zone_that_was_set_holds_where_runs_don_t_show_one(fields: str, next_run: str) -> None:
    assert zone_of([schedule(fields, next_run)], BERLIN).named == BERLIN


def test_a_zone_that_was_set_is_not_believed_when_the_panel_runs_by_another_one() -> None:
    zone = zone_of([schedule("0 4 * * *", "2026-11-28T04:00")], BERLIN)

    assert (zone.name, zone.is_known, zone.named, zone.contradicted) == ("UTC", True, None, BERLIN)
