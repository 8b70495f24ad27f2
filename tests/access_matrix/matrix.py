"""Walks over everything a person can run or press, with every level, and notes who is let through.

A member is given a level, opens what there is to open, loses it again, and presses. What a press does is
seen on the panel and in the audit: a refused one leaves no trace on either but that it was refused.
"""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import discord
from simcord import InteractionResult, MemberActor, ResponseMessage

from bot.domain.levels import Level
from bot.ui.kit.authorize import AnyCommand, level_of
from bot.ui.kit.shown_views import Views
from bot.ui.kit.view import BaseView
from bot.ui.setup.overview import every_command
from tests.access_matrix.arguments import (
    BY_ITSELF,
    NOT_FOLLOWED,
    WAYS,
    arguments,
)
from tests.access_matrix.components import name_of
from tests.access_matrix.harness import Ground
from tests.access_matrix.message import (
    Press,
    first_option,
    last_message,
    presses,
    values,
)
from tests.access_matrix.posted_messages import POSTED
from tests.support.copies import silent_copies_wait
from tests.support.messages import text
from tests.support.world import World, shown

_DEPTH = 8


@dataclass(frozen=True, order=True)
class Row:
    """One thing that can be run or pressed, and the lowest level that is let through."""

    command: str
    pressed: tuple[str, ...]
    level: Level


@dataclass(frozen=True)
class Opening:
    """How a message with something to press on comes to be."""

    name: str
    message: Callable[[], Awaitable[ResponseMessage]]


