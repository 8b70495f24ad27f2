"""Fixes that Quetzal can apply after a person confirmed."""

from dataclasses import dataclass
from enum import StrEnum


class FixKind(StrEnum):
    """What a fix changes.

    RESTORE_FILE belongs to no pattern: which file was changed last is looked up for the person who asks.
    """

    ACCEPT_EULA = "eula"
    CHANGE_JAVA = "java"
    SET_VARIABLE = "variable"
    RESTORE_FILE = "restore"


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that is safe to offer.

    `value` is, for CHANGE_JAVA, the oldest (`21+`) or newest (`16-`) Java that will do; for SET_VARIABLE, the
    names that eggs give the startup variable, separated by commas, the usual one first.
    """

    kind: FixKind
    value: str = ""
