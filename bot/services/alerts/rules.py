"""Overrides of alert rules, for all servers or one, and maintenance windows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.alerts import Override, Rule, RuleKind, rules_for
from bot.domain.audit import of_text
from bot.domain.grants import NOTHING
from bot.domain.incidents import Maintenance
from bot.domain.java_detection import runs_java
from bot.domain.levels import Actor, Level, in_scope
from bot.domain.target import Target
from bot.services.access import Authorizer, OneServer, Rights, Where, WholePanel
from bot.services.audit import Audit, Site
from bot.services.servers import ServerDirectory
from bot.services.shared_servers import BelongsElsewhere, SharedServers
from bot.storage import Store
from bot.storage.repositories import alert_rules

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

REASON_LIMIT = 200
LONGEST_MAINTENANCE = timedelta(days=30)
_OF_SERVERS = tuple(kind for kind in RuleKind if kind not in (RuleKind.PANEL, RuleKind.NODE))


@dataclass(frozen=True, slots=True)
class EffectiveRule:
    """A rule as it applies. `usual` is what it would be without the override `changed`."""

    rule: Rule
    usual: Rule
    changed: Override | None


@dataclass(frozen=True, slots=True)
class EffectiveRules:
    """All rules of a server or, where `target` is None, of all servers of a panel.

    `java`: the server runs Java, so memory is off unless it is turned on for this very server. `one_by_one`:
    the guild sees a list of servers only, so an override for all is stored for each of them, and `rules` are
    those of the first.
    """

    panel_id: str
    target: Target | None
    rules: Mapping[RuleKind, EffectiveRule]
    java: bool = False
    one_by_one: bool = False
    own: int = 0
    """How many visible servers have overrides of their own."""


class AlertRulesService:
    """Reads and changes rules and maintenance windows; `wake` is called when a window ends."""

    def __init__(  # noqa: PLR0913, PLR0917 - its dependencies
        self,
        store: Store,
        access: Authorizer,
        directory: ServerDirectory,
        audit: Audit,
        clock: Clock,
        wake: Callable[[], None],
    ) -> None:
        self._store = store
        self._access = access
        self._directory = directory
        self._audit = audit
        self._clock = clock
        self._wake = wake
        self._shared = SharedServers(access, audit)

    async def effective(self, actor: Actor, panel_id: str, target: Target | None) -> EffectiveRules:
        """Read the rules of a server, or those for all servers; raises AccessDenied."""
        rights = await self._access.check(actor, _place(panel_id, target), Level.ADMIN)
        async with self._store.read() as conn:
            known = await alert_rules.changed(conn, panel_id)
        one_by_one = target is None and not _all_of(rights, panel_id)
        visible = [
            candidate.server.uuid for candidate in self._directory.cached(panel_id) if rights.sees(candidate)
        ]
        own = sum(uuid in known.of_one for uuid in visible)
        if target is not None:
            java = runs_java(target.server)
            usual = rules_for(java=java, of_all=known.of_all)
            here = known.of_one.get(target.server.uuid, {})
            counting = rules_for(java=java, of_all=known.of_all, of_one=here)
        else:
            java = False
            usual = rules_for(of_all=known.of_all if one_by_one else None)
            here = (known.of_one.get(visible[0], {}) if visible else {}) if one_by_one else known.of_all
            counting = rules_for(of_all=known.of_all, of_one=here if one_by_one else None)
        kinds = _OF_SERVERS if target is not None or one_by_one else tuple(RuleKind)
        rules = {kind: EffectiveRule(counting[kind], usual[kind], here.get(kind)) for kind in kinds}
        return EffectiveRules(panel_id, target, rules, java, one_by_one, own)

    async def change(
        self, actor: Actor, panel_id: str, target: Target | None, kind: RuleKind, override: Override
    ) -> int:
        """Override a rule, or reset it with an empty override; returns for how many servers (0: all).

        Where a guild sees only a list of a panel's servers, an override for all is stored for each of the
        list, so that it affects no other guild's servers.
        """
        rights = await self._access.check(actor, _place(panel_id, target), Level.ADMIN)
        uuids: Sequence[str | None] = [target.server.uuid if target is not None else None]
        if target is None and not _all_of(rights, panel_id):
            uuids = self._listed(rights, panel_id)
        others = {uuid: self._others(actor, panel_id, uuid) for uuid in uuids}

        async def put(conn: "AsyncConnection") -> None:
            set_by = await alert_rules.guilds(conn, panel_id, kind)
            for uuid in uuids:
                if set_by.get(uuid, set_by.get(None)) in others[uuid]:
                    raise BelongsElsewhere(state=_("Nothing was changed."))
                await alert_rules.put(
                    conn,
                    panel_id=panel_id,
                    server_uuid=uuid,
                    rule=kind,
                    override=override,
                    guild_id=actor.guild_id or 0,
                    by=actor.user_id,
                    now=self._clock.now(),
                )

        changed = {name: value for name, value in asdict(override).items() if value is not None}
        servers = "all" if uuids == [None] else str(len(uuids))
        facts = {"rule": kind.value, "servers": servers, "is_default": not changed, **changed}
        site = Site(panel_id, target.server.uuid if target is not None else None)
        async with self._audit.act(actor, "alert.rule", facts, site=site):
            await self._store.write(put)
        affected = frozenset[int]().union(*others.values())
        await self._shared.note_in(affected, "alert.rule", facts, site)
        return 0 if uuids == [None] else len(uuids)

    async def maintenance_windows(self, rights: Rights, panel_id: str) -> tuple[Maintenance, ...]:
        """List this guild's active maintenance windows of servers that this person may see."""
        async with self._store.read() as conn:
            windows = await alert_rules.under_maintenance(conn, panel_id, self._clock.now())
        return tuple(
            window
            for window in windows
            if window.guild_id == rights.actor.guild_id and rights.level(_quiet_place(window)) >= Level.VIEWER
        )

    async def begin_maintenance(
        self, actor: Actor, panel_id: str, target: Target | None, lasts: timedelta, reason: str
    ) -> Maintenance:
        """Begin a maintenance window of a server, or of all that the guild sees."""
        reason = reason.strip()
        if not reason or len(reason) > REASON_LIMIT:
            raise BadInput(_("A reason has 1 to {reason_limit} characters.", reason_limit=REASON_LIMIT))
        if not timedelta(0) < lasts <= LONGEST_MAINTENANCE:
            raise BadInput(_("Maintenance lasts at most 30 days."))
        await self._access.check(actor, _place(panel_id, target), Level.OPERATOR)
        uuid = target.server.uuid if target is not None else None
        now = self._clock.now()
        new = Maintenance(0, panel_id, uuid, actor.guild_id or 0, reason, now, now + lasts, actor.user_id)
        facts = {"minutes": round(lasts.total_seconds() / 60), **of_text(reason)}
        site = Site(panel_id, uuid)
        async with self._audit.act(actor, "alert.maintenance", facts, site=site):
            await self._store.write(lambda conn: alert_rules.begin_maintenance(conn, new))
        return new

    async def end_maintenance(self, actor: Actor, maintenance: Maintenance) -> bool:
        """End it now; False when it was over already."""
        await self._access.check(actor, _quiet_place(maintenance), Level.OPERATOR)
        if maintenance.guild_id != actor.guild_id:
            raise BadInput(_("That maintenance belongs to another Discord server."))
        site = Site(maintenance.panel_id, maintenance.server_uuid)
        async with self._audit.act(actor, "alert.maintenance", {"minutes": 0}, site=site):
            ended = await self._store.write(
                lambda conn: alert_rules.end_maintenance(conn, maintenance.id, self._clock.now())
            )
        self._wake()
        return ended

    def _others(self, actor: Actor, panel_id: str, uuid: str | None) -> frozenset[int]:
        """Return the other guilds that an override for a server, or for all, affects."""
        if uuid is None:
            return frozenset(self._access.guilds_of(panel_id)) - {actor.guild_id}
        targets = (target for target in self._directory.cached(panel_id) if target.server.uuid == uuid)
        return next((self._shared.others(actor, target) for target in targets), frozenset())

    def _listed(self, rights: Rights, panel_id: str) -> list[str | None]:
        scope = rights.standings.get(panel_id, NOTHING).scope
        listed: list[str | None] = [
            target.server.uuid
            for target in self._directory.cached(panel_id)
            if in_scope(scope, target.server.identifier, target.server.uuid)
        ]
        if not listed:
            raise BadInput(
                _("Quetzal doesn't know this panel's servers yet."),
                next_step=_("Try again once the panel can be reached."),
            )
        return listed


def _all_of(rights: Rights, panel_id: str) -> bool:
    return rights.standings.get(panel_id, NOTHING).scope == "all"


def _place(panel_id: str, target: Target | None) -> Where:
    return target if target is not None else WholePanel(panel_id)


def _quiet_place(maintenance: Maintenance) -> Where:
    return (
        OneServer(maintenance.panel_id, maintenance.server_uuid)
        if maintenance.server_uuid is not None
        else WholePanel(maintenance.panel_id)
    )
