"""`make pseudo`: the stories in a language that is English in disguise (tests/support/disguise.py).

A plugin of pytest. Between bot and simulated Discord each text is checked: its letters are disguised or data,
and it keeps Discord's limits. Then the disguise is taken off, so that the stories read what they know.
"""

import ast
import builtins
import sys
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import discord
import pytest
from _pytest import raises
from _pytest.assertion import rewrite
from simcord import interactions
from simcord.http import router

from bot.core.discord_permissions import displayed
from bot.core.i18n import CATALOGUES, ENGLISH
from tests.support import forks
from tests.support.disguise import DisguisedEnglish, is_disguised, plain, words_of

ROOT = Path(__file__).parents[2]
_TOTAL, _BUTTON, _OPTION, _FORM, _FIELD = 4_000, 80, 100, 45, 1_024
_LIMITS = {
    "content": 4_000,
    "description": 4_096,
    "title": 256,
    "name": 256,
    "text": 2_048,
    "placeholder": 150,
}
"""https://docs.discord.com/developers/components/reference, /resources/message#embed-object-embed-limits."""
_BUTTON_TYPE = 2
_NAMES = ("name", "username", "description", "notes", "alias", "email", "display_name", "global_name")
_ALIKE = frozenset(
    {
        *(
            "quetzal",
            "discord",
            "minecraft",
            "java",
            "paper",
            "python",
            "docker",
            "wings",
            "rust",
            "factorio",
        ),
        *(
            "terraria",
            "valheim",
            "cpu",
            "gib",
            "mib",
            "kib",
            "utc",
            "min",
            "sftp",
            "json",
            "yaml",
            "toml",
            "mysql",
        ),
        *("logs", "plugins", "config", "mods", "main", "owner"),  # folders, the panel and its account
        *("jdbc", "pdo", "pymysql", "sqlalchemy", "sha", "stranger", "admin", "operator"),
    }
)
"""Names and units that are written alike in every language; the last three are in people's names."""

_LEFT_OUT = {
    "tests/cogs/test_answers.py": "draws cards of its own",
    "tests/cogs/test_cards.py": "draws cards of its own",
    "tests/cogs/test_persistent_buttons.py": "draws cards of its own",
    "tests/cogs/test_languages.py": "speaks languages of its own",
    "tests/cogs/test_schedules_tasks.py::test_tasks_are_suggested_with_what_they_do": "types English",
    "tests/cogs/test_alerts_public_board.py::test_one_that_was_sent_and_not_noted_is_found_again": (
        "finds a message by its words, which have lost their disguise"
    ),
    "tests/cogs/test_alerts_board.py::test_one_that_was_sent_and_not_noted_is_found_again": (
        "finds a message by its words, which have lost their disguise"
    ),
}
"""Stories that prove nothing about the catalogue, and why."""

Read = tuple[str, str, int]
"""A text with its kind and how long it may be."""

_catalogue = DisguisedEnglish()
_too_long: list[str] = []
_plain: list[tuple[str, set[str]]] = []
"""Texts with plain words of the catalogue."""
_played: list[pytest.Item] = []
"""The test."""
_data: set[str] = set()
"""Words that people typed and chose, or that something is called by."""


def pytest_configure() -> None:
    """Speak the language everywhere, and stand between bot and Discord."""
    CATALOGUES[ENGLISH] = _catalogue
    get_context("forkserver").set_forkserver_preload([*forks.PRELOADED, "tests.support.disguised_process"])
    deliver, make_payload = router.dispatch, interactions.base_payload

    def checked(*args: Any, json: object = None, files: Sequence[Any] = (), **given: Any) -> object:
        if json is not None and "/commands" not in str(args[2]):
            _check(json)
            json = _undisguised(json)
        for file in files or ():
            file.description = _undisguised(file.description)
        return deliver(*args, json=json, files=files, **given)

    def noted(*args: Any, data: object, **given: Any) -> object:
        _data.update(word for text in _strings(data) for word in words_of(text))
        return make_payload(*args, data=data, **given)

    router.dispatch, interactions.base_payload = checked, noted
    _compare_undisguised()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what proves nothing here."""
    out = [item for item in items if item.nodeid.startswith(tuple(_LEFT_OUT))]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


@pytest.fixture(autouse=True)
def _nothing_is_left_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a text was in plain English, or too long."""
    for noted in (_too_long, _plain, _data):
        noted.clear()
    _played.append(request.node)
    yield
    _played.clear()
    permissions = " ".join(displayed(discord.Permissions.all()))
    data = {word.lower() for word in (*_data, *permissions.split())} | _ALIKE
    data |= {
        word for marker in request.node.iter_markers("shows") for text in marker.args for word in _words(text)
    }
    complaints = [*_too_long]
    complaints += [f"{sorted(left)} in {text!r}" for text, words in _plain if (left := words - data)]
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def _check(body: object) -> None:
    total = 0
    for kind, text, limit in _texts(body):
        total += len(text) if kind == "content" else 0
        if len(text) > limit:
            _too_long.append(f"{kind} of {len(text)} characters: {text}")
        if words := _words(text) & _catalogue.words:
            _plain.append((text, words))
            _data.update(_names())
    if total > _TOTAL:
        _too_long.append(f"{total} characters in a message")


