"""A firewall or proxy in front of panel and node, and a node that is down: what people read, and how soon."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox import Fault
from sandbox.node.disk import Disk
from sandbox.node.volumes import disk_of
from tests.support.disk import (
    NEW,
    OLD,
    content,
    furnished,
)
from tests.support.messages import text
from tests.support.world import World, shown

PAGES = {
    "403 page": Fault.status(403, html=True),
    "405 text": Fault.answer(b"Method Not Allowed", code=405, content_type="text/plain"),
    "406 nothing": Fault.answer(b"", code=406, content_type=""),
    "418 page": Fault.status(418, html=True),
    "451 page": Fault.status(451, html=True),
}
PLAYED = [pytest.param(name, marks=() if name == "403 page" else pytest.mark.sweep) for name in PAGES]
"""The suite plays one of them, `make sweep` the others; `tests/panel/test_proxy_pages.py` has them all."""
Story = Callable[[World], Awaitable[str]]


@pytest.fixture
def disk(world: World) -> Disk:
    return furnished(disk_of(world.survival))


def _asks(command: str, button: str | None = None, **options: object) -> Story:
    async def story(world: World) -> str:
        asked = await world.admin.slash(world.channel, command, **options)
        if button is not None:
            await world.admin.click(shown(asked), label=button)
        await world.advance(1)
        return text(shown(asked))

    return story


CHANGES: dict[str, tuple[str, Story]] = {
    "power": ("*/power", _asks("server power", "Stop", action="stop")),
    "set": ("*/files/write", _asks("files set", "Save", path="/server.properties", key="motd", value="x")),
    "delete": ("*/files/rename", _asks("files delete", "Delete", path="/server.properties")),
    "a link to upload to": ("*/files/upload", _asks("files upload", path="/new/", file=("x.txt", NEW))),
    "the upload itself": ("/upload/file", _asks("files upload", path="/new/", file=("x.txt", NEW))),
    "the download itself": ("/download/file", _asks("files download", path="/server.properties")),
}


@pytest.mark.parametrize("page", PLAYED)
@pytest.mark.parametrize("what", CHANGES)
async def test_what_a_firewall_refuses_was_not_done_and_that_is_said_at_once(
    world: World, disk: Disk, what: str, page: str
) -> None:
    path, story = CHANGES[what]
    world.sandbox.faults.add(PAGES[page], path=path)
    response = await story(world)
    assert "A firewall or proxy in front of the " in response
    assert f"refused the request (HTTP {PAGES[page].code})" in response
    assert "allow the bot's address" in response
    assert content(disk, "/server.properties") == OLD
    assert content(disk, "/new/x.txt") is None
    assert world.survival.state == "running"


@pytest.mark.parametrize("page", PLAYED)
async def test_a_console_line_that_a_firewall_refuses_was_not_sent(world: World, page: str) -> None:
    world.sandbox.faults.add(PAGES[page], path="*/command")
    asked = await world.admin.slash(world.channel, "server command", text="say hi", server="Survival")
    await world.until(lambda: "Sending" not in text(shown(asked)))
    assert f"refused the request (HTTP {PAGES[page].code})" in text(shown(asked))


@pytest.mark.parametrize(
    "code", [502, 520, *(pytest.param(code, marks=pytest.mark.sweep) for code in (504, 524))]
)
async def test_a_stop_that_was_carried_out_behind_a_proxys_page_is_seen(world: World, code: int) -> None:
    world.sandbox.faults.add(Fault.status(code, html=True, acts=True), path="*/power")
    asked = await world.admin.slash(world.channel, "server power", action="stop")
    await world.admin.click(shown(asked), label="Stop")
    await world.until(lambda: "is stopped" in text(shown(asked)))


async def test_a_panel_in_maintenance_says_so_however_often_it_is_asked(world: World) -> None:
    await world.advance(10)
    world.sandbox.world.settings.maintenance = True
    for _ in range(8):
        asked = await world.admin.slash(world.channel, "files list", server="Survival")
        await world.advance(1)
        assert "The panel is in maintenance mode." in text(shown(asked))
    assert "This has been going on for" in text(shown(asked))
    about = text(shown(await world.admin.slash(world.channel, "quetzal about")))
    assert "🔴 **main** has been down for" in about
    assert ": The panel is in maintenance mode ·" in about


DOWN: dict[str, tuple[str, dict[str, Any]]] = {
    "status": ("server status", {}),
    "health": ("server health", {}),
    "power": ("server power", {"action": "start"}),
    "list": ("files list", {}),
    "read": ("files read", {"path": "/server.properties"}),
    "info": ("files info", {"path": "/server.properties"}),
    "edit": ("files edit", {"path": "/server.properties"}),
    "set": ("files set", {"path": "/server.properties", "key": "motd", "value": "x"}),
    "convert": ("files convert", {"path": "/server.properties", "encoding": "UTF-16"}),
    "delete": ("files delete", {"path": "/server.properties"}),
    "move": ("files move", {"source": "/server.properties", "target": "/b"}),
    "copy": ("files copy", {"source": "/server.properties", "target": "/b"}),
    "mkdir": ("files mkdir", {"path": "/new"}),
    "search": ("files search", {"pattern": "*.yml"}),
    "grep": ("files grep", {"text": "motd"}),
    "download": ("files download", {"path": "/server.properties"}),
    "upload": ("files upload", {"file": ("x.txt", NEW)}),
    "compress": ("files compress", {"paths": "/server.properties"}),
    "extract": ("files extract", {"path": "/a.zip"}),
    "history": ("files history", {}),
}
EACH_FOURTH = [
    pytest.param(command, marks=() if number % 4 == 0 else pytest.mark.sweep)
    for number, command in enumerate(DOWN)
]
"""The suite plays each fourth command, `make sweep` the others."""


@pytest.mark.parametrize(
    "page", [False, pytest.param(True, marks=pytest.mark.sweep)], ids=["the panel says so", "a proxy's page"]
)
@pytest.mark.parametrize("command", EACH_FOURTH)
async def test_with_the_node_down_every_command_answers_at_once(
    world: World, disk: Disk, command: str, page: bool
) -> None:
    await world.advance(25)  # the panel keeps a state for 20 s
    world.sandbox.node_down()
    if page:
        for part in ("files/*", "resources"):
            world.sandbox.faults.add(Fault.status(504, html=True), path=f"*/{part}")
    name, options = DOWN[command]
    asked = await world.admin.slash(world.channel, name, **options)
    await world.advance(2)
    response = text(shown(asked))
    words = ("no answer from the panel or the node", "didn't report the server's state") if page else (
        "can't be reached", "can't reach",
    )  # fmt: skip
    assert any(word in response for word in words), response
