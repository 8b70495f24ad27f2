"""The services that cogs may use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.alerting.dispatcher import Dispatcher
from bot.core.attachments import Attachments
from bot.core.clock import Clock
from bot.core.supervisor import Supervisor
from bot.monitoring.monitor import Monitor
from bot.panel import PanelClient
from bot.services.access import Authorizer, GrantService, GuildSettingsService, MemberKeyLinking, MemberKeys
from bot.services.alerts import (
    AlertChannelService,
    AlertContext,
    AlertRulesService,
    AlertService,
    BoardService,
    PublicBoardService,
)
from bot.services.audit import Audit
from bot.services.backup_copies import BackupCopies, CopyRunner
from bot.services.backups import (
    BackupChecks,
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
    CompressService,
    ConfigKeys,
    CopyService,
    EditService,
    EulaService,
    ExtractService,
    FileBrowser,
    HistoryService,
    SafeChange,
    SearchService,
    TransferService,
)
from bot.services.jobs import IdleService, JobRunner, JobService
from bot.services.players import PlayerService, WhitelistService
from bot.services.schedules import ScheduleService, TaskService
from bot.services.servers import (
    ActivityService,
    ConsoleService,
    DefaultServerService,
    DescriptionService,
    HealthService,
    LatestStates,
    NetworkService,
    PerformanceService,
    PowerService,
    PublicAddressService,
    ReinstallService,
    RenameService,
    ServerDirectory,
    StartupService,
    StartupTemplateService,
    StatusService,
)
from bot.services.standing_work import StandingWorkService
from bot.services.subusers import SubuserService
from bot.settings import Settings
from bot.storage import Store
from bot.workers import WorkerPool
from bot.workers.charts import Charts


@dataclass(frozen=True, slots=True)
class Services:
    """Built by `bot.composition.services.build_services`, which also closes what is in it."""

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
    describe_server: DescriptionService
    reinstall_server: ReinstallService
    network: NetworkService
    public_addresses: PublicAddressService
    activity: ActivityService
    subusers: SubuserService
    startup: StartupService
    startup_templates: StartupTemplateService
    schedules: ScheduleService
    schedule_tasks: TaskService
    eula: EulaService
    latest: LatestStates
    players: PlayerService
    whitelist: WhitelistService
    status: StatusService
    performance: PerformanceService
    health: HealthService
    files: FileBrowser
    changes: SafeChange
    edits: EditService
    config_keys: ConfigKeys
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
    check_backup: BackupChecks
    copy_runner: CopyRunner
    backup_copies: BackupCopies
    restore_backup: BackupRestore
    retention: RetentionService
    backup_schedule: BackupSchedule
    standing_work: StandingWorkService
    jobs: JobService
    job_runner: JobRunner
    idle: IdleService
    alerts: AlertService
    alert_rules: AlertRulesService
    alert_channel: AlertChannelService
    alert_past: AlertContext
    boards: BoardService
    public_boards: PublicBoardService
    closed_channels: ClosedChannels
    dispatcher: Dispatcher
    monitors: tuple[Monitor, ...]
    charts: Charts
    workers: WorkerPool
    supervisor: Supervisor
    started_at: datetime
    version: str
