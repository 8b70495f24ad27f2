"""How long to wait before something that failed is tried again."""

import math
import random
from collections.abc import Sequence

_JITTER = 0.2


def back_off_s(
    pauses_s: Sequence[float], failures: int, *, at_least_s: float = 0.0, at_most_s: float = math.inf
) -> float:
    """Return the pause after so many failures in a row, the last one of `pauses_s` for all that follow.

    It varies by 20%, so that retries do not come all at once.
    """
    pause_s = pauses_s[min(max(failures, 1), len(pauses_s)) - 1]
    pause_s = min(max(pause_s, at_least_s), at_most_s)
    return pause_s * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 - no secret
