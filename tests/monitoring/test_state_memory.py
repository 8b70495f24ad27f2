"""What a new observation is compared with."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.observation import Observation, ServerKey, Source
from bot.monitoring.state_memory import last_of_process
from bot.panel.models import PowerState

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)


def seen(at_s: float, uptime_s: float, state: str = "running", source: Source = Source.SOCKET) -> Observation:
    at, uptime_ms = NOW + timedelta(seconds=at_s), int(1000 * uptime_s)
    return Observation(ServerKey("main", "u"), at, PowerState(state), 1, 1.0, 0, 0, 0, uptime_ms, source)


@pytest.mark.parametrize(
    ("observed", "is_newer"),
    [
        (seen(50, 53.5), True),
        (seen(50, 40), False),
        (seen(50, 48, source=Source.POLL), True),
        (seen(50, 20, source=Source.POLL), False),
        (seen(50, 53.5, "stopping"), False),
        (seen(-10, 1), False),
        (None, False),
    ],
)
def test_process_is_as_old_as_it_was_observed_unless_another_one_was(
    observed: Observation | None, is_newer: bool
) -> None:
    stored = seen(0, 3.5)
    assert last_of_process(stored, observed) is (observed if is_newer else stored)


def test_nothing_stored_is_nothing_to_compare_with() -> None:
    assert last_of_process(None, seen(0, 5)) is None
