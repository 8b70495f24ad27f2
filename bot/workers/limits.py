"""How much one piece of work may cost."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use for one piece of work before it is killed and replaced.

    CPU time counts, not wall time, so that a busy machine kills nothing early; `wall_s` is for work that
    waits instead of computing. The kernel enforces CPU time and memory, so neither depends on the worker's
    cooperation.
    """

    cpu_s: float = 10.0
    wall_s: float = 60.0
    queue_s: float = 30.0
    """How long a caller waits for a free worker."""
    memory_bytes: int | None = 512 * MIB
    """In addition to an idle worker's memory; None for no limit."""
    keep_up_to_bytes: int = 64 * MIB
    """How much a worker may grow and still be kept; a larger one is replaced to free its memory."""
    recursion: int = 1_000
    result_bytes: int = 64 * MIB
