"""What may stand between two recordings of a story: changes of the world, a line each."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from sandbox import Mode
from sandbox.node_link import wake
from tests.contract.recorded_world import RecordedWorld, Rig
from tests.contract.rig import build
from tests.contract.talk import Talk

Change = Callable[[RecordedWorld], Awaitable[None] | None]
Step = str | Talk | Change
"""A recording that is replayed (its name, or a conversation), or a change of the world."""


@dataclass(frozen=True, slots=True)
class Story:
    """Recordings that were made one after the other, with what happened to the world between them."""

    name: str
    steps: tuple[Step, ...]
    mode: Mode = Mode.V1_11
    rig: Rig = build

    def recordings(self) -> Iterator[str]:
        """Name the recordings that are replayed."""
        return _names(self.steps)


def story(name: str, *steps: Step, folder: str, mode: Mode = Mode.V1_11, rig: Rig = build) -> Story:
    """Make a story of the recordings in one folder."""
    return Story(name, _within(folder, steps), mode, rig)


def advance(seconds: float) -> Change:
    """Let time pass."""
    return lambda recorded: recorded.sandbox.advance(seconds)


def server(name: str, **columns: object) -> Change:
    """Change columns of a server's row: `status`, `transferring`, `on_node`..."""

    def change(recorded: RecordedWorld) -> None:
        for column, value in columns.items():
            setattr(recorded.servers[name], column, value)

    return change


def limits(name: str, **features: int | None) -> Change:
    """Change how many databases, allocations, backups a server may have."""

    def change(recorded: RecordedWorld) -> None:
        for feature, value in features.items():
            setattr(recorded.servers[name].feature_limits, feature, value)

    return change


def node(**columns: object) -> Change:
    """Change the node: `hung`, `maintenance`, `wings_version`."""

    def change(recorded: RecordedWorld) -> None:
        for column, value in columns.items():
            setattr(recorded.sandbox.world.node, column, value)

    return change


def node_down(recorded: RecordedWorld) -> None:
    """Stop the daemon."""
    recorded.sandbox.node_down()


def node_up(recorded: RecordedWorld) -> None:
    """Start the daemon again, or let a hung one go on."""
    recorded.sandbox.node_down(down=False)
    wake(recorded.sandbox.world.node)


def panel(**settings: object) -> Change:
    """Change what the panel's operator has set."""

    def change(recorded: RecordedWorld) -> None:
        for name, value in settings.items():
            setattr(recorded.sandbox.world.settings, name, value)

    return change


def request(user: str, method: str, path: str, body: object = None) -> Change:
    """Send a request that was made but not kept. `path` is below /api/client/servers/."""
    return lambda recorded: recorded.request(method, f"/api/client/servers/{path}", user, json=body)


def several(times: int, change: Change) -> Change:
    """Do one thing several times."""

    async def repeat(recorded: RecordedWorld) -> None:
        for _ in range(times):
            done = change(recorded)
            if done is not None:
                await done

    return repeat


def power(name: str, signal: str, settle: float = 30.0) -> Change:
    """Send a power signal and wait until it has done its work."""

    async def change(recorded: RecordedWorld) -> None:
        server = recorded.servers[name]
        path = f"/api/client/servers/{server.uuid}/power"
        await recorded.request("POST", path, server.owner.username, json={"signal": signal})
        await recorded.sandbox.advance(settle)

    return change


def _within(folder: str, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Put the folder before the names of recordings."""
    placed: list[Step] = []
    for step in steps:
        if isinstance(step, Talk):
            during = {at: _within(folder, inner) for at, inner in step.during.items()}
            placed.append(replace(step, name=f"{folder}/{step.name}", during=during))
        else:
            placed.append(f"{folder}/{step}" if isinstance(step, str) else step)
    return tuple(placed)


def _names(steps: Iterable[Step]) -> Iterator[str]:
    for step in steps:
        if isinstance(step, Talk):
            yield step.name
            yield from _names(chain.from_iterable(step.during.values()))
        elif isinstance(step, str):
            yield step
