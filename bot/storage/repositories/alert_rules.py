"""Overrides of alert rules, and maintenance windows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.alerts import Override, RuleKind
from bot.domain.incidents import Maintenance
from bot.storage import row_mapping
from bot.storage.tables import alert_rules, maintenance

_ALL_SERVERS = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """The overrides of a panel: for all of its servers, and for single ones by uuid."""

    of_all: Mapping[RuleKind, Override]
    of_one: Mapping[str, Mapping[RuleKind, Override]]


async def put(  # noqa: PLR0913 - a rule's key has three parts
    conn: AsyncConnection,
    *,
    panel_id: str,
    server_uuid: str | None,
    rule: RuleKind,
    override: Override,
    guild_id: int,
    by: int,
    now: datetime,
) -> None:
    """Override a rule for one server, or for all; an empty override restores the default."""
    key = {"panel_id": panel_id, "server_uuid": server_uuid or _ALL_SERVERS, "rule": rule}
    if override == Override():
        same = [alert_rules.c[name] == value for name, value in key.items()]
        await conn.execute(alert_rules.delete().where(*same))
        return
    by_whom = {"guild_id": guild_id, "set_by": by, "set_at": now}
    await row_mapping.put(conn, alert_rules, key | row_mapping.of(override) | by_whom)


async def guilds(conn: AsyncConnection, panel_id: str, rule: RuleKind) -> Mapping[str | None, int]:
    """Read which guild overrode a rule, by server (None: for all). 0: before that was recorded."""
    same = (alert_rules.c.panel_id == panel_id, alert_rules.c.rule == rule)
    result = await conn.execute(select(alert_rules.c.server_uuid, alert_rules.c.guild_id).where(*same))
    return {row.server_uuid or None: row.guild_id for row in result}


async def changed(conn: AsyncConnection, panel_id: str) -> Changed:
    """Read all overrides of a panel."""
    of_all: dict[RuleKind, Override] = {}
    of_one: dict[str, dict[RuleKind, Override]] = {}
    for row in await conn.execute(_changed(), {"panel_id": panel_id}):
        override = Override(row.warn, row.critical, row.for_s, row.enabled, row.keep_firing_for_s)
        of = of_all if row.server_uuid == _ALL_SERVERS else of_one.setdefault(row.server_uuid, {})
        of[row.rule] = override
    return Changed(of_all, of_one)


async def begin_maintenance(conn: AsyncConnection, new: Maintenance) -> None:
    """Suppress notifications about a server (or all servers) for a while."""
    values = row_mapping.of(new) | {"server_uuid": new.server_uuid or _ALL_SERVERS}
    del values["id"]
    await conn.execute(maintenance.insert().values(values))


async def end_maintenance(conn: AsyncConnection, number: int, now: datetime) -> bool:
    """End a maintenance window now; False when it is already over."""
    lasting = (maintenance.c.id == number, maintenance.c.until > now)
    return (await conn.execute(maintenance.update().where(*lasting).values(until=now))).rowcount > 0


async def under_maintenance(conn: AsyncConnection, panel_id: str, now: datetime) -> tuple[Maintenance, ...]:
    """Read the active maintenance windows, the one that ends first first."""
    result = await conn.execute(_under_maintenance(), {"panel_id": panel_id, "now": now})
    return tuple(
        Maintenance(**{**row, "server_uuid": row["server_uuid"] or None}) for row in result.mappings()
    )


@cache
def _changed() -> Select[Any]:
    return select(alert_rules).where(alert_rules.c.panel_id == bindparam("panel_id"))


@cache
def _under_maintenance() -> Select[Any]:
    now = bindparam("now", type_=maintenance.c.until.type)
    lasting = (maintenance.c.since <= now, maintenance.c.until > now)
    of_panel = maintenance.c.panel_id == bindparam("panel_id")
    return select(maintenance).where(of_panel, *lasting).order_by(maintenance.c.until)
