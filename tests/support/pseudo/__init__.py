"""`make pseudo`: the suite in a language that is English in disguise (tests/support/disguise.py).

A plugin of pytest. Between bot and simulated Discord each text is checked: its letters are disguised or data,
and it keeps Discord's limits. Then the disguise is taken off, so that the stories read what they know. What
tests compare without Discord between, as of a card, loses it right there (comparing.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

import pytest
from simcord import interactions
from simcord.http import router

from bot.core.i18n import CATALOGUES, ENGLISH
from tests.support import forks
from tests.support.disguise import DisguisedEnglish, disguised, words_of
from tests.support.pseudo.comparing import compare_undisguised
from tests.support.pseudo.data import forget_sandboxes, names, watch_sandboxes, words
from tests.support.pseudo.requests import TOTAL, descriptions, strings, texts, translated_keys, undisguised
from tests.support.pseudo.seen import SeenTexts

LEFT_OUT = {
    "tests/cogs/test_answers.py": "draws cards of its own",
    "tests/cogs/test_cards.py": "draws cards of its own",
    "tests/cogs/test_persistent_buttons.py": "draws cards of its own",
    "tests/cogs/test_languages.py": "speaks languages of its own",
    "tests/ui/kit/test_card.py::test_a_code_block_that_is_cut_is_closed": "has room for a line of English",
    "tests/cogs/test_schedules_tasks.py::test_tasks_are_suggested_with_what_they_do": "types English",
}
"""Stories that prove nothing about the catalogue, and why."""


@dataclass
class _Run:
    """What came of the run: the stories, and the texts that reached Discord or that the bot asked for."""

    stories: int = 0
    shown: set[str] = field(default_factory=set)
    drawn: set[str] = field(default_factory=set)


_catalogue = DisguisedEnglish()
_seen = SeenTexts(_catalogue.texts)
_too_long: list[str] = []
_plain: list[tuple[str, set[str]]] = []
"""Texts with plain words of the catalogue."""
_data: set[str] = set()
"""Words that people typed and chose, or that something is called by."""
_run = _Run()


def pytest_configure() -> None:
    """Speak the language everywhere, and stand between bot and Discord."""
    CATALOGUES[ENGLISH] = _catalogue
    get_context("forkserver").set_forkserver_preload([*forks.PRELOADED, "tests.support.disguised_process"])
    deliver, make_payload = router.dispatch, interactions.base_payload

    def checked(*args: Any, json: object = None, files: list[Any] | None = None, **given: Any) -> Any:  # noqa: ANN401 - as simcord's
        if json is not None and "/commands" not in str(args[2]):
            _check(json, args[0])
            json = undisguised(json)
        else:
            for text in descriptions(json):
                _seen.look(disguised(text))
        for file in files or ():
            _check({"description": file.description or ""}, args[0])
            file.description = undisguised(file.description)
        return deliver(*args, json=json, files=files, **given)

    def noted(*args: Any, data: dict[str, Any], **given: Any) -> Any:  # noqa: ANN401 - as simcord's
        _data.update(word for text in strings(data) for word in words_of(text))
        return make_payload(*args, data=data, **given)

    router.dispatch, interactions.base_payload = checked, noted
    watch_sandboxes()
    compare_undisguised()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what proves nothing here."""
    out = [item for item in items if item.nodeid.startswith(tuple(LEFT_OUT))]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


@pytest.fixture(autouse=True)
def _nothing_is_left_out(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a text was in plain English, or too long."""
    for noted in (_too_long, _plain, _data):
        noted.clear()
    forget_sandboxes()
    yield
    for kind, seen in (("shown", _seen.shown), ("drawn", _catalogue.drawn)):
        if seen:
            request.node.user_properties.append((kind, sorted(seen)))
            seen.clear()
    data = {word.lower() for word in _data}
    for marker in request.node.iter_markers("shows"):
        data.update(word for text in marker.args for word in words(text))
    complaints = [*dict.fromkeys(_too_long)]
    complaints += dict.fromkeys(
        f"{sorted(left)} in {text!r}" for text, found in _plain if (left := found - data)
    )
    if complaints:
        pytest.fail("\n".join(complaints), pytrace=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add what a test, of any process, has seen."""
    if report.when == "teardown":
        _run.stories += 1
        properties: list[tuple[str, Any]] = report.user_properties
        _run.shown.update(*(texts for name, texts in properties if name == "shown"))
        _run.drawn.update(*(texts for name, texts in properties if name == "drawn"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how complete the run was."""
    shown, everything = _run.shown, _catalogue.texts
    drawn = _run.drawn - shown
    unseen = sorted(everything - shown - drawn)
    write = terminalreporter.write_line
    terminalreporter.section("English in disguise")
    write(f"{_run.stories:,} stories")
    write(
        f"{len(shown):,} of {len(everything):,} texts reached Discord ({len(shown) / len(everything):.1%}), "
        f"{len(drawn):,} more were asked for, {len(unseen):,} were not"
    )
    for story, reason in LEFT_OUT.items():
        write(f"left out: {story}: {reason}")
    if terminalreporter.verbosity > 0:
        for text in unseen:
            write(f"not seen: {text!r}")


def _check(body: object, backend: Any) -> None:  # noqa: ANN401 - simcord's
    total = 0
    for kind, text, limit in texts(body):
        _seen.look(text)
        total += len(text) if kind == "content" else 0
        if len(text) > limit:
            _too_long.append(f"{kind} of {len(text)} characters: {text}")
        if found := words(text) & _catalogue.words:
            _plain.append((text, found))
            _data.update(names(backend))
    if total > TOTAL:
        _too_long.append(f"{total} characters in a message")
    _too_long.extend(translated_keys(body))
