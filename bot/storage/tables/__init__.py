"""The tables.

A change here needs a step in `migrations/versions` and a dump in `tests/storage/versions`; tests
compare them.
"""

from bot.storage.tables.alerts import (
    acknowledgements,
    alert_rules,
    alert_states,
    boards,
    closed_channels,
    incident_notes,
    incidents,
    maintenance,
    message_incidents,
    messages,
    outbox,
    public_boards,
    server_states,
    silences,
)
from bot.storage.tables.columns import metadata
from bot.storage.tables.jobs import (
    idle_rules,
    job_servers,
    job_steps,
    jobs,
)
from bot.storage.tables.metrics import (
    metric_hours,
    metric_minutes,
    metric_samples,
    metric_servers,
)
from bot.storage.tables.people import (
    audit,
    defaults,
    grants,
    guild_settings,
    member_keys,
)
from bot.storage.tables.servers import (
    backup_copies,
    backup_copy_parts,
    backup_schedules,
    changes,
    player_queries,
    public_addresses,
    retention,
    startup_templates,
    work_stops,
)
from bot.storage.tables.whitelist import whitelist_forms, whitelist_requests

__all__ = [
    "acknowledgements",
    "alert_rules",
    "alert_states",
    "audit",
    "backup_copies",
    "backup_copy_parts",
    "backup_schedules",
    "boards",
    "changes",
    "closed_channels",
    "defaults",
    "grants",
    "guild_settings",
    "idle_rules",
    "incident_notes",
    "incidents",
    "job_servers",
    "job_steps",
    "jobs",
    "maintenance",
    "member_keys",
    "message_incidents",
    "messages",
    "metadata",
    "metric_hours",
    "metric_minutes",
    "metric_samples",
    "metric_servers",
    "outbox",
    "player_queries",
    "public_addresses",
    "public_boards",
    "retention",
    "server_states",
    "silences",
    "startup_templates",
    "whitelist_forms",
    "whitelist_requests",
    "work_stops",
]
