"""Compares what the watcher stored with the sandbox's log: every change, in order, in time, with its reason.

A change counts as said when it was sent on a live connection, or when the node's list was read while it
lasted: then it must have been stored. A change that was over before it was said is excused, and
counted, and so is one in a list that shows what was stored before; one that lasted longer than polling takes
must have been stored, whoever said so.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from tests.soak.truth import Change, End, Truth
from tests.soak.verdict import Row, StoredObservation, Verdict

LATEST_S: Mapping[str, float] = {"socket": 2.0, "node": 4.0, "nobody": 75.0}
"""How long it may take from when a change was said until it is stored; what nobody said, from the change on:
30 s until a silent connection is given up, 20 s of the panel's cache, the pauses before a connection is made
again. The time in which the node is down, and that in which the machine lets nobody run, come on top."""
OLD_S: Mapping[str, float] = {"socket": 2.0, "node": 2.0, "poll": 24.0}
"""How old a state may be that is observed: the panel keeps one for 20 s."""
EARLY_S = 0.1
"""How far the times of two processes may be apart: a change is logged after it was said."""
SURE_S = 10.0
"""By how much later a process has to begin than the figures before allow, to be taken for another one."""
PULLED_WITHIN_S = 2.5
"""How soon after its start a process runs here, by which its age is counted."""
YOUNG_S = 45.0
"""Figures of the panel are up to 20 s old, so a younger process can be mistaken for its successor."""


def compare(truth: Truth, observations: Iterable[StoredObservation]) -> Verdict:
    """Judge all servers."""
    truth.leave_out_lost()
    verdict = Verdict({source: Row() for source in LATEST_S})
    of_server: dict[str, list[StoredObservation]] = {server: [] for server in truth.changes}
    for observation in observations:
        of_server[observation.server].append(observation)
    for server, changes in truth.changes.items():
        _Comparison(truth, server, changes, of_server[server], verdict).run()
    return verdict


class _Comparison:
    """One server. `seen[k]` are the observations that show its change number k."""

    def __init__(
        self,
        truth: Truth,
        server: str,
        changes: Sequence[Change],
        observations: Sequence[StoredObservation],
        verdict: Verdict,
    ) -> None:
        self._truth = truth
        self._server = server
        self._changes = changes
        self._observations = observations
        self._verdict = verdict
        self._seen: dict[int, list[StoredObservation]] = {}

    def run(self) -> None:
        """Find what each observation shows, then judge each change and each end of a process."""
        self._align()
        for number in range(1, len(self._changes)):
            self._judge_change(number)
        for group in self._ends():
            self._judge_ends(group)
        if self._changes and len(self._changes) - 1 not in self._seen:
            self._note(self._changes[-1], "is how it is at the end, and was not stored")

    def _until(self, number: int) -> float:
        return self._changes[number + 1].at if number + 1 < len(self._changes) else math.inf

    def _align(self) -> None:
        """Find for each observation the newest change that it can show, none older than the one before it."""
        place = 0
        for observation in self._observations:
            old_s = OLD_S[observation.source]
            old_s += self._truth.paused_between(observation.at - old_s, observation.at)
            numbers = range(place, len(self._changes))
            fitting = (number for number in numbers if self._shows(observation, number, old_s))
            found = max(fitting, default=None)
            if found is None:
                self._verdict.wrong.append(
                    f"{self._server[:8]}: {observation.state} was stored by {observation.source} "
                    f"at {observation.at:.2f}, but was not so then, or not after what was stored before: "
                    f"{self._around(observation.at)}"
                )
                continue
            place = found
            self._seen.setdefault(found, []).append(observation)

    def _shows(self, observation: StoredObservation, number: int, old_s: float) -> bool:
        """Whether an observation, so old at most, can be of this state, and of the process that was then."""
        change = self._changes[number]
        true_at = observation.at + EARLY_S
        if observation.source == "node":  # its time is when it was asked for
            true_at = max(true_at, self._truth.answered_after(observation.at))
        if change.state != observation.state or change.at > true_at:
            return False
        if self._until(number) < observation.at - old_s:
            return False
        if not observation.uptime_s:
            return True
        latest = true_at - observation.uptime_s
        began = self._began(number)
        if began is None:
            return latest <= self._changes[0].at
        return began <= latest and began + PULLED_WITHIN_S >= latest - old_s

    def _began(self, number: int) -> float | None:
        """Say when the process was started that a change belongs to; None: before the log."""
        for change in reversed(self._changes[: number + 1]):
            if change.state == "starting":
                return change.at
        return None

    # --- changes ---

    def _judge_change(self, number: int) -> None:
        change, until = self._changes[number], self._until(number)
        source = "socket" if change.sockets else "node" if change.listed_at is not None else "nobody"
        row = self._verdict.rows[source]
        row.changes += 1
        said_at = change.listed_at if source == "node" and change.listed_at is not None else change.at
        limit_s = LATEST_S[source]
        limit_s += self._truth.paused_between(change.at, said_at + limit_s)
        if source == "nobody":
            limit_s += self._truth.down_between(self._server, change.at, change.at + limit_s)
        seen = self._seen.get(number)
        if source == "node" and self._is_alike(number):
            row.excused += 1
            return
        if seen is None:
            if source == "nobody" and until - change.at < limit_s:
                row.excused += 1
            else:
                self._note(
                    change, f"was said by {source} and not stored; it lasted {until - change.at:.2f} s"
                )
            return
        delay = seen[0].stored_at - said_at
        row.delays.append(delay)
        if delay > limit_s:
            self._note(change, f"was said by {source} and stored {delay:.1f} s later, by {seen[0].source}")

    def _is_alike(self, number: int) -> bool:
        """Whether what was stored before shows this state, too, and its figures may be of this process."""
        seen = (earlier for earlier in range(number - 1, -1, -1) if earlier in self._seen)
        last = next((self._seen[earlier][-1] for earlier in seen), None)
        if last is None or last.state != self._changes[number].state:
            return False
        began = self._began(number)
        return not last.uptime_s or began is None or began <= last.at - last.uptime_s + SURE_S

    # --- reasons ---

    def _ends(self) -> Iterator[list[int]]:
        """Give the ends of processes that could be distinguished; the others go with the next one."""
        numbers = [number for number, change in enumerate(self._changes) if change.end is not None]
        group: list[int] = []
        for number, following in pairwise([*numbers, len(self._changes)]):
            group.append(number)
            if self._is_distinguished(number, following):
                yield group
                group = []
        if group:
            yield group

    def _is_distinguished(self, number: int, following: int) -> bool:
        """Whether an end differs from the next one: by the process seen between, or by its own reason.

        What is seen offline without a word from its node may come up and end again unseen. It counts as a
        crash once it is seen up, and that is after the next end then.
        """
        if any(seen in self._seen for seen in range(number + 1, following)):
            return True
        return any(
            self._changes[number].sockets or entry.crashes or not entry.is_unexpected
            for entry in self._seen.get(number, ())
        )

    def _judge_ends(self, group: Sequence[int]) -> None:
        following = next(
            (number for number in range(group[-1] + 1, len(self._changes)) if self._changes[number].end),
            len(self._changes),
        )
        observations = [
            entry for number in range(group[0], following) for entry in self._seen.get(number, ())
        ]
        ends = [end for number in group if (end := self._changes[number].end) is not None]
        self._verdict.ends.update("crash" if end.asked_by is None else "restart" for end in ends)
        crashes = sum(observation.crashes for observation in observations)
        is_unexpected = any(observation.is_unexpected for observation in observations)
        asked_by = {str(observation.asked_by) for observation in observations}
        change = self._changes[group[-1]]
        if len(ends) > 1:
            self._verdict.merged += len(ends) - 1
            is_known = crashes or any(end.asked_by in asked_by for end in ends)
            if any(end.asked_by or end.gave_up for end in ends):  # started on request, so it was no crash
                is_known = is_known or is_unexpected
            wrong = None if is_known and crashes <= len(ends) else f"{len(ends)} ends, {crashes} crashes"
        else:
            wrong = self._wrong_reason(change, ends[0], observations)
        if wrong is None:
            return
        if not change.sockets and change.listed_at is None and self._is_young(group[0]):
            self._verdict.young += 1
            return
        self._note(change, wrong)

    def _is_young(self, number: int) -> bool:
        """Whether the process that ended had just begun."""
        began = self._began(number - 1)
        return began is not None and self._changes[number].at - began < YOUNG_S

    def _wrong_reason(
        self, change: Change, end: End, observations: Sequence[StoredObservation]
    ) -> str | None:
        """Say what is wrong with the reason that was stored for one end."""
        crashes = sum(observation.crashes for observation in observations)
        asked_by = {str(observation.asked_by) for observation in observations}
        if end.asked_by is not None:
            if crashes:
                return f"was asked for, and reported as {crashes} crashes"
            return None if end.asked_by in asked_by else f"was stored as asked for by {sorted(asked_by)}"
        if end.gave_up and not change.sockets and crashes == 0:
            is_reported = any(observation.is_unexpected for observation in observations)
            return None if is_reported else "was not reported as going offline unexpectedly"
        if crashes != 1:
            return f"was reported as {crashes} crashes"
        (crash,) = (observation for observation in observations if observation.crashes)
        if change.sockets and (crash.exit_code, crash.gave_up) != (end.exit_code, end.gave_up):
            return f"was reported with exit code {crash.exit_code}, gave up {crash.gave_up}"
        return None

    def _note(self, change: Change, wrong: str) -> None:
        end = f" ({change.end})" if change.end is not None else ""
        self._verdict.wrong.append(
            f"{self._server[:8]}: {change.state}{end} at {change.at:.2f} {wrong}: {self._around(change.at)}"
        )

    def _around(self, at: float) -> str:
        """Say what happened, and what was stored, around a time, in seconds from it."""
        happened = [
            f"{change.state}{'+s' * bool(change.sockets)}{'+n' * bool(change.listed_at)}"
            f" {change.at - at:+.2f}"
            for change in self._changes
            if abs(change.at - at) < LATEST_S["nobody"]
        ]
        stored = [
            f"{entry.state}/{entry.source}/{entry.uptime_s:.1f}{'!' * entry.crashes} {entry.at - at:+.2f}"
            f"({entry.stored_at - at:+.2f})"
            for entry in self._observations
            if abs(entry.at - at) < LATEST_S["nobody"]
        ]
        return f"log [{', '.join(happened)}], stored [{', '.join(stored)}]"
