"""The rate budget: people before machines, and never a 429 if it can be helped."""

import asyncio
from collections.abc import Callable

import pytest

from bot.panel import Lane, PanelClient, errors
from bot.panel.budget import Budget, BudgetView, retry_after_s
from tests.panel.conftest import UUID, Clock
from tests.support.origin import (
    Origin,
    Seen,
    complaint,
    http,
)


class Limiter:
    """The panel's own limiter: a fixed window that starts at its first request."""

    def __init__(self, clock: Callable[[], float], limit: int, window_s: float = 60) -> None:
        self.clock, self.limit, self.window_s = clock, limit, window_s
        self.used, self.ends, self.refused = 0, 0.0, 0

    def __call__(self, seen: Seen) -> bytes:
        if self.clock() >= self.ends:
            self.used, self.ends = 0, self.clock() + self.window_s
        self.used += 1
        left = max(0, self.limit - self.used)
        headers = {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remaining": str(left)}
        if self.used > self.limit:
            self.refused += 1
            wait = str(int(self.ends - self.clock()))
            return complaint(429, "ThrottleRequestsException", "", {**headers, "Retry-After": wait})
        return http(200, {"object": "list", "data": []}, headers)


def headers(remaining: int, limit: int = 100) -> dict[str, str]:
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(remaining)}


async def ask(budget: Budget, remaining: int, lane: Lane = Lane.INTERACTIVE) -> None:
    await budget.enter(lane)
    budget.leave(headers(remaining))


async def test_nothing_is_known_before_the_first_answer(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    assert budget.view == BudgetView(None, None, None)
    await ask(budget, 99)
    assert budget.view == BudgetView(100, 99, 61.0)


async def test_background_work_stops_at_the_reserve_and_people_go_on(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 30)
    await budget.enter(Lane.INTERACTIVE)
    budget.leave(headers(29))
    assert clock.slept == []
    await budget.enter(Lane.BACKGROUND)
    assert clock.slept == [61.0]


async def test_what_an_alert_waits_for_may_use_half_of_the_reserve(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 30)
    await ask(budget, 16, Lane.URGENT)
    await ask(budget, 15, Lane.URGENT)
    assert clock.slept == []
    await budget.enter(Lane.URGENT)
    assert clock.slept == [61.0]


async def test_what_was_used_of_the_reserve_is_not_held_back_from_background_work_again(
    clock: Clock,
) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 99)
    for remaining in range(98, 88, -1):
        await ask(budget, remaining, Lane.URGENT)
    await ask(budget, 21, Lane.BACKGROUND)  # 10 of 30 are used
    await ask(budget, 20, Lane.BACKGROUND)
    assert clock.slept == []
    for remaining in range(20, 10, -1):
        await ask(budget, remaining)
    await budget.enter(Lane.BACKGROUND)
    assert clock.slept == [61.0], "half of it is left to people in any case"
    await ask(budget, 30, Lane.BACKGROUND)
    await budget.enter(Lane.BACKGROUND)
    assert clock.slept == [61.0, 61.0], "a new window has its reserve"


async def test_interactive_requests_are_refused_when_nothing_is_left(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 0)
    with pytest.raises(errors.RateLimited) as caught:
        await budget.enter(Lane.INTERACTIVE)
    assert caught.value.retry_after_s == 61
    clock.now += 58
    await budget.enter(Lane.INTERACTIVE)  # three seconds are worth waiting for
    assert clock.slept == [3.0]


async def test_what_is_on_its_way_counts(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 2)
    await budget.enter(Lane.INTERACTIVE)
    await budget.enter(Lane.INTERACTIVE)
    with pytest.raises(errors.RateLimited):
        await budget.enter(Lane.INTERACTIVE)


async def test_answers_that_overtake_each_other_do_not_add_requests(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 50)
    for _ in range(3):
        await budget.enter(Lane.INTERACTIVE)
    for remaining in (47, 49, 48):
        budget.leave(headers(remaining))
    assert budget.view.remaining == 47


async def test_a_new_window_of_the_panels_is_noticed(clock: Clock) -> None:
    """Another caller's request began the window before ours did."""
    budget = Budget(clock, clock.sleep)
    await ask(budget, 10)
    clock.now += 20
    await ask(budget, 98)
    assert budget.view == BudgetView(100, 98, 61.0)


async def test_a_limit_that_the_administrator_changes_is_learnt(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 10)
    await budget.enter(Lane.INTERACTIVE)
    budget.leave(headers(255, limit=256))
    assert (budget.view.limit, budget.view.remaining) == (256, 255)


