"""Times as people type them: `50 s`, `10 min`, `1 h 30 min`; a bare number is minutes. Pure."""

import re

_UNITS_S = {"s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "": 60.0}
_PART = re.compile(r"(\d+(?:[.,]\d+)?) ?(s|min|m|h|d|)(?: |$)")


def read_duration(text: str) -> float | None:
    """Return the seconds of one or more numbers with their units; None when there is anything else."""
    clean = " ".join(text.split()).casefold()
    parts = _PART.findall(clean)
    if not parts or _PART.sub("", clean):
        return None
    return sum(float(number.replace(",", ".")) * _UNITS_S[unit] for number, unit in parts)
