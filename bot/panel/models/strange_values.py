"""Remembers values from the panel that Quetzal can't read, so that each is logged once."""

_MOST, _LONGEST = 50, 60
strange_values: dict[str, set[str]] = {}


def is_new(kind: str, text: str) -> bool:
    """Note a strange value; whether it is the first time. After fifty of a kind no more are new."""
    known, text = strange_values.setdefault(kind, set()), text[:_LONGEST]
    if text in known or len(known) >= _MOST:
        return False
    known.add(text)
    return True
