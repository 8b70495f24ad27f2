"""Paths inside a server."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain import paths


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("", "/"),
        ("/", "/"),
        ("//", "/"),
        ("plugins/", "/plugins"),
        ("plugins//x.yml", "/plugins/x.yml"),
        ("./a/./b", "/a/b"),
        ("/ leading and trailing ", "/ leading and trailing "),
        ("-rf", "/-rf"),
        ("a..b", "/a..b"),
        ("a\nb\x1b\x85", "/a\nb\x1b\x85"),
        ("näme/'quote\"", "/näme/'quote\""),
    ],
)
def test_paths_are_made_absolute(typed: str, path: str) -> None:
    assert paths.normalise(typed) == path


@pytest.mark.parametrize("typed", ["..", "../x", "a/../../b", "a/..", "x\0y", "\ud800"])
def test_paths_that_could_leave_or_hide_are_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        paths.normalise(typed)


@given(st.text(max_size=100))
def test_a_path_never_leaves_the_server(typed: str) -> None:
    try:
        path = paths.normalise(typed)
    except BadInput:
        return
    assert path.startswith("/")
    assert not path.startswith("//")
    assert ".." not in path.split("/")
    assert paths.normalise(path) == path


def test_parts_of_a_path() -> None:
    assert paths.parent("/a/b") == "/a"
    assert paths.parent("/a") == "/"
    assert paths.parent("/") == "/"
    assert paths.name_of("/a/b.yml") == "b.yml"
    assert paths.join("/a", "b") == "/a/b"
    assert paths.join("/", "b") == "/b"
    assert paths.join("/a\nb", "c") == "/a\nb/c"


@given(st.text(max_size=500), st.integers(5, 60))
def test_pages_hold_everything_and_fit(text: str, room: int) -> None:
    pages = paths.pages(text, room)
    assert pages
    assert all(len(page) <= room for page in pages)
    assert "".join("".join(pages).split()) == "".join("".join(text.splitlines()).split())


def test_pages_break_at_line_ends() -> None:
    assert paths.pages("aaa\nbbb\nccc", 7) == ["aaa\nbbb", "ccc"]
    assert paths.pages("abcdefgh", 3) == ["abc", "def", "gh"]


@pytest.mark.parametrize(
    ("path", "language", "log"),
    [
        ("/server.properties", "properties", False),
        ("/plugins/a/config.YML", "yaml", False),
        ("/logs/latest.log", "log", True),
        ("/logs/2026-01.txt", "", True),
        ("/README", "", False),
    ],
)
def test_kinds_of_files(path: str, language: str, log: bool) -> None:
    assert paths.language(path) == language
    assert paths.is_log(path) is log
