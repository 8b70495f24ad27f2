"""Databases of a server: create, read, rotate, delete, references in files, and size."""

from bot.services.databases.errors import (
    HostFailed,
    NoSuchDatabase,
    PasswordHidden,
    RotationBlind,
)
from bot.services.databases.manage import DatabaseService, NewDatabase, short_name
from bot.services.databases.rotate_references import (
    ReferenceRotation,
    ReferenceSearch,
    Replaced,
    Replacement,
)
from bot.services.databases.usage import DatabaseUsage, UsageResult

__all__ = [
    "DatabaseService",
    "DatabaseUsage",
    "HostFailed",
    "NewDatabase",
    "NoSuchDatabase",
    "PasswordHidden",
    "ReferenceRotation",
    "ReferenceSearch",
    "Replaced",
    "Replacement",
    "RotationBlind",
    "UsageResult",
    "short_name",
]
