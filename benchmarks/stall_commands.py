"""The bot's commands with hostile and huge content: the longest step of the event loop, and what people read.

The real bot plays on the simulator. The panel runs in the same loop: everything that it starts carries its
mark in its context (`ASIDE`), from the socket that it listens on to the handler of each request, and steps
with that mark are not counted. The simulated Discord's own steps count as the bot's.
"""

import asyncio
import io
import tempfile
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Self
from unittest import mock

from simcord import ResponseMessage
from typing_extensions import override

from benchmarks.stall_inputs import CONFIGS, FORGED, GREPPED, KIB, MANY, plugin
from benchmarks.watchdog import ASIDE
from bot.domain.file_changes import new_id
from sandbox import Sandbox
from sandbox.games import Game
from sandbox.node.volumes import disk_of
from tests.support.console import run_command
from tests.support.databases import given
from tests.support.messages import buttons, text
from tests.support.world import World, new_world, shown

SERVERS = 5_000
PASSWORD = "c4naryOldPassword!@=.xyz"  # noqa: S105 - of a sandbox
Play = Callable[[World], Awaitable[str]]


class Flooding(Game):
    """A game that answers with more than anybody reads."""

    @override
    def reply(self, command: str) -> tuple[str, ...]:
        """Answer."""
        match command:
            case "many":
                return tuple(f"[12:00:00 INFO]: password: x{n} key=value token {n}" for n in range(5_000))
            case "long":
                return tuple("pass key " * 12_000 for _ in range(20))
            case _:
                return ("=" * 100_000, '"\\' * 50_000, "key " * 30_000, "a:b@" * 30_000, "pass" * 30_000)


class SandboxAside(Sandbox):
    """The panel, with its mark on all that it starts."""

    @override
    async def __aenter__(self) -> Self:
        """Start with the mark."""
        token = ASIDE.set(True)
        try:
            return await super().__aenter__()
        finally:
            ASIDE.reset(token)


@asynccontextmanager
async def furnished_world() -> AsyncIterator[World]:
    """Give the world with everything in it that a server may hold."""
    with tempfile.TemporaryDirectory() as directory, mock.patch("tests.support.world.Sandbox", SandboxAside):
        async with new_world(Path(directory)) as world:
            await asyncio.to_thread(_fill, world)
            made = world.sandbox.world.add_server
            made(name="Loud", owner="owner", state="running", game=Flooding())
            for number in range(SERVERS):
                made(name=f"Node {number % 50} Lobby {number}", owner="owner", state="offline")
            await world.admin.slash(world.channel, "server list")
            await world.advance(70)
            yield world


def _fill(world: World) -> None:
    disk = disk_of(world.survival)
    for name, content, _ in CONFIGS.values():
        disk.write(f"/{name}", content.encode())
    for number in range(GREPPED):
        disk.write(f"/grep/{number}.txt", b"some words in a line\n" * 20_000)
    disk.write("/diff.txt", "".join(f"{n}\n" for n in range(3_400)).encode())
    disk.write("/plugins/Shop/config.yml", plugin(247 * KIB).encode() + f"password: {PASSWORD}\n".encode())
    disk.write("/hard.log", ("password=x " * 700 + "\n").encode() * 60)
    many = disk.tree.root / "many"
    many.mkdir()
    for number in range(MANY):
        (many / f"file {number:05}.txt").write_bytes(b"x")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"folder/file {number}.txt", b"")
    disk.write("/many.zip", packed.getvalue())
    for number, forged in enumerate(FORGED):
        stamp = new_id(world.services.clock.now(), f"{number:08x}")
        disk.write(f"/.quetzal/{stamp}.json", forged)
        disk.write(f"/.quetzal/{stamp}.saved", b"x")
    given(world, "shop", PASSWORD)


async def _run(world: World, command: str, *press: str, **options: object) -> str:
    """Run a command, press the buttons that come, one after the other; what is read in the end."""
    result = await world.admin.slash(world.channel, command, **{"server": "Survival", **options})
    for label in press:
        if label not in buttons(shown(result)):
            break
        await world.admin.click(shown(result), label=label)
    await world.until(lambda: bool(text(shown(result))))
    return _summary(shown(result))


