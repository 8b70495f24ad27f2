"""Computes the result of an edit from the text of a file. Pure, but slow: for a worker."""

from dataclasses import dataclass

from bot.core.i18n import _
from bot.domain import configs
from bot.domain.text_diff import Diff, TextFile
from bot.domain.text_encoding import (
    TextEncoding,
    damaged,
    decode,
    decode_as,
    encode,
    is_binary,
    recognise,
    unrepresentable,
)


@dataclass(frozen=True, slots=True)
class DraftText:
    """A new text for a file, with its diff and syntax error."""

    text: str
    content: bytes
    diff: Diff
    problem: str | None
    """Its syntax error."""
    was_broken: bool
    """Whether the file had a syntax error before, too."""


def draft(path: str, file: TextFile, text: str) -> DraftText:
    """Replace a file's text. Raises BadInput for characters that its encoding can't represent."""
    content = file.edited(text)
    new = TextFile.of(content, file.encoding).text
    problem = configs.problem(path, new)
    was_broken = problem is not None and configs.problem(path, file.text) is not None
    return DraftText(new, content, Diff.between(file.text, new), problem, was_broken)


def draft_typed(path: str, file: TextFile, typed: str) -> DraftText:
    """Make a draft from a form, which loses blanks at both ends: the file's own are kept."""
    return draft(path, file, file.typed(typed))


def draft_uploaded(path: str, file: TextFile, content: bytes) -> DraftText:
    """Make a draft from an uploaded file; it keeps the encoding and line ends of the replaced one."""
    encoding = recognise(content)
    text = decode_as(content, encoding)
    if encoding is TextEncoding.UTF8_DAMAGED and file.encoding is not encoding:
        raise damaged(text, _("Save your file as UTF-8, and run the command again."))
    return draft(path, file, text)


def draft_key(path: str, file: TextFile, key: str, value: str) -> DraftText:
    """Set one key of a configuration. Raises BadInput."""
    return draft(path, file, configs.set_key(path, file.text, key, value).text)


def draft_converted(
    path: str, content: bytes, target: TextEncoding, source: TextEncoding | None
) -> tuple[TextFile, DraftText]:
    """Write a file's text in another encoding, its line ends as they are.

    `source` overrides what is recognised. Raises BadInput for bytes that are not in the source encoding, or
    characters that the target can't represent.
    """
    file = TextFile.of(content, source)
    if file.encoding is TextEncoding.UTF8_DAMAGED:
        raise damaged(
            file.text,
            _("Write these characters again with `/files edit`, or say the encoding with `source`."),
        )
    try:
        converted = encode(file.raw, target)
    except UnicodeEncodeError as error:
        raise unrepresentable(error, target, _("Choose an encoding that has it, such as UTF-8.")) from None
    problem = configs.problem(path, file.text)
    return file, DraftText(
        file.text, converted, Diff.between(file.text, file.text), problem, was_broken=problem is not None
    )


def diff_contents(now: bytes, old: bytes) -> Diff | None:
    """Compare the present content with the restored one, if both are text."""
    if is_binary(now) or is_binary(old):
        return None
    return Diff.between(decode(now)[0], decode(old)[0])
