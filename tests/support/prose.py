"""Docstrings, comments and names of the code: none holds a word that docs/style.md has a better one for."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "cogs", "sandbox", "demo", "benchmarks", "tests")
WORDS = {
    r"\btold\b|\btell(?:s|ing)?\b": "notify, report, show, return, distinguish",
    r"\banew\b": "again",
    r"\bhush\w*": "silence",
    r"\bprocessors?\b": "CPU",
    r"\bset aside\b": "trash",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bswallow(?:s|ed|ing)?\b": "inhibit, drop",
    r"\bgrown together\b": "grouped",
    r"\bat hand\b": "present, ready",
    r"\bfor good\b": "forever",
    r"\bsomebody else": "another person",
}
"""What isn't written in docstrings and comments, as a pattern, and what is instead."""
NAMES = {"told": "notified, reported", "telling": "report", "anew": "again", "hush": "silence"}
"""Words that are in no name of a function, class, argument or variable, and what is instead."""
_WORDS = [(re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in WORDS.items()]
_ANYWHERE = re.compile("|".join((*WORDS, *NAMES)).replace(r"\b", ""), re.IGNORECASE)
"""Is in every module that has a fault: modules without it, which are nearly all, need not be parsed."""
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def faults() -> Iterator[str]:
    """Give a line for every word that has a better one."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path != Path(__file__):
                yield from faults_of(path.read_text(), path.relative_to(ROOT).as_posix())


def faults_of(code: str, path: str) -> Iterator[str]:
    """Give a line for every word of a module that has a better one."""
    if not _ANYWHERE.search(code):
        return
    tree = ast.parse(code)
    for line, text in (*_docstrings(tree), *_comments(code)):
        for pattern, instead in _WORDS:
            if match := pattern.search(text):
                yield f"{path}:{line}: “{match[0]}”: {instead}"
    for line, name in _names(tree):
        for part in _PARTS.findall(name):
            if part.lower() in NAMES:
                yield f"{path}:{line}: {name}: {NAMES[part.lower()]}"


def _docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Find the texts that stand alone: docstrings, and those below a constant."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str(text))):
                yield node.lineno, text


def _comments(code: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
