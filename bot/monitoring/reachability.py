"""Whether a panel and its nodes are reachable: one fact each, however many servers they have. No I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.alerts import RuleInput
from bot.domain.incidents import Evidence
from bot.domain.observation import Unreachable, Unreached
from bot.panel.errors import KeyRefused, PanelDown, PanelError

MISSES = 3
"""How many misses in a row count as unreachable."""
PROBES = 3
"""How many servers of a node that seems down are polled; the others are not."""
PROBE_S = 20.0
"""How often unreachable panels and nodes are probed, and how often each state is reported."""
DOUBT_S = 5.0
"""How soon the panel itself is probed again while it is unclear whether the panel or a server failed."""


@dataclass(slots=True)
class _Node:
    """`streak`: different servers that missed since the last answer; `missed`: misses in a row, by server.

    `back_at` is when it responded again after it was down, until that is reported.
    """

    missed: dict[str, int] = field(default_factory=dict)
    streak: set[str] = field(default_factory=set)
    probes: tuple[str, ...] = ()
    down: bool = False
    since: datetime | None = None
    back_at: datetime | None = None
    answered: bool = False
    probed_s: float = float("-inf")
    reported_s: float = float("-inf")


class ReachabilityTracker:
    """Decides from successful and failed polls whether a panel and its nodes are reachable.

    Times are monotonic seconds. A failed poll of one server does not count against the panel: the panel
    itself has to be probed. Until it has answered, the failure does not count against the node either.
    """

    def __init__(self) -> None:
        self._servers: Mapping[str, Sequence[str]] = {}
        self._nodes: dict[str, _Node] = {}
        self._error: PanelError | None = None
        self._since: datetime | None = None
        self._back_at: datetime | None = None
        self._misses = 0
        self._doubtful = False
        self._unproved: list[tuple[str, str, datetime]] = []
        self._answered = False
        self._missed = False
        self._heard_s = float("-inf")
        self._probed_s = float("-inf")
        self._reported_s = float("-inf")

    def set_servers(self, by_node: Mapping[str, Sequence[str]]) -> None:
        """Set the servers that can be polled, by node."""
        self._servers = by_node
        self._nodes = {name: self._nodes.get(name) or _Node() for name in by_node}
        for name, node in self._nodes.items():
            current = set(by_node[name])
            node.missed = {uuid: count for uuid, count in node.missed.items() if uuid in current}
            node.streak &= current
            if node.probes:
                node.probes = self._chosen(name, node)

    @property
    def nodes_down(self) -> tuple[str, ...]:
        """The nodes that are unreachable."""
        return tuple(name for name, node in self._nodes.items() if node.down)

    @property
    def is_panel_down(self) -> bool:
        """Whether the panel seems down; then only probes are sent."""
        return self._misses >= min(MISSES, max(1, sum(map(len, self._servers.values()))))

    def can_poll(self, node: str) -> bool:
        """Whether the servers of a node may be polled as usual."""
        state = self._nodes.get(node)
        return not self.is_panel_down and (state is None or not state.probes)

    def record_answer(self, uuid: str, node: str, now_s: float, at: datetime) -> None:
        """Note that the node responded about a server."""
        self.record_panel_answer(now_s, at)
        self.record_live(uuid, node, at)

    def record_live(self, uuid: str, node: str, at: datetime) -> None:
        """Note that the node itself reported a server; this proves nothing about the panel."""
        state = self._nodes.setdefault(node, _Node())
        if state.down:
            state.back_at, state.reported_s = at, float("-inf")
        state.missed.pop(uuid, None)
        state.streak.clear()
        state.probes, state.down, state.since, state.answered = (), False, None, True

    def record_node_miss(self, uuid: str, node: str, now_s: float, at: datetime) -> None:
        """Note that the panel answered, but the node did not."""
        self.record_panel_answer(now_s, at)
        state = self._nodes.setdefault(node, _Node())
        state.missed[uuid] = state.missed.get(uuid, 0) + 1
        state.streak.add(uuid)
        state.since = state.since or at
        if not state.probes and len(state.streak) >= min(MISSES, len(self._servers.get(node, ())) or 1):
            state.probes = self._chosen(node, state)
            state.probed_s = now_s - PROBE_S
        if state.probes:
            silent = sum(state.missed.get(probe, 0) >= MISSES for probe in state.probes)
            state.down = state.down or 2 * silent > len(state.probes)

    def doubt(self, now_s: float) -> None:
        """Note a failed poll of a server that may be the panel's fault, so the panel has to be probed."""
        self._doubtful, self._heard_s = True, now_s

    def node_may_have_missed(self, uuid: str, node: str, now_s: float, at: datetime) -> None:
        """Note that neither panel nor node answered; counts against the node once the panel has answered."""
        self.doubt(now_s)
        self._unproved.append((uuid, node, at))

    def record_panel_answer(self, now_s: float, at: datetime) -> None:
        """Note that the panel answered."""
        if self.is_panel_down:
            self._back_at, self._reported_s = at, float("-inf")
        self._misses, self._error, self._since = 0, None, None
        self._answered, self._heard_s, self._doubtful = True, now_s, False
        unproved, self._unproved = self._unproved, []
        for uuid, node, missed_at in unproved:
            self.record_node_miss(uuid, node, now_s, missed_at)

    def record_panel_miss(self, error: PanelError, now_s: float, at: datetime) -> None:
        """Note that the panel did not answer, or refused the key."""
        self._misses += 1
        self._unproved.clear()
        self._error, self._since = error, self._since or at
        self._missed, self._heard_s = True, now_s

    def panel_probe_due(self, now_s: float, interval_s: float) -> bool:
        """Whether to probe the panel itself: it is down, or nothing else was sent for long."""
        if self.is_panel_down:
            wait_s, last_s = PROBE_S, self._probed_s
        elif self._doubtful:
            wait_s, last_s = DOUBT_S, self._probed_s
        else:
            wait_s, last_s = max(interval_s, PROBE_S), max(self._probed_s, self._heard_s)
        if now_s - last_s < wait_s:
            return False
        self._probed_s = now_s
        return True

    def node_probes_due(self, now_s: float) -> Iterable[str]:
        """Return the servers to poll in place of all servers of their node."""
        if self.is_panel_down:
            return
        for node in self._nodes.values():
            if node.probes and now_s - node.probed_s >= PROBE_S:
                node.probed_s = now_s
                yield from node.probes

    def next_probe_s(self) -> float:
        """When a probe is due at the earliest."""
        if self.is_panel_down:
            return self._probed_s + PROBE_S
        due = [node.probed_s + PROBE_S for node in self._nodes.values() if node.probes]
        if self._doubtful:
            due.append(self._probed_s + DOUBT_S)
        return min(due, default=float("inf"))

    def due_node_reports(self, now_s: float) -> dict[str, RuleInput]:
        """Return rule inputs for the nodes of which something is known, each at most every 20 seconds."""
        rule_inputs: dict[str, RuleInput] = {}
        for name, node in self._nodes.items():
            if self.is_panel_down or not (node.down or node.answered) or now_s - node.reported_s < PROBE_S:
                continue
            node.reported_s, node.answered = now_s, False
            back_at, node.back_at = node.back_at, None
            check = Unreachable(Unreached.NODE, node.since) if node.down and node.since else None
            rule_inputs[name] = RuleInput(
                check, is_reachable=not node.down, reached_at=None if node.down else back_at
            )
        return rule_inputs

    def due_panel_report(self, now_s: float) -> tuple[RuleInput | None, Evidence]:
        """Return a rule input for the panel, at most every 20 seconds."""
        if not (self._answered or self._missed) or now_s - self._reported_s < PROBE_S:
            return None, {}
        reached = self._answered
        self._reported_s, self._answered, self._missed = now_s, False, False
        back_at, self._back_at = self._back_at, None
        if reached or self._error is None or self._since is None:
            return RuleInput(is_reachable=reached, reached_at=back_at if reached else None), {}
        refused = isinstance(self._error, KeyRefused)
        layer = Unreached.KEY if refused else Unreached.PANEL
        last = self._error.reason if isinstance(self._error, PanelDown) else None
        evidence: Evidence = {"cause": (last or self._error).happened, "key_refused": refused}
        return RuleInput(Unreachable(layer, self._since), is_reachable=False), evidence

    def _chosen(self, name: str, node: _Node) -> tuple[str, ...]:
        """Choose the servers with the fewest misses: a server unknown to its node would prove nothing."""
        servers = self._servers.get(name, ())
        kept = [uuid for uuid in node.probes if uuid in servers]
        rest = sorted(
            (uuid for uuid in servers if uuid not in kept), key=lambda uuid: node.missed.get(uuid, 0)
        )
        return tuple([*kept, *rest][:PROBES])
