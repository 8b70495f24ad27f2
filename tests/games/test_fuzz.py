"""A small share of `python -m tests.games.fuzz`: 20,000 broken answers, which `make games` sends."""

import pytest

from tests.games import fuzz


@pytest.mark.sweep
async def test_broken_answers_are_none_or_a_plausible_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.games.player_query.LIMIT_S", 0.1)
    report = await fuzz.run(240, seed=7)
    assert report.faults == []
    assert report.cases.total() == 240
