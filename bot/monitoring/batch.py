"""The result of one round of checks: servers, their nodes, their panel."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.alerts import RuleInput
from bot.domain.incidents import Evidence
from bot.domain.observation import Sample
from bot.panel.models import Server
from bot.storage.repositories.server_states import ServerState


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """One check of a server.

    `state` is stored as its last state. `evidence` is what an incident that begins with this check should
    keep: who or what is the likely cause, exit code, last lines. `sample` is its entry for the history, None
    when nothing was observed.
    """

    server: Server
    rule_input: RuleInput
    state: ServerState
    sample: Sample | None = None
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckBatch:
    """Checks of one panel at one moment, stored in one transaction.

    `panel` and `nodes` are about those themselves (only `is_reachable` counts), as far as they were checked.
    `servers_on` names every server of the panel by node, also those that were not checked now.
    """

    panel_id: str
    at: datetime
    servers: tuple[ServerCheck, ...] = ()
    nodes: Mapping[str, RuleInput] = field(default_factory=dict)
    panel: RuleInput | None = None
    panel_evidence: Evidence = field(default_factory=dict)
    servers_on: Mapping[str, tuple[Server, ...]] = field(default_factory=dict)
