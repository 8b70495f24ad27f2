"""Errors of work in a worker process.

QuetzalError
├── Refused
│   ├── TooSlow       over the limit of CPU time, or stuck
│   ├── TooLarge      over the limit of memory
│   └── TooDeep       nested beyond what can be followed
├── WorkerLost        the process ended, twice
└── WorkersBusy       no process was free in time, or none can be started
"""

from bot.core.errors import QuetzalError, Refused
from bot.core.i18n import N_


class TooSlow(Refused):
    """The work used up its CPU time. The process was killed."""

    happened = N_("Processing this content takes too long, so Quetzal stopped.")
    next_step = N_("Split the content into smaller files, or download it and work on it on your computer.")


class TooLarge(Refused):
    """The work used up its memory. The process was killed."""

    happened = N_("Processing this content takes too much memory, so Quetzal stopped.")
    next_step = N_("Split the content into smaller files, or download it and work on it on your computer.")


class TooDeep(Refused):
    """The content is nested beyond the recursion limit."""

    happened = N_("This content is nested too deeply to process.")
    next_step = N_("Download it and edit it on your computer.")


class WorkerLost(QuetzalError):
    """The process ended by itself, or another process ended it."""

    may_pass = True
    title = N_("Internal error")
    happened = N_("The process that reads this content ended unexpectedly.")
    next_step = N_("Try again. If it happens again, send the reference below to whoever runs this bot.")


class WorkersBusy(QuetzalError):
    """No process could take the work."""

    may_pass = True
    title = N_("Quetzal is busy")
    happened = N_("Quetzal is busy reading other content.")
    next_step = N_("Try again in a minute.")


class WorkFailed(Exception):
    """A defect in the work itself. Says where it happened, but contains nothing of the content."""
