"""What one round of looks brings to the rules: servers, their nodes, their panel."""

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
    """One look at a server.

    `memory` is what is to be remembered from now on. `evidence` is what an incident that begins with this
    look should keep: who or what is the likely cause, exit code, last lines. `sample` is its entry for the
    history, None when nothing was observed.
    """

    server: Server
    rule_input: RuleInput
    state: ServerState
    sample: Sample | None = None
    evidence: Evidence = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckBatch:
    """Looks that belong together, at one panel and in one moment; kept in one transaction.

    `panel` and `nodes` are looks at those themselves (only `reached` counts), for as many as were looked at.
    `servers_on` names every server of the panel by node, also those that were not looked at now.
    """

    panel_id: str
    at: datetime
    servers: tuple[ServerCheck, ...] = ()
    nodes: Mapping[str, RuleInput] = field(default_factory=dict)
    panel: RuleInput | None = None
    panel_evidence: Evidence = field(default_factory=dict)
    servers_on: Mapping[str, tuple[Server, ...]] = field(default_factory=dict)
