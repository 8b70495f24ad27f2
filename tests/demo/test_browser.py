"""A person with a browser: list, status, restart, confirm. The real page in a real Chromium."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from demo.discord.live import LiveDiscord
from demo.harness import Harness
from demo.main import open_demo
from sandbox.demo_world_games import PLAYERS
from tests.support.browser import Person, find_chromium, open_browser, open_page

CHROMIUM = os.environ.get("CHROMIUM") or find_chromium()

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),  # the browser is started once
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (apt-get install chromium)"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    assert CHROMIUM is not None
    async with open_browser(CHROMIUM) as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def demo() -> AsyncIterator[tuple[Harness[LiveDiscord], str]]:
    async with open_demo(0) as (harness, link):
        yield harness, link


@pytest_asyncio.fixture(loop_scope="module")
async def ada(demo: tuple[Harness[LiveDiscord], str], browser: Browser) -> AsyncIterator[Person]:
    async with open_page(demo[1], browser) as person:
        yield person


async def test_list_status_restart_and_confirm(demo: tuple[Harness[LiveDiscord], str], ada: Person) -> None:
    harness, _ = demo
    await ada.run("server list")
    listed = await ada.sees("8 servers")
    assert await listed.get_by_text("Survival").count()

    await ada.run("server status", server="Survival")
    report = await ada.sees("Memory")
    await report.get_by_role("button", name="Restart").click()

    question = await ada.sees("Restart Survival?")
    await question.get_by_role("button", name="Restart").dblclick()
    await ada.sees("Survival was restarted and is running")

    assert sum(logged.path.endswith("/power") for logged in harness.sandbox.requests) == 1
    assert harness.sandbox.unknown_routes == []


@pytest.mark.sweep
async def test_a_rust_server_that_answers_a2s_says_who_is_on(ada: Person) -> None:
    await ada.sees("no successful backup for 41", within_s=240)  # by then every game was asked

    status = await ada.responds_to("server status", server="Anarchy")
    assert "of 40 players" in await status.inner_text()
    listed = await (await ada.responds_to("players list", server="Anarchy")).inner_text()
    names = {line.partition(" · ")[0] for line in listed.splitlines()}
    assert names & set(PLAYERS)  # who is on depends on the hour, and somebody always is


@pytest.mark.sweep
async def test_files_are_found_by_typing_and_a_folder_opens_by_its_menu(ada: Person) -> None:
    await ada.run("files list", server="Survival", path="/plugins")
    await ada.sees("EssentialsX-2.21.0.jar")


@pytest.mark.sweep
async def test_becoming_a_stranger_takes_everything_away(ada: Person) -> None:
    await ada.run("server status", server="Survival")
    await ada.sees("Memory")

    await ada.become("Sam")

    assert not await ada.message("Memory").count()
    await ada.run("server list")
    await ada.sees("You don't have access to Quetzal here.")
