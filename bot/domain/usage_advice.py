"""Advice about what a server uses of its limits."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.i18n import Worded, _
from bot.domain import formatting
from bot.domain.alerts.rules import DEFAULTS, RuleKind
from bot.domain.trends import Forecast, describe_forecast

_MEMORY, _DISK, _CPU = 70.0, 80.0, 60.0
"""From which mean percentage of a limit on there is advice."""


class Measure(Worded, StrEnum):
    """What is measured of a server, by the name that people read."""

    MEMORY = "Memory"
    CPU = "CPU"
    DISK = "Disk"
    NETWORK = "Network"
    PLAYERS = "Players"


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a measure, in a sentence."""

    measure: Measure
    text: str
    is_warning: bool = False
    """Whether the alert's threshold is passed, too; otherwise there is time."""


def advice(
    *, memory: float | None, cpu: float | None, disk: float | None, java: bool, full: Forecast | None = None
) -> list[Advice]:
    """Return advice about mean percentages of the limits (None: no limit), the most urgent first.

    `full`: the forecast of the disk, where it is urgent.
    """
    remarks: list[Advice] = []
    if full is not None:
        text = _(
            "The disk is {describe_forecast}. Free space or raise the limit before that.",
            describe_forecast=describe_forecast(full),
        )
        remarks.append(Advice(Measure.DISK, text, is_warning=True))
    if disk is not None and disk > _DISK:
        text = _(
            "The disk is at {disk}. Delete old logs, worlds and archives.", disk=formatting.percent(disk)
        )
        remarks.append(Advice(Measure.DISK, text, _passes(RuleKind.DISK, disk)))
    if memory is not None and memory > _MEMORY and not java:
        text = _(
            "Memory averaged {memory}. Raise the limit or reduce the load.", memory=formatting.percent(memory)
        )
        remarks.append(Advice(Measure.MEMORY, text, _passes(RuleKind.MEMORY, memory)))
    if cpu is not None and cpu > _CPU:
        text = _("CPU averaged {cpu} of its limit. Find out what is busy.", cpu=formatting.percent(cpu))
        remarks.append(Advice(Measure.CPU, text, _passes(RuleKind.CPU, cpu)))
    return remarks


def _passes(kind: RuleKind, percent: float) -> bool:
    threshold = DEFAULTS[kind].warn
    return threshold is not None and percent > threshold
