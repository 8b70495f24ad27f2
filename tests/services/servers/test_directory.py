"""The directory of servers: fresh when it can be, there when the panel is not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.core.clock import Clock
from bot.domain.target import Target
from bot.panel import PanelClient, PanelConfig
from bot.panel.errors import PanelError
from bot.services.servers.directory import ServerDirectory
from bot.services.servers.resolution import ServerAmbiguous, ServerFound, ServerMissing
from sandbox import Fault, ManualClock, Sandbox


def anything(_: Target) -> bool:
    return True


def nothing(_: Target) -> bool:
    return False


def titles(targets: list[Target]) -> list[str]:
    return [target.server.name for target in targets]


class Desk:
    """A directory over one sandbox panel, on a clock that is moved by hand."""

    def __init__(self, sandbox: Sandbox, time: ManualClock, client: PanelClient) -> None:
        self.sandbox = sandbox
        self.time = time
        self.client = client
        self.directory = ServerDirectory({"main": client}, Clock(monotonic=time.seconds, now=time.now))

    def add(self, *names: str) -> None:
        for name in names:
            self.sandbox.world.add_server(name=name, owner="owner")

    @property
    def lists_fetched(self) -> int:
        return sum(entry.path == "/api/client" for entry in self.sandbox.requests)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    time = ManualClock()
    async with Sandbox(clock=time) as sandbox:
        sandbox.world.add_server(name="Survival", owner="owner")
        config = PanelConfig(url=sandbox.panel_url, key=SecretStr(sandbox.world.key_of("owner")))
        async with PanelClient(config) as client:
            desk = Desk(sandbox, time, client)
            yield desk
            await desk.directory.close()


async def test_many_askers_share_one_fetch(desk: Desk) -> None:
    results = await asyncio.gather(*(desk.directory.resolve(None, anything) for _ in range(20)))

    assert all(isinstance(result, ServerFound) for result in results)
    assert desk.lists_fetched == 1


async def test_a_stale_list_is_shown_at_once_and_replaced_behind_it(desk: Desk) -> None:
    await desk.directory.iter_all(anything)
    desk.add("Skyblock")
    desk.time.advance(120)
    answers = asyncio.Event()
    desk.sandbox.faults.add(Fault.meanwhile(answers.wait), times=1)

    assert titles(await desk.directory.search("", anything, max_wait_s=0.1, limit=25)) == ["Survival"]
    answers.set()
    await asyncio.wait(
        {task for task in asyncio.all_tasks() if task.get_name() == "server directory refresh"}
    )
    assert "Skyblock" in titles(await desk.directory.search("", anything, max_wait_s=0.1, limit=25))


async def test_suggestions_do_not_wait_for_a_panel_that_hangs(desk: Desk) -> None:
    is_over = asyncio.Event()
    desk.sandbox.faults.add(Fault.meanwhile(is_over.wait))

    assert await desk.directory.search("sur", anything, max_wait_s=0.05, limit=25) == []
    is_over.set()


async def test_suggestions_outlive_a_panel_that_died(desk: Desk) -> None:
    await desk.directory.iter_all(anything)
    desk.time.advance(600)
    desk.sandbox.faults.add(Fault.status(503))

    assert titles(await desk.directory.search("sur", anything, max_wait_s=1, limit=25)) == ["Survival"]


async def test_a_panel_that_never_answered_is_an_error_and_not_an_empty_list(desk: Desk) -> None:
    desk.sandbox.faults.add(Fault.status(401))

    with pytest.raises(PanelError):
        await desk.directory.iter_all(anything)
    with pytest.raises(PanelError):
        await desk.directory.resolve("Survival", anything)


async def test_one_dead_panel_does_not_hide_the_servers_of_another(desk: Desk) -> None:
    dead = PanelClient(PanelConfig(url="http://127.0.0.1:9", key=SecretStr("ptlc_" + "x" * 43), id="dead"))
    async with dead:
        both = ServerDirectory({"main": desk.client, "dead": dead}, Clock())

        assert titles(await both.iter_all(anything)) == ["Survival"]
        assert list(both.troubles) == ["dead"]
        assert isinstance(await both.resolve("Survival", anything), ServerFound)
        with pytest.raises(PanelError):  # it may well be there
            await both.resolve("Unheard-of", anything)
        await both.close()


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("Lobby", ServerFound),
        ("lobby", ServerFound),
        ("lobby 2", ServerFound),
        ("lob", ServerAmbiguous),
        ("surv", ServerFound),
        ("vival", ServerAmbiguous),
        ("Survivel", ServerAmbiguous),
        ("zzz", ServerMissing),
        (None, ServerAmbiguous),
        ("", ServerAmbiguous),
    ],
)
async def test_what_was_typed_means_one_server_or_answers_about(
    desk: Desk, typed: str | None, kind: type
) -> None:
    desk.add("Lobby", "Lobby 2")

    assert isinstance(await desk.directory.resolve(typed, anything), kind)


async def test_a_server_that_may_not_be_seen_is_not_found(desk: Desk) -> None:
    assert await desk.directory.resolve("Survival", nothing) == ServerMissing(any_visible=False)
    assert await desk.directory.search("Survival", nothing, max_wait_s=1, limit=25) == []


async def test_thousands_of_servers_are_all_found(desk: Desk) -> None:
    desk.add(*(f"Server {number:04}" for number in range(450)))

    assert len(await desk.directory.iter_all(anything)) == 451
    assert (
        titles(await desk.directory.search("server 0449", anything, max_wait_s=5, limit=25))[0]
        == "Server 0449"
    )
    assert len(await desk.directory.search("server", anything, max_wait_s=5, limit=25)) == 25


async def test_a_list_that_is_the_same_again_is_the_same_objects_without_what_only_a_view_has(
    desk: Desk,
) -> None:
    (first,) = await desk.directory.iter_all(anything)
    desk.time.advance(10)
    (again,) = await desk.directory.iter_all(anything)
    desk.add("Skyblock")
    desk.time.advance(10)
    new = await desk.directory.iter_all(anything)

    viewed = await desk.client.servers.view(first.server.uuid)
    assert again.server is first.server
    assert len(new) == 2
    assert first.server.primary_allocation == viewed.primary_allocation
    assert (first.server.limits, first.server.egg_name) == (viewed.limits, viewed.egg_name)
    assert viewed.variables
    assert first.server.variables == ()


async def test_a_refresh_shows_a_new_name_in_lists_and_suggestions_at_once(desk: Desk) -> None:
    await desk.directory.iter_all(anything)
    (server,) = desk.sandbox.world.servers.values()
    server.name = "Season 2"

    assert await desk.directory.refresh("main")

    assert [target.server.name for target in desk.directory.cached("main")] == ["Season 2"]
    assert titles(await desk.directory.search("sea", anything, max_wait_s=1, limit=5)) == ["Season 2"]


async def test_a_fetch_from_before_a_change_does_not_bring_the_old_name_back(desk: Desk) -> None:
    is_renamed = asyncio.Event()

    async def rename() -> None:
        server.name = "Season 2"
        is_renamed.set()

    (server,) = desk.sandbox.world.servers.values()
    desk.sandbox.faults.add(Fault.meanwhile(rename), path="/api/client", times=1)
    early = asyncio.create_task(desk.directory.iter_all(anything))
    await is_renamed.wait()

    assert await desk.directory.refresh("main")

    await early
    assert [target.server.name for target in desk.directory.cached("main")] == ["Season 2"]


async def test_a_refresh_that_fails_keeps_the_list_and_says_so(desk: Desk) -> None:
    await desk.directory.iter_all(anything)
    desk.sandbox.faults.add(Fault.status(500), path="/api/client")

    assert not await desk.directory.refresh("main")

    assert [target.server.name for target in desk.directory.cached("main")] == ["Survival"]


async def test_long_list_is_read_rarely_and_one_server_of_it_is_refreshed_alone(desk: Desk) -> None:
    """A tenth of a rate limit of 20 a minute is one page in 30 seconds."""
    desk.sandbox.world.settings.requests_per_minute = 20
    desk.add(*(f"Server {number:03}" for number in range(300)))
    await desk.directory.iter_all(anything)
    assert desk.lists_fetched == 4
    desk.time.advance(61)
    await desk.directory.search("", anything, max_wait_s=0.1, limit=25)
    fetches = {task for task in asyncio.all_tasks() if task.get_name() == "server directory refresh"}
    await asyncio.gather(*fetches)
    assert desk.lists_fetched == 4, "its four pages are due every two minutes"
    server = next(listed for listed in desk.sandbox.world.servers.values() if listed.name == "Server 123")
    server.name = "Season 2"
    assert await desk.directory.refresh_server("main", server.uuid)
    assert titles(await desk.directory.search("seas", anything, max_wait_s=1, limit=1)) == ["Season 2"]
    assert desk.lists_fetched == 4
    assert desk.directory.age_s("main") == 61
