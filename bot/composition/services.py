"""Builds the services from the settings, and closes them in order."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version

from bot.alerting.dispatcher import Dispatcher
from bot.alerting.evaluator import AlertEvaluator
from bot.alerting.retention import prune_history
from bot.client_configs import copy_target, panel_config
from bot.composition.monitors import last_observation, live_sources
from bot.container import Services
from bot.core.attachments import Attachments
from bot.core.clock import Clock
from bot.core.i18n import load_catalogues
from bot.core.supervisor import Supervisor
from bot.data_dir import make_data_dir
from bot.domain import directory_listing
from bot.domain.standing_work import WorkKind
from bot.domain.trash import TrashPolicy
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
from bot.services.backup_copies import BackupCopies, CopyNeeds, CopyPlace, CopyRunner
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
    Journal,
    SafeChange,
    SearchService,
    TransferService,
    TrashCleanup,
    TrashStore,
)
from bot.services.jobs import IdleNeeds, IdleService, JobAuthority, JobRunner, JobService, JobSteps
from bot.services.players import (
    GameQueries,
    LatestPlayers,
    PlayerService,
    WhitelistNeeds,
    WhitelistService,
)
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
from bot.storage import STORE, Store
from bot.storage.encryption import SecretBox
from bot.storage.repositories import member_keys
from bot.workers import WorkerPool
from bot.workers.charts import Charts

_VERSION = version("quetzal")


@asynccontextmanager
async def build_services(
    settings: Settings,
    *,
    clock: Clock | None = None,
    attachments: Attachments | None = None,
    copy_places: Mapping[str, CopyPlace] | None = None,
) -> AsyncIterator[Services]:
    """Open everything the bot depends on; close it in the opposite order."""
    clock = clock or Clock()
    load_catalogues()
    make_data_dir(settings.data_dir)
    async with AsyncExitStack() as stack:
        store = await Store.open(settings.data_dir / STORE, now=clock.now())
        stack.push_async_callback(store.close)
        vault = SecretBox(settings.encryption_keys) if settings.encryption_keys else None
        async with store.read() as conn:
            await member_keys.check(conn, vault)
        clock_check = ClockCheck(clock)
        workers = WorkerPool(clock)
        stack.push_async_callback(workers.close)
        panels = {
            panel_id: await stack.enter_async_context(
                PanelClient(
                    panel_config(panel_id, panel),
                    clock.monotonic,
                    sleep=clock.sleep,
                    on_date=partial(clock_check.note, f"panel {panel_id}"),
                    split=partial(split_listing, workers),
                )
            )
            for panel_id, panel in settings.panels.items()
        }
        directory = ServerDirectory(panels, clock)
        stack.push_async_callback(directory.close)
        places = copy_places or _copy_places(settings, clock, stack)
        supervisor = await stack.enter_async_context(Supervisor(monotonic=clock.monotonic, sleep=clock.sleep))
        supervisor.start("server directory", directory.keep_fresh)
        audit = Audit(store, clock)
        keys = MemberKeys(store, vault, panels)
        guilds = {panel_id: panel.guilds for panel_id, panel in settings.panels.items()}
        access = Authorizer(guilds, store, keys, directory.identifier_of)
        supervisor.start(
            "audit retention", lambda pulse: audit.keep_pruned(settings.audit_days, clock_check, pulse)
        )
        trash = TrashStore(
            TrashPolicy(settings.trash_dir, settings.trash_days, settings.trash_mib * 1024 * 1024)
        )
        safe = SafeChange(Journal(store, audit, clock), trash, TrashCleanup(store, trash, clock, clock_check))
        making = BackupCreation(store, audit, clock, trash.rules)
        standing = StandingWorkService(store, access, keys, directory, audit, clock)
        supervisor.start("standing work", standing.keep_checked)
        retention = RetentionService(store, standing, audit, clock)
        supervisor.start("backup retention", retention.keep_applied)
        schedule = BackupSchedule(making, standing, store, audit, clock)
        standing.goes_on_in_panel(WorkKind.SCHEDULE, schedule)
        settings_of = GuildSettingsService(store, access, audit, clock)
        dispatcher = Dispatcher(store, clock)
        players = LatestPlayers(clock)
        games = GameQueries(clock)
        monitors: tuple[Monitor, ...] = ()
        if settings.watch:
            evaluator = AlertEvaluator(store, guilds, dispatcher.wake)
            monitors = tuple(
                Monitor(
                    panel,
                    directory,
                    store,
                    evaluator,
                    clock,
                    workers,
                    every_s=settings.watch_seconds,
                    players=players,
                    games=games if settings.watch_players else None,
                    sources=live_sources(
                        panel, settings.panels[panel_id], clock, sockets=settings.watch_sockets
                    ),
                )
                for panel_id, panel in panels.items()
            )
            for monitor in monitors:
                for name, work in monitor.tasks.items():
                    supervisor.start(name, work)
            supervisor.start(
                "history retention", lambda pulse: prune_history(store, clock, clock_check, pulse)
            )

        latest = LatestStates(clock, partial(last_observation, monitors))
        power = PowerService(audit, workers, clock, latest)
        console = ConsoleService(audit, workers, clock)
        player_service = PlayerService(store, players, games, console, audit, clock)
        jobs, runner, idle = _job_services(
            JobSteps(
                store,
                clock,
                authority := JobAuthority(access, directory),
                power,
                console,
                making,
                retention,
                player_service,
            ),
            access,
            standing,
            audit,
            latest,
        )
        stack.push_async_callback((charts := Charts(clock)).close)
        yield Services(
            settings=settings,
            clock=clock,
            clock_check=clock_check,
            panels=panels,
            directory=directory,
            store=store,
            access=access,
            audit=audit,
            keys=keys,
            granting=GrantService(access, audit, clock),
            linking=MemberKeyLinking(panels, keys, audit, clock),
            defaults=DefaultServerService(store, access, directory, audit, clock),
            guild_settings=settings_of,
            power=power,
            console=console,
            rename_server=RenameService(directory, audit),
            describe_server=DescriptionService(directory, audit),
            reinstall_server=ReinstallService(directory, audit, clock),
            network=NetworkService(directory, audit),
            public_addresses=PublicAddressService(store, audit, clock),
            activity=ActivityService(audit),
            subusers=SubuserService(audit),
            startup=(startup := StartupService(audit, workers)),
            startup_templates=StartupTemplateService(startup, store, audit, clock),
            schedules=ScheduleService(audit, clock, latest),
            schedule_tasks=TaskService(audit),
            eula=EulaService(safe),
            latest=latest,
            players=player_service,
            whitelist=WhitelistService(WhitelistNeeds(store, access, directory, console, audit, clock)),
            status=StatusService(store, clock, latest),
            performance=PerformanceService(store, clock),
            health=HealthService(store, clock, latest),
            files=FileBrowser(workers, settings.file_shown_kib * 1024),
            changes=safe,
            edits=EditService(safe, settings.file_edited_kib * 1024, workers),
            config_keys=ConfigKeys(settings.file_edited_kib * 1024, workers),
            history=HistoryService(store, safe, settings.file_edited_kib * 1024, workers),
            search=SearchService(trash.rules, clock, workers),
            transfer=TransferService(safe, audit, settings.data_dir),
            making=CopyService(safe, clock),
            compressing=CompressService(safe, audit, clock),
            extracting=ExtractService(safe, audit, clock, workers),
            attachments=await stack.enter_async_context(attachments or Attachments()),
            databases=DatabaseService(audit, clock),
            database_places=ReferenceRotation(safe, clock, workers),
            database_usage=DatabaseUsage(audit, clock, enabled=settings.database_usage),
            make_backup=making,
            keep_backups=BackupManagement(store, audit, clock),
            check_backup=BackupChecks(store, audit, clock),
            copy_runner=(copying := CopyRunner(CopyNeeds(store, clock, audit, authority, places))),
            backup_copies=BackupCopies(copying),
            restore_backup=BackupRestore(store, audit, clock, trash.rules),
            retention=retention,
            backup_schedule=schedule,
            standing_work=standing,
            jobs=jobs,
            job_runner=runner,
            idle=idle,
            alerts=AlertService(store, access, directory, audit, clock, dispatcher.wake),
            alert_rules=AlertRulesService(store, access, directory, audit, clock, dispatcher.wake),
            alert_channel=AlertChannelService(
                store, access, directory, settings_of, clock, dispatcher.wake, dispatcher.idle
            ),
            alert_past=AlertContext(store),
            boards=(boards := BoardService(store, access, directory, audit, clock, latest, players)),
            public_boards=PublicBoardService(boards, access, directory, store, clock),
            closed_channels=ClosedChannels(store, clock),
            dispatcher=dispatcher,
            monitors=monitors,
            charts=charts,
            workers=workers,
            supervisor=supervisor,
            started_at=clock.now(),
            version=_VERSION,
        )


def _job_services(
    steps: JobSteps,
    access: Authorizer,
    standing: StandingWorkService,
    audit: Audit,
    latest: LatestStates,
) -> tuple[JobService, JobRunner, IdleService]:
    """Create the services of jobs, which are started with the bot."""
    store, clock, runner = steps.store, steps.clock, JobRunner(steps)
    jobs = JobService(store, access, audit, clock, runner)
    needs = IdleNeeds(store, clock, access, standing, audit, jobs, steps.players, steps.power, latest)
    return jobs, runner, IdleService(needs)


def _copy_places(settings: Settings, clock: Clock, stack: AsyncExitStack) -> dict[str, CopyPlace]:
    """Make the targets of copies, which connect when they are needed; they outlive what uses them."""
    places = {
        name: CopyPlace(copy_target(name, target, clock), target.keep, target.prefix)
        for name, target in settings.copies.items()
    }
    for place in places.values():
        stack.push_async_callback(place.target.close)
    return places


async def split_listing(workers: WorkerPool, body: bytes) -> list[bytes] | None:
    """Split a long listing in a worker process, for a panel client."""
    return await workers.run(directory_listing.split, body)
