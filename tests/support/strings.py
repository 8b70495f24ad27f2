"""`make strings`: every text that people read, with where it is shown, out of the source.

Each is judged by docs/style.md#words-that-people-read: it is in the message catalogue, and holds no banned
word; a title has at most 50 characters, the description of a command 71; numbers and lists are written as the
reader's language does.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.support.by_hand import BY_HAND, ByHand, written_by_hand
from tests.support.string_finder import Shown, strings_of

ROOT = Path(__file__).parents[2]
SOURCES = (
    "cogs",
    "bot/ui",
    "bot/services",
    "bot/domain",
    "bot/doctor",
    "bot/settings",
    "bot/alerting",
    "bot/monitoring",
    "bot/health",
    "bot/panel/errors",
    "bot/storage/errors.py",
    "bot/workers/errors.py",
    "bot/core/errors.py",
    "bot/core/heartbeat.py",
    "bot/app.py",
    "bot/client.py",
    "bot/cli_keys.py",
    "bot/__main__.py",
)
"""Where texts for people are written. Elsewhere only marked ones are for people."""
TITLE_LIMIT = 50
DESCRIPTION_LIMIT = 71
"""Discord takes 100 characters of a command's or option's description; other languages need a third more."""
PLACEHOLDER_LENGTH = 8
"""How long a name or number that is put into a title counts as: a server's name, mostly."""

BANNED = {
    r"\btold\b|\btelling\b": "notified, shown",
    r"\bis well\b|\bwell again\b": "recovered, back online",
    r"\bhush\w*|\bspared\b": "silence",
    r"\bprocessors?\b": "CPU",
    r"\bset aside\b|\blies? aside\b": "trash, kept",
    r"\b(?:take|takes|taken|taking|took)(?: it| this| that| them)? back\b": "undo, restore",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bswallow(?:s|ed|ing)?\b": "inhibited",
    r"\bgrown together\b": "grouped",
    r"\bat hand\b": "ready",
    r"\bdead buttons?\b": "expired",
    r"\bby the clock\b": "scheduled, automatic",
    r"\bcounts? from now on\b": "takes effect immediately",
    r"\bwhat was there\b|\bwhat it held\b|\bis there now\b": "previous version, snapshot",
    r"\bsince \S+ \S+ ago\b": "started … ago",
    r"\bas old as\b": "no … for …",
    r"\bthings?\b": "items, alerts, settings",
    r"\btime is over\b|\bits time\b": "expired",
    r"\bnot done\b|\bdid not work\b": "a title for each kind of error",
    r"\bnothing more was done\b": "nothing was changed",
    r"[\d}] %": "no space before %",
    r"\bsomething went wrong\b": "say what happened",
    r"\bnobody (?:stopped|chose|could|looked)\b": "unexpectedly, Quetzal couldn't check",
    r"\blook(?:s|ed)? (?:at|whether|again|before)\b": "check",
    r"\bthe machine that runs\b|\bserver's machine\b": "node",
    r"\b(?:does|did) not answer\b": "can't be reached",
    r"\bfor good\b": "forever",
    r"\bthrown away\b": "deleted",
    r"\bany more\b": "no longer",
}
"""The words that are not to be read, as a pattern, and what to write instead."""
_BANNED = [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in BANNED.items()]


def main() -> int:
    """Print every text, then the count and what is wrong; 1 when something is."""
    shown = list(shown_strings())
    for entry in shown:
        sys.stdout.write(f"{entry.path}:{entry.line}\t{entry.where}\t{entry.kind}\t{entry.text!r}\n")
    kinds = ", ".join(
        f"{count} {kind}" for kind, count in Counter(entry.kind for entry in shown).most_common()
    )
    sys.stdout.write(f"\n{len(shown)} strings: {kinds}\n")
    faults = [*faults_of(shown), *faults_by_hand(places_by_hand())]
    sys.stdout.write(
        "".join(f"{fault}\n" for fault in faults)
        or "All are in the catalogue. No banned word, no title over its length, no list by hand.\n"
    )
    return 1 if faults else 0


def faults_of(shown: list[Shown]) -> Iterator[str]:
    """Give a line for every fault."""
    for entry in shown:
        for fault in _faults(entry):
            yield f"{entry.path}:{entry.line}: {fault}: {entry.text!r}"


def faults_by_hand(places: list[ByHand]) -> Iterator[str]:
    """Give a line for all that is right in one language only, and for exceptions that nothing needs."""
    for place in places:
        if (place.path, place.where) not in BY_HAND:
            yield f"{place.path}:{place.line}: {place.fault} of bot/domain/formatting.py: {place.text}"
    for path, where in BY_HAND.keys() - {(place.path, place.where) for place in places}:
        yield f"tests/support/by_hand.py: nothing is written by hand in {path}, {where}"


def _faults(entry: Shown) -> Iterator[str]:
    """Say what the rules have against a text."""
    if not entry.is_marked:
        yield "not in the message catalogue (docs/translating.md)"
    for pattern, instead in _BANNED:
        if match := pattern.search(entry.text):
            yield f"“{match[0]}”: {instead}"
    if entry.kind == "title":
        length = len(re.sub(r"\{[^}]*\}", "x" * PLACEHOLDER_LENGTH, entry.text))
        if length > TITLE_LIMIT:
            yield f"a title of {length} characters: at most {TITLE_LIMIT}"
        if entry.text.count(": ") > 1:
            yield "a title with a chain of colons"
    if entry.kind in ("command", "option", "description") and len(entry.text.rstrip(".")) > DESCRIPTION_LIMIT:
        yield f"a description of {len(entry.text)} characters: at most {DESCRIPTION_LIMIT}"


def shown_strings() -> Iterator[Shown]:
    """Find all texts that people read, in the order of the files."""
    known = set()
    for code, path in _modules(SOURCES):
        known.add(path)
        yield from strings_of(code, path)
    for code, path in _modules(("bot",)):
        if path not in known:
            yield from (entry for entry in strings_of(code, path) if entry.is_marked)


def places_by_hand() -> list[ByHand]:
    """Find all numbers, units and lists that are written by hand."""
    return [place for code, path in _modules(("bot", "cogs")) for place in written_by_hand(code, path)]


def _modules(sources: Iterable[str]) -> Iterator[tuple[str, str]]:
    for source in sources:
        at = ROOT / source
        for path in [at] if at.is_file() else sorted(at.rglob("*.py")):
            yield path.read_text(), path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main())
