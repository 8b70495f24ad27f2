"""The page of the demo, as several people use it at once; requests are those of its script."""

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from demo.discord.live import LiveDiscord
from demo.harness import Harness
from demo.main import open_demo
from sandbox.node.volumes import disk_of
from tests.support.demo_page import Page, open_page
from tests.support.forks import forked_workers

Demo = tuple[Harness[LiveDiscord], str]
ADA, OTTO, SAM = 0, 1, 2
pytestmark = pytest.mark.long


@pytest.fixture
async def demo() -> AsyncIterator[Demo]:
    with forked_workers():
        async with open_demo(0) as (harness, link):
            yield harness, link


@pytest.fixture
async def ada(demo: Demo) -> AsyncIterator[Page]:
    async with open_page(demo[1], viewer=ADA) as page:
        yield page


def power_signals(harness: Harness[LiveDiscord]) -> int:
    return sum(logged.path.endswith("/power") for logged in harness.sandbox.requests)


@pytest.mark.sweep
async def test_the_page_opens_with_a_welcome_choices_colours_and_a_warm_chart_worker(
    demo: Demo, ada: Page
) -> None:
    assert "/server list" in await ada.text()
    assert ada.opened["status"] == "current"
    assert not ada.opened["diagnostics"]

    harness, link = demo
    address, _, _ = link.partition("/#")
    async with aiohttp.ClientSession(address) as http:
        async with http.get("/commands.js") as answer:
            assert 'queryAutocomplete(option, String(field.value || ""))' in await answer.text()
        async with http.get("/preview.css") as answer:
            assert ".hljs-addition" in await answer.text()
    assert harness.discord.env.backend.bot_user.avatar is not None
    (png,) = harness.discord.kept_files.values()
    assert struct.unpack(">II", png[16:24]) == (128, 128)

    assert len(harness.services.charts.pids) == 1  # the first chart does not wait for its worker


@pytest.mark.sweep
async def test_a_stop_is_asked_about_done_and_followed_to_its_end(demo: Demo, ada: Page) -> None:
    await ada.run("server status", server="Creative")
    await ada.sees("Running")
    await ada.press("Stop")
    await ada.sees("Stop Creative?")
    assert power_signals(demo[0]) == 0

    receipt = await ada.press("Stop")

    assert not receipt["rejected"]
    await ada.sees("Creative is stopped")
    assert power_signals(demo[0]) == 1
    assert demo[0].sandbox.unknown_routes == []


@pytest.mark.sweep
async def test_two_quick_clicks_are_one_stop(demo: Demo, ada: Page) -> None:
    await ada.run("server power", action="stop", server="Creative")
    await ada.sees("Stop Creative?")

    first, second = await asyncio.gather(ada.press("Stop"), ada.press("Stop"))

    assert not first["rejected"]
    assert second["rejected"]  # the button is gone by then
    await ada.sees("Creative is stopped")
    assert power_signals(demo[0]) == 1


@pytest.mark.sweep
async def test_a_click_on_a_page_that_was_published_again_meanwhile_counts(ada: Page) -> None:
    await ada.run("server status", server="Creative")
    await ada.sees("Refresh")
    assert (await ada.state())["publishedRevision"] > ada.opened["publishedRevision"]

    assert not (await ada.press("Refresh"))["rejected"]


@pytest.mark.sweep
async def test_several_people_act_at_the_same_moment(demo: Demo, ada: Page) -> None:
    async with open_page(demo[1], viewer=OTTO) as otto, open_page(demo[1], viewer=SAM) as sam:
        done = await asyncio.gather(
            ada.run("server list", public=True), otto.run("server list"), sam.run("server list")
        )

        assert not any(receipt["rejected"] for receipt in done)
        await sam.sees("8 servers")


@pytest.mark.sweep
async def test_a_stranger_reads_a_clear_no_and_nobody_else_reads_it(demo: Demo, ada: Page) -> None:
    async with open_page(demo[1], viewer=SAM) as sam:
        receipt = await sam.run("server status", server="Survival")

        assert receipt["settlement"] == "settled"
        assert "have access to Quetzal here." in await sam.text()
        assert "falcon" not in await sam.text()
        assert "have access to Quetzal here." not in await ada.text()


@pytest.mark.sweep
async def test_the_servers_are_offered_while_typing(ada: Page) -> None:
    receipt = await ada.complete("server status", "server", "surv")

    assert next(choice["name"] for choice in receipt["result"]["choices"]).startswith("Survival")


@pytest.mark.sweep
async def test_old_things_are_forgotten_so_that_it_runs_for_hours(demo: Demo, ada: Page) -> None:
    harness, _ = demo
    backend = harness.discord.env.backend
    requests: list[Any] = backend.http_requests
    for number in range(500):
        requests.append(number)  # any entry will do
        backend.create_message(harness.channel.id, harness.admin.id, f"message {number}")
    await ada.run("server list")
    await ada.sees("8 servers")

    assert len(backend.http_requests) <= 400
    assert len(backend.messages[harness.channel.id]) < 100  # 75, and what came since the page was last shown
    assert len((await ada.state())["timeline"]) <= 25


@pytest.mark.sweep
async def test_server_that_will_not_start_is_diagnosed_and_fixed_by_one_button(demo: Demo, ada: Page) -> None:
    harness, _ = demo
    (old,) = [server for server in harness.sandbox.world.servers.values() if server.name == "Old World"]
    await ada.run("server power", action="start", server="Old World")
    await ada.sees("Old World crashed and was not restarted")
    await ada.sees("Minecraft's EULA is not accepted.")
    await ada.sees("You need to agree to the EULA in order to run the server.")

    await ada.press("Accept the EULA…")
    await ada.sees("Accept the EULA for Old World?")
    await ada.press("Accept and start")
    await ada.sees("The EULA is accepted")
    await ada.sees("Old World is running")

    assert disk_of(old).tree.root.joinpath("eula.txt").read_bytes() == b"eula=true\n"
    assert old.state == "running"
