"""Walks over every command and every press, each time with a cut at another request to Discord.

What a person does is done once without a cut, to learn how many requests it takes, what it changes and what
the person reads in the end. Then it is done for each request and each cut, each time in a branch of the same
world: it begins with the same state at the same moment, and nothing of an earlier one goes on.
"""

import asyncio
import gc
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from simcord import InteractionResult, ResponseMessage
from simcord.backend.models import Interaction

from bot.domain.levels import Level
from bot.ui.setup.overview import every_command
from demo.discord.connection_faults import Cut
from tests.access_matrix.arguments import BY_ITSELF, NOT_FOLLOWED, WAYS
from tests.access_matrix.matrix import Opening, Walk
from tests.access_matrix.message import Press, presses
from tests.access_matrix.posted_messages import POSTED
from tests.responses.branch import in_branch
from tests.support.messages import text, titles

CUTS = (
    Cut(taken=False),
    Cut(taken=True),
    Cut(taken=False, status=503),
    Cut(taken=True, status=500),
    Cut(taken=True, lasts_s=8.0),
    Cut(taken=False, lasts_s=8.0),
)
"""Short ones, which the next attempt survives, and Discord out of reach for longer than a press is valid."""
Act = Callable[[], Awaitable[InteractionResult]]
_REST_S = 30.0
"""Longer than a cut and the pauses after it, shorter than any question waits."""
_MORE_S = 12.0
"""Longer than what takes its time, such as a bulk action, pauses between two changes."""
_TYPING_S = 12.0
"""Longer than a cut, too."""
_UNFINISHED = ("working…",)
_DEFECT = "Quetzal hit an internal error"


@dataclass(frozen=True)
class Ended:
    """What came of something that a person did."""

    changed: tuple[int, int]
    """Changes on the panel, and acts in the audit."""
    read: tuple[str, ...]
    requests: tuple[str, ...]
    unseen: tuple[str, ...]
    """Errors that were not handled."""


@dataclass(frozen=True)
class Story:
    """Something a person does, and what it is called."""

    name: str
    act: Act


