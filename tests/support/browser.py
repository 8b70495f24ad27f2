"""A person at the demo page: types commands, presses buttons, reads. Drives headless Chromium."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from playwright.async_api import Browser, FilePayload, Locator, Page, async_playwright

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox: tests run in containers. The others keep it from calling home.
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_KEY_DELAY_MS = 10.0
_PATIENCE_MS = 120_000.0
_POLL_MS = 700.0  # the page asks for news every half second
_CHOICES_LOADED = """() => {
    const { autocomplete } = window.simcordPreview.commandPicker;
    return autocomplete.state !== "loading";
}"""
_RESPONSE = "used /"
"""Stands above a response: who used which command."""
_THINKING = ".message-loading"
_MESSAGE = "article.channel-message"
_FORM = "#modal-root"


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, None when there is none."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


class Person:
    """One person at one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def run(self, command: str, /, **options: str) -> None:
        """Type a slash command as a person does: pick it, fill its options one by one, send.

        For a file, the value is its name.
        """
        page = self.page
        await page.locator("#channel-composer-input").click()
        await page.keyboard.type(f"/{command}", delay=_KEY_DELAY_MS)
        await page.get_by_role("option", name=command).first.wait_for()
        await page.keyboard.press("Enter")
        await page.locator(".command-chip").wait_for()
        for name, value in options.items():
            await self._fill(name, value)
        await page.locator("#send-message").click()
        await page.locator(".command-chip").wait_for(state="detached")

    async def responds_to(self, command: str, /, **options: str) -> Locator:
        """Run a command, wait for what it responds, and return that message."""
        responses = self.messages(_RESPONSE)
        before = await responses.count()
        await self.run(command, **options)
        response = responses.nth(before)
        await response.filter(has_not=self.page.locator(_THINKING)).wait_for()
        number = await response.get_attribute("data-message-id")
        return self.page.locator(f"{_MESSAGE}[data-message-id='{number}']")

    async def press(self, label: str) -> None:
        """Press the last button with this label."""
        await self.page.locator(f"{_MESSAGE} button", has_text=label).last.click()

    async def press_on(self, text: str, label: str) -> None:
        """Press a button of the last message that holds this text."""
        await self.message(text).locator("button", has_text=label).click()

    async def choose(self, menu: str, choice: str) -> None:
        """Choose from the last menu that shows this text."""
        await self.page.locator(f"{_MESSAGE} .select-trigger", has_text=menu).last.click()
        options = self.page.locator(".select-option", has_text=choice)
        await options.filter(visible=True).first.click()

    async def fill(self, typed: Mapping[str, str]) -> None:
        """Type into the fields of the open form, by their labels."""
        for label, text in typed.items():
            field = self.page.locator(f"{_FORM} input, {_FORM} textarea")
            await field.and_(self.page.get_by_label(label)).fill(text)

    async def submit(self) -> None:
        """Send the open form off."""
        await self.page.locator(f"{_FORM} button", has_text="Submit").click()

    async def dismiss(self) -> None:
        """Close the open form without sending it."""
        await self.page.locator(f"{_FORM} button", has_text="Cancel").click()

    async def become(self, name: str) -> None:
        """View the channel as another person."""
        picker = self.page.locator("#viewer-picker")
        value = await picker.locator("option", has_text=name).get_attribute("value")
        await picker.select_option(value)
        await self.page.wait_for_function(
            "id => window.simcordPreview.viewerId === id && window.simcordPreview.ready", arg=value
        )

    def messages(self, text: str) -> Locator:
        """Return all messages that hold this text."""
        return self.page.locator(_MESSAGE, has_text=text)

    def message(self, text: str) -> Locator:
        """Return the last message that holds this text."""
        return self.messages(text).last

    async def sees(self, text: str, *, within_s: float | None = None) -> Locator:
        """Wait until a message holds this text, and return the last one that does."""
        locator = self.message(text)
        await locator.wait_for(timeout=None if within_s is None else within_s * 1000)
        return locator

    async def rests(self) -> None:
        """Wait until the page shows the latest there is."""
        await self.page.wait_for_function("window.simcordPreview.ready")
        await self.page.wait_for_timeout(_POLL_MS)
        await self.page.wait_for_function("window.simcordPreview.ready")

    async def _fill(self, name: str, value: str) -> None:
        pill = self.page.locator(f".command-pill[data-option='{name}']")
        if not await pill.count():
            others = self.page.locator(".command-ghost")
            if await others.count():
                await others.click()
            options = self.page.get_by_role("option", name=name)
            await options.filter(visible=True).first.click()
        if await pill.locator("input[type=file]").count():
            file: FilePayload = {"name": value, "mimeType": "text/plain", "buffer": b"Be kind.\n"}
            await pill.locator("input[type=file]").set_input_files(file)
            return
        await pill.locator("input").click()
        typed = value.removeprefix("#").removeprefix("@")
        await self.page.keyboard.type(typed, delay=_KEY_DELAY_MS)
        await self.page.wait_for_function(_CHOICES_LOADED)
        choice = self.page.get_by_role("option", name=typed).filter(visible=True).first
        if typed != value:  # a channel or person has to be picked
            await choice.wait_for()
        if await choice.count():
            await choice.click()


@asynccontextmanager
async def open_browser(chromium: str) -> AsyncIterator[Browser]:
    """Start a headless browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*_FLAGS])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def open_page(
    link: str, browser: Browser, *, width: int = 1280, height: int = 860
) -> AsyncIterator[Person]:
    """Open the demo's link in a browser, as a new visitor: without cookies or a cache."""
    # The page's own policy forbids what waiting for a condition on it takes.
    page = await browser.new_page(viewport={"width": width, "height": height}, bypass_csp=True)
    try:
        page.set_default_timeout(_PATIENCE_MS)
        await page.goto(link)
        await page.locator("#channel-composer-input:not([disabled])").wait_for()
        yield Person(page)
    finally:
        await page.close()
