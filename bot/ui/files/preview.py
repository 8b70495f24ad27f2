"""What previews of changes share: the warning about critical files, and the diff."""

from bot.core.i18n import _
from bot.domain import critical_paths
from bot.domain.formatting import counted
from bot.domain.text_diff import Diff
from bot.ui.kit.text import code_text, fenced, inline_code

_DIFF_ROOM = 2_200
DIFF_FILE = "changes.diff"


def critical_warning(*paths: str) -> list[str]:
    """Say what a change of these paths can do: a line about the first that is critical, or none."""
    words = next((consequence for path in paths if (consequence := critical_paths.consequences(path))), None)
    return [_("⚠️ **Careful.** {words}", words=words)] if words else []


def diff_file(diff: Diff | None) -> tuple[str, bytes] | None:
    """Give a diff that does not fit into the preview as a file."""
    if diff is None or _shown(diff)[1]:
        return None
    return DIFF_FILE, diff.text.encode(errors="replace")


def diff_lines(diff: Diff) -> list[str]:
    """Draw a diff, or as much of it as fits beside `diff_file`."""
    if not diff.text:
        return [_("Only line endings, blanks or the end of the file change.")]
    clean, is_whole = _shown(diff)
    summary = _(
        "{lines} added, {lines_2} removed",
        lines=counted(diff.added, "line", "lines"),
        lines_2=counted(diff.removed, "line", "lines"),
    )
    if is_whole:
        return [summary, fenced(clean, "diff")]
    head = clean[:_DIFF_ROOM].rpartition("\n")[0] or clean[:_DIFF_ROOM]
    return [
        _("{summary}. All changes are in {diff_file}", summary=summary, diff_file=inline_code(DIFF_FILE)),
        fenced(head, "diff"),
    ]


def _shown(diff: Diff) -> tuple[str, bool]:
    """Make the beginning of a diff fit for a code block; whether that is all of it, and fits."""
    clean = code_text(diff.text[: 2 * _DIFF_ROOM])
    return clean, len(diff.text) <= 2 * _DIFF_ROOM and len(clean) <= _DIFF_ROOM
