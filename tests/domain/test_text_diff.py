"""An edit changes what was edited: never the encoding, the line ends or the margins of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain.text_diff import Diff, TextFile


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a\n",
        b"a",
        b"a\r\nb\r\n",
        "grün\n".encode(),
        b"\xef\xbb\xbfa=\xc3\xbc\n",
        "grün\r\n".encode("latin-1"),
        "a\nü\n".encode("utf-16"),
    ],
)
def test_a_file_comes_out_as_it_went_in(content: bytes) -> None:
    file = TextFile.of(content)
    assert file.edited(file.text) == content


@given(st.binary())
def test_any_bytes_come_out_as_they_went_in_or_are_refused(content: bytes) -> None:
    try:
        file = TextFile.of(content)
    except BadInput:
        return
    assert file.edited(file.text) == content


@pytest.mark.parametrize(
    ("content", "text", "written"),
    [
        (b"a\r\nb\r\n", "a\nc\nd\n", b"a\r\nc\r\nd\r\n"),
        (b"a\nb\r\nc\r\n", "a\nB\nc\n", b"a\nB\r\nc\r\n"),  # mixed: what stays keeps its own end
        ("ä=1\n".encode("latin-1"), "ä=ö\n", "ä=ö\n".encode("latin-1")),
        (b"\xef\xbb\xbfa\n", "b\n", b"\xef\xbb\xbfb\n"),
        (b"a\n", "", b""),
    ],
)
def test_an_edit_keeps_encoding_and_line_ends(content: bytes, text: str, written: bytes) -> None:
    assert TextFile.of(content).edited(text) == written


def test_what_the_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(BadInput, match="Latin-1"):
        TextFile.of("ä\n".encode("latin-1")).edited("☃\n")


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf\xff\n", b"\xff\xfea"])
def test_damaged_text_is_not_opened_for_editing(content: bytes) -> None:
    with pytest.raises(BadInput, match="isn't intact text"):
        TextFile.of(content)


@pytest.mark.parametrize(
    ("before", "typed", "meant"),
    [
        ("a\nb\n", "a\nc", "a\nc\n"),  # Discord cut the last line end
        ("\n\n  a\n\n", "a", "\n\n  a\n\n"),
        ("a", "a\nb", "a\nb"),
        ("", "new\n", "new\n"),
        ("a\n", "a\r\nb", "a\nb\n"),
    ],
)
def test_what_a_modal_cuts_off_is_put_back(before: str, typed: str, meant: str) -> None:
    assert TextFile.of(before.encode()).typed(typed) == meant


def test_a_diff_counts_and_shows_what_changes() -> None:
    diff = Diff.between("a\nb\nc\n", "a\nB\nc\nd\n")
    assert (diff.added, diff.removed) == (2, 1)
    assert diff.lines == ("@@ -1,3 +1,4 @@", " a", "-b", "+B", " c", "+d")
    assert Diff.between("same\n", "same\n").lines == ()