def _texts(node: object, parent: str = "") -> Iterator[Read]:
    """Find what people read in a request, with what Discord allows of it."""
    if isinstance(node, list):
        for part in node:
            yield from _texts(part, parent)
    elif isinstance(node, dict):
        for key, value in node.items():
            if not isinstance(value, str):
                yield from _texts(value, key)
            elif (limit := _limit(node, key, parent)) is not None:
                yield key, value, limit


def _limit(node: Mapping[str, object], key: str, parent: str) -> int | None:
    """Return how long a text may be; None for what nobody reads."""
    if parent in ("attachments", "emoji", "file"):
        return None
    if key == "value":
        return _FIELD if parent == "fields" else None
    if parent in ("options", "choices"):
        return _OPTION if key in ("label", "description", "name") else None
    if key == "label":
        return _BUTTON if node.get("type") == _BUTTON_TYPE else _FORM
    return _FORM if key == "title" and "custom_id" in node else _LIMITS.get(key)


def _undisguised(node: object) -> object:
    if isinstance(node, str):
        return plain(node)
    if isinstance(node, dict):
        _too_long.extend(
            f"{key} is a key, and translated: {node[key]!r}"
            for key in ("custom_id", "value")
            if isinstance(node.get(key), str) and "name" not in node and is_disguised(node[key])
        )
        return {key: _undisguised(value) for key, value in node.items()}
    return [_undisguised(part) for part in node] if isinstance(node, list) else node


def _words(text: str) -> set[str]:
    return {word.lower() for word in words_of(text)}


def _names() -> set[str]:
    """List the words in the names of everything that is in the sandbox and on Discord now."""
    world = getattr(_played[0], "funcargs", {}).get("world") if _played else None
    if world is None:
        return set()
    backend, names = world.env.backend, set(_named(world.sandbox.world, set()))
    for kind in (backend.guilds, backend.channels, backend.users):
        names.update(thing.name for thing in kind.values() if thing.name)
    return {word for name in names for part in name.split("/") for word in _words(part)}


def _strings(node: object) -> Iterator[str]:
    """List all texts in a request."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for part in node.values():
            yield from _strings(part)
    elif isinstance(node, list):
        for part in node:
            yield from _strings(part)


def _named(node: object, seen: set[int]) -> Iterator[str]:
    """List the names of everything in the sandbox, files too."""
    if id(node) in seen or isinstance(node, str | bytes | int | float):
        return
    if isinstance(node, Path):
        yield from (path.name for path in node.rglob("*"))
        return
    seen.add(id(node))
    if isinstance(node, Mapping):
        yield from (key for key in node if isinstance(key, str))
        for part in node.values():
            yield from _named(part, seen)
    elif isinstance(node, list | tuple | set | frozenset):
        for part in node:
            yield from _named(part, seen)
    elif type(node).__module__.startswith("sandbox"):
        for name in (*getattr(node, "__slots__", ()), *getattr(node, "__dict__", {})):
            value = getattr(node, name, None)
            if isinstance(value, str) and name in _NAMES:
                yield value
            yield from _named(value, seen)


def _compare_undisguised() -> None:
    """Let what tests compare lose its disguise where no Discord is between, as of a console or an error."""
    rewrite_asserts, stringify_exception = rewrite.rewrite_asserts, raises.stringify_exception
    raises.stringify_exception = lambda value, *rest, **given: plain(
        stringify_exception(value, *rest, **given)
    )

    def rewriting(module: ast.Module, source: bytes, module_path: str | None = None, *rest: Any) -> None:
        if module_path is not None and Path(module_path).is_relative_to(ROOT / "tests"):
            ast.fix_missing_locations(_Undisguise().visit(module))
        rewrite_asserts(module, source, module_path, *rest)

    rewrite.rewrite_asserts = rewriting
    rewrite._read_pyc = lambda *_: None
    rewrite._write_pyc = lambda *_: None
    pytest.register_assert_rewrite(
        *(
            name
            for path in (*ROOT.glob("tests/support/*.py"), *ROOT.glob("tests/a[ct]*/*.py"))
            if (name := ".".join(path.relative_to(ROOT).with_suffix("").parts)) not in sys.modules
        )
    )
    builtins.__plain__ = _plain_value  # type: ignore[attr-defined]


class _Undisguise(ast.NodeTransformer):
    def visit_Compare(self, node: ast.Compare) -> ast.Compare:
        self.generic_visit(node)
        if not any(isinstance(sign, ast.Is | ast.IsNot) for sign in node.ops):
            node.left = _call(node.left)
            node.comparators = [_call(part) for part in node.comparators]
        return node


def _call(value: ast.expr) -> ast.Call:
    return ast.Call(ast.Name("__plain__", ast.Load()), [value], [])


def _plain_value(value: object) -> object:
    if isinstance(value, str):
        return plain(value) if is_disguised(value) else value
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(_plain_value(part) for part in value)  # type: ignore[attr-defined,call-arg]
    if type(value) is dict:
        return {_plain_value(key): _plain_value(part) for key, part in value.items()}
    return value
