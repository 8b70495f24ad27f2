"""The page of the public boards over HTTP: on loopback, cacheable, and without a secret."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
import pytest

from bot.core.errors import SetupError
from bot.core.supervisor import Pulse
from bot.page_endpoint import serve_page
from bot.services.alerts import PublicPage
from tests.support.alerts import PANEL_ID
from tests.support.ports import free_port
from tests.support.whitelist import public_board
from tests.support.world import GUILD_ID, World


@dataclass(frozen=True)
class Answer:
    """What came over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Served:
    """A page that is served, not made yet."""

    page: PublicPage
    port: int

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        url = f"http://127.0.0.1:{self.port}{path}"
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers) as response,
        ):
            return Answer(response.status, response.headers, await response.text())


@pytest.fixture
async def served(world: World) -> AsyncIterator[Served]:
    services = world.services
    page = PublicPage(services.boards, services.public_boards, None, services.clock)
    port, begun = free_port(), asyncio.Event()

    def beat() -> float:
        begun.set()
        return 0.0

    serving = asyncio.create_task(serve_page(port, page, Pulse("page", beat)))
    async with asyncio.timeout(60):
        await begun.wait()
    yield Served(page, port)
    serving.cancel()
    await asyncio.wait({serving})


async def test_it_is_served_as_people_and_programs_read_it(world: World, served: Served) -> None:
    await world.advance(60)
    await public_board(world)
    await served.page.make()
    html, data = "text/html", "application/json"
    for path, kind in (("/", html), ("/index.html", html), ("/servers.json", data)):
        answer = await served.get(path)
        assert (answer.status, answer.headers["Content-Type"]) == (HTTPStatus.OK, f"{kind}; charset=utf-8")
        assert answer.headers["Cache-Control"] == "public, max-age=30"
        assert answer.headers["Server"] == "Quetzal"
        assert "Survival" in answer.body
        key = world.services.settings.panels[PANEL_ID].key.get_secret_value()
        for private in (key, world.survival.uuid, str(GUILD_ID), str(world.admin.id)):
            assert private not in answer.body
    (server,) = json.loads((await served.get("/servers.json")).body)["servers"]
    assert server["name"] == "Survival"
    assert (await served.get("/", "HEAD")).body == ""


async def test_what_is_known_already_is_not_sent_again(world: World, served: Served) -> None:
    await served.page.make()
    tag = (await served.get("/")).headers["ETag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = await served.get("/", **{"If-None-Match": known})
        assert (answer.status, answer.body, answer.headers["ETag"]) == (HTTPStatus.NOT_MODIFIED, "", tag)
    assert (await served.get("/servers.json", **{"If-None-Match": tag})).status == HTTPStatus.OK

    await world.advance(60)
    await served.page.make()
    assert (await served.get("/", **{"If-None-Match": tag})).status == HTTPStatus.OK


async def test_nothing_else_is_answered_and_nothing_is_kept_before_it_is_made(served: Served) -> None:
    waiting = await served.get("/")
    assert (waiting.status, waiting.headers["Cache-Control"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "no-store")
    for path in ("/healthz", "/../quetzal.db", "/servers.json/", "/index.html%00"):
        assert (await served.get(path)).status == HTTPStatus.NOT_FOUND
    assert (await served.get("/", "POST")).status == HTTPStatus.METHOD_NOT_ALLOWED


async def test_a_port_that_is_taken_is_named_with_its_setting(served: Served) -> None:
    with pytest.raises(SetupError, match=f"Port {served.port} for the public page") as raised:
        await serve_page(served.port, served.page, Pulse("page", lambda: 0.0))
    assert raised.value.next_step == "Set another one in QUETZAL_PUBLIC_PAGE_PORT."
