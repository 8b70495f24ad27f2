"""Retention policies: preview, apply once, or apply after each new backup."""

import logging
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.core.clock import Clock
from bot.core.errors import AccessDenied, QuetzalError, Refused
from bot.core.supervisor import Pulse
from bot.domain.audit import Facts
from bot.domain.retention_policy import Plan, Policy, RetentionRule, plan
from bot.domain.standing_work import StandingWork, WorkKind
from bot.panel import errors
from bot.panel.models import Backup
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.backups.inventory import BackupInventory, fetch_inventory
from bot.services.backups.manage import BackupManagement
from bot.services.standing_work import MemberUnknown, StandingWorkService
from bot.storage import Store
from bot.storage.errors import StoreError
from bot.storage.repositories import retention, standing_work

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

log = logging.getLogger(__name__)

EVERY_S = 300.0
"""How often to look for new backups on servers with a policy: the panel's schedules create them too."""
# After these every other deletion would fail too.
_HOPELESS = (
    errors.PanelUnreachable,
    errors.FirewallRefused,
    errors.RedirectedAway,
    errors.NodeDown,
    errors.RateLimited,
    errors.PermissionMissing,
    StoreError,
)


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """What was deleted, and what was not because of an error."""

    deleted: tuple[Backup, ...]
    failed: tuple[tuple[Backup, QuetzalError], ...]

    @property
    def freed_bytes(self) -> int:
        """How much space that freed."""
        return sum(backup.size_bytes for backup in self.deleted)


