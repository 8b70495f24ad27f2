"""What an edit would write, worked out from the text of a file. Pure, but slow: for a worker."""

from dataclasses import dataclass

from bot.domain import configs, paths
from bot.domain.text_diff import Diff, TextFile


@dataclass(frozen=True, slots=True)
class DraftText:
    """A new text for a file, and what to say of it."""

    text: str
    content: bytes
    diff: Diff
    problem: str | None
    """What is wrong with its syntax."""
    was_broken: bool
    """Whether the file's syntax was wrong before, too."""


def draft(path: str, file: TextFile, text: str) -> DraftText:
    """Put a text in place of a file's own. Raises BadInput for what its encoding has no form for."""
    content = file.edited(text)
    new = TextFile.of(content).text
    problem = configs.problem(path, new)
    was_broken = problem is not None and configs.problem(path, file.text) is not None
    return DraftText(new, content, Diff.between(file.text, new), problem, was_broken)


def draft_typed(path: str, file: TextFile, typed: str) -> DraftText:
    """Take what came back from a form, which loses blanks at both ends: the file's own are kept."""
    return draft(path, file, file.typed(typed))


def draft_uploaded(path: str, file: TextFile, content: bytes) -> DraftText:
    """Take a file; it takes over the encoding and the line ends of the one it replaces."""
    return draft(path, file, paths.decode(content)[0])


def draft_key(path: str, file: TextFile, key: str, value: str) -> DraftText:
    """Set one key of a configuration. Raises BadInput."""
    return draft(path, file, configs.set_key(path, file.text, key, value).text)


def diff_contents(now: bytes, old: bytes) -> Diff | None:
    """Compare what is there with what comes back, where both are text."""
    if paths.is_binary(now) or paths.is_binary(old):
        return None
    return Diff.between(paths.decode(now)[0], paths.decode(old)[0])
