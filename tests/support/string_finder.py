"""Finds the texts that people read in a module: by where they are written, and by how they look."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from typing_extensions import override

# Calls whose texts go to the log, to a program or to whoever wrote the call.
NO_TEXT = re.compile(
    r"^(?:_?log\.\w+|Reference|DefectLog|self\._note|minecraft|unreal|partial|.+\.(?:replace|split|(?:r?partition|startswith|"
    r"endswith|removeprefix|removesuffix|pop))|logging\.\w+|re\.\w+|getattr|hasattr|getLogger|TypeVar|ContextVar|TypeError|ValueError"
    r"|RuntimeError|AssertionError|NotImplementedError|KeyError|LookupError|IndexError|OSError|PermissionError"
    r"|(?:sa\.)?text|\w*\.execute\w*|\w+\.compile|importlib\.\w+|import_module|warnings\.\w+|struct\.\w+"
    r"|NewType|namedtuple|asyncio\.create_task|\w*supervisor\w*\.\w+|Template|Literal"
    r"|ConfigDict|cast|.*\.strftime)$"
)
_NO_TEXT_KEYWORDS = {
    *("detail", "custom_id", "template", "name_of_task", "alias", "pattern", "reason"),
    *("loc", "textcoords", "xycoords"),
}
_UNSHOWN_ARGUMENTS = {"Pattern": (0, 2, 3), "Actor": (1,)}
"""Arguments of calls, by position, that only a program reads."""
UNSHOWN = {
    "bot/domain/date_words.py": "what people type",
    "bot/domain/game_commands.py": "console commands, names of games",
    "bot/domain/player_list.py": "what games print",
    "bot/domain/moderation.py": "what games read and print; its few texts for people are marked",
    "bot/domain/process_console.py": "what Wings prints",
    "bot/domain/public_page.py": "HTML and JSON; its few texts for people are marked",
    "bot/domain/stop_reasons.py": "what is stored",
}
"""Modules whose texts only a program reads."""
_TERMINAL = (
    "bot/__main__.py",
    "bot/alerting/",
    "bot/app.py",
    "bot/cli_keys.py",
    "bot/client.py",
    "bot/core/heartbeat.py",
    "bot/doctor/",
    "bot/health/",
    "bot/monitoring/",
    "bot/settings/",
)
"""What speaks to the operator, or is stored, in English like the settings and the log."""
MARKS = {"_": (0,), "N_": (0,), "keyword": (0,), "locale_str": (0,), "plural": (0, 1), "counted": (1, 2)}
"""Calls that find a text in the message catalogue, and which of their arguments it is."""
_MENUS = {"describe", "command"}
"""What a menu shows of a command, which discord.py asks the catalogue for."""
_TITLED = {"card", "Card", "embed", "notice"}
"""Calls whose first argument is a title."""
_SENTENCE = re.compile(
    r"[^\W\d_]{2,}[,;:.…]? +(?:[^\W\d_]|\{|[\d“`*_(])|^[^\w{]*[A-Z][a-z]+(?:[.!?…]|$)"
    r"|\} [A-Za-z]{2,}|\}[A-Za-z]{3,}"
)
_LABELS = {"button", "choice", "option", "description", "placeholder", "title", "confirm"}
_PROGRAM = re.compile(
    r"^[\w.:/{}()\[\]-]*$|^(?:SELECT|UPDATE|INSERT|DELETE|BEGIN)\b|^\s*\(\?"
    r"|^(?:alerts|quetzal|server) [a-z]+$"
)
"""What only a program reads: one word without a capital first, a path, a statement, the name of a command."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that people read. What is filled in stands in braces. `is_marked`: the catalogue has it."""

    path: str
    line: int
    where: str
    kind: str
    text: str
    is_marked: bool


def strings_of(code: str, path: str) -> Iterator[Shown]:
    """Find the texts of one module."""
    if path in UNSHOWN:
        return
    finder = StringFinder(code, path)
    finder.visit(ast.parse(code))
    yield from finder.shown


def for_terminal(path: str) -> bool:
    """Whether a module speaks to the operator or stores, in English."""
    return path.startswith(_TERMINAL)


