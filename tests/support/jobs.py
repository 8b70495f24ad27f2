"""How many taps and seconds the most frequent jobs take on the demo page, at the width of a phone.

`python -m tests.support.jobs` plays each job to its end and prints a row of docs/jobs.md for it.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from playwright.async_api import TimeoutError as BrowserTimeoutError

from bot.core import log as logs
from demo.main import open_demo
from tests.support.browser import Person, find_chromium, open_browser, open_page

WIDTH, HEIGHT = 390, 1500
SERVER, SOMEBODY = "Survival", "Sam"
PLAYERS = "👥"
_TAPS_OF_A_COMMAND = 3
"""Into the message field, on the command in the list, on Send."""
_TAP_S, _LETTER_S = 1.2, 0.25
"""What a person takes, beside what is waited for: the keystroke-level model's 1.1 s to point, and a letter
typed with a thumb (about 45 words a minute)."""
_ALERT, _ALERT_COMES_S = "no successful backup for 12", 240.0


class Thumb:
    """A person at the page whose taps and letters are counted. Every option takes a tap on its suggestion."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self.taps = 0
        self.letters = 0

    async def run(self, command: str, sees: str, **options: str) -> None:
        """Run a command, and wait until its response holds the text."""
        self._count(command, options)
        response = await self._person.responds_to(command, **options)
        await response.filter(has_text=sees).wait_for()

    async def follow(self, command: str, sees: str) -> None:
        """Run a command that leads to another channel, and wait until a message there holds the text."""
        self._count(command, {})
        await self._person.run(command)
        await self._person.sees(sees)

    def _count(self, command: str, options: Mapping[str, str]) -> None:
        self.taps += _TAPS_OF_A_COMMAND + len(options)
        self.letters += len(command) + 1 + sum(map(len, options.values()))

    async def press(self, label: str, sees: str) -> None:
        """Press the last button with this label, and wait until one more message holds the text."""
        self.taps += 1
        messages = self._person.messages(sees)
        before = await messages.count()
        await self._person.press(label)
        await messages.nth(before).wait_for()


Job = Callable[[Thumb], Awaitable[None]]


async def _see_what_is_wrong(thumb: Thumb) -> None:
    await thumb.run("alerts list", "active alert")


async def _restart(thumb: Thumb) -> None:
    await thumb.run("server restart", f"Restart {SERVER}?")
    await thumb.press("Restart", "Back up after")


async def _read_the_log(thumb: Thumb) -> None:
    await thumb.follow("server console", "· live")


async def _change_a_setting(thumb: Thumb) -> None:
    await thumb.run("files set", "Save server.properties?", key="max-players=40")
    await thumb.press("Save and restart", "was restarted")


async def _undo(thumb: Thumb) -> None:
    await thumb.press("Undo", "Undone")


async def _back_up(thumb: Thumb) -> None:
    await thumb.run("backup create", "finished")


async def _restore(thumb: Thumb) -> None:
    await thumb.run("backup restore", f"Restore {SERVER}")
    await thumb.press("Restore", "is restored")


async def _see_who_plays(thumb: Thumb) -> None:
    await thumb.run("players list", PLAYERS)


async def _mute(thumb: Thumb) -> None:
    await thumb.press("Silence", "1 hour")
    await thumb.press("1 hour", "Silenced")


async def _find_a_file(thumb: Thumb) -> None:
    await thumb.run("files search", "config.yml", pattern="config.yml")


async def _give_access(thumb: Thumb) -> None:
    await thumb.run("quetzal access grant", "Access granted", who=f"@{SOMEBODY}")


JOBS: Mapping[str, Job] = {
    "Mute an alert": _mute,
    "See what is wrong now": _see_what_is_wrong,
    "Restart a server": _restart,
    "Change one setting, and restart": _change_a_setting,
    "Undo it": _undo,
    "See who is playing": _see_who_plays,
    "Give somebody access": _give_access,
    "Find a file": _find_a_file,
    "Back up": _back_up,
    "Restore": _restore,  # it leaves the server offline
    "Read the log": _read_the_log,  # goes to another channel
}
"""In this order each finds what it needs."""


async def play(chromium: str, keep: Path | None) -> None:
    """Play all jobs one after the other, for somebody who has chosen a default server."""
    async with (
        open_demo(0) as (_, link),
        open_browser(chromium) as browser,
        open_page(link, browser, width=WIDTH, height=HEIGHT) as person,
    ):
        await person.run("server default", server=SERVER)
        await person.sees(_ALERT, within_s=_ALERT_COMES_S)
        for name, job in JOBS.items():
            thumb = Thumb(person)
            since = time.monotonic()
            try:
                await job(thumb)
            except BrowserTimeoutError as error:
                sys.stderr.write(f"{name}: {error}\n")
                continue
            seconds = time.monotonic() - since + thumb.taps * _TAP_S + thumb.letters * _LETTER_S
            sys.stdout.write(f"| {name} | {thumb.taps} | {seconds:.0f} s |\n")
            sys.stdout.flush()
            if keep is not None:
                await person.rests()
                await person.page.screenshot(path=keep / f"{name}.png")


def main() -> int:
    """Play them."""
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write("There is no Chromium: apt-get install chromium\n")
        return 1
    logs.set_up("WARNING", "text")
    asyncio.run(play(chromium, Path(sys.argv[1]) if len(sys.argv) > 1 else None))
    return 0


if __name__ == "__main__":
    sys.exit(main())
