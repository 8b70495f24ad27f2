"""Databases of a server: make, read, rotate, delete; where they are used, how large they are."""

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