class CutWalk(Walk):
    """Everything in turn with a cut at each request; `played` counts the stories, `wrong` what was."""

    def __init__(self, directory: Path, cuts: Sequence[Cut] = CUTS) -> None:
        super().__init__(directory)
        self.played = 0
        self.wrong: list[str] = []
        self._cuts = cuts

    async def play(self, group: str, *, only: Sequence[str] = (), depth: int = 8) -> None:
        """Walk over a group of commands, or only some of them, so many presses deep."""
        asyncio.get_running_loop().set_exception_handler(self._note_unseen)
        await self.fresh()
        for opening, slash in [*self._openings(group)]:
            name = opening.name.removeprefix("/")
            if only and name not in only:
                continue
            if slash is not None:
                await self.fresh()
                await self.give(Level.ADMIN)
                await self._cut_everywhere(Story(opening.name, slash))
            await self._press_everything(opening, depth)

    def _openings(self, group: str) -> Iterator[tuple[Opening, Act | None]]:
        if group == BY_ITSELF:
            for name, make in POSTED.items():
                yield Opening(name, partial(self._post, make)), None
            return
        names = sorted(command.qualified_name for command in every_command(self.world.bot.tree))
        for name in names:
            if name.split()[0] == group:
                for given in (None, *WAYS.get(name, ())):
                    yield (
                        Opening(f"/{name}", partial(self._run, name, given)),
                        partial(self._slashed, name, given),
                    )

    async def _slashed(self, name: str, given: Mapping[str, Any] | None) -> InteractionResult:
        return await self._filled(await self._slash(name, given))

    async def _press_everything(self, opening: Opening, depth: int) -> None:
        seen: set[tuple[Press, str]] = set()
        paths: deque[tuple[Press, ...]] = deque([()])
        while paths:
            path = paths.popleft()
            if len(path) >= depth:
                continue
            message = await self._open(opening, path)
            self.dirty = True  # what that began may go on here later, and is part of these stories only
            for press, piece in [(press, self._piece(message, press)) for press in presses(message)]:
                if (press, piece) in seen:
                    continue
                seen.add((press, piece))
                where = f"{opening.name} {' → '.join(map(str, (*path, press)))}"
                await self._cut_everywhere(Story(where, partial(self._pressed, press, message)))
                if piece not in NOT_FOLLOWED:
                    paths.append((*path, press))

    async def _pressed(self, press: Press, message: ResponseMessage) -> InteractionResult:
        return await self._filled(await self._press(message, press))

    async def _filled(self, result: InteractionResult) -> InteractionResult:
        """Submit the form that was opened, if one was."""
        if result.modal is None:
            return result
        await self.world.advance(_TYPING_S)
        return await self._submit(result)

    async def _cut_everywhere(self, story: Story) -> None:
        usual = await self._play(story)
        self.wrong += [f"{story.name}: {problem}" for problem in usual.unseen]
        for number in range(len(usual.requests)):
            for cut in self._cuts:
                ended = await self._play(story, number, cut)
                self.played += 1
                where = f"{story.name}: {cut} request {number} ({usual.requests[number]})"
                self.wrong += [f"{where}: {problem}" for problem in self._judge(usual, ended, number, cut)]

    def _judge(self, usual: Ended, ended: Ended, number: int, cut: Cut) -> Iterator[str]:
        yield from ended.unseen
        if usual.requests[number].endswith("/callback") and not cut.taken and cut.lasts_s > 0:
            # Discord stopped waiting and says so itself: nothing may have been begun by this press.
            if ended.changed != (0, 0):
                yield f"it changed {ended.changed} though the press was never acknowledged"
            if any(_DEFECT in words for words in ended.read):
                yield f"the person reads {ended.read}"
            return
        if ended.changed != usual.changed:
            yield f"it changed {ended.changed}, and {usual.changed} without a cut"
        if ended.read != usual.read:
            yield f"the person reads {ended.read}, and {usual.read} without a cut"

    async def _play(self, story: Story, number: int | None = None, cut: Cut | None = None) -> Ended:
        return await in_branch(
            partial(self._played, story, number, cut),
            self.directory,
            Path(self.world.sandbox.world._files.name),
        )

    async def _played(self, story: Story, number: int | None, cut: Cut | None) -> Ended:
        world, self.wrong = self.world, []
        before, known = await self.trace(), set(world.env.backend.interactions)
        trouble = world.trouble
        trouble.arm(number, cut)
        await story.act()
        await world.advance(_REST_S)
        after = await self._at_rest(before)
        requests = tuple(trouble.requests)
        trouble.arm()
        new = [interaction for key, interaction in world.env.backend.interactions.items() if key not in known]
        read = tuple(self._read(new))
        await world.stop()
        gc.collect()  # a task whose exception was never retrieved reports it now
        self.wrong += [f"{error!r} went unseen" for error in world.errors()]
        self.wrong += [f"the panel has no {route}" for route in world.sandbox.unknown_routes]
        return Ended((after[0] - before[0], after[1] - before[1]), read, requests, tuple(self.wrong))

    async def _at_rest(self, before: tuple[int, int]) -> tuple[int, int]:
        """Wait until nothing more changes; return how things stand then."""
        after = await self.trace()
        while after != before:
            await self.world.advance(_MORE_S)
            before, after = after, await self.trace()
        return after

    def _read(self, interactions: Sequence[Interaction]) -> Iterator[str]:
        """Return the titles that the person ends up with: the rest of the words may hold times."""
        env, shown = self.world.env, []
        for interaction in interactions:
            ids = (interaction.message_id, *interaction.followup_ids)
            shown += [number for number in ids if number is not None and number not in shown]
            if interaction.loading:
                yield "Quetzal is thinking…"
        for number in shown:
            message = ResponseMessage(env, env.backend.get_message(self.world.channel.id, number))
            words = text(message)
            said = " + ".join(titles(message)) or words
            yield re.sub(r"\d+", "#", said)  # names and numbers differ from world to world
            yield from (word for word in _UNFINISHED if word in words)

    def _note_unseen(self, _: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.wrong.append(f"went unseen: {context['message']} {context.get('exception')!r}")


@asynccontextmanager
async def walking(directory: Path, cuts: Sequence[Cut] = CUTS) -> AsyncIterator[CutWalk]:
    """Walk with worlds in a directory."""
    walk = CutWalk(directory, cuts)
    try:
        yield walk
    finally:
        await walk.close()
