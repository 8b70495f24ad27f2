"""What happened on a server: the panel's activity log beside Quetzal's own audit."""

import asyncio
from dataclasses import dataclass, replace

from bot.domain.activity import ActivityFilter, Entry, newest_first
from bot.domain.audit import AuditEntry, AuditFilter
from bot.domain.emails import masked_email
from bot.domain.levels import Level
from bot.panel.models import Activity, Entries
from bot.panel.models.entries import Unreadable
from bot.services.access import Permit
from bot.services.audit import Audit
from bot.services.servers.console_mask import ConsoleMask

_PAGE = 100
_FEW_PAGES, _MOST_PAGES = 2, 10
_AUDIT_AT_ONCE, _AUDIT_MOST = 100, 1_000
_HIDDEN = ("old", "new", "payload")
"""Properties that can hold secrets: values of startup variables, and what tasks send to the console."""
_WITH_VALUES = ("server:startup.edit", "server:task.")


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """What fits, newest first.

    `is_complete`: nothing older fits. `account` is whose key Quetzal uses, by name; the entries that it
    caused in the panel's log are this account's.
    """

    entries: Entries[Entry]
    is_complete: bool
    account: str


class ActivityService:
    """Reads both logs. What may hold secrets is taken out or masked."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def read(self, permit: Permit, wanted: ActivityFilter) -> ActivityReport:
        """Read what fits. PermissionMissing when the panel account may not read the log."""
        account, (panel_rows, is_complete) = await asyncio.gather(
            permit.panel.account.view(), self._panel_rows(permit, wanted)
        )
        rows = [row for row in panel_rows if wanted.fits_panel(row)]
        oldest = panel_rows[-1].at if panel_rows and not is_complete else None
        audited, audit_is_complete = await self._audited(permit, wanted)
        if oldest is not None:
            audited = [entry for entry in audited if entry.at >= oldest]
        mask = ConsoleMask(permit.panel, permit.uuid)
        entries: list[Entry] = [*(_without_secrets(row, mask, permit.level) for row in rows), *audited]
        return ActivityReport(
            Entries(newest_first(entries), panel_rows.unreadable),
            is_complete and audit_is_complete,
            account.username,
        )

    async def accounts(self, permit: Permit) -> list[str]:
        """Name the panel accounts that did something lately, the latest first."""
        page = await permit.panel.activity.page(permit.uuid, 1, _PAGE)
        return list(dict.fromkeys(row.actor for row in page.items if row.actor))

    @staticmethod
    async def _panel_rows(permit: Permit, wanted: ActivityFilter) -> tuple[Entries[Activity], bool]:
        """Read pages until nothing older can fit; entries that were added meanwhile come once."""
        if wanted.user_id is not None:
            return Entries(), True
        rows: dict[str, Activity] = {}
        unreadable: list[Unreadable] = []
        for number in range(1, (_MOST_PAGES if wanted.is_narrow else _FEW_PAGES) + 1):
            page = await permit.panel.activity.page(permit.uuid, number, _PAGE, wanted.events)
            rows |= {row.id: row for row in page.items}
            unreadable += page.items.unreadable
            is_last = number >= page.pages or not (page.items or page.items.unreadable)
            oldest = page.items[-1].at if page.items else None
            if is_last or (wanted.since is not None and oldest is not None and oldest < wanted.since):
                return Entries(rows.values(), unreadable), True
        return Entries(rows.values(), unreadable), False

    async def _audited(self, permit: Permit, wanted: ActivityFilter) -> tuple[list[AuditEntry], bool]:
        """Read what was done here, in this Discord server."""
        which = AuditFilter(
            guild_id=permit.actor.guild_id or 0,
            user_id=wanted.user_id,
            server_uuid=permit.uuid,
            since=wanted.since,
        )
        entries: list[AuditEntry] = []
        older_than = None
        while len(entries) < _AUDIT_MOST:
            page = await self._audit.page(which, older_than=older_than, size=_AUDIT_AT_ONCE)
            entries += page.acts
            older_than = page.older
            if older_than is None:
                break
        fitting = [
            entry for entry in entries if entry.panel_id == permit.panel_id and wanted.fits_audit(entry)
        ]
        return [_without_text(entry, permit.level) for entry in fitting], older_than is None


def _without_secrets(row: Activity, mask: ConsoleMask, level: Level) -> Activity:
    """Take out values that may be secrets, addresses of people, and what only admins may read."""
    properties = dict(row.properties)
    if row.event.startswith(_WITH_VALUES):
        properties = {name: value for name, value in properties.items() if name not in _HIDDEN}
    if "email" in properties:
        properties["email"] = masked_email(str(properties["email"]))
    if "command" in properties:
        command = mask(str(properties.pop("command"))) or ""
        properties |= {"command": command} if level >= Level.ADMIN else {}
    return row.model_copy(update={"properties": properties, "ip": None})


def _without_text(entry: AuditEntry, level: Level) -> AuditEntry:
    """Take out the text of console commands, which only admins may read."""
    if level >= Level.ADMIN:
        return entry
    return replace(entry, facts={name: value for name, value in entry.facts.items() if name != "text"})
