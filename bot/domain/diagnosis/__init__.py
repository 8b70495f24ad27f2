"""Why a process ended, read from its last console lines, its exit code and what its server runs. Pure.

Each family of games has a table of patterns. A pattern names a cause only where the game or its runtime says
so in its own words: what players can type never counts, and without a match there is no claim.
"""

from bot.domain.diagnosis.diagnose import (
    LONGEST_LINE,
    MOST_LINES,
    condensed,
    diagnose,
)
from bot.domain.diagnosis.families import FAMILIES, Family, families_of
from bot.domain.diagnosis.finding import Diagnosis
from bot.domain.diagnosis.fixes import Fix, FixKind
from bot.domain.diagnosis.pattern import Pattern

__all__ = [
    "FAMILIES",
    "LONGEST_LINE",
    "MOST_LINES",
    "Diagnosis",
    "Family",
    "Fix",
    "FixKind",
    "Pattern",
    "condensed",
    "diagnose",
    "families_of",
]
