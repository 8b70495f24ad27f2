"""/server performance: what the history says, with a chart and without one."""

import os
import signal
from io import BytesIO

import pytest
from PIL import Image
from simcord import InteractionResult, ResponseMessage

from sandbox import Fault
from tests.support.messages import buttons, pictures, text
from tests.support.metrics_history import point, remember
from tests.support.world import World, shown


def no_drawing() -> bytes:
    import matplotlib.backends.backend_agg  # noqa: F401, PLC0415 - what takes long the first time

    return b""


async def ask(world: World, **given: str) -> InteractionResult:
    return await world.admin.slash(world.channel, "server performance", server="Survival", **given)


async def ready(world: World) -> None:
    """Have a past, and a worker that has started: that is not what a test waits for."""
    await remember(world)
    await world.services.charts.draw(no_drawing)


def picture(world: World, message: ResponseMessage) -> tuple[int, int]:
    (attachment,) = message.attachments
    with Image.open(BytesIO(world.env.backend.cdn.get(attachment.url) or b"")) as image:
        return image.size


async def test_a_day_is_shown_in_numbers_drawn_and_described(world: World) -> None:
    await ready(world)
    answer = shown(await ask(world))
    response = text(answer)
    assert "Survival · 24h" in response
    assert "**Up 100% · no restarts**" in response
    assert "**Memory** mean 50%, peak 55%" in response
    assert picture(world, answer) == (800, 450)
    (drawn,) = pictures(answer)
    assert drawn["media"]["url"] == answer.attachments[0].url
    said = drawn["description"]
    assert said.startswith("Chart of everything in the last 24 hours, until 20")
    assert "Memory (of 1 GiB): 50% at the end, from 45% to 55%, 50% on average" in said


@pytest.mark.sweep
async def test_buttons_show_the_other_periods_in_the_same_message(world: World) -> None:
    await ready(world)
    answer = await ask(world, period="1h")
    for period in ("6h", "7d", "30d", "1h"):
        await world.admin.click(shown(answer), label=period)
        assert f"Survival · {period}" in text(shown(answer))
        assert buttons(shown(answer)) == [
            "Memory",
            "CPU",
            "Disk",
            "Network",
            *(label for label in ("1h", "6h", "24h", "7d", "30d") if label != period),
        ]
        assert len(shown(answer).attachments) == 1


@pytest.mark.sweep
async def test_a_measure_is_drawn_large_and_stays_for_another_period(world: World) -> None:
    await ready(world)
    answer = await ask(world)
    await world.admin.click(shown(answer), label="CPU")
    message = shown(answer)
    assert "Mean 30%, peak 33% of 1 core" in text(message)
    assert "7-day trend (95% range in brackets)" in text(message)
    assert picture(world, message) == (800, 450)
    await world.admin.click(message, label="1h")
    (drawn,) = pictures(shown(answer))
    assert drawn["description"].startswith("Chart of CPU in the last hour")
    await world.admin.click(shown(answer), label="All")
    assert "**Disk** mean" in text(shown(answer))


async def test_without_any_history_it_says_what_to_do(world: World) -> None:
    answer = shown(await ask(world))
    assert "No history yet." in text(answer)
    assert "`/server status`" in text(answer)
    assert answer.attachments == []
    assert world.services.charts.pids == []


@pytest.mark.sweep
async def test_an_hour_without_samples_points_to_a_longer_period(world: World) -> None:
    await remember(world, step=lambda ago, at, observations: None if ago < 3 else point(at, observations))
    await world.services.charts.draw(no_drawing)
    answer = await ask(world, period="1h")
    assert "No data for this time" in text(shown(answer))
    await world.admin.click(shown(answer), label="24h")
    assert "**Up 100% · no restarts**" in text(shown(answer))
    assert " · data for 8" in text(shown(answer))


@pytest.mark.sweep
async def test_it_works_while_node_and_panel_are_down(world: World) -> None:
    await ready(world)
    await world.admin.slash(world.channel, "server list")  # the list is known from before
    world.sandbox.faults.add(Fault.status(504), path="*")
    answer = shown(await ask(world))
    assert "**Up 100% · no restarts**" in text(answer)
    assert len(answer.attachments) == 1


@pytest.mark.sweep
async def test_a_worker_killed_before_the_chart_is_replaced(world: World) -> None:
    await ready(world)
    (pid,) = world.services.charts.pids
    os.kill(pid, signal.SIGKILL)
    answer = await ask(world)
    await world.until(lambda: len(shown(answer).attachments) == 1)
    assert world.services.charts.pids != [pid]


def die(_: object) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


@pytest.mark.sweep
async def test_a_worker_that_dies_of_the_chart_leaves_the_words(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ready(world)
    monkeypatch.setattr("bot.ui.servers.performance_view.draw_performance", die)
    answer = await ask(world)
    await world.until(lambda: "The chart couldn't be drawn" in text(shown(answer)))
    assert "**Up 100% · no restarts**" in text(shown(answer))
    assert shown(answer).attachments == []
    assert len(buttons(shown(answer))) == 8


async def test_strangers_see_nothing_and_press_nothing(world: World) -> None:
    refused = await world.stranger.slash(world.channel, "server performance", server="Survival")
    assert "You don't have access to Quetzal here." in text(shown(refused))
    answer = await world.operator.slash(world.channel, "server performance", server="Survival", public=True)
    pressed = await world.stranger.click(shown(answer), label="7d")
    assert "belong to someone else" in text(shown(pressed))
