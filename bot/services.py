"""Everything a cog may use, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.actions.access import Access
from bot.actions.alert_past import AlertPast
from bot.actions.alerts import AlertChannelAction, AlertRulesAction, AlertsAction, BoardsAction
from bot.actions.audit import Audit
from bot.actions.backups import BackupSchedule, KeepBackups, MakeBackup, RestoreBackup, RetentionAction
from bot.actions.clock import Clock
from bot.actions.clock_check import ClockCheck
from bot.actions.console import ConsoleAction
from bot.actions.databases import DatabasesAction, MeasuringAction, PlacesAction
from bot.actions.defaults import DefaultsAction
from bot.actions.directory import ServerDirectory
from bot.actions.files import EditAction, FilesAction, HistoryAction, SafeChange
from bot.actions.files.compressing import CompressAction
from bot.actions.files.extracting import ExtractAction
from bot.actions.files.making import MakingAction
from bot.actions.files.search import SearchAction
from bot.actions.files.transfer import TransferAction
from bot.actions.granting import GrantAction
from bot.actions.guild_settings import GuildSettingsAction
from bot.actions.health import HealthAction
from bot.actions.keys import MemberKeys
from bot.actions.linking import LinkAction
from bot.actions.performance import PerformanceAction
from bot.actions.power import PowerAction
from bot.actions.standing_work import StandingWorkAction
from bot.actions.status import StatusAction
from bot.attachments import Attachments
from bot.monitor.outbox import Sender
from bot.monitor.watch import Watch
from bot.panel import PanelClient
from bot.settings import Settings
from bot.store import Store
from bot.supervisor import Supervisor
from bot.ui.charts import Charts
from bot.workers import WorkerPool


@dataclass(frozen=True, slots=True)
class Services:
    """Built by `bot.app.build_services`, which also closes what is in it."""

    settings: Settings
    clock: Clock
    clock_check: ClockCheck
    panels: Mapping[str, PanelClient]
    directory: ServerDirectory
    store: Store
    access: Access
    audit: Audit
    keys: MemberKeys
    granting: GrantAction
    linking: LinkAction
    defaults: DefaultsAction
    guild_settings: GuildSettingsAction
    power: PowerAction
    console: ConsoleAction
    status: StatusAction
    performance: PerformanceAction
    health: HealthAction
    files: FilesAction
    changes: SafeChange
    edits: EditAction
    history: HistoryAction
    search: SearchAction
    transfer: TransferAction
    making: MakingAction
    compressing: CompressAction
    extracting: ExtractAction
    attachments: Attachments
    databases: DatabasesAction
    database_places: PlacesAction
    database_usage: MeasuringAction
    make_backup: MakeBackup
    keep_backups: KeepBackups
    restore_backup: RestoreBackup
    retention: RetentionAction
    backup_schedule: BackupSchedule
    standing_work: StandingWorkAction
    alerts: AlertsAction
    alert_rules: AlertRulesAction
    alert_channel: AlertChannelAction
    alert_past: AlertPast
    boards: BoardsAction
    sender: Sender
    watches: tuple[Watch, ...]
    charts: Charts
    workers: WorkerPool
    supervisor: Supervisor
    started_at: datetime
    version: str
