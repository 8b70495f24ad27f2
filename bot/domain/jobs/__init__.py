"""Jobs: restarts, idle stops and bulk actions, in steps that are stored before they begin."""

from bot.domain.jobs.bulk import next_items
from bot.domain.jobs.model import (
    BulkAction,
    BulkPlan,
    CalledOff,
    CountdownPlan,
    Job,
    JobEnding,
    JobKind,
    JobServer,
    JobStep,
    StepKind,
    StepOutcome,
    reason_in,
)
from bot.domain.jobs.moves import (
    CallOff,
    Finish,
    Move,
    Perform,
    SetDue,
    Wait,
    next_move,
)

__all__ = [
    "BulkAction",
    "BulkPlan",
    "CallOff",
    "CalledOff",
    "CountdownPlan",
    "Finish",
    "Job",
    "JobEnding",
    "JobKind",
    "JobServer",
    "JobStep",
    "Move",
    "Perform",
    "SetDue",
    "StepKind",
    "StepOutcome",
    "Wait",
    "next_items",
    "next_move",
    "reason_in",
]
