"""How a server's process ended, as its node reported it on the websocket."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProcessEnd:
    """The end of one process.

    `lines` are the last console lines of the process that ended, the oldest first and without secrets; never
    those of its successor, and none that the node's daemon wrote. They are empty without a connection.
    `exit_code` and `oom_killed` are None when the node reported neither, as after a requested stop or with
    crash detection turned off. `restarted_by_wings` is False when the node gave up, None when it reported
    nothing.
    """

    at: datetime
    exit_code: int | None = None
    oom_killed: bool | None = None
    lines: tuple[str, ...] = ()
    restarted_by_wings: bool | None = None
