"""Which servers of a bulk action are next. Pure."""

from collections import Counter
from collections.abc import Collection

from bot.domain.jobs.model import BulkPlan, Job, JobServer, StepKind
from bot.domain.observation import ServerKey


def next_items(job: Job, busy: Collection[ServerKey]) -> tuple[JobServer, ...]:
    """Return the servers to begin with now, so many on each node; `busy` are being worked on.

    Those that had begun when the bot was stopped come first. One that was called off begins no others.
    """
    if not isinstance(job.plan, BulkPlan):
        raise TypeError(f"job {job.id} is no bulk action")
    working = Counter(server.node for server in job.servers if server.key in busy)
    begun = {step.server for step in job.steps if step.kind is StepKind.ACT}
    free = job.remaining.difference(busy)
    waiting = [server for server in job.servers if server.key in free]
    if job.called_off is not None:
        waiting = [server for server in waiting if server.key in begun]
    chosen: list[JobServer] = []
    for server in sorted(waiting, key=lambda server: server.key not in begun):
        if working[server.node] < job.plan.at_once:
            working[server.node] += 1
            chosen.append(server)
    return tuple(chosen)