class RetentionService:
    """Previews, applies and stores the retention policy of each server.

    To apply a rule:

    1. Fetch the backups and plan which of them the rule deletes.
    2. Delete one of these; with a preview, only one that was in it.
    3. Fetch and plan again, since others delete too and it may be the last good one by now. Repeat until
       nothing is left, or an error means that the next one would fail as well.

    A policy does that after each new good backup, as the guild that set it up.
    """

    def __init__(self, store: Store, standing: StandingWorkService, audit: Audit, clock: Clock) -> None:
        self._store = store
        self._standing = standing
        self._audit = audit
        self._clock = clock
        self._keep = BackupManagement(store, audit, clock)
        # By server, the backup after which the panel's account was found to lack the permission to delete.
        self._barred: dict[str, str] = {}

    async def policy(self, permit: Permit) -> Policy | None:
        """Return the policy of this server."""
        async with self._store.read() as conn:
            return await retention.of_server(conn, panel_id=permit.panel_id, server_uuid=permit.uuid)

    async def preview(self, permit: Permit, rule: RetentionRule) -> tuple[BackupInventory, Plan]:
        """Return what a rule would delete now."""
        inventory = await fetch_inventory(self._store, permit, self._clock.now())
        return inventory, plan(inventory.backups, rule, now=inventory.at)

    async def switch_on(self, permit: Permit, rule: RetentionRule) -> None:
        """Apply it after each new backup from now on."""
        policy = Policy(
            panel_id=permit.panel_id,
            server_uuid=permit.uuid,
            guild_id=permit.actor.guild_id or 0,
            keep_last=rule.last,
            keep_daily=rule.daily,
            keep_weekly=rule.weekly,
            keep_monthly=rule.monthly,
            set_by=permit.actor.user_id,
            set_at=self._clock.now(),
        )
        facts: Facts = {"on": True, **_facts(rule)}
        async with self._audit.act(permit, "backup.retention", facts):
            await self._standing.check_ours(permit, WorkKind.RETENTION)
            await self._store.write(lambda conn: _switch_on(conn, policy))
        await self._standing.shared.note(permit, "backup.retention", facts)

    async def switch_off(self, permit: Permit) -> bool:
        """Switch the policy off; False when it was off."""
        policy = await self.policy(permit)
        async with self._audit.act(permit, "backup.retention", {"on": False}):
            await self._standing.check_ours(permit, WorkKind.RETENTION)
            if policy is None:
                return False
            now = self._clock.now()
            was_on = await self._store.write(lambda conn: standing_work.remove(conn, work_of(policy), now))
        await self._standing.shared.note(permit, "backup.retention", {"on": False})
        return was_on

    async def is_stopped(self, policy: Policy) -> bool:
        """Return whether a policy is stopped because the person who set it up lost the level for it."""
        return await self._standing.is_stopped(work_of(policy))

    async def apply(
        self, permit: Permit, rule: RetentionRule, *, shown: Plan | None = None
    ) -> RetentionResult:
        """Delete what the rule selects now, but nothing that was not in the preview.

        Raises only before it deletes; what fails later is in the result.
        """
        _, now = await self.preview(permit, rule)
        allowed = None if shown is None else {planned.uuid for planned in shown.delete}
        deleted: list[Backup] = []
        failed: list[tuple[Backup, QuetzalError]] = []
        tried: set[str] = set()
        while (backup := _next(now, allowed, tried)) is not None:
            tried.add(backup.uuid)
            try:
                if await self._let_go(permit, backup):
                    deleted.append(backup)
            except (errors.PanelError, Refused, StoreError) as error:
                failed.append((backup, error))
                if isinstance(error, _HOPELESS):
                    break
            try:  # others delete too: this may be the last good one by now
                _, now = await self.preview(permit, rule)
            except (errors.PanelError, StoreError) as error:
                failed += [
                    (candidate, error) for candidate in [_next(now, allowed, tried)] if candidate is not None
                ]
                break
        return RetentionResult(tuple(deleted), tuple(failed))

    async def _let_go(self, permit: Permit, backup: Backup) -> bool:
        """Delete one backup; False when it was already gone."""
        try:
            await self._keep.delete(permit, backup.uuid)
        except errors.NotFound:
            return False
        return True

    async def after_backup(self, made_by: Permit) -> RetentionResult | None:
        """Apply the server's policy, if any, after a successful backup; retried later if it fails.

        It is the guild's policy: the person who creates a backup need not be allowed to delete one.
        """
        try:
            policy = await self.policy(made_by)
        except StoreError as error:  # the backup's success matters more
            log.warning("cannot read the backup policy: %s", error)
            return None
        return None if policy is None else await self._try_policy(policy)

    async def keep_applied(self, pulse: Pulse) -> None:
        """Apply policies to new backups forever; start it under the supervisor."""
        while True:
            await self.apply_all()
            pulse.beat()
            await self._clock.sleep(EVERY_S)

    async def apply_all(self) -> None:
        """Apply each policy whose server has a new good backup."""
        async with self._store.read() as conn:
            policies = await retention.iter_all(conn)
        for policy in policies:
            await self._try_policy(policy)

    async def _try_policy(self, policy: Policy) -> RetentionResult | None:
        try:
            permit = await self._standing.permit(work_of(policy))
            return None if permit is None else await self._apply_policy(permit, policy)
        except (errors.PanelError, AccessDenied, MemberUnknown, StoreError) as error:
            log.info("the backup policy of %s waits: %s", policy.server_uuid, error)
            return None

    async def _apply_policy(self, permit: Permit, policy: Policy) -> RetentionResult | None:
        inventory = await fetch_inventory(self._store, permit, self._clock.now())
        newest = inventory.last_good
        if newest is None or newest.uuid in {policy.applied_to, self._barred.get(policy.server_uuid)}:
            return None
        applied = await self.apply(permit, policy.rule)
        if any(isinstance(error, errors.PermissionMissing) for _, error in applied.failed):
            self._barred[policy.server_uuid] = newest.uuid
            log.warning(
                "the policy of %s may delete no backup: the account lacks the permission", policy.server_uuid
            )
        if not applied.failed:
            await self._store.write(
                lambda conn: retention.applied(
                    conn, panel_id=policy.panel_id, server_uuid=policy.server_uuid, backup=newest.uuid
                )
            )
        if applied.deleted:
            log.info("the policy of %s deleted %d backups", policy.server_uuid, len(applied.deleted))
        return applied


def work_of(policy: Policy) -> StandingWork:
    """Return a policy as standing work."""
    return StandingWork(
        WorkKind.RETENTION,
        policy.guild_id,
        policy.panel_id,
        policy.server_uuid,
        policy.set_by,
        policy.set_at,
    )


async def _switch_on(conn: "AsyncConnection", policy: Policy) -> None:
    await retention.put(conn, policy)
    await standing_work.forget_stop(conn, work_of(policy))


def _next(now: Plan, allowed: Set[str] | None, tried: Set[str]) -> Backup | None:
    """Return the oldest one to delete that was not tried yet: an interrupted run keeps the newer ones."""
    waiting = (backup for backup in reversed(now.delete) if backup.uuid not in tried)
    return next((backup for backup in waiting if allowed is None or backup.uuid in allowed), None)


def _facts(rule: RetentionRule) -> dict[str, int]:
    return {
        "keep_last": rule.last,
        "keep_daily": rule.daily,
        "keep_weekly": rule.weekly,
        "keep_monthly": rule.monthly,
    }
