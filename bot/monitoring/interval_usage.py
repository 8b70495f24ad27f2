"""The usage of a server over an interval, reduced on arrival. Pure."""

import math
from dataclasses import dataclass, replace

from bot.domain.observation import Extremes, Observation


@dataclass(slots=True)
class IntervalUsage:
    """Sums and extremes of an interval; other fields are those of the last observation.

    `cpu_count`: how many observations have a figure of the CPU.
    """

    count: int
    memory: int
    cpu: float
    cpu_count: int
    extremes: Extremes

    @classmethod
    def of(cls, seen: Observation) -> "IntervalUsage":
        """Begin with the first observation of the interval."""
        memory = seen.memory_bytes
        usage = cls(0, 0, 0.0, 0, Extremes(memory, memory, math.inf, -math.inf))
        usage.add(seen)
        return usage

    def add(self, seen: Observation) -> None:
        """Add an observation."""
        memory, cpu, known = seen.memory_bytes, seen.cpu_absolute, self.extremes
        self.count += 1
        self.memory += memory
        if cpu is not None:
            self.cpu += cpu
            self.cpu_count += 1
        is_within = known.memory_low <= memory <= known.memory_high and (
            cpu is None or known.cpu_low <= cpu <= known.cpu_high
        )
        if not is_within:
            self.extremes = Extremes(
                min(known.memory_low, memory),
                max(known.memory_high, memory),
                known.cpu_low if cpu is None else min(known.cpu_low, cpu),
                known.cpu_high if cpu is None else max(known.cpu_high, cpu),
            )

    def cut_short_by(self, change: Observation) -> Observation:
        """Return the observation that ends the interval early, with the interval's extremes."""
        self.add(change)
        return replace(change, extremes=self.extremes)

    def reduced(self, last: Observation) -> Observation:
        """Return the observation that stands for the interval, with its means and extremes."""
        if self.count == 1:
            return last
        return replace(
            last,
            memory_bytes=self.memory // self.count,
            cpu_absolute=self.cpu / self.cpu_count if self.cpu_count else None,
            extremes=self.extremes,
        )
