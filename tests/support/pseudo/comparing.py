"""What tests compare loses its disguise where no Discord is between, as of a card, a console or an error."""

import ast
import builtins
import sys
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from _pytest import raises
from _pytest.assertion import rewrite
from typing_extensions import override

from tests.support.disguise import is_disguised, plain

ROOT = Path(__file__).parents[3]
_READING = frozenset(
    {
        "startswith",
        "endswith",
        "split",
        "splitlines",
        "partition",
        "rpartition",
        "count",
        "index",
        "find",
        "replace",
    }
)
"""Methods of texts that compare them with others; none changes its object."""


def compare_undisguised() -> None:
    """Rewrite the tests that are imported from now on, with what they share."""
    rewriter: Any = rewrite
    raiser: Any = raises
    rewrite_asserts, stringify_exception = rewriter.rewrite_asserts, raiser.stringify_exception
    raiser.stringify_exception = lambda value, *rest, **given: plain(
        stringify_exception(value, *rest, **given)
    )

    def rewriting(module: ast.Module, source: bytes, module_path: str | None = None, *rest: Any) -> None:
        if module_path is not None and Path(module_path).is_relative_to(ROOT / "tests"):
            ast.fix_missing_locations(_Undisguise().visit(module))
        rewrite_asserts(module, source, module_path, *rest)

    rewriter.rewrite_asserts = rewriting
    rewriter._read_pyc = lambda *_: None
    rewriter._write_pyc = lambda *_: None
    pytest.register_assert_rewrite(
        *(
            name
            for path in ROOT.glob("tests/**/*.py")
            if (name := ".".join(path.relative_to(ROOT).with_suffix("").parts)) not in sys.modules
        )
    )
    builtins.__plain__ = _plain_value  # type: ignore[attr-defined]  # rewritten tests call it by this name


class _Undisguise(ast.NodeTransformer):
    @override
    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        self.generic_visit(node)
        if not any(isinstance(sign, ast.Is | ast.IsNot) for sign in node.ops):
            node.left = _call(node.left)
            node.comparators = [_call(part) for part in node.comparators]
        return node

    @override
    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            if ast.unparse(node.func.value) == "re":
                node.args = [_call(part) for part in node.args]
            elif node.func.attr in _READING:
                node.func.value = _call(node.func.value)
        return node


def _call(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Constant | ast.Starred):
        return value
    return ast.Call(ast.Name("__plain__", ast.Load()), [value], [])


def _plain_value(value: object) -> object:
    if isinstance(value, str):
        return plain(value) if is_disguised(value) else value
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_plain_value(part) for part in value)  # type: ignore[attr-defined,call-arg]  # one of these four
    if type(value) is dict:
        return {_plain_value(key): _plain_value(part) for key, part in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        texts = {field.name: getattr(value, field.name) for field in fields(value) if field.init}
        hidden = {name: text for name, text in texts.items() if isinstance(text, str) and is_disguised(text)}
        return replace(value, **{name: plain(text) for name, text in hidden.items()}) if hidden else value
    return value
