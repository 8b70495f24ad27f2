"""The longest step of the event loop while hostile and huge content is processed, and the worker's kill.

The panel is a process of its own. Every step (one callback of the loop) is timed by the CPU time of the
loop's thread, which a busy machine does not lengthen, and by the wall clock, which is shown beside it.
"""

import asyncio
import sys
import tempfile
import time
from asyncio import events
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.files_panel import FilesPanel, Plan, files_panel
from bot.actions.access import Permit
from bot.actions.audit import Audit
from bot.actions.clock import Clock
from bot.actions.clock_check import ClockCheck
from bot.actions.databases import PlacesAction
from bot.actions.files import EditAction, FilesAction, Journal, Keeper, SafeChange, Tidying
from bot.actions.files.looking import find
from bot.actions.files.search import Query, Search, SearchAction
from bot.app import spare_collector
from bot.domain import database_places, listings
from bot.domain.saved import TrashRules
from bot.errors import QuetzalError
from bot.store import Store
from bot.ui.browser import PER_PAGE
from bot.ui.embeds import files as file_embeds
from bot.ui.embeds.careful import diff_file, diff_lines
from bot.ui.text import code_pages
from bot.workers import Limits, WorkerPool

MAY_TAKE_MS = 50.0
MANY = 50_000
GREPPED = 60
KIB = 1024


@dataclass
class Watchdog:
    """The longest step so far, in milliseconds."""

    cpu_ms: float = 0.0
    wall_ms: float = 0.0
    slowest: str = field(default="")

    def step(self, run: Callable[[], None], handle: object) -> None:
        """Time one step."""
        wall, cpu = time.perf_counter(), time.thread_time()
        run()
        took = (time.thread_time() - cpu) * 1000
        self.wall_ms = max(self.wall_ms, (time.perf_counter() - wall) * 1000)
        if took > self.cpu_ms:
            self.cpu_ms, self.slowest = took, repr(handle)[:160]


@contextmanager
def watched() -> Iterator[Watchdog]:
    """Time every step of the loop inside."""
    dog, run = Watchdog(), events.Handle._run  # noqa: SLF001 - nothing public is called around each step

    def timed(handle: events.Handle) -> None:
        dog.step(partial(run, handle), handle)

    events.Handle._run = timed  # type: ignore[method-assign]  # noqa: SLF001
    try:
        yield dog
    finally:
        events.Handle._run = run  # type: ignore[method-assign]  # noqa: SLF001


def alias_bomb(lines: int = 26) -> str:
    """Make a mapping key of 2^n nodes in some hundred bytes."""
    made = [f"a{n}: &a{n} [*a{n - 1},*a{n - 1}]" for n in range(1, lines)]
    return "\n".join(["a0: &a0 [x,x]", *made, f"? *a{lines - 1}", ": x", "port: 1", ""])


def aliases() -> str:
    """Make values of ten to the power of n nodes in some hundred bytes."""
    rows = [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 7)]
    return "\n".join(["a0: &a0 [x]", *rows, "port: 1", ""])


