"""What the messages of a job are recognised by."""

from bot.domain.jobs import Job
from bot.ui.kit.written import Reference


def reference(job: Job) -> Reference:
    """Give what a job's message is recognised by."""
    return Reference(f"job {job.id}")


def failure_reference(job: Job) -> Reference:
    """Give what the message is recognised by that notifies whoever asked for a job of its failure."""
    return Reference(f"job {job.id} failed")