class StringFinder(ast.NodeVisitor):
    """Collects the texts of a module."""

    def __init__(self, code: str, path: str) -> None:
        self._lines = code.split("\n")
        self.shown: list[Shown] = []
        self._path = path
        self._where: list[str] = []
        self._kind = "sentence"
        self._group = ""
        self._is_marked = self._is_worded = False
        self.depth = 0
        """How many functions it is in: what is in none is made before anybody reads it."""

    @override
    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    @override
    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        depth, self.depth = self.depth, 0
        worded, self._is_worded = self._is_worded, "Worded" in map(ast.unparse, node.bases)
        group, names = self._group, {keyword.arg: keyword.value for keyword in node.keywords}
        if isinstance(name := names.get("group_name"), ast.Constant):
            self._group = f"/{name.value!s}"
        self._where.append(self._group or node.name)
        if described := names.get("group_description"):
            self._marked("description", described)
        for decorator in node.decorator_list:
            self.visit(decorator)
        self._body([part for part in node.body if not _is_key(node, part)])
        self._where.pop()
        self._group = group
        self.depth, self._is_worded = depth, worded

    @override
    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)

    @override
    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        name = command_name(node)
        self._where.append(name or node.name)
        if name is not None and (described := ast.get_docstring(node)):
            self._add(node, "command", described, is_marked=True)
        for decorator in node.decorator_list:
            self.visit(decorator)
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None and name is None:
                self.visit(default)
        kind, self._kind = self._kind, "title" if "title" in node.name else self._kind
        self.depth += 1
        self._body(node.body)
        self.depth -= 1
        self._kind = kind
        self._where.pop()

    @override
    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    @override
    def visit_Assign(self, node: ast.Assign) -> None:
        if self._is_worded and not self.depth:
            self._marked("", node.value)
            return
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if names and names[0] != "__all__":
            self._assigned(names[0], node.value)
        elif not names:
            self.visit(node.value)

    @override
    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target.id if isinstance(node.target, ast.Name) else "", node.value)

    @override
    def visit_Call(self, node: ast.Call) -> None:
        name = ast.unparse(node.func)
        if NO_TEXT.match(name):
            return
        short = name.rpartition(".")[2]
        self.visit(node.func)
        for position, argument in enumerate(node.args):
            if position in _UNSHOWN_ARGUMENTS.get(short, ()):
                continue
            if position in MARKS.get(short, ()):
                self._marked("", argument)
            else:
                self._in("title" if position == 0 and short in _TITLED else "", argument)
        for keyword in node.keywords:
            if keyword.arg in _NO_TEXT_KEYWORDS or (keyword.arg == "name" and not _names_shown(short)):
                continue
            if short in _MENUS:
                self._marked(_kind(short, keyword.arg), keyword.value)
            else:
                self._in("part" if short in MARKS else _kind(short, keyword.arg), keyword.value)

    @override
    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._add(node, self._kind, _text(node))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self._in("part", part.value)

    @override
    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._add(node, self._kind, node.value)

    @override
    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    @override
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

    def _marked(self, kind: str, node: ast.expr) -> None:
        before, self._is_marked = self._is_marked, True
        self._in(kind, node)
        self._is_marked = before

    def _add(self, node: ast.expr | ast.stmt, kind: str, text: str, *, is_marked: bool = False) -> None:
        if self._lines[node.lineno - 1].encode()[node.col_offset : node.col_offset + 1] == b"r":
            return  # a pattern
        labelled = kind in _LABELS and re.search(r"[A-Za-z]{2}", text)
        if labelled or (_SENTENCE.search(text) and (text.istitle() or not _PROGRAM.match(text))):
            marked = is_marked or self._is_marked or not _has_words(node) or for_terminal(self._path)
            self.shown.append(Shown(self._path, node.lineno, " ".join(self._where), kind, text, marked))


_NO_WORDS = re.compile(
    r"`[^`]*`|<[^>]*>|https?://\S+|\*\*|^(?:Quetzal(?: backup)?|UTC|PHP PDO|Node mysql2|Null|C[cfos]|Z[lp])$"
)


def _has_words(node: ast.AST) -> bool:
    """Whether a text has words of its own, beside names, code, links and what is filled in."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    own = " ".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    return re.search(r"[^\W\d_]{2}|\b[aA]\b", _NO_WORDS.sub("", own.strip())) is not None


def _is_key(owner: ast.ClassDef, part: ast.stmt) -> bool:
    """Whether it is a value of an enumeration, which a program reads; those of a `Worded` one are texts."""
    bases = " ".join(map(ast.unparse, owner.bases))
    return isinstance(part, ast.Assign) and "Enum" in bases and "Worded" not in bases


def command_name(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Name the command that a function is; None for any other function."""
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
        str(part.value)
        if isinstance(part, ast.Constant)
        else f"{{{ast.unparse(part.value)[:30]}}}"
        if isinstance(part, ast.FormattedValue)
        else ""
        for part in node.values
    )
