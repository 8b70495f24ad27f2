"""`make shots`: pictures of the demo page for the docs, by a browser that uses it as a person does."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from playwright.async_api import Browser, Locator

from bot.core import log as logs
from demo.main import open_demo
from tests.support.browser import Person, find_chromium, open_browser, open_page

SHOTS = Path("docs/shots")
WIDTH, HEIGHT, TALL = 880, 760, 1040
PHONE_WIDTH, PHONE_HEIGHT = 390, 1200
SERVER = "Survival"
FULL = "Skyblock"
"""Its disk is filling up."""
ARRIVES_S = 240.0
"""An alert takes a minute or two: the server has to be polled first."""
CRASHED, BACK = f"{SERVER} crashed and was not restarted", f"{SERVER} crashed and came back"
REFUSED = "Old World crashed and was not restarted"


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description="Screenshots of the demo page.")
    parser.add_argument("--to", type=Path, default=SHOTS, help="the directory (default: %(default)s)")
    parser.add_argument(
        "--only", nargs="+", choices=["pages", *STORIES], default=["pages", *STORIES], help="some of them"
    )
    parser.add_argument("--chromium", default=find_chromium(), help="the browser (default: %(default)s)")
    options = parser.parse_args()
    if options.chromium is None:
        parser.error(
            "there is no Chromium: install it (apt-get install chromium), or name it: --chromium PATH"
        )
    logs.set_up("WARNING", "text")
    options.to.mkdir(parents=True, exist_ok=True)
    asyncio.run(_take(options.chromium, options.to, options.only))
    return 0


async def _take(chromium: str, to: Path, only: Sequence[str]) -> None:
    async with open_browser(chromium) as browser:
        if "pages" in only:
            await _pages(browser, to)
        for name in (name for name in STORIES if name in only):
            async with (
                open_demo(0) as (_, link),
                open_page(link, browser, width=PHONE_WIDTH, height=PHONE_HEIGHT) as person,
            ):
                await STORIES[name](Camera(person, to))


async def _pages(browser: Browser, to: Path) -> None:
    async with open_demo(0) as (_, link):
        async with open_page(link, browser, width=WIDTH, height=HEIGHT) as person:
            await _desk(Camera(person, to))
        async with open_page(link, browser, width=WIDTH, height=TALL) as person:
            await _watching(Camera(person, to))
        async with open_page(link, browser, width=PHONE_WIDTH, height=PHONE_HEIGHT) as person:
            await _phone(Camera(person, to))


class Camera:
    """Takes a picture of what a person sees."""

    def __init__(self, person: Person, to: Path) -> None:
        self.person = person
        self._to = to

    async def take(self, name: str) -> None:
        """Wait until the page is at rest, and keep it under that name."""
        await self._keep(self.person.page.locator("#preview-stage"), name)

    async def take_message(self, text: str, name: str, *, within_s: float | None = None) -> None:
        """Keep the last message that holds this text, as soon as there is one."""
        await self._keep(await self.person.sees(text, within_s=within_s), name)

    async def _keep(self, what: Locator, name: str) -> None:
        await self.person.rests()
        path = self._to / f"{name}.png"
        await what.screenshot(path=path)
        sys.stdout.write(f"{path}\n")


async def _desk(camera: Camera) -> None:
    person = camera.person
    await person.page.locator("#messages-toggle").click()  # the channel alone is what Discord shows
    await camera.take("welcome")
    await person.run("server list")
    await person.sees("8 servers")
    await camera.take("server-list")
    await person.run("server status", server=SERVER)
    await person.sees("Last hour")
    await camera.take("status")
    await person.press("Restart")
    await person.sees("Restart Survival?")
    await camera.take("confirm")
    await person.press("Restart")
    await person.sees("was restarted")
    await camera.take("power")
    await person.run("files list", server=SERVER, path="/plugins")
    await person.sees("EssentialsX")
    await camera.take("files")
    await person.run("files set", server=SERVER, path="/server.properties", key="max-players", value="40")
    await person.sees("Save server.properties?")
    await camera.take("files-diff")
    await person.press("Save")
    await person.sees("You can undo this")
    await camera.take("files-undo")
    await person.run("files history", server=SERVER)
    await person.sees("History and trash")
    await camera.take("files-history")
    await person.become("Sam")
    await person.run("server list")
    await person.sees("You don't have access to Quetzal here.")
    await camera.take("stranger")


async def _watching(camera: Camera) -> None:
    await camera.person.page.locator("#messages-toggle").click()
    await _performance(camera, "performance")
    await _health(camera, "health")


async def _phone(camera: Camera) -> None:
    await camera.person.run("server status", server="Modded")
    await camera.person.sees_at_the_end("Last hour")
    await camera.take("phone")
    await _performance(camera, "phone-performance")
    await _health(camera, "phone-health")
    await _backups(camera)


async def _backups(camera: Camera) -> None:
    person = camera.person
    await person.run("backup list", server=SERVER)
    await person.sees_at_the_end("9 backups")
    await camera.take("backups")
    await person.run("backup analytics", server=SERVER)
    await person.sees_at_the_end("Longest gap")
    await camera.take("backup-analytics")
    await person.run("backup restore", server=SERVER, backup="auto_", truncate="True")
    await person.sees_at_the_end("Deletes all files on the server first")
    await camera.take("backup-restore")


async def _alerts(camera: Camera) -> None:
    """Let a server crash: acknowledge its alert, start the server from it, and wait until it is back."""
    person = camera.person
    await person.run("server command", text="crash", server=SERVER)
    await camera.take_message(CRASHED, "alert-firing", within_s=ARRIVES_S)
    await person.press_on(CRASHED, "Acknowledge")
    await person.sees("Acknowledged by")
    await camera.take_message(CRASHED, "alert-acknowledged")
    await person.press_on(CRASHED, "Start")
    await person.sees(f"{SERVER} is running")
    await camera.take_message(BACK, "alert-recovered", within_s=ARRIVES_S)
    await person.run("alerts board", channel="#servers")
    await camera.take_message("Game servers", "board", within_s=ARRIVES_S)


async def _diagnosed(camera: Camera) -> None:
    """Start a server that will not start, and fix the cause from its alert."""
    person = camera.person
    await person.run("server power", action="start", server="Old World")
    await camera.take_message(REFUSED, "alert-diagnosed", within_s=ARRIVES_S)
    await person.press_on(REFUSED, "Accept the EULA…")
    await camera.take_message("Accept the EULA for Old World?", "alert-fix")
    await person.press("Accept and start")
    await camera.take_message("Old World is running", "alert-fixed", within_s=ARRIVES_S)


async def _console(camera: Camera) -> None:
    """Follow a server's console in its thread, and type into it."""
    person = camera.person
    await person.run("server console", server=SERVER)
    await person.sees("running · live")
    await person.press("Send…")
    await person.page.locator("#modal-root input, #modal-root textarea").first.fill("list")
    await person.page.locator("#modal-root button", has_text="Submit").click()
    await person.sees("players online")
    await camera.take("console")


STORIES: Mapping[str, Callable[[Camera], Awaitable[None]]] = {
    "alerts": _alerts,
    "diagnosed": _diagnosed,
    "console": _console,
}
"""Each on a demo of its own."""


async def _performance(camera: Camera, name: str) -> None:
    await camera.person.run("server performance", server=FULL)
    await camera.person.sees_at_the_end("What to do")
    await camera.take(name)


async def _health(camera: Camera, name: str) -> None:
    await camera.person.run("server health", server=FULL)
    await camera.person.sees_at_the_end("checks")
    await camera.take(name)


if __name__ == "__main__":
    sys.exit(main())
