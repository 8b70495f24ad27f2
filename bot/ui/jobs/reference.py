"""What the messages of a job are recognised by."""

from bot.core.i18n import _
from bot.domain.jobs import Job


def reference(job: Job) -> str:
    """Give what a job's message is recognised by, at the end of its small print."""
    return _("job {number}", number=job.id)
