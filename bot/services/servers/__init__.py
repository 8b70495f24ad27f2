"""Servers: the directory, status, power, console, health and performance."""

from bot.services.servers.activity import ActivityReport, ActivityService
from bot.services.servers.console import ConsoleOutcome, ConsoleService, one_line
from bot.services.servers.console_feed import ConsoleFeed
from bot.services.servers.console_mask import ConsoleMask
from bot.services.servers.defaults import DEFAULT_SERVER_LEVEL, DefaultLocation, DefaultServerService
from bot.services.servers.description import Description, DescriptionService
from bot.services.servers.directory import Sees, ServerDirectory
from bot.services.servers.end_diagnosis import EndDiagnosis
from bot.services.servers.health import HealthReport, HealthService
from bot.services.servers.latest_states import LatestStates
from bot.services.servers.network import NetworkService, NewPrimary, NoSuchAddress
from bot.services.servers.performance import Performance, PerformanceService
from bot.services.servers.power import OverDisk, PowerOutcome, PowerService, PowerView, Progress
from bot.services.servers.public_addresses import PublicAddressService
from bot.services.servers.reinstall import (
    ReinstallEnd,
    ReinstallProgress,
    ReinstallResult,
    ReinstallService,
)
from bot.services.servers.rename import RenameResult, RenameService
from bot.services.servers.resolution import Resolution, ServerAmbiguous, ServerFound, ServerMissing
from bot.services.servers.startup import ImageChoice, Images, StartupService
from bot.services.servers.startup_templates import (
    NoSuchTemplate,
    SavedTemplate,
    StartupTemplateService,
    TemplatePlan,
    TemplateResult,
)
from bot.services.servers.status import STATUS_HISTORY, ServerStatus, StatusService
from bot.services.servers.stored_state import changing

__all__ = [
    "DEFAULT_SERVER_LEVEL",
    "STATUS_HISTORY",
    "ActivityReport",
    "ActivityService",
    "ConsoleFeed",
    "ConsoleMask",
    "ConsoleOutcome",
    "ConsoleService",
    "DefaultLocation",
    "DefaultServerService",
    "Description",
    "DescriptionService",
    "EndDiagnosis",
    "HealthReport",
    "HealthService",
    "ImageChoice",
    "Images",
    "LatestStates",
    "NetworkService",
    "NewPrimary",
    "NoSuchAddress",
    "NoSuchTemplate",
    "OverDisk",
    "Performance",
    "PerformanceService",
    "PowerOutcome",
    "PowerService",
    "PowerView",
    "Progress",
    "PublicAddressService",
    "ReinstallEnd",
    "ReinstallProgress",
    "ReinstallResult",
    "ReinstallService",
    "RenameResult",
    "RenameService",
    "Resolution",
    "SavedTemplate",
    "Sees",
    "ServerAmbiguous",
    "ServerDirectory",
    "ServerFound",
    "ServerMissing",
    "ServerStatus",
    "StartupService",
    "StartupTemplateService",
    "StatusService",
    "TemplatePlan",
    "TemplateResult",
    "changing",
    "one_line",
]
