"""People who ask for restarts, bulk actions and idle stops, and abort some of them."""

import asyncio
import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.jobs import JobKind
from tests.crash_recovery.jobs.servers import FLEET, PLAYED, QUIET
from tests.crash_recovery.pace import Pace
from tests.support.discord_messages import components_of
from tests.support.discord_payloads import Json
from tests.support.discord_standin import DiscordStandin

IDLE_AFTER = "5 minutes"
_PAUSE_S = (2.0, 25.0)
_ANSWER_S = 12.0
"""On the wall: what is not answered by then was asked of a bot that is dead."""
_ABORT = re.compile(r"job:abort:(restart|idle|bulk):(\d+)")
_START = re.compile(r"idle:start:[a-z0-9-]+:(?P<uuid>[\w-]+)")
_WORKING = "working…"
_BEGUN = {JobKind.RESTART: "Restart of", JobKind.BULK: "Bulk action on"}
_CALLED_OFF = ("stays online", "✅ Aborted")


@dataclass(slots=True)
class Asked:
    """A job that somebody asked for; `begun` when the bot said so.

    It is about one of `servers` at least: a bulk action leaves out those that are busy or need nothing.
    """

    kind: JobKind
    servers: Collection[str]
    at: datetime
    begun: bool = False


@dataclass(slots=True)
class Abort:
    """A press on Abort; `said_at`: when the bot said that it was called off."""

    job_id: int
    said_at: datetime | None = None


@dataclass(slots=True)
class Press:
    """A press on Start of a server that was stopped because it was empty."""

    uuid: str
    at: datetime


@dataclass(slots=True)
class Said:
    """All that was asked for in a round."""

    asked: list[Asked] = field(default_factory=list)
    aborts: list[Abort] = field(default_factory=list)
    presses: list[Press] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


class People:
    """One person after the other, who asks for something whenever a bot is there."""

    def __init__(self, discord: DiscordStandin, pace: Pace, seed: int) -> None:
        self.said = Said()
        self._discord = discord
        self._pace = pace
        self._dice = random.Random(seed)
        self._without_rule = [*QUIET]

    async def ask_again_and_again(self) -> None:
        """Ask until this is cancelled, because the bot has died."""
        while True:
            acts = (self._restart, self._bulk, self._abort, self._start, self._restart)
            act = self._set_idle if self._without_rule else self._dice.choice(acts)
            try:
                async with asyncio.timeout(_ANSWER_S):
                    await act()
            except TimeoutError:
                self.said.refusals.append(f"no response to {act.__name__}")
            await asyncio.sleep(self._pace.real(self._dice.uniform(*_PAUSE_S)))

    async def _restart(self) -> None:
        server = self._dice.choice(PLAYED)
        when = self._dice.choice(["now", "now", "in 2 minutes", "in 5 minutes", "when empty"])
        options: dict[str, str | bool] = {"server": server, "when": when}
        options |= {"warn": self._dice.choice(["none", "10 s", "1 min"]), "backup": self._dice.random() < 0.5}
        if when == "when empty":
            options["wait"] = "6 minutes"
        await self._confirmed(
            Asked(JobKind.RESTART, [server], self._pace.now()), "restart", options, "Restart"
        )

    async def _bulk(self) -> None:
        action = self._dice.choice(["restart", "restart", "stop", "start", "command"])
        options: dict[str, str | bool] = {"action": action, "filter": FLEET[0][:-1]}
        if action == "command":
            options["command"] = "save-all"
        verb = "Send" if action == "command" else action.capitalize()
        await self._confirmed(Asked(JobKind.BULK, FLEET, self._pace.now()), "bulk", options, verb)

    async def _set_idle(self) -> None:
        server = self._without_rule[0]
        options: dict[str, str | bool] = {"server": server, "after": IDLE_AFTER}
        question = await self._discord.slash("server", "idle", options=options)
        button = _button(question, "Stop when empty")
        if button is None:
            self._refused(question)
            self._without_rule = [*self._without_rule[1:], server]
            return
        said = await self._discord.press(question, button, _is_result)
        if "stops when it's empty" in _text(said):
            self._without_rule.remove(server)

    async def _confirmed(self, asked: Asked, command: str, options: dict[str, str | bool], verb: str) -> None:
        question = await self._discord.slash("server", command, options=options)
        button = _button(question, verb)
        if button is None:
            self._refused(question)
            return
        self.said.asked.append(asked)
        response = await self._discord.press(question, button, _is_result)
        asked.begun = _BEGUN[asked.kind] in _text(response)
        if not asked.begun:
            self._refused(response)

    async def _abort(self) -> None:
        """Press Abort on one of the open jobs, whichever bot has drawn the button."""
        buttons = [(entry, match) for entry, match in self._buttons(_ABORT)]
        if not buttons:
            return
        message, match = self._dice.choice(buttons)
        abort = Abort(int(match[2]))
        self.said.aborts.append(abort)
        response = await self._discord.press(message, match[0], _is_result)
        if any(words in _text(response) for words in _CALLED_OFF):
            abort.said_at = self._pace.now()

    async def _start(self) -> None:
        """Press Start below the newest message of a server that was stopped because it was empty."""
        newest = {match["uuid"]: (message, match) for message, match in self._buttons(_START)}
        if not newest:
            return
        message, match = self._dice.choice([*newest.values()])
        self.said.presses.append(Press(match["uuid"], self._pace.now()))
        await self._discord.press(message, match[0], _is_result)

    def _buttons(self, wanted: re.Pattern[str]) -> Sequence[tuple[Json, re.Match[str]]]:
        messages = [entry.message for entry in self._discord.channels.written if entry.deleted_at is None]
        pairs = [(message, component) for message in messages for component in components_of(message)]
        matches = [(message, wanted.fullmatch(part.get("custom_id") or "")) for message, part in pairs]
        return [(message, match) for message, match in matches if match is not None]

    def _refused(self, message: Json) -> None:
        self.said.refusals.append(" ".join(_text(message).split())[:200])


def _button(message: Json, verb: str) -> str | None:
    """Return the id of the button that says so."""
    for component in components_of(message):
        if (component.get("label") or "").startswith(verb) and not component.get("disabled"):
            custom_id: str | None = component.get("custom_id")
            return custom_id
    return None


def _is_result(message: Json) -> bool:
    return _WORKING not in _text(message)


def _text(message: Json) -> str:
    parts = [component.get("content") or "" for component in components_of(message)]
    return "\n".join([message.get("content") or "", *parts])
