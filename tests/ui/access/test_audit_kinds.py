"""Every kind of act that is written into the audit has a name in its filter, and a sentence."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bot.domain.file_changes import ChangeKind
from bot.ui.access.audit_kinds import KINDS
from bot.ui.access.audit_sentences import kinds_with_sentence

ROOT = Path(__file__).parents[3]
KIND = re.compile(r"[a-z]+\.[a-z_]+")
WRITTEN = re.compile(rf"[\"']{KIND.pattern}[\"']")


def literals(folder: str) -> Iterator[tuple[ast.AST, str]]:
    """Give each literal that looks like a kind, with the call that it is given to, if it is."""
    for path in (ROOT / folder).rglob("*.py"):
        code = path.read_text()
        if not WRITTEN.search(code):
            continue
        for node in ast.walk(ast.parse(code)):
            given = (
                [*node.args, *(word.value for word in node.keywords)] if isinstance(node, ast.Call) else []
            )
            for part in (node, *given):
                if (
                    isinstance(part, ast.Constant)
                    and isinstance(part.value, str)
                    and KIND.fullmatch(part.value)
                ):
                    yield node, part.value


@cache
def written_kinds() -> set[str]:
    """Collect what is given to the audit, and what is named like it in services: `a if b else c`."""
    calls = {
        kind
        for folder in ("bot/services", "bot/ui", "cogs")
        for call, kind in literals(folder)
        if isinstance(call, ast.Call)
        and (
            re.search(r"\baudit\.(act|note|note_change)$", ast.unparse(call.func).replace("_audit", "audit"))
            or any(word.arg == "action" for word in call.keywords)
        )
    }
    areas = {kind.partition(".")[0] for kind in calls}
    alike = {kind for _call, kind in literals("bot/services") if kind.partition(".")[0] in areas}
    return calls | alike | {f"files.{kind}" for kind in ChangeKind}


def test_every_kind_that_is_written_has_a_sentence() -> None:
    differs = written_kinds() ^ kinds_with_sentence()
    assert not differs, f"in bot/ui/access/audit_sentences.py or in the code, and not in both: {differs}"


def test_every_kind_that_is_written_can_be_filtered_by() -> None:
    names = {kind.replace(".", " ").replace("_", " ").capitalize() for kind in written_kinds()}
    assert not names ^ KINDS, (
        f"in bot/ui/access/audit_kinds.py or in the code, and not in both: {names ^ KINDS}"
    )
