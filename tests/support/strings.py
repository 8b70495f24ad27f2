"""`make strings`: every text that people read, with where it is shown, out of the source.

Each is judged by docs/style.md#words-that-people-read: no banned word, no title over 50 characters.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
"""Where texts for people are written; the rest of the code writes for the log, the panel and the store."""
TITLE_LIMIT = 50
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

# Calls whose texts go to the log, to a program or to whoever wrote the call.
_NO_TEXT = re.compile(
    r"^(?:_?log\.\w+|logging\.\w+|re\.\w+|getattr|hasattr|getLogger|TypeVar|ContextVar|TypeError|ValueError"
    r"|RuntimeError|AssertionError|NotImplementedError|KeyError|LookupError|IndexError|OSError|PermissionError"
    r"|(?:sa\.)?text|\w*\.execute\w*|\w+\.compile|importlib\.\w+|import_module|warnings\.\w+|struct\.\w+"
    r"|NewType|namedtuple|asyncio\.create_task|\w*supervisor\w*\.\w+|Template|Literal"
    r"|ConfigDict|cast|.*\.strftime)$"
)
_NO_TEXT_KEYWORDS = {"detail", "custom_id", "template", "name_of_task", "alias", "pattern", "reason"}
_TITLED = {"card", "Card", "embed", "notice"}
"""Calls whose first argument is a title."""
_SENTENCE = re.compile(
    r"[^\W\d_]{2,}[,;:.…]? +(?:[^\W\d_]|\{|[\d“`*_(])|^[^\w{]*[A-Z][a-z]+(?:[.!?…]|$)|\} [a-z]+"
)
_LABELS = {"button", "choice", "option", "description", "placeholder", "title", "confirm"}
_PROGRAM = re.compile(r"^[\w.:/{}()\[\]-]*$|^(?:SELECT|UPDATE|INSERT|DELETE|BEGIN)\b|^\s*\(\?")
"""What only a program reads: one word without a capital first, a path, a statement."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that people read. What is filled in stands in braces."""

    path: str
    line: int
    where: str
    kind: str
    text: str

    def faults(self) -> Iterator[str]:
        """Say what the wording rules have against it."""
        for pattern, instead in _BANNED:
            if match := pattern.search(self.text):
                yield f"“{match[0]}”: {instead}"
        if self.kind == "title":
            length = len(re.sub(r"\{[^}]*\}", "x" * PLACEHOLDER_LENGTH, self.text))
            if length > TITLE_LIMIT:
                yield f"a title of {length} characters: at most {TITLE_LIMIT}"
            if self.text.count(": ") > 1:
                yield "a title with a chain of colons"


def main() -> int:
    """Print every text, then the count and what is wrong; 1 when something is."""
    shown = list(shown_strings())
    for entry in shown:
        sys.stdout.write(f"{entry.path}:{entry.line}\t{entry.where}\t{entry.kind}\t{entry.text!r}\n")
    kinds = ", ".join(
        f"{count} {kind}" for kind, count in Counter(entry.kind for entry in shown).most_common()
    )
    sys.stdout.write(f"\n{len(shown)} strings: {kinds}\n")
    faults = list(faults_of(shown))
    sys.stdout.write(
        "".join(f"{fault}\n" for fault in faults) or "No banned word, no title over its length.\n"
    )
    return 1 if faults else 0


def faults_of(shown: list[Shown]) -> Iterator[str]:
    """Give a line for every fault."""
    for entry in shown:
        for fault in entry.faults():
            yield f"{entry.path}:{entry.line}: {fault}: {entry.text!r}"


def shown_strings() -> Iterator[Shown]:
    """Find all texts that people read, in the order of the files."""
    for source in SOURCES:
        at = ROOT / source
        for path in [at] if at.is_file() else sorted(at.rglob("*.py")):
            yield from strings_of(path.read_text(), path.relative_to(ROOT).as_posix())


def strings_of(code: str, path: str) -> Iterator[Shown]:
    """Find the texts of one module."""
    finder = _Finder(path)
    finder.visit(ast.parse(code))
    yield from finder.shown


class _Finder(ast.NodeVisitor):
    def __init__(self, path: str) -> None:
        self.shown: list[Shown] = []
        self._path = path
        self._where: list[str] = []
        self._kind = "sentence"
        self._group = ""

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        group, names = self._group, {keyword.arg: keyword.value for keyword in node.keywords}
        if isinstance(name := names.get("group_name"), ast.Constant):
            self._group = f"/{name.value}"
        self._where.append(self._group or node.name)
        if described := names.get("group_description"):
            self._in("description", described)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._body(node.body)
        self._where.pop()
        self._group = group

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        name = _command(node)
        self._where.append(name or node.name)
        if name is not None and (described := ast.get_docstring(node)):
            self._add(node, "command", described)
        for decorator in node.decorator_list:
            self.visit(decorator)
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.visit(default)
        kind, self._kind = self._kind, "title" if "title" in node.name else self._kind
        self._body(node.body)
        self._kind = kind
        self._where.pop()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if names and names[0] != "__all__":
            self._assigned(names[0], node.value)
        elif not names:
            self.visit(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target.id if isinstance(node.target, ast.Name) else "", node.value)

    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if _NO_TEXT.match(name):
            return
        short = name.rpartition(".")[2]
        self.visit(node.func)
        for position, argument in enumerate(node.args):
            self._in("title" if position == 0 and short in _TITLED else "", argument)
        for keyword in node.keywords:
            if keyword.arg in _NO_TEXT_KEYWORDS or (keyword.arg == "name" and not _names_shown(short)):
                continue
            self._in(_kind(short, keyword.arg), keyword.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._add(node, self._kind, _text(node))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self._in("part", part.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._add(node, self._kind, node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        """Skip it: what is compared is not shown."""

    def _assigned(self, name: str, value: ast.expr) -> None:
        kind = name if name in {"happened", "state", "next_step"} else "title" if name == "title" else ""
        self._in(kind, value)

    def _body(self, body: list[ast.stmt]) -> None:
        for statement in body:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                continue  # a docstring
            self.visit(statement)

    def _in(self, kind: str, node: ast.expr) -> None:
        before, self._kind = self._kind, kind or self._kind
        self.visit(node)
        self._kind = before

    def _add(self, node: ast.expr | ast.stmt, kind: str, text: str) -> None:
        labelled = kind in _LABELS and re.search(r"[A-Za-z]{2}", text)
        if labelled or (_SENTENCE.search(text) and (text.istitle() or not _PROGRAM.match(text))):
            self.shown.append(Shown(self._path, node.lineno, " ".join(self._where), kind, text))


def _command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func).endswith("command"):
            names = [keyword.value for keyword in decorator.keywords if keyword.arg == "name"]
            return str(names[0].value) if names and isinstance(names[0], ast.Constant) else node.name
    return None


def _names_shown(call: str) -> bool:
    """Whether the name of such a call is read by people: of a choice, of a field."""
    return call in {"Choice", "add_field"}


def _kind(call: str, keyword: str | None) -> str:
    if keyword == "title":
        return "title"
    if keyword == "label" and call != "SelectOption":
        return "button"
    if call == "describe":
        return "option"
    return keyword or ""


def _text(node: ast.JoinedStr) -> str:
    return "".join(
        part.value
        if isinstance(part, ast.Constant)
        else f"{{{ast.unparse(part.value)[:30]}}}"
        if isinstance(part, ast.FormattedValue)
        else ""
        for part in node.values
    )


if __name__ == "__main__":
    sys.exit(main())
