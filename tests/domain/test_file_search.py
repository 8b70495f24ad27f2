"""What a search for names and for text finds, as tables."""

import pytest

from bot.core.errors import BadInput
from bot.domain.file_search import NamePattern, lines_with, looks_like_text


@pytest.mark.parametrize(
    ("pattern", "path", "is_meant"),
    [
        ("server", "/server.properties", True),
        ("SERVER", "/sub/My-Server.yml", True),
        ("server", "/server/other.yml", False),
        ("*.jar", "/plugins/Essentials.JAR", True),
        ("*.jar", "/plugins/Essentials.jar.old", False),
        ("conf?g.yml", "/a/b/config.yml", True),
        ("[a-c]*.txt", "/b.txt", True),
        ("[1.20] mod", "/mods/[1.20] mod.jar", True),
        ("plugins/*.yml", "/plugins/config.yml", True),
        ("plugins/*.yml", "/plugins/deep/er/config.yml", True),
        ("/plugins/*.yml", "/old/plugins/config.yml", True),
        ("**/config.yml", "/a/b/config.yml", True),
        ("essentials/conf", "/plugins/Essentials/config.yml", True),
        ("straße", "/STRASSE.txt", True),
        ("a\nb", "/a\nb.txt", True),
    ],
)
def test_a_name_is_meant_by_a_glob_or_a_part(pattern: str, path: str, is_meant: bool) -> None:
    assert NamePattern(pattern).matches(path) is is_meant


@pytest.mark.parametrize("pattern", ["", "   ", "x" * 201])
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(BadInput):
        NamePattern(pattern)


def test_a_pattern_full_of_stars_takes_no_time() -> None:
    assert not NamePattern("a*" * 60 + "b").matches("/" + "a" * 250)


def test_lines_have_numbers_and_are_cut_around_the_text() -> None:
    content = b"first\r\n  Motd=Hello\n\n" + b"x" * 500 + b"motd" + b"y" * 500 + b"\n"
    lines, has_more = lines_with(content, "MOTD", 10)

    assert [line.number for line in lines] == [2, 4]
    assert lines[0].text == "Motd=Hello"
    assert "motd" in lines[1].text
    assert lines[1].text[0] == lines[1].text[-1] == "…"
    assert len(lines[1].text) < 250
    assert not has_more


def test_a_file_gives_only_so_many_lines() -> None:
    lines, has_more = lines_with(b"port\n" * 30, "port", 20)
    assert (len(lines), has_more) == (20, True)
    assert lines_with(b"port\n" * 20, "port", 20)[1] is False


def test_latin_1_and_utf_16_are_read_too() -> None:
    assert lines_with("Grüße".encode("latin-1"), "grüße", 5)[0]
    assert lines_with("Grüße".encode("utf-16"), "grüße", 5)[0]


@pytest.mark.parametrize(
    ("mimetype", "may"),
    [
        ("text/plain; charset=utf-8", True),
        ("application/json", True),
        ("image/svg+xml", True),
        ("application/x-ndjson", True),
        ("application/octet-stream", False),
        ("application/zip", False),
        ("application/x-tar", False),
        ("application/x-7z-compressed", False),
        ("image/png", False),
    ],
)
def test_only_what_the_node_calls_text_is_read(mimetype: str, may: bool) -> None:
    assert looks_like_text(mimetype) is may