@pytest.mark.parametrize(
    "strange",
    [{}, headers(5, limit=0), {"X-RateLimit-Limit": "a", "X-RateLimit-Remaining": "-1"}, headers(10**30)],
    ids=["none", "zero", "words", "huge"],
)
async def test_answers_without_sensible_headers_teach_nothing(strange: dict[str, str], clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await ask(budget, 50)
    await budget.enter(Lane.INTERACTIVE)
    budget.leave(strange)
    assert (budget.view.limit, budget.view.remaining) == (100, 50)


async def test_a_429_ends_the_window_when_the_panel_says(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await budget.enter(Lane.BACKGROUND)
    assert budget.refused({**headers(0), "Retry-After": "7"}) == 8
    budget.leave(headers(0))
    await budget.enter(Lane.BACKGROUND)
    assert clock.slept == [8.0]


async def test_the_limiter_of_one_endpoint_is_not_the_accounts(client: PanelClient, origin: Origin) -> None:
    """`files/pull` shows its own limit of 10 (docs/reference/panel-api.md#rate-limits)."""
    origin.answers(
        http(200, {"object": "list", "data": []}, headers(700, limit=720)),
        http(204, b"", headers(9, limit=10)),
        complaint(429, "ThrottleRequestsException", "", {**headers(0, limit=10), "Retry-After": "200"}),
        http(200, {"object": "list", "data": []}, headers(697, limit=720)),
    )
    await client.databases.list(UUID)
    await client.files.pull(UUID, "https://example.com/a.jar")
    assert client.budget.limit == 720
    with pytest.raises(errors.RateLimited):
        await client.files.pull(UUID, "https://example.com/a.jar")
    await client.databases.list(UUID)  # everything else goes on
    assert (client.budget.limit, client.budget.remaining) == (720, 697)


async def test_the_limiter_of_one_endpoint_counts_for_the_account_however_small_it_is(clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    await budget.enter(Lane.BACKGROUND)
    budget.leave(headers(255, limit=256))
    for left in (1, 0):
        await budget.enter(Lane.BACKGROUND)
        budget.leave(headers(left, limit=2), own_limiter=True)
    assert budget.view.remaining == 253


async def test_a_big_search_meets_no_429_and_people_do_not_wait(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    """500 background requests under a limit of 60 a minute, and a person in the middle of it."""
    limiter = Limiter(clock, limit=60)
    origin.script = limiter
    await client.databases.list(UUID)  # the first answer teaches the limit
    background = client.on(Lane.BACKGROUND)
    clock.crowd = True
    search = asyncio.gather(*(background.databases.list(UUID) for _ in range(500)))
    windows = 0
    while not search.done():
        for _ in range(10):  # a person does ten things a minute, in the middle of it
            asked_at = clock.now
            await client.databases.list(UUID)
            assert clock.now == asked_at
        await quiet(origin)
        clock.pass_time()
        windows += 1
    await search
    assert limiter.refused == 0
    assert windows <= 1 + -(-500 // 42)  # 30 % of 60 are kept for people


async def quiet(origin: Origin) -> None:
    """Wait until nothing more is asked."""
    seen, rounds = -1, 0
    while seen != len(origin.requests) or rounds < 50:
        rounds = rounds + 1 if seen == len(origin.requests) else 0
        seen = len(origin.requests)
        await asyncio.sleep(0)


async def test_strangers_on_the_same_account_cost_one_429_at_most(
    client: PanelClient, origin: Origin, clock: Clock
) -> None:
    """A person with the panel open in a browser uses up the same budget."""
    limiter = Limiter(clock, limit=60)
    origin.script = limiter
    await client.databases.list(UUID)
    limiter.used = 60
    assert await client.on(Lane.BACKGROUND).databases.list(UUID) == ()
    assert limiter.refused == 1


WAITS = {
    "999999999": 3600.0,
    "9" * 400: 0.0,
    "-5": 0.0,
    "NaN": 0.0,
    "inf": 0.0,
    "1e9": 0.0,
    "soon": 0.0,
    "": 0.0,
    "7": 7.0,
    "1.5": 1.5,
    "Fri, 27 Nov 2026 12:00:30 GMT": 30.0,
    "Friday, 27-Nov-26 12:00:30 GMT": 30.0,
    "Fri Nov 27 12:00:30 2026": 30.0,
    "Fri, 27 Nov 2026 12:00:30 -0000": 30.0,
    "Fri, 27 Nov 2126 12:00:00 GMT": 3600.0,
    "Fri, 27 Nov 1996 12:00:00 GMT": 0.0,
    "Fri, 99 Nov 2026 12:00:00 GMT": 0.0,
    f"Fri, 27 Nov {'9' * 20} 12:00:00 GMT": 0.0,
}


@pytest.mark.parametrize("text", WAITS, ids=lambda text: text[:20] or "nothing")
async def test_whatever_retry_after_says_the_panel_is_asked_again_within_minutes(
    text: str, client: PanelClient, origin: Origin, clock: Clock
) -> None:
    sent_headers = {"Retry-After": text, "Date": "Fri, 27 Nov 2026 12:00:00 GMT"}
    assert retry_after_s(sent_headers) == WAITS[text] + 1
    origin.answers(complaint(429, "ThrottleRequestsException", "", {**headers(0), **sent_headers}))
    with pytest.raises(errors.RateLimited):
        await client.databases.list(UUID)
    origin.answers(http(200, {"object": "list", "data": []}))
    clock.now += 121
    assert await client.databases.list(UUID) == ()


NONSENSE = [headers(0, limit=1), headers(999_999_999, limit=10), headers(-1), headers(0, limit=-720)]


@pytest.mark.parametrize("strange", NONSENSE, ids=str)
async def test_limits_that_no_panel_has_do_not_slow_the_watch(strange: dict[str, str], clock: Clock) -> None:
    budget = Budget(clock, clock.sleep)
    for _ in range(200):
        await budget.enter(Lane.BACKGROUND)
        budget.leave(strange)
    assert clock.slept == []
    assert budget.view.limit is None