def _summary(message: ResponseMessage) -> str:
    """Give the title and the first words of a message."""
    return _first_words(text(message))


def _first_words(message_text: str) -> str:
    lines = [line.strip("*`") for line in message_text.splitlines() if line.strip()]
    return " · ".join(lines[:2])[:110]


async def _typed(world: World, command: str, option: str, typed: str) -> str:
    choices = await world.admin.autocomplete(
        world.channel, command, option, typed, **({"server": "Survival"} if option != "server" else {})
    )
    return f"{len(choices)} suggestions, the first “{choices[0]['name'] if choices else ''}”"


def plays() -> Iterator[tuple[str, Play]]:
    """Give every command with every input."""
    for label, (name, content, key) in CONFIGS.items():
        yield f"/files read: {label}", partial(_run, command="files read", path=f"/{name}")
        if key:
            yield (
                f"/files set: {label}",
                partial(_set, path=f"/{name}", key=key),
            )
        changed = content.replace("1", "2", 5) + "\n"
        yield f"/files edit: {label}", partial(_edit, path=f"/{name}", new=changed)
    moved = "".join(f"{n ^ 1}\n" for n in range(3_400))
    yield "/files edit: 17 KiB, every line moved", partial(_edit, path="/diff.txt", new=moved)
    yield "/files history: forged manifests", partial(_run, command="files history")
    yield "/files undo: the last of these", partial(_undo)
    yield f"/files list: {MANY:,} files", partial(_run, command="files list", path="/many")
    yield (
        f"/files info: one of {MANY:,} files",
        partial(_run, command="files info", path="/many/file 00001.txt"),
    )
    yield (
        f"path suggestions: {MANY:,} files",
        partial(_typed, command="files read", option="path", typed="/many/9"),
    )
    yield (
        "path suggestions: none fits",
        partial(_typed, command="files read", option="path", typed="/many/zzz"),
    )
    yield f"/files search: {MANY:,} files", partial(_run, command="files search", pattern="*7*", path="/many")
    yield (
        f"/files grep: {GREPPED} files of 400 KiB",
        partial(_run, command="files grep", text="words", path="/grep"),
    )
    yield "/files extract: 20,000 entries", partial(_run, command="files extract", path="/many.zip")
    yield "/files tail: every word a password", partial(_run, command="files tail", path="/hard.log")
    yield (
        f"/files tail: one of {MANY:,} files",
        partial(_run, command="files tail", path="/many/file 00001.txt"),
    )
    yield f"/files delete: {MANY:,} files", partial(_delete, path="/many")
    yield "/database rotate: 247 KiB of YAML", partial(_rotate)
    for flood in ("many", "long", "hard"):
        yield f"/server command: {flood} lines", partial(_say, line=flood)
    yield f"/server list: {SERVERS:,} servers", partial(_list_servers, search="")
    yield f"/server list: {SERVERS:,} servers, searched", partial(_list_servers, search="lobby 4")
    yield (
        f"server suggestions: {SERVERS:,}",
        partial(_typed, command="server status", option="server", typed="lobby 49"),
    )
    yield f"/alerts list: {SERVERS:,} servers", partial(_plain, command="alerts list")


async def _plain(world: World, command: str) -> str:
    return _summary(shown(await world.admin.slash(world.channel, command)))


async def _list_servers(world: World, search: str) -> str:
    return _summary(shown(await world.admin.slash(world.channel, "server list", search=search)))


async def _set(world: World, path: str, key: str) -> str:
    return await _run(world, "files set", "Save", path=path, key=key, value="2")


async def _edit(world: World, path: str, new: str) -> str:
    return await _run(world, "files edit", "Write", path=path, file=("x.txt", new.encode()))


async def _undo(world: World) -> str:
    return await _run(world, "files undo", "Undo")


async def _delete(world: World, path: str) -> str:
    return await _run(world, "files delete", "Delete", path=path)


async def _rotate(world: World) -> str:
    return await _run(
        world, "database rotate", "Rotate", "Put it into the files", "Change the files", database="shop"
    )


async def _say(world: World, line: str) -> str:
    return _first_words(await run_command(world, world.admin, line, "Loud"))
