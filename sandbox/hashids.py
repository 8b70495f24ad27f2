"""Ids of databases as the panel shows them: eight letters and digits that stand for a number and back."""

ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
LENGTH = 8
_SPAN = len(ALPHABET) ** LENGTH
_FACTOR = 68_718_952_447  # prime to the span, so that multiplying can be undone
_SHIFT = 1_234_567_890_123
_UNDO: int = pow(_FACTOR, -1, _SPAN)


def encode(number: int) -> str:
    """Return the id of a row."""
    rest = (number * _FACTOR + _SHIFT) % _SPAN
    letters = []
    for _ in range(LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(letters)


def decode(text: str) -> int | None:
    """Return the row an id stands for; plain digits are taken as they are. None for nonsense."""
    if text.isascii() and text.isdigit() and len(text) != LENGTH:
        return int(text)
    if len(text) != LENGTH or any(letter not in ALPHABET for letter in text):
        return None
    number = 0
    for letter in reversed(text):
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    row: int = (number - _SHIFT) * _UNDO % _SPAN
    return row
