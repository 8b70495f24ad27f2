"""Everything a cog may use, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.alerting.dispatcher import Dispatcher
from bot.core.attachments import Attachments
from bot.core.clock import Clock
from bot.core.supervisor import Supervisor
from bot.monitoring.monitor import Monitor
from bot.panel import PanelClient
from bot.services.access.authorizer import Authorizer
from bot.services.access.grants import GrantService
from bot.services.access.guild_settings import GuildSettingsService
from bot.services.access.member_keys import MemberKeys
from bot.services.access.member_keys_link import MemberKeyLinking
from bot.services.alerts import (
    AlertChannelService,
    AlertRulesService,
    AlertService,
    BoardService,
)
from bot.services.alerts.context import AlertContext
from bot.services.audit import Audit
from bot.services.backups import (
    BackupCreation,
    BackupManagement,
    BackupRestore,
    BackupSchedule,
    RetentionService,
)
from bot.services.clock_check import ClockCheck
from bot.services.closed_channels import ClosedChannels
from bot.services.databases import DatabaseService, DatabaseUsage, ReferenceRotation
from bot.services.files import (
    EditService,
    EulaService,
    FileBrowser,
    HistoryService,
    SafeChange,
)
from bot.services.files.compress import CompressService
from bot.services.files.copy import CopyService
from bot.services.files.extract import ExtractService
from bot.services.files.search import SearchService
from bot.services.files.transfer import TransferService
from bot.services.servers.console import ConsoleService
from bot.services.servers.defaults import DefaultServerService
from bot.services.servers.directory import ServerDirectory
from bot.services.servers.health import HealthService
from bot.services.servers.performance import PerformanceService
from bot.services.servers.power import PowerService
from bot.services.servers.rename import RenameService
from bot.services.servers.startup import StartupService
from bot.services.servers.status import StatusService
from bot.services.standing_work import StandingWorkService
from bot.settings import Settings
from bot.storage import Store
from bot.workers import WorkerPool
from bot.workers.charts import Charts


@dataclass(frozen=True, slots=True)
class Services:
    """Built by `bot.app.build_services`, which also closes what is in it."""

    settings: Settings
    clock: Clock
    clock_check: ClockCheck
    panels: Mapping[str, PanelClient]
    directory: ServerDirectory
    store: Store
    access: Authorizer
    audit: Audit
    keys: MemberKeys
    granting: GrantService
    linking: MemberKeyLinking
    defaults: DefaultServerService
    guild_settings: GuildSettingsService
    power: PowerService
    console: ConsoleService
    rename_server: RenameService
    startup: StartupService
    eula: EulaService
    status: StatusService
    performance: PerformanceService
    health: HealthService
    files: FileBrowser
    changes: SafeChange
    edits: EditService
    history: HistoryService
    search: SearchService
    transfer: TransferService
    making: CopyService
    compressing: CompressService
    extracting: ExtractService
    attachments: Attachments
    databases: DatabaseService
    database_places: ReferenceRotation
    database_usage: DatabaseUsage
    make_backup: BackupCreation
    keep_backups: BackupManagement
    restore_backup: BackupRestore
    retention: RetentionService
    backup_schedule: BackupSchedule
    standing_work: StandingWorkService
    alerts: AlertService
    alert_rules: AlertRulesService
    alert_channel: AlertChannelService
    alert_past: AlertContext
    boards: BoardService
    closed_channels: ClosedChannels
    sender: Dispatcher
    watches: tuple[Monitor, ...]
    charts: Charts
    workers: WorkerPool
    supervisor: Supervisor
    started_at: datetime
    version: str
