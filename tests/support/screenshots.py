"""`make shots`: pictures of every kind of message, by a browser that uses the demo as a person does."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.core import log as logs
from demo.main import open_demo
from tests.support.browser import find_chromium, open_browser, open_page
from tests.support.camera import Camera
from tests.support.screenshot_stories import STORIES

SHOTS = Path("docs/shots")


def main() -> int:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description="Screenshots of the demo page.")
    parser.add_argument("--to", type=Path, default=SHOTS, help="the directory (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=[*STORIES], default=[*STORIES], help="some of them")
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
        for name in only:
            async with open_demo(0) as (_, link), open_page(link, browser) as person:
                camera = Camera(person, to)
                await camera.set_up()
                await STORIES[name](camera)


if __name__ == "__main__":
    sys.exit(main())