def yaml(size: int) -> str:
    """Make flat YAML of a size."""
    return "".join(f"key{n}: value {n}\n" for n in range(size // 18)) + "port: 1\n"


def plugin(size: int) -> str:
    """Make the configuration of a plugin: nested, with lists and comments."""
    part = (
        "  # what it is for\n  shop{0}:\n    enabled: true\n    items: [stone, dirt]\n"
        '    price: {0}.5\n    text: "&aHi {0}"\n'
    )
    return "shops:\n" + "".join(part.format(n) for n in range(size // 115)) + "port: 1\n"


def nested(depth: int, size: int) -> str:
    """Make JSON of a depth that is padded to a size at its bottom."""
    inside = ",".join(f'"k{n}": {n}' for n in range(max(1, size // 16)))
    return '{"port": 1, "a": ' + '{"a": ' * depth + "{" + inside + "}" + "}" * depth + "}"


CONFIGS: dict[str, tuple[str, str, str]] = {
    "YAML, alias bomb as a key": ("bomb.yml", alias_bomb(), "port"),
    "YAML, aliases of aliases": ("aliases.yml", aliases(), "port"),
    "YAML, 56 KiB": ("flat.yml", yaml(56 * KIB), "port"),
    "YAML of a plugin, 59 KiB": ("plugin.yml", plugin(59 * KIB), "port"),
    "INI, 64 KiB": ("big.ini", "[a]\n" + "".join(f"k{n}=v\n" for n in range(8_000)) + "port=1\n", "a.port"),
    "TOML, 64 KiB": ("big.toml", "port = 1\n" + "".join(f"k{n} = {n}\n" for n in range(5_000)), "port"),
    "JSON, 300 deep": ("deep.json", nested(300, 30), "port"),
    "JSON, 100,000 deep": ("deeper.json", nested(100_000, 30), "port"),
    "JSON, 393 KiB": ("walk.json", nested(100, 393 * KIB), "port"),
    "JSON, 3.7 MiB": ("huge.json", nested(100, 3_700 * KIB), "port"),
    "properties, 900 KiB": ("big.properties", "".join(f"k{n}=v\n" for n in range(90_000)), "k5"),
    "text, 1 MiB of line ends": ("ends.txt", "\n" * KIB * KIB, ""),
    "text, 1 MiB of mixed line ends": ("mixed.txt", "a\r\nb\n" * 200_000, ""),
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What the cases work with."""

    permit: Permit
    workers: WorkerPool
    changes: SafeChange
    edits: EditAction
    files: FilesAction
    clock: Clock


async def set_key(bench: Bench, path: str, key: str) -> str:
    """Do what `/files set` does, as far as the preview."""
    draft = await bench.edits.set_key(bench.permit, path, key, "2")
    diff_lines(draft.diff)
    diff_file(draft.diff)
    return f"drafted, {draft.diff.added} line added"


async def edit(bench: Bench, path: str, text: str) -> str:
    """Do what `/files edit` does, as far as the preview."""
    draft = await bench.edits.uploaded(await bench.edits.open(bench.permit, path), text.encode())
    diff_lines(draft.diff)
    diff_file(draft.diff)
    return draft.problem or f"{draft.diff.added} lines added"


async def read(bench: Bench, path: str) -> str:
    """Do what `/files read` does."""
    file = await bench.files.read(bench.permit, path)
    pages = await bench.workers.run_linear(len(file.text), code_pages, file.text, file_embeds.PAGE_CHARACTERS)
    file_embeds.text_page(bench.permit.server, file, pages[0], number=1, count=len(pages))
    return f"{len(pages)} pages"


async def list_many(bench: Bench) -> str:
    """Do what `/files list` does."""
    listing = await bench.files.list(bench.permit, "/many")
    file_embeds.directory(bench.permit.server, listing, listing.entries[:PER_PAGE])
    await find(bench.permit, "/many/file 00001.txt")
    return f"{len(listing.entries):,} entries"


async def search(bench: Bench, query: Query) -> str:
    """Do what `/files search` and `/files grep` do."""
    found = Search(query)

    async def told(_: Search) -> None:
        """Nobody looks."""

    await SearchAction(TrashRules(), bench.clock, bench.workers).run(bench.permit, found, told)
    return f"{len(found.found):,} found"


async def find_password(bench: Bench) -> str:
    """Look for a password in the configuration, and put another in its place as far as writing it."""
    wanted = database_places.needles("s1_shop", "u1_shop", "Pa55word")
    action = PlacesAction(bench.changes, bench.clock, bench.workers)
    places = (await action.search(bench.permit, wanted)).places
    content = (plugin(247 * KIB) + "password: Pa55word\n").encode()
    changed = await bench.workers.run(database_places.replaced_in, "/a.yml", content, "Pa55word", "Other123")
    return f"{len(places)} places, {'replaced' if changed else 'not replaced'}"


async def fill(bench: Bench) -> None:
    """Put the files on the server."""
    files, uuid = bench.permit.panel.files, bench.permit.uuid
    for name, text, _ in CONFIGS.values():
        await files.write(uuid, f"/{name}", text.encode())
    for number in range(GREPPED):
        await files.write(uuid, f"/grep/{number}.txt", b"some words in a line\n" * 20_000)
    await files.write(uuid, "/diff.txt", "".join(f"{n}\n" for n in range(3_400)).encode())
    await files.write(uuid, "/plugins/Shop/config.yml", (plugin(247 * KIB) + "password: Pa55word\n").encode())


def cases() -> Iterator[tuple[str, Callable[[Bench], Awaitable[str]]]]:
    """Give every command with every input."""
    for what, (name, text, key) in CONFIGS.items():
        if key:
            yield f"set: {what}", partial(set_key, path=f"/{name}", key=key)
        yield f"edit: {what}", partial(edit, path=f"/{name}", text=text.replace("1", "2", 5) + "\n")
        if len(text) <= KIB * KIB:
            yield f"read: {what}", partial(read, path=f"/{name}")
    lines = "".join(f"{n ^ 1}\n" for n in range(3_400))
    yield "edit: 17 KiB, every line moved", partial(edit, path="/diff.txt", text=lines)
    yield f"list: {MANY:,} files", list_many
    yield f"search: names in {MANY:,} files", partial(search, query=Query(start="/many", pattern="*7*"))
    yield f"grep: {GREPPED} files of 400 KiB", partial(search, query=Query(start="/grep", text="words"))
    yield "rotate: a password in 247 KiB of YAML", find_password


async def measure(panel: FilesPanel) -> int:
    """Run every case; how many were over the limit."""
    clock = Clock()
    workers = WorkerPool(clock)

    async def split(body: bytes) -> list[bytes] | None:
        return await workers.run(listings.split, body)

    with tempfile.TemporaryDirectory() as directory:
        store = await Store.open(Path(directory) / "quetzal.db", now=clock.now())
        keeper = Keeper(TrashRules())
        tidying = Tidying(store, keeper, clock, ClockCheck(clock))
        safe = SafeChange(Journal(store, Audit(store, clock), clock), keeper, tidying)
        async with panel.permit(split) as permit:
            bench = Bench(permit, workers, safe, EditAction(safe, 4096 * KIB, workers), FilesAction(), clock)
            missed = await run_cases(bench)
        await store.close()
    await workers.close()
    return missed


async def run_cases(bench: Bench) -> int:
    """Run every case; how many were over the limit."""
    missed = 0
    await fill(bench)
    spare_collector()
    print(f"\n  {'':<44} {'CPU':>8} {'wall':>8}   what came of it")
    for what, case in cases():
        if not all(word in what for word in sys.argv[1:]):
            continue
        with watched() as dog:
            came = await _outcome(case(bench))
        is_met = dog.cpu_ms < MAY_TAKE_MS
        missed += not is_met
        verdict = "" if is_met else f"   MISSED\n      {dog.slowest}"
        print(f"  {what:<44} {dog.cpu_ms:5.1f} ms {dog.wall_ms:5.0f} ms   {came}{verdict}", flush=True)
    return missed


async def show_kills() -> None:
    """Show what a person reads when a worker is killed."""
    workers = WorkerPool(Clock(), limits=Limits(cpu_s=1.0, memory_bytes=64 * KIB * KIB))
    for what, work in (
        ("over 1 s of CPU time", workers.run(sum, range(10**12))),
        ("over 64 MiB of memory", workers.run(bytes, 10**9)),
    ):
        began = time.perf_counter()
        came = await _outcome(work)
        print(f"  {what:<44} {time.perf_counter() - began:6.1f} s          {came}")
    began = time.perf_counter()
    await workers.run(len, "")
    cold_ms = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
    for _ in range(100):
        await workers.run(len, "")
    warm_ms = (time.perf_counter() - began) * 10
    print(f"  {'replaced: the first answer, and each later one':<44} {cold_ms:5.0f} ms {warm_ms:5.2f} ms")
    began = time.perf_counter()
    await workers.close()
    print(f"  {'closed':<44} {(time.perf_counter() - began) * 1000:5.0f} ms")


async def _outcome(work: Awaitable[str]) -> str:
    try:
        return await work
    except QuetzalError as error:
        return f"“{error.happened}”"


def main() -> int:
    """Measure everything; exit code 1 when a step was too long."""
    print(f"The longest step of the event loop: CPU time under {MAY_TAKE_MS:.0f} ms")
    with files_panel(Plan(in_one=MANY)) as panel:
        missed = asyncio.run(measure(panel))
    print("\n  The worker's kill")
    asyncio.run(show_kills())
    print(f"\n{'Every step was short enough.' if not missed else f'{missed} were over the limit.'}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