class Walk(Ground):
    """Everything in turn, on a fresh world after each press that changed something."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.rows: list[Row] = []
        self.met: set[str] = set()

    async def run(self, group: str) -> None:
        """Walk over all commands of a group; `rows` and `met` say what was found."""
        await self.fresh()
        if group == BY_ITSELF:
            await self._posted()
        for name in self._names(group):
            await self._command(name)

    async def run_commands(self, group: str) -> None:
        """Run all commands of a group with every level, and press nothing.

        Whoever is refused leaves the world as it was, so that one world does for all of them.
        """
        await self.fresh()
        names = self._names(group)
        for name in names:
            await self._is_closed_elsewhere(self._find(name))
        for level in Level:
            await self.give(level)
            for name in names:
                if level < _required_level(self._find(name)):
                    assert await self._is_refused(name, level), f"/{name} lets {level.word} through"
        for name in names:
            await self._is_let_through(name)

    def _names(self, group: str) -> list[str]:
        names = sorted(command.qualified_name for command in every_command(self.world.bot.tree))
        return [name for name in names if name.split()[0] == group]

    async def _posted(self) -> None:
        for name, make in POSTED.items():
            await self._explore(Opening(name, partial(self._post, make)))

    async def _post(self, make: Callable[[World], Awaitable[ResponseMessage]]) -> ResponseMessage:
        return await make(self.world)

    # --- commands ---------------------------------------------------------------------------------

    async def _command(self, name: str) -> None:
        await self.fresh()
        command = self._find(name)
        required_level = _required_level(command)
        await self._is_closed_elsewhere(command)
        for level in Level:
            if level < required_level:
                await self.give(level)
                assert await self._is_refused(name, level), f"/{name} lets {level.word} through"
        await self._is_let_through(name)
        seen: set[tuple[object, ...]] = set()
        for given in (None, *WAYS.get(name, ())):
            await self._explore(Opening(f"/{name}", partial(self._run, name, given)), seen)
        self.dirty = True  # what was pressed last may go on in the next command's time

    async def _is_refused(self, name: str, level: Level) -> bool:
        """Run it as somebody of a level below its own."""
        result = await self._slash(name)
        if not await self.refused(result, f"/{name} as {level.word}"):
            return False
        await self._suggests_nothing(self._find(name), level)
        return True

    async def _is_let_through(self, name: str) -> None:
        """Run it as somebody of its level; a form of it is refused to everybody below."""
        required_level = _required_level(self._find(name))
        await self.give(required_level)
        result = await self._slash(name)
        assert not await self.refused(result, f"/{name}"), f"/{name} refuses {required_level.word}"
        await self.let_through()
        if result.modal is not None:
            await self.fresh()
            await self._submit_with_every_level(partial(self._slash, name), required_level, f"/{name}")
        self.dirty = (
            self.dirty or required_level > Level.VIEWER
        )  # what it began may go on in the next one's time
        self.rows.append(Row(f"/{name}", (), required_level))

    async def _is_closed_elsewhere(self, command: AnyCommand) -> None:
        """Run it in a guild that the settings do not name, and in one that may not see the server."""
        name, world = command.qualified_name, self.world
        given = arguments(world, command)
        # People of this guild cannot be chosen in another one.
        given |= {key: world.foreign_admin for key, value in given.items() if isinstance(value, MemberActor)}
        refused = await world.foreign_admin.slash(world.foreign_channel, name, **given)
        assert "isn't set up for this Discord server" in text(shown(refused)), (
            f"/{name} answers in a guild that is not named"
        )
        if "server" in given:
            given["server"] = world.survival.uuid
            given |= {key: self.neighbour for key, value in given.items() if isinstance(value, MemberActor)}
            said = text(shown(await self.neighbour.slash(self.neighbours_channel, name, **given)))
            assert "This Discord server has no game servers yet" in said, (
                f"/{name} shows another guild's server: {said}"
            )
        await self.left_no_trace(f"/{name} in another guild")

    async def _suggests_nothing(self, command: AnyCommand, level: Level) -> None:
        """Type into every option below the level: servers that may be seen are all that is offered."""
        for parameter in command.parameters:
            visible = parameter.name in {"server", "panel"} and level > Level.NONE
            if parameter.autocomplete and not visible:
                others = {"server": self.world.survival.name} if parameter.name != "server" else {}
                known = {option.name for option in command.parameters}
                offered = await self.member.autocomplete(
                    self.world.channel,
                    command.qualified_name,
                    parameter.name,
                    "",
                    **{name: value for name, value in others.items() if name in known},
                )
                assert offered == [], f"/{command.qualified_name} offers {offered} to {level.word}"

    # --- what can be pressed ------------------------------------------------------------------------

    async def _explore(self, opening: "Opening", seen: set[tuple[object, ...]] | None = None) -> None:
        """Press everything that a message leads to, each thing once, the shortest way to it."""
        seen = set() if seen is None else seen
        paths: deque[tuple[Press, ...]] = deque([()])
        while paths:
            path = paths.popleft()
            message = await self._open(opening, path)
            for press, piece in [(press, self._piece(message, press)) for press in presses(message)]:
                if (press, piece) not in seen:
                    seen.add((press, piece))
                    self.met.add(piece)
                    await self._press_with_every_level(opening, path, press)
                    if piece not in NOT_FOLLOWED:
                        paths.append((*path, press))
            assert len(path) < _DEPTH, f"{opening.name} never ends: {path}"

    async def _press_with_every_level(
        self, opening: "Opening", path: tuple[Press, ...], press: Press
    ) -> None:
        message = await self._open(opening, path)
        declared = self._declared(
            message, next(candidate for candidate in presses(message) if candidate == press)
        )
        where = f"{opening.name} {' → '.join(map(str, (*path, press)))}"
        for level in Level:
            if press not in presses(self._now(message)):  # some end with the first refusal
                message = await self._open(opening, path)
            shown_press = next(candidate for candidate in presses(message) if candidate == press)
            await self.give(level)
            result = await self._press(message, shown_press)
            if await self.refused(result, f"{where} as {level.word}"):
                continue
            assert level is not Level.NONE, f"{where} lets everybody through"
            assert declared in (None, level), f"{where} lets {level.word} through, and says {declared}"
            self.rows.append(Row(opening.name, tuple(map(str, (*path, press))), level))
            await self.let_through()
            self.dirty = self.dirty or level > Level.VIEWER  # what it began may go on in the next one's time
            if result.modal is not None:

                async def again(
                    message: ResponseMessage = message, shown_press: Press = shown_press
                ) -> InteractionResult:
                    return await self._press(message, shown_press)

                await self._submit_with_every_level(again, level, where)
            return
        raise AssertionError(f"{where} lets nobody through")

    async def _submit_with_every_level(
        self, open_form: Callable[[], Awaitable[InteractionResult]], required_level: Level, where: str
    ) -> None:
        """Open the form as somebody who may, and submit it when they no longer may."""
        for level in (level for level in Level if level < required_level):
            await self.give(required_level)
            form = await open_form()
            await self.give(level)
            result = await self._submit(form)
            attempt = f"the form of {where} as {level.word}"
            assert await self.refused(result, attempt), f"{attempt} is let through"

    async def _submit(self, form: InteractionResult) -> InteractionResult:
        modal = form.modal or {}
        self.met.add(name_of(type(self.world.bot._connection._view_store._modals[modal["custom_id"]])))
        return await self.member.submit_modal(form, dict(values(modal)))

    def _declared(self, message: ResponseMessage, press: Press) -> Level | None:
        """Ask the view what it says the press takes; a persistent button has no view."""
        component = self._item(message, press)
        return None if component is None else component[0].access_for(component[1]).level

    def _piece(self, message: ResponseMessage, press: Press) -> str:
        """Name the code that answers a press."""
        if (component := self._item(message, press)) is not None:
            return name_of(type(component[1]))
        known = self.world.bot._connection._view_store._dynamic_items
        (piece,) = (item for template, item in known.items() if template.fullmatch(press.custom_id))
        return name_of(piece)

    def _item(self, message: ResponseMessage, press: Press) -> tuple[BaseView, discord.ui.Item[Any]] | None:
        view = self.world.bot.shared(Views)._by_message.get(message.id)
        if not isinstance(view, BaseView):
            return None
        items = (item for item in view.walk_children() if getattr(item, "custom_id", None) == press.custom_id)
        return view, next(items)

    def _now(self, message: ResponseMessage) -> ResponseMessage:
        env = self.world.env
        return ResponseMessage(env, env.backend.get_message(self.world.channel.id, message.id))

    # --- the member and what they do ----------------------------------------------------------------

    async def _open(self, opening: "Opening", path: tuple[Press, ...]) -> ResponseMessage:
        """Have the message, and press along the path, as somebody who may do everything."""
        await self.fresh()
        await self.give(Level.ADMIN)
        message = await opening.message()
        for press in path:
            shown_press = next((candidate for candidate in presses(message) if candidate == press), None)
            if shown_press is None:
                break
            pressed = await self._press(message, shown_press)
            if pressed.modal is not None:
                pressed = await self._submit(pressed)
            message = self._now(last_message(pressed) or message)
        await silent_copies_wait(self.world)  # a copy fails if whoever began it may no longer before it runs
        await self.let_through()
        self.dirty = self.dirty or bool(path)
        return message

    async def _run(self, name: str, given: Mapping[str, Any] | None) -> ResponseMessage:
        message: ResponseMessage = last_message(await self._slash(name, given))
        return message

    async def _slash(self, name: str, given: Mapping[str, Any] | None = None) -> InteractionResult:
        given = arguments(self.world, self._find(name)) if given is None else given
        return await self.member.slash(self.world.channel, name, **given)

    async def _press(self, message: ResponseMessage, press: Press) -> InteractionResult:
        if press.menu is None:
            return await self.member.click(message, custom_id=press.custom_id)
        value = {
            "string": first_option(message, press.custom_id),
            "user": self.world.stranger,
            "mentionable": self.world.stranger,
            "role": self.world.guild.default_role,
            "channel": self.world.channel,
        }[press.menu]
        return await self.member.select(message, [value], custom_id=press.custom_id)

    def _find(self, name: str) -> AnyCommand:
        return next(
            command for command in every_command(self.world.bot.tree) if command.qualified_name == name
        )


def _required_level(command: AnyCommand) -> Level:
    level = level_of(command)
    assert level, f"/{command.qualified_name} has no level: add `extras=requires(Level.…)` to its decorator"
    return level


@asynccontextmanager
async def walking(directory: Path) -> AsyncIterator[Walk]:
    """Walk with worlds in a directory."""
    walk = Walk(directory)
    try:
        yield walk
    finally:
        await walk.close()
