"""The usage of a server over an interval, reduced on arrival. Pure."""

from dataclasses import dataclass, replace

from bot.domain.observation import Extremes, Observation


@dataclass(slots=True)
class IntervalUsage:
    """Sums and extremes of an interval; other fields are those of the last observation."""

    count: int
    memory: int
    cpu: float
    extremes: Extremes

    @classmethod
    def of(cls, seen: Observation) -> "IntervalUsage":
        """Begin with the first observation of the interval."""
        memory, cpu = seen.memory_bytes, seen.cpu_absolute
        return cls(1, memory, cpu, Extremes(memory, memory, cpu, cpu))

    def add(self, seen: Observation) -> None:
        """Add an observation."""
        memory, cpu, known = seen.memory_bytes, seen.cpu_absolute, self.extremes
        self.count += 1
        self.memory += memory
        self.cpu += cpu
        is_within = known.memory_low <= memory <= known.memory_high and known.cpu_low <= cpu <= known.cpu_high
        if not is_within:
            self.extremes = Extremes(
                min(known.memory_low, memory),
                max(known.memory_high, memory),
                min(known.cpu_low, cpu),
                max(known.cpu_high, cpu),
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
            cpu_absolute=self.cpu / self.count,
            extremes=self.extremes,
        )
