"""Colours, cursor movements and prompts that programs print for a terminal."""

import re

_CODES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")


def without_terminal_codes(text: str) -> str:
    """Return the text without them."""
    return _CODES.sub("", text)


def without_prompt(line: str) -> str:
    """Return a console line without codes, and without the prompt that the console puts in front of it."""
    return without_terminal_codes(line).rstrip().lstrip("\r").removeprefix(">").lstrip("\r ")
