"""Frozen models named after the panel's own objects."""

from bot.panel.models.account import Account, Activity, PermissionGroup, SystemPermissions
from bot.panel.models.backups import Backup, BackupPage, BackupState
from bot.panel.models.base import Page
from bot.panel.models.databases import Database, DatabaseHost
from bot.panel.models.entries import Entries
from bot.panel.models.files import FileEntry, SignedUrl
from bot.panel.models.nodes import NodeServer, NodeSystem
from bot.panel.models.schedules import Cron, Schedule, ScheduleDraft, Task, TaskAction, TaskDraft
from bot.panel.models.servers import (
    Allocation,
    EggVariable,
    FeatureLimits,
    Limits,
    ListScope,
    PowerSignal,
    PowerState,
    Resources,
    Server,
    ServerStatus,
    SftpDetails,
    Startup,
)
from bot.panel.models.sockets import SocketToken
from bot.panel.models.subusers import Subuser

__all__ = [
    "Account",
    "Activity",
    "Allocation",
    "Backup",
    "BackupPage",
    "BackupState",
    "Cron",
    "Database",
    "DatabaseHost",
    "EggVariable",
    "Entries",
    "FeatureLimits",
    "FileEntry",
    "Limits",
    "ListScope",
    "NodeServer",
    "NodeSystem",
    "Page",
    "PermissionGroup",
    "PowerSignal",
    "PowerState",
    "Resources",
    "Schedule",
    "ScheduleDraft",
    "Server",
    "ServerStatus",
    "SftpDetails",
    "SignedUrl",
    "SocketToken",
    "Startup",
    "Subuser",
    "SystemPermissions",
    "Task",
    "TaskAction",
    "TaskDraft",
]
