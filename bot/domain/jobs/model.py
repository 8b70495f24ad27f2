"""What a job is, as its rows in the store say."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.stored_text import sentences_of
from bot.domain.levels import Level
from bot.domain.observation import ServerKey


class JobKind(StrEnum):
    """The kind of job."""

    RESTART = "restart"
    IDLE = "idle"
    """Stops a server that nobody plays on."""
    BULK = "bulk"

    @property
    def level(self) -> Level:
        """The level that it requires on each of its servers, also to abort it."""
        return Level.MANAGER if self is JobKind.BULK else Level.OPERATOR


class StepKind(StrEnum):
    """A step of a job on one server. It is stored before it begins, and settled after it."""

    BACKUP = "backup"
    WARNING = "warning"
    """A line on the game's chat; its number is the mark in seconds before the end."""
    STOP = "stop"
    START = "start"
    NOTICE = "notice"
    """A line on the game's chat that it was called off."""
    ACT = "act"
    """What a bulk action does with one server."""


class StepOutcome(StrEnum):
    """How a step ended."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """The bot was stopped meanwhile, or the panel's response was lost, and nothing shows how it ended."""
    SKIPPED = "skipped"


class CalledOff(StrEnum):
    """Why a job ended before it stopped anything."""

    PERSON = "person"
    """Somebody aborted it."""
    JOINED = "joined"
    """Somebody joined the server that was to be stopped because it was empty."""
    UNCOUNTED = "uncounted"
    """Players could not be counted when an empty server was to be stopped."""
    MISSED = "missed"
    """Its time passed while Quetzal was off."""
    OFFLINE = "offline"
    """The server was offline already."""


class JobEnding(StrEnum):
    """How a job ended."""

    DONE = "done"
    FAILED = "failed"
    CALLED_OFF = "called_off"


class BulkAction(StrEnum):
    """What a bulk action does with each server."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class CountdownPlan:
    """How a server is stopped after a countdown. `marks`: seconds before the end at which players are warned.

    `when_empty`: as soon as nobody is on, at the latest when it is due.
    """

    marks: tuple[int, ...] = ()
    backup: bool = False
    when_empty: bool = False


@dataclass(frozen=True, slots=True)
class BulkPlan:
    """What is done with many servers, `at_once` of them on each node. `command` is a console line."""

    action: BulkAction
    command: str = ""
    at_once: int = 3


@dataclass(frozen=True, slots=True)
class JobServer:
    """A server of a job, as it was called when the job was made."""

    key: ServerKey
    name: str
    node: str


@dataclass(frozen=True, slots=True)
class JobStep:
    """A step on a server. `detail` is a backup's name or uuid, or what went wrong (`reason_in`)."""

    server: ServerKey
    kind: StepKind
    number: int
    begun_at: datetime
    settled_at: datetime | None = None
    outcome: StepOutcome | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A job with its servers and steps.

    `user_id` asked for it, in the channel in which its message stands; an idle stop was asked for by whoever
    set it up. `due_at`: when the server is stopped at the latest; None until a backup before it is done.
    `discord_id` is its message; `shown` is a digest of what the message shows; `reported_at` says when people
    were notified of its end.
    """

    id: int
    kind: JobKind
    guild_id: int
    user_id: int
    channel_id: int
    created_at: datetime
    plan: CountdownPlan | BulkPlan
    nonce: str
    due_at: datetime | None = None
    interaction_id: int | None = None
    called_off: CalledOff | None = None
    called_off_by: int | None = None
    ending: JobEnding | None = None
    ended_at: datetime | None = None
    detail: str = ""
    discord_id: int | None = None
    posted_at: datetime | None = None
    shown: str | None = None
    reported_at: datetime | None = None
    servers: tuple[JobServer, ...] = ()
    steps: tuple[JobStep, ...] = ()

    @property
    def server(self) -> JobServer:
        """Its first server; the only one unless it is a bulk action."""
        return self.servers[0]

    @property
    def remaining(self) -> frozenset[ServerKey]:
        """The servers that it still has something to do on, while it is open."""
        done = {step.server for step in self.steps if step.kind is StepKind.ACT and step.outcome is not None}
        return frozenset(server.key for server in self.servers) - done

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.ending is None

    @property
    def has_stopped(self) -> bool:
        """Whether it has begun to stop its server, so that it can't be aborted any more."""
        return self.step(StepKind.STOP) is not None

    def step(self, kind: StepKind, number: int = 0, server: ServerKey | None = None) -> JobStep | None:
        """Return a step; None before it has begun."""
        key = server or self.server.key
        return next(
            (step for step in self.steps if (step.server, step.kind, step.number) == (key, kind, number)),
            None,
        )


def reason_in(detail: str) -> str:
    """Return what went wrong with a job or step, in the current language; console lines may follow it."""
    return " ".join(sentences_of(detail.partition("\n")[0]))
