"""What a schedule says about the panel's time zone and about changes of the clocks."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.domain.panel_time import PanelZone
from bot.panel.models import Cron, Entries, Schedule
from bot.services.schedules import ScheduleList
from bot.ui.schedules import cards
from tests.ui.card_limits import server

BERLIN = ZoneInfo("Europe/Berlin")
NAMED = PanelZone(is_known=True, named=BERLIN)


def said(fields: str, at: str, next_run: str, zone: PanelZone = NAMED) -> str:
    schedule = Schedule(
        id=1,
        name="Nightly",
        cron=Cron.from_fields(fields),
        is_active=True,
        next_run_at=datetime.fromisoformat(next_run).replace(tzinfo=UTC),
    )
    listed = ScheduleList(Entries((schedule,)), zone, datetime.fromisoformat(at).replace(tzinfo=UTC))
    card = cards.one_schedule(server(), schedule, listed, hides_secrets=False)
    return "\n".join([card.description, *(field.value for field in card.fields), card.footer])


def test_a_run_that_the_panel_leaves_out_in_spring_is_said() -> None:
    text = said("0 4 * * *", "2026-03-28T12:00", "2026-03-30T02:00")
    assert "The clocks go forward on <t:1774778400:D>: the panel leaves out a run that day." in text
    assert "then <t:1774922400:f> · <t:1775008800:f>" in text, "04:00 in summer"
    assert "the panel's time zone, Europe/Berlin" in text


def test_a_run_that_comes_twice_in_autumn_is_said() -> None:
    text = said("30 2 * * *", "2026-10-24T12:00", "2026-10-25T00:30")
    assert "The clocks go back on <t:1792926000:D>: the panel runs it more often that day." in text
    assert "then <t:1792891800:f> · <t:1792978200:f>" in text, "02:30 a second time, and in winter"


def test_without_a_change_of_the_clocks_nothing_is_said_about_it() -> None:
    assert "clocks" not in said("0 4 * * *", "2026-07-01T12:00", "2026-07-02T02:00")


def test_a_zone_that_the_panels_runs_don_t_fit_is_said() -> None:
    zone = PanelZone(is_known=True, contradicted=BERLIN)
    text = said("0 4 * * *", "2026-07-01T12:00", "2026-07-02T04:00", zone)
    assert "the panel's time zone, UTC. The settings say Europe/Berlin, but its runs don't match that" in text
