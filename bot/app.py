"""The composition root: builds services and the bot from the settings, and closes them in order."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path

import aiohttp
import discord
from discord.ext import commands

from bot import shutdown
from bot.alerting.dispatcher import Dispatcher
from bot.alerting.evaluator import AlertEvaluator
from bot.alerting.retention import prune_history
from bot.client import QuetzalBot
from bot.container import Services
from bot.core import log as logs
from bot.core.attachments import Attachments
from bot.core.clock import Clock
from bot.core.discord_answers import make_answers_readable
from bot.core.discord_endpoint import point_discord_at
from bot.core.discord_gateway import make_gateway_resilient
from bot.core.errors import QuetzalError, SetupError, TokenRefused
from bot.core.heartbeat import forget_heartbeat, write_heartbeat
from bot.core.supervisor import Supervisor
from bot.domain import directory_listing
from bot.domain.observation import Observation, ServerKey
from bot.domain.standing_work import WorkKind
from bot.domain.trash import TrashPolicy
from bot.health import HealthCheck, HealthReport, HeartbeatPing, serve_health
from bot.monitoring.monitor import Monitor
from bot.monitoring.node_source import NodeSource
from bot.monitoring.socket_source import SocketSource
from bot.monitoring.sources import LiveSource
from bot.panel import NodeConfig, PanelClient, PanelConfig
from bot.services.access import Authorizer, GrantService, GuildSettingsService, MemberKeyLinking, MemberKeys
from bot.services.alerts import (
    AlertChannelService,
    AlertContext,
    AlertRulesService,
    AlertService,
    BoardService,
)
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
from bot.services.servers import (
    ConsoleService,
    DefaultServerService,
    HealthService,
    LatestStates,
    PerformanceService,
    PowerService,
    RenameService,
    ServerDirectory,
    StartupService,
    StatusService,
)
from bot.services.standing_work import StandingWorkService
from bot.settings import NodeSettings, PanelSettings, Settings
from bot.storage import STORE, Store
from bot.storage.encryption import SecretBox
from bot.storage.repositories import member_keys
from bot.ui.access.audit_channel import post_acts
from bot.ui.access.review_view import keep_notified
from bot.ui.alerts.board import keep_boards
from bot.ui.alerts.discord_receiver import DiscordReceiver
from bot.ui.kit.members import DiscordMembers
from bot.ui.servers.console_flow import end_orphans
from bot.workers import WorkerPool
from bot.workers.charts import Charts

log = logging.getLogger(__name__)

_VERSION = version("quetzal")

# https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
_AUTHENTICATION_FAILED = 4004


async def run(settings: Settings, *, clock: Clock | None = None) -> None:
    """Run the bot until SIGTERM or SIGINT; raises SetupError when it cannot start."""
    logs.set_up(settings.log_level, settings.log_format, settings.secrets())
    # Quetzal uses no voice, so discord.py need not warn at each start that voice support is missing.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    make_gateway_resilient()
    make_answers_readable()
    if settings.discord_api_url:
        point_discord_at(settings.discord_api_url)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with build_services(settings, clock=clock) as services:
        bot = build_bot(services)
        spare_collector()
        start_health(bot)
        try:
            await _connected_until(stop, bot, settings.discord_token.get_secret_value())
        finally:
            log.info("stopping")
            await asyncio.gather(
                shutdown.stop_taking_commands(bot),
                shutdown.stop_monitoring(services, flush=bot.came_up.is_set()),
            )
            await services.supervisor.close()
            await shutdown.close_client(bot)
            forget_heartbeat(settings.data_dir)
    log.info("stopped")


def spare_collector() -> None:
    """Exempt permanent objects from garbage collection: half a million objects of libraries.

    Otherwise a full collection blocks the event loop for 60 ms and more.
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def build_services(
    settings: Settings, *, clock: Clock | None = None, attachments: Attachments | None = None
) -> AsyncIterator[Services]:
    """Open everything the bot depends on; close it in the opposite order."""
    clock = clock or Clock()
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
        supervisor = await stack.enter_async_context(Supervisor(monotonic=clock.monotonic, sleep=clock.sleep))
        supervisor.start("server directory", directory.keep_fresh)
        audit = Audit(store, clock)
        keys = MemberKeys(store, vault, panels)
        guilds = {panel_id: panel.guilds for panel_id, panel in settings.panels.items()}
        access = Authorizer(guilds, store, keys, directory.identifier_of)
        supervisor.start(
            "audit retention", lambda pulse: audit.keep_pruned(settings.audit_days, clock_check, pulse)
        )
        trash = TrashStore(trash_rules(settings))
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
                    sources=_live_sources(
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

        def watched(key: ServerKey) -> Observation | None:
            monitor = next((monitor for monitor in monitors if monitor.panel_id == key.panel_id), None)
            return None if monitor is None else monitor.stream.known(key.uuid)

        latest = LatestStates(clock, watched)
        charts = Charts(clock)
        stack.push_async_callback(charts.close)
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
            power=PowerService(audit, workers, clock, latest),
            console=ConsoleService(audit, workers, clock),
            rename_server=RenameService(directory, audit),
            startup=StartupService(audit),
            eula=EulaService(safe),
            latest=latest,
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
            restore_backup=BackupRestore(store, audit, clock, trash.rules),
            retention=retention,
            backup_schedule=schedule,
            standing_work=standing,
            alerts=AlertService(store, access, directory, audit, clock, dispatcher.wake),
            alert_rules=AlertRulesService(store, access, directory, audit, clock, dispatcher.wake),
            alert_channel=AlertChannelService(
                store, access, directory, settings_of, clock, dispatcher.wake, dispatcher.idle
            ),
            alert_past=AlertContext(store),
            boards=BoardService(store, access, directory, audit, clock, latest),
            closed_channels=ClosedChannels(store, clock),
            dispatcher=dispatcher,
            monitors=monitors,
            charts=charts,
            workers=workers,
            supervisor=supervisor,
            started_at=clock.now(),
            version=_VERSION,
        )


