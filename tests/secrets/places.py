"""Everywhere a secret could turn up."""

import dataclasses
import logging
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

from simcord import ResponseMessage

from tests.support.messages import text
from tests.support.world import World

_DEPTH = 4


Said = tuple[str, str]


async def everywhere(world: World, records: Iterable[logging.LogRecord], belongs: set[int]) -> list[Said]:
    """Give each place and what stands there, with nothing blacked out that was not kept out before."""
    return [*_logs(records), *await _messages(world, belongs), *_files(world), *_reprs(world)]


def _logs(records: Iterable[logging.LogRecord]) -> Iterator[Said]:
    """As they are before the formatter blacks out what looks like a secret."""
    for record in records:
        where = f"log of {record.name}"
        yield where, record.getMessage()
        if record.exc_info and record.exc_info[1]:
            yield from _exception(where, record.exc_info[1])


def _exception(where: str, error: BaseException) -> Iterator[Said]:
    yield where, "".join(traceback.format_exception(error))
    chain: BaseException | None = error
    while chain is not None:
        yield f"{where}: {type(chain).__name__}", f"{chain!r} {chain} {vars(chain)} {chain.args!r}"
        chain = chain.__cause__ or chain.__context__


async def _messages(world: World, belongs: set[int]) -> list[Said]:
    messages = []
    for channel in world.env.backend.messages.values():
        for raw in channel.values():
            if raw.id in belongs:
                continue
            message = ResponseMessage(world.env, raw)
            files = [(await attachment.read()).decode(errors="replace") for attachment in message.attachments]
            messages.append(
                (f"message {raw.id}", "\n".join([text(message), str(message.components), *files]))
            )
    return messages


def _files(world: World) -> Iterator[Said]:
    """Read the store with its audit rows and sealed keys, and all else that the bot writes."""
    for path in sorted(Path(world.services.settings.data_dir).rglob("*")):
        if path.is_file():
            yield f"file {path.name}", path.read_bytes().decode("latin-1")


def _reprs(world: World) -> Iterator[Said]:
    """Print what a debugger, an error report or a careless `%s` would, of all that the bot leans on."""
    seen: set[int] = set()
    todo: list[tuple[str, object, int]] = [("services", world.services, 0)]
    while todo:
        where, thing, depth = todo.pop()
        if id(thing) in seen or depth > _DEPTH:
            continue
        seen.add(id(thing))
        yield f"repr of {where}", repr(thing)
        if type(thing).__module__.startswith("bot."):
            todo += [(f"{where}.{name}", value, depth + 1) for name, value in _fields(thing)]


def _fields(thing: object) -> Iterator[tuple[str, object]]:
    if dataclasses.is_dataclass(thing):
        yield from ((field.name, getattr(thing, field.name, None)) for field in dataclasses.fields(thing))
    yield from getattr(thing, "__dict__", {}).items()
