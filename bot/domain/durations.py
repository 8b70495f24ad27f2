"""Times as people type them: `50 s`, `1h30m`, `2 hours and 5 minutes`; a bare number is minutes. Pure."""

import re

_UNITS_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0, "": 60.0}
_PART = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?) ?"
    r"(?:(?P<unit>[smhdw])(?:(?<=s)ec(?:ond)?s?|(?<=m)in(?:ute)?s?|(?<=h)(?:ou)?rs?|(?<=d)ays?|(?<=w)eeks?)?\.?|)"
    r"(?:,? (?:and )?|(?=\d)|$)",
    re.ASCII,
)


def read_duration(text: str) -> float | None:
    """Return the seconds of one or more numbers with their units; None when there is anything else."""
    clean = " ".join(text.split()).casefold()
    parts = [*_PART.finditer(clean)]
    if not parts or _PART.sub("", clean):
        return None
    return sum(float(part["number"].replace(",", ".")) * _UNITS_S[part["unit"] or ""] for part in parts)
