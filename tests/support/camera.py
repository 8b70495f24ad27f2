"""Takes pictures of the demo page's messages."""

import io
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, ViewportSize

from tests.support.browser import Person

_COLOURS = 128
_PHONE, _DESKTOP = ViewportSize(width=390, height=2000), ViewportSize(width=880, height=1200)


class Camera:
    """Takes pictures of messages on a phone and on a desktop, which the suffix of their names says."""

    def __init__(self, person: Person, to: Path) -> None:
        self.person = person
        self._to = to

    async def set_up(self) -> None:
        """Show the channel alone, as Discord does, at the width of a phone."""
        await self.person.page.set_viewport_size(_DESKTOP)
        await self.person.page.locator("#messages-toggle").click()
        await self.person.page.set_viewport_size(_PHONE)

    async def take(self, name: str, text: str, *, within_s: float | None = None) -> None:
        """Keep the last message that holds this text, as soon as there is one and the page is at rest."""
        await self._keep(await self.person.sees(text, within_s=within_s), name)

    async def finish(self, name: str, text: str, command: str, /, **options: str) -> None:
        """Run a command that takes its time, and keep what holds the text in the end."""
        await self.person.run(command, **options)
        await self.take(name, text)

    async def run(self, name: str, command: str, /, **options: str) -> None:
        """Run a command and keep its response."""
        response = await self.person.responds_to(command, **options)
        await self._keep(response, name)

    async def press(self, name: str, label: str, text: str) -> None:
        """Press the last button with this label, and keep what holds this text then."""
        await self.person.press(label)
        await self.take(name, text)

    async def choose(self, name: str, menu: str, choice: str, text: str) -> None:
        """Choose from the last menu with this text, and keep what holds the other text then."""
        await self.person.choose(menu, choice)
        await self.take(name, text)

    async def take_form(self, name: str) -> None:
        """Keep the form that is open."""
        await self._keep(self.person.page.get_by_role("dialog"), name)

    async def fill(self, name: str, typed: Mapping[str, str]) -> None:
        """Type into the form that is open, by the labels of its fields, keep it, and send it off."""
        await self.person.fill(typed)
        await self.take_form(name)
        await self.person.submit()

    async def _keep(self, message: Locator, name: str) -> None:
        for suffix, size in (("-desk", _DESKTOP), ("", _PHONE)):
            await self.person.page.set_viewport_size(size)
            await self._keep_one(message, f"{name}{suffix}")

    async def _keep_one(self, message: Locator, name: str) -> None:
        page = self.person.page  # a message under the pointer or with the focus shows its actions
        await page.mouse.move(0, (page.viewport_size or _PHONE)["height"] - 1)
        await page.evaluate("document.activeElement?.blur()")
        await self.person.rests()
        for picture in await message.locator("img").all():
            await picture.evaluate("picture => picture.decode().catch(() => null)")
        path = self._to / f"{name}.png"
        picture_bytes = await self._shoot(message)
        with Image.open(io.BytesIO(picture_bytes)) as image:
            image.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
        sys.stdout.write(f"{path}\n")

    @staticmethod
    async def _shoot(message: Locator) -> bytes:
        """Take the picture again when the message moved meanwhile, as others came or changed."""
        while True:
            await message.scroll_into_view_if_needed()
            before = await message.bounding_box()
            picture = await message.screenshot()
            if await message.bounding_box() == before:
                return picture