async def split_listing(workers: WorkerPool, body: bytes) -> list[bytes] | None:
    """Split a long listing in a worker process, for a panel client."""
    return await workers.run(directory_listing.split, body)


def _live_sources(
    panel: PanelClient, settings: PanelSettings, clock: Clock, *, sockets: bool
) -> tuple[LiveSource, ...]:
    """Create the live sources of a panel."""
    nodes = [node_config(name, node) for name, node in settings.nodes.items()]
    by_socket = (SocketSource(panel, clock),) if sockets else ()
    by_node = (NodeSource(panel, nodes, clock),) if nodes else ()
    return (*by_socket, *by_node)


def build_bot(services: Services) -> QuetzalBot:
    """Make the Discord client; it connects when it is started."""
    bot = QuetzalBot(services)
    services.supervisor.start("audit channel", lambda pulse: post_acts(bot, pulse))
    services.supervisor.start("boards", lambda pulse: keep_boards(bot, pulse))
    services.supervisor.start("consoles of earlier runs", lambda pulse: end_orphans(bot, pulse))
    services.standing_work.begin(DiscordMembers(bot))
    services.supervisor.start("notices of standing work", lambda pulse: keep_notified(bot, pulse))
    receiver = DiscordReceiver(bot)
    services.supervisor.start("alert dispatcher", lambda pulse: services.dispatcher.run(receiver, pulse))
    return bot


def start_health(bot: QuetzalBot) -> None:
    """Start the self-check, and what reports its result outside."""
    services, settings = bot.services, bot.services.settings

    def write(report: HealthReport) -> None:
        write_heartbeat(settings.data_dir, at=services.clock.now().timestamp(), problems=report.problems)

    check = HealthCheck(services.monitors, services.dispatcher, bot, services.clock, write)
    services.supervisor.start("self-check", check.run)
    if settings.heartbeat_url is not None:
        ping = HeartbeatPing(settings.heartbeat_url, lambda: check.report, services.clock)
        services.supervisor.start("heartbeat", ping.run)
    if (port := settings.health_port) is not None:
        services.supervisor.start(
            "health endpoint", lambda pulse: serve_health(port, lambda: check.report, pulse)
        )


def panel_config(panel_id: str, panel: PanelSettings) -> PanelConfig:
    """Convert the settings of a panel for its client."""
    return PanelConfig(url=panel.url, key=panel.key, id=panel_id, node_hosts=panel.node_hosts)


def node_config(name: str, node: NodeSettings) -> NodeConfig:
    """Convert the settings of a node for its client."""
    return NodeConfig(name=name, url=node.url, token=node.token)


def trash_rules(settings: Settings) -> TrashPolicy:
    """Convert the settings of the trash: where it is, and how long and how much it keeps."""
    return TrashPolicy(settings.trash_dir, settings.trash_days, settings.trash_mib * 1024 * 1024)


def make_data_dir(path: Path) -> None:
    """Make the data directory and check that it is writable; raises SetupError."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"The data directory {path} cannot be written to: {error.strerror}.",
            state="Quetzal did not start.",
            next_step="Give it to the user that runs Quetzal, or name another one in QUETZAL_DATA_DIR.",
        ) from error


async def _connected_until(stop: asyncio.Event, bot: QuetzalBot, token: str) -> None:
    connection = asyncio.create_task(bot.start(token), name="discord")
    stopping = asyncio.create_task(stop.wait(), name="wait for a signal")
    refused = asyncio.create_task(bot.until_token_refused(), name="wait for a refused token")
    try:
        await asyncio.wait({connection, stopping, refused}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return
        if refused.done() and refused.exception() is None:
            raise TokenRefused
        await connection
        raise _stopped("Discord closed the connection.")
    except discord.LoginFailure:
        raise TokenRefused from None
    except commands.ExtensionError as error:
        log.exception("an extension failed")
        raise _stopped(f"The part {error.name} could not be loaded; the log says why.") from error
    except discord.ConnectionClosed as error:
        if error.code == _AUTHENTICATION_FAILED:
            raise TokenRefused from error
        raise _stopped(f"Discord ended the session permanently (code {error.code}).") from error
    except (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError) as error:
        log.error("the connection to Discord failed: %s: %s", type(error).__name__, error)  # noqa: TRY400 - the message says it all
        raise _stopped("Discord can't be reached, or returned an error.") from error
    finally:
        for task in (stopping, refused, connection):
            task.cancel()
        await asyncio.wait({stopping, refused, connection})


def _stopped(happened: str) -> QuetzalError:
    return SetupError(happened, state="Quetzal stopped.")
