"""Jobs: restarts, idle stops and bulk actions that survive a restart of the bot."""

from bot.services.jobs.authority import AskedBy, JobAuthority
from bot.services.jobs.errors import CannotCountPlayers, JobInTheWay, NoSuchJob, NotIdle, TooLateToAbort
from bot.services.jobs.idle import IdleNeeds, IdleService
from bot.services.jobs.runner import JobRunner
from bot.services.jobs.service import BulkRequest, JobService, RestartRequest
from bot.services.jobs.steps import PASSING, JobSteps

__all__ = [
    "PASSING",
    "AskedBy",
    "BulkRequest",
    "CannotCountPlayers",
    "IdleNeeds",
    "IdleService",
    "JobAuthority",
    "JobInTheWay",
    "JobRunner",
    "JobService",
    "JobSteps",
    "NoSuchJob",
    "NotIdle",
    "RestartRequest",
    "TooLateToAbort",
]
