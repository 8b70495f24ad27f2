"""One fault at one request of one change, and whether the old content and the truth survived it."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.core.errors import QuetzalError, Refused
from bot.domain.audit import Outcome
from sandbox import Fault
from tests.file_faults.rig import Rig, Rigs
from tests.file_faults.stories import Confirmed, Story

# What Wings 1.11.11 says of everything it has no better word for, missing files included.
_NODE_500 = (
    b'{"errors": [{"code": "DaemonConnectionException", "status": "500", "detail": "There was an error while '
    b'communicating with the machine running this server. (code: 500) (request_id: none)"}]}'
)

FAULTS: dict[str, Fault] = {
    "429": Fault.status(429),
    "500 before": Fault.status(500),
    "500 after": Fault.status(500, acts=True),
    "node 500 before": Fault.answer(_NODE_500, code=500),
    "node 500 after": replace(Fault.answer(_NODE_500, code=500), acts=True),
    "504 node down": Fault.status(504),
    "504 after": Fault.late(),
    "cut before": Fault.cut(),
    "cut after": Fault.cut(acts=True),
    "not JSON": Fault.malformed(),
    "login page": Fault.html_200(),
    "204, not done": Fault.answer(b"", code=204),
    "killed before": Fault.slow(0.03),
    "killed after": Fault.slow(0.03, acts=True),
}
REFUSES = (400, 401, 403, 405, 406, 408, 413, 418, 429, 451)
"""What firewalls and proxies refuse with, before the panel or the node sees anything."""
SILENCES = (500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 530)
"""What they say when nothing came back."""
DONE_ALL_THE_SAME = (502, 503, 504, 520, 522, 524)
"""Of these, what comes after the request was carried out."""


def _pages(codes: Iterable[int]) -> dict[str, Fault]:
    made: dict[str, Fault] = {}
    for code in codes:
        made[f"{code} page"] = Fault.status(code, html=True)
        made[f"{code} text"] = Fault.answer(b"error code: %d" % code, code=code, content_type="text/plain")
        made[f"{code} nothing"] = Fault.answer(b"", code=code, content_type="")
    return made


PAGES: dict[str, dict[str, Fault]] = {
    "a firewall's": _pages(REFUSES),
    "a proxy's": _pages(SILENCES),
    "proxy's, done": {
        f"{code} page after": Fault.status(code, html=True, acts=True) for code in DONE_ALL_THE_SAME
    },
}
"""Pages in place of an answer, by the column of the table that they share."""
ONCE = frozenset(name for made in PAGES.values() for name in made) - {
    "403 page",
    "503 nothing",
    "524 page after",
}
"""What strikes once only; what is the same for the client is played permanently with one of its kind."""
COLUMNS: dict[str, tuple[str, ...]] = {name: (name,) for name in FAULTS}
COLUMNS |= {column: tuple(made) for column, made in PAGES.items()}
for _made in PAGES.values():
    FAULTS |= _made
KILLED = frozenset({"killed before", "killed after"})
FOR_GOOD = None
"""How often a fault strikes: once, or at every request from there on."""


def times_of(name: str) -> tuple[int | None, ...]:
    """Say how often a fault strikes, in one run and in another."""
    return (1,) if name in KILLED or name in ONCE else (1, FOR_GOOD)


_UNSURE = (
    "not known", "in a moment", "nobody could look", "neither", "may be", "the target is in the trash",
    "both places", "come out so far", "may still be growing", "couldn't check",
)  # fmt: skip
_PACKED = b"\x1f\x8b"
_UNTOUCHED = (
    "as it was", "where it was", "still there", "Nothing was", "unchanged", "wasn't saved",
    "No files were changed",
)  # fmt: skip

Files = dict[str, bytes | None]


@dataclass(frozen=True)
class Ending:
    """How a run ended: what was raised, what the audit says, what is on the server."""

    error: QuetzalError | None
    outcome: Outcome | None
    before: Files
    after: Files
    everything_before: Files
    everything_after: Files
    orphans: int
    """How many things in the trash nobody could name."""


@dataclass(frozen=True)
class Case:
    """Where which fault strikes."""

    story: Story
    request: int
    fault: str
    times: int | None


async def run(rigs: Rigs, story: Story, case: Case | None = None) -> tuple[Ending, list[str]]:
    """Play a story, with a fault if asked, and return how it ended and which requests it made."""
    async with rigs.open_rig() as rig:
        confirmed = await story.prepare(rig)
        before, everything = rig.outside_trash(), rig.files()
        acts = len(await rig.acts())
        rig.sandbox.requests.clear()
        if case is not None:
            rig.sandbox.faults.add(FAULTS[case.fault], times=case.times, skip=case.request)
        error = await _play(rig, confirmed, killed=case is not None and case.fault in KILLED)
        made = rig.requests()
        rig.sandbox.faults.clear()
        return await _ending(rig, error, acts, before, everything), made


async def _play(rig: Rig, confirmed: Confirmed, *, killed: bool) -> QuetzalError | None:
    task = asyncio.ensure_future(confirmed())
    served = rig.sandbox.faults.served
    while killed and not task.done():
        if rig.sandbox.faults.served > served:
            await asyncio.sleep(0.015)  # real time: what was sent is at work over there
            task.cancel()
            await asyncio.sleep(0.03)
        await asyncio.sleep(0)
    try:
        await task
    except QuetzalError as error:
        return error
    except asyncio.CancelledError:
        return None
    return None


async def _ending(
    rig: Rig, error: QuetzalError | None, acts: int, before: Files, everything: Files
) -> Ending:
    new = (await rig.acts())[acts:]
    outcomes = [act.outcome for act in new]  # an act may consist of others, which begin later
    outcome = Outcome.UNKNOWN if Outcome.UNKNOWN in outcomes else outcomes[-1] if outcomes else None
    await rig.sandbox.advance(120)  # the client has stopped asking a panel that failed so often
    await rig.sandbox.world.disks_idle()  # what was cut off may still be at work over there
    orphans = (await rig.history.kept(rig.permit)).unknown
    return Ending(error, outcome, before, rig.outside_trash(), everything, rig.files(), orphans)


def faults_of(story: Story, ending: Ending, clean: Ending, *, killed: bool = False) -> Iterator[str]:
    """Say everything that is wrong with an ending, compared with that of a run without a fault."""
    gone = Counter(_contents(ending.everything_before)) - Counter(_contents(ending.everything_after))
    for content in gone:
        # An empty file is kept by its manifest alone; manifests themselves may go.
        if content and content not in story.lost and not content.startswith(b'{\n "quetzal"'):
            yield f"lost: {content[:40]!r}"
    if ending.orphans:
        yield f"{ending.orphans} things in the trash without a record"
    if killed:
        if ending.outcome is Outcome.FAILED:
            yield "killed, but audited as failed"
        return
    before, after, wanted = _plainly(ending.before), _plainly(ending.after), _plainly(clean.after)
    if ending.error is None:
        if after != wanted:
            yield f"reported as done, but it is not: {_difference(wanted, after)}"
        if ending.outcome is not Outcome.DONE:
            yield f"reported as done, audited as {ending.outcome}"
        return
    state = ending.error.state
    if "had replaced isn't yet" in state:
        return  # half of it is done, and the sentence says which
    unsure = any(words in state for words in _UNSURE)
    untouched = any(words in state for words in _UNTOUCHED)
    if not unsure and not untouched:
        yield f"says nothing of the state: {state}"
    if untouched and not unsure and _without_folders(after) != _without_folders(before):
        yield f"says {state!r}, but: {_difference(before, after)}"
    expected = {Outcome.UNKNOWN} if unsure else {Outcome.FAILED, Outcome.DONE, None}
    if ending.outcome not in expected and not isinstance(ending.error, Refused):
        yield f"says {state!r}, audited as {ending.outcome}"


def _plainly(files: Files) -> Files:
    """Leave out what the node names by itself and the sentences name; archives are made again each time."""
    return {
        path: b"(packed)" if data is not None and data.startswith(_PACKED) else data
        for path, data in files.items()
        if " copy" not in path and "/archive-" not in path
    }


def _contents(files: Files) -> list[bytes]:
    return [data for data in files.values() if data is not None]


def _without_folders(files: Files) -> Files:
    return {path: data for path, data in files.items() if data is not None}


def _difference(expected: Files, files: Files) -> str:
    return ", ".join(
        sorted(
            path
            for path in expected.keys() | files.keys()
            if expected.get(path, b"?") != files.get(path, b"?")
        )
    )
