"""Takes pictures of the demo page's messages."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator

from tests.support.browser import Person

_COLOURS = 128


class Camera:
    """Takes pictures of messages; the suffix of their names says at which width."""

    def __init__(self, person: Person, to: Path, suffix: str) -> None:
        self.person = person
        self._to = to
        self._suffix = suffix

    async def take(self, name: str, text: str, *, within_s: float | None = None) -> None:
        """Keep the last message that holds this text, as soon as there is one and the page is at rest."""
        await self._keep(await self.person.sees(text, within_s=within_s), name)

    async def run(self, name: str, command: str, /, **options: str) -> None:
        """Run a command and keep its response."""
        response = await self.person.responds_to(command, **options)
        await self._keep(response, name)

    async def press(self, name: str, label: str, text: str) -> None:
        """Press the last button with this label, and keep what holds this text then."""
        await self.person.press(label)
        await self.take(name, text)

    async def take_form(self, name: str) -> None:
        """Keep the form that is open."""
        await self._keep(self.person.page.locator("#modal-root > *").first, name)

    async def _keep(self, message: Locator, name: str) -> None:
        page = self.person.page  # a message under the pointer or with the focus shows its actions
        await page.mouse.move(0, (page.viewport_size or {"height": 1})["height"] - 1)
        await page.evaluate("document.activeElement?.blur()")
        await self.person.rests()
        for picture in await message.locator("img").all():
            await picture.evaluate("picture => picture.decode().catch(() => null)")
        path = self._to / f"{name}{self._suffix}.png"
        picture_bytes = await message.screenshot()
        with Image.open(io.BytesIO(picture_bytes)) as image:
            image.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
        sys.stdout.write(f"{path}\n")
