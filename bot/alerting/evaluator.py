"""Evaluates the rules on a batch of checks, and stores incidents and notifications in one transaction."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.alerting.evaluation import EvaluationTransaction
from bot.alerting.routing import NotificationRouter, Routes
from bot.domain.alerts import rules_for
from bot.domain.incidents import Subject
from bot.domain.java_detection import runs_java
from bot.domain.levels import GuildScope
from bot.monitoring.batch import CheckBatch
from bot.storage import Store
from bot.storage.repositories import (
    alert_rules,
    alerts,
    metrics,
    server_states,
)

Scopes = Mapping[str, Mapping[int, GuildScope]]
"""For each panel's id, its guilds and what each may see."""


class AlertEvaluator:
    """Turns each batch of checks into samples, alert states and notifications.

    `process` does it in one transaction:

    1. Store the samples and the servers' last states.
    2. Evaluate the rules of the panel, then of its nodes, then of its servers.
    3. Write the changed incidents, and their notifications into the outbox.

    The dispatcher is woken after the commit.
    """

    def __init__(self, store: Store, scopes: Scopes, wake: Callable[[], None]) -> None:
        """`wake` is called when there may be something new in the outbox."""
        self._store = store
        self._scopes = scopes
        self._wake = wake

    async def process(self, batch: CheckBatch) -> None:
        """Store a batch in one transaction; raises StoreError if the store can't be written to."""
        await self._store.write(lambda conn: self._evaluate(conn, batch))
        self._wake()

    async def forget_missing_servers(self, panel_id: str, known: Collection[str], now: datetime) -> None:
        """Resolve the alerts of servers and nodes that the panel no longer lists, and delete their state.

        `known` are uuids, and nodes as `Subject.about` names them.
        """

        async def change(conn: AsyncConnection) -> None:
            gone = {
                about
                for about, _ in await alerts.states(conn, panel_id)
                if Subject(panel_id, about) != Subject.panel(panel_id) and about not in known
            }
            work = EvaluationTransaction(conn, panel_id, now, {}, Routes(), NotificationRouter(conn, now))
            await work.load(gone)
            for about, kind in tuple(work.states):
                await work.close_rule(Subject(panel_id, about), kind)
            await work.commit()
            remembered = await server_states.of(conn, panel_id)
            await server_states.forget(conn, panel_id, remembered.keys() - set(known))

        await self._store.write(change)
        self._wake()

    async def _evaluate(self, conn: AsyncConnection, batch: CheckBatch) -> None:
        seen_nodes = {seen.server.node for seen in batch.servers} | set(batch.nodes)
        about = [Subject.panel(batch.panel_id).about]
        about += [Subject.node(batch.panel_id, name).about for name in seen_nodes]
        about += [seen.server.uuid for seen in batch.servers]
        samples = [seen.sample for seen in batch.servers if seen.sample is not None]
        if samples:
            await metrics.write(conn, samples, batch.at)
        await server_states.put(
            conn, batch.panel_id, {seen.server.uuid: seen.state for seen in batch.servers}
        )
        routes = await Routes.read(conn, batch.panel_id, self._scopes.get(batch.panel_id, {}))
        work = EvaluationTransaction(
            conn,
            batch.panel_id,
            batch.at,
            await _under_maintenance(conn, batch),
            routes,
            NotificationRouter(conn, batch.at),
        )
        await work.load(about)
        changed = await alert_rules.changed(conn, batch.panel_id)
        usual = {java: rules_for(java=java, of_all=changed.of_all) for java in (False, True)}
        if batch.panel is not None:
            await work.evaluate_panel(batch.panel, batch.panel_evidence, usual[False])
        for name, rule_input in batch.nodes.items():
            await work.evaluate_node(name, rule_input, batch.servers_on.get(name, ()), usual[False])
        for seen in batch.servers:
            java, of_one = runs_java(seen.server), changed.of_one.get(seen.server.uuid)
            rules = rules_for(java=java, of_all=changed.of_all, of_one=of_one) if of_one else usual[java]
            await work.evaluate_server(seen, rules)
        await work.commit()


async def _under_maintenance(conn: AsyncConnection, batch: CheckBatch) -> dict[str | None, frozenset[int]]:
    """Read which guilds have a maintenance window for which servers (None: for all)."""
    windows: dict[str | None, frozenset[int]] = {}
    for maintenance in await alert_rules.under_maintenance(conn, batch.panel_id, batch.at):
        windows[maintenance.server_uuid] = windows.get(maintenance.server_uuid, frozenset()) | {
            maintenance.guild_id
        }
    return windows
