"""The one who plays the tour: does what a person does, shows what they see, checks that it is true."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TextIO

import discord
from simcord import InteractionResult, ResponseMessage

from demo.discord.simulated import SteppedDiscord
from demo.harness import Harness
from demo.manual_clock import SteppedClock, advance
from demo.plain_text import lines
from sandbox.model import GameServer


class Unmet(Exception):
    """What is shown is not what is so."""


class Guide:
    """Ada, the admin, at the keyboard."""

    def __init__(
        self, harness: Harness[SteppedDiscord], clock: SteppedClock, server: GameServer, out: TextIO
    ) -> None:
        self._harness = harness
        self._clock = clock
        self._out = out
        self.server = server
        """The server that the conversation is about, as the sandbox has it."""
        self.panel = harness.sandbox.world

    def has(self, command: str) -> bool:
        """Return whether there is such a slash command."""
        return command in self._harness.admin.available_commands(self._harness.channel)

    async def run(self, command: str, **options: str) -> ResponseMessage:
        """Run a slash command and return the answer."""
        typed = " ".join([f"/{command}", *(f"{name}:{value}" for name, value in options.items())])
        self.write_line(f"> {typed}")
        return self._show(await self._harness.admin.slash(self._harness.channel, command, **options))

    async def press(self, message: ResponseMessage, label: str) -> ResponseMessage:
        """Press a button and return what it led to."""
        self.write_line(f"> [{label}]")
        return self._show(await self._harness.admin.click(message, label=label))

    async def press_beside(self, message: ResponseMessage, words: str) -> ResponseMessage:
        """Press the button of the first row that says this."""
        parts = [part for container in message.components for part in container.get("components", ())]
        row = next((part for part in parts if "accessory" in part and words in str(part["components"])), None)
        if row is None:
            raise Unmet(f"no row says “{words}”")
        self.write_line(f"> [{row['accessory']['label']}] beside “{words}”")
        return self._show(await self._harness.admin.click(message, custom_id=row["accessory"]["custom_id"]))

    async def fill(
        self, message: ResponseMessage, label: str, change: Callable[[str], str]
    ) -> ResponseMessage:
        """Press a button that opens a form of one field, change what stands in it, and send it."""
        self.write_line(f"> [{label}]")
        form = await self._harness.admin.click(message, label=label)
        if form.modal is None:
            raise Unmet("no form was opened")
        field = form.modal["components"][0]["component"]
        typed = change(field.get("value", ""))
        for line in typed.splitlines():
            self.write_line(f"  ┆ {line}")
        return self._show(await self._harness.admin.submit_modal(form, {field["custom_id"]: typed}))

    async def wait(self, seconds: float, message: ResponseMessage) -> None:
        """Let time pass, and show what became of a message."""
        await advance(seconds, self._harness.sandbox, self._clock, self._harness.discord)
        self.write_line(f"  … {seconds:g} seconds later")
        self._show_message(message)

    def read(self, message: ResponseMessage) -> list[str]:
        """Return what can be seen on a message, line by line."""
        return [*lines(message, now=self._clock.now())]

    def opened(self, attachment: discord.Attachment) -> bytes:
        """Return what is in an attached file."""
        return self._harness.discord.attachment(attachment.url) or b""

    def check(self, claim: str, holds: bool) -> None:
        """Print what was checked; raises Unmet when it does not hold."""
        if not holds:
            raise Unmet(f"not so: {claim}")
        self.write_line(f"  ✔ {claim}")

    def write_line(self, line: str) -> None:
        """Write one line of the step."""
        self._out.write(f"    {line}\n")

    def _show(self, result: InteractionResult) -> ResponseMessage:
        messages = [*([result.response] if result.response else []), *result.followups]
        if not messages:
            raise Unmet("nothing was answered")
        for message in messages:
            self._show_message(message)
        return messages[-1]

    def _show_message(self, message: ResponseMessage) -> None:
        for line in self.read(message):
            self.write_line(f"  │ {line}".rstrip())


async def unwritten(_: Guide) -> None:
    """Stand in for the play of a step whose command is not there yet."""
    raise Unmet("the command is there, but nobody wrote how this step is played")


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange: what the person asks for, the command that does it, and how it is played."""

    asks: str
    command: str
    play: Callable[[Guide], Awaitable[None]] = unwritten
