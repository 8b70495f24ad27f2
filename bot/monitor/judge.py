"""Where looks become alerts: the rules are stepped, and what follows is kept and told, in one transaction."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.access import GuildScope
from bot.domain.alerts import rules_for
from bot.domain.incidents import Subject
from bot.domain.observation import runs_java
from bot.monitor.batch import Batch
from bot.monitor.round import Round
from bot.monitor.telling import Routes, Telling
from bot.store import Store, alert_rules, alerts, metrics, sights

Scopes = Mapping[str, Mapping[int, GuildScope]]
"""For each panel's id, its guilds and what each may see."""


class Judge:
    """Takes looks, and keeps all that follows from them."""

    def __init__(self, store: Store, scopes: Scopes, wake: Callable[[], None]) -> None:
        """`wake` is called when there may be something to tell."""
        self._store = store
        self._scopes = scopes
        self._wake = wake

    async def take(self, batch: Batch) -> None:
        """Keep a batch whole or, when the store cannot be written to, not at all; raises StoreError."""
        await self._store.write(lambda conn: self._judge(conn, batch))
        self._wake()

    async def forget_others(self, panel_id: str, known: Collection[str], now: datetime) -> None:
        """End the alerts of servers and nodes that the panel does not list any more, and forget them.

        `known` are uuids, and nodes as `Subject.about` names them.
        """

        async def change(conn: AsyncConnection) -> None:
            gone = {
                about
                for about, _ in await alerts.states(conn, panel_id)
                if Subject(panel_id, about) != Subject.panel(panel_id) and about not in known
            }
            work = Round(conn, panel_id, now, {}, Telling(conn, now))
            await work.begin(gone)
            for about, kind in tuple(work.states):
                await work.end(Subject(panel_id, about), kind)
            await work.keep()
            remembered = await sights.of(conn, panel_id)
            await sights.forget(conn, panel_id, remembered.keys() - set(known))

        await self._store.write(change)
        self._wake()

    async def _judge(self, conn: AsyncConnection, batch: Batch) -> None:
        seen_nodes = {seen.server.node for seen in batch.servers} | set(batch.nodes)
        about = [Subject.panel(batch.panel_id).about]
        about += [Subject.node(batch.panel_id, name).about for name in seen_nodes]
        about += [seen.server.uuid for seen in batch.servers]
        samples = [seen.sample for seen in batch.servers if seen.sample is not None]
        if samples:
            await metrics.write(conn, samples, batch.at)
        await sights.put(conn, batch.panel_id, {seen.server.uuid: seen.memory for seen in batch.servers})
        routes = await Routes.read(conn, batch.panel_id, self._scopes.get(batch.panel_id, {}))
        work = Round(
            conn, batch.panel_id, batch.at, await _quiet(conn, batch), Telling(conn, batch.at, routes)
        )
        await work.begin(about)
        changed = await alert_rules.changed(conn, batch.panel_id)
        usual = {java: rules_for(java=java, of_all=changed.of_all) for java in (False, True)}
        if batch.panel is not None:
            await work.panel(batch.panel, batch.panel_evidence, usual[False])
        for name, look in batch.nodes.items():
            await work.node(name, look, batch.servers_on.get(name, ()), usual[False])
        for seen in batch.servers:
            java, of_one = runs_java(seen.server), changed.of_one.get(seen.server.uuid)
            rules = rules_for(java=java, of_all=changed.of_all, of_one=of_one) if of_one else usual[java]
            await work.server(seen, rules)
        await work.keep()


async def _quiet(conn: AsyncConnection, batch: Batch) -> dict[str | None, frozenset[int]]:
    """Tell of which servers (None: of all) which guilds want to hear nothing for a while."""
    found: dict[str | None, frozenset[int]] = {}
    for one in await alert_rules.under_maintenance(conn, batch.panel_id, batch.at):
        found[one.server_uuid] = found.get(one.server_uuid, frozenset()) | {one.guild_id}
    return found
