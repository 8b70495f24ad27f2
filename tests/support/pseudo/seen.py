"""Which texts of the catalogue were shown: how complete the run was."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from string import Formatter

from tests.support.disguise import disguised

_WORD = re.compile(r"[^\W\d_]+")


class SeenTexts:
    """Texts of the catalogue, and which of them stood in what people read."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.shown: set[str] = set()
        literals = {text: _literals(text) for text in texts}
        words = {text: {*_words(" ".join(parts))} for text, parts in literals.items()}
        self._literals = {text: [part.lower() for part in parts if part] for text, parts in literals.items()}
        spread = Counter(word for text in words for word in words[text])
        self._by_word: defaultdict[str, set[str]] = defaultdict(set)
        """The texts by the word in them that the fewest have."""
        for text, candidates in words.items():
            if candidates:
                self._by_word[min(candidates, key=lambda word: (spread[word], word))].add(text)

    def look(self, read: str) -> None:
        """Take notice of what people read."""
        read = read.lower()
        for word in {*_words(read)}:
            unseen = self._by_word.get(word)
            for text in [*unseen] if unseen else ():
                if _holds(read, self._literals[text]):
                    self.shown.add(text)
                    self._by_word[word].discard(text)


def _words(text: str) -> Iterator[str]:
    return (word.lower() for word in _WORD.findall(text))


def _holds(read: str, literals: Iterable[str]) -> bool:
    """Whether all stand in it one after another; a regular expression would try every way to part them."""
    at = 0
    for literal in literals:
        if (begin := read.find(literal, at)) < 0:
            return False
        at = begin + len(literal)
    return True


def _literals(text: str) -> list[str]:
    """List what stands in a text in disguise around its fields."""
    hidden = disguised(text)
    try:
        return [literal for literal, *_ in Formatter().parse(hidden)]
    except ValueError:  # a brace that is no field
        return [hidden]
