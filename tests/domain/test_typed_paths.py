"""Paths as the panel, consoles, stack traces and Windows show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain.paths import uploaded_name
from bot.domain.typed_paths import cleaned, names_folder, new_path, readings

VOLUME = "/var/lib/pterodactyl/volumes/1e2b6c1c-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "typed",
    [
        "/home/container/plugins/a.yml", "home/container/plugins/a.yml", "~/plugins/a.yml", "plugins\\a.yml",
        "/home/container\\plugins\\a.yml", "plugins/a.yml ", " plugins/a.yml", '"plugins/a.yml"',
        "`plugins/a.yml`", "plugins/a.yml:12", "/home/container/plugins/a.yml:12:5", "plugins/a.yml, line 12",
        "file:///home/container/plugins/a.yml", "plugins%2Fa.yml", "\u202aplugins/a.yml",
        "plugins/a.yml\u200b",
        "https://panel.example/server/1a2b3c4d/files/edit#/plugins/a.yml", "**plugins/a.yml**",
        "https://panel.example/server/1a2b3c4d/files/edit/plugins/a.yml", "«plugins/a.yml»",
        "(plugins/a.yml)",
        'File "/home/container/plugins/a.yml", line 3, in <module>', '"/home/container/plugins/a.yml":12',
        "at file:///home/container/plugins/a.yml:3:5", "plugins/a.yml,", "plugins/a.yml.",
        "\x1b[31mplugins/a.yml\x1b[0m", f"/srv/daemon-data/{VOLUME[-36:]}/plugins/a.yml",
        "java.io.FileNotFoundException: /home/container/plugins/a.yml (No such file or directory)",
        "/home/container/plugins/a.yml: Permission denied", "plugins/a.yml: No such file or directory",
        "    at Object.<anonymous> (/home/container/plugins/a.yml:3:5)", "file:/home/container/plugins/a.yml",
        "jar:file:/home/container/plugins/a.yml!/x.yml", "container@node~ /home/container/plugins/a.yml",
        "sftp://ada.1a2b3c4d@node.example:2022/plugins/a.yml", f"/mnt/d/volumes/{VOLUME[-36:]}/plugins/a.yml",
        "[12:00:00 ERROR]: Cannot load /home/container/plugins/a.yml, it is broken",
        "plugins/a.yml (line 12)", "./plugins/a.yml", "/mnt/server/plugins/a.yml", f"{VOLUME}/plugins/a.yml",
    ],
)  # fmt: skip
def test_what_people_paste_may_mean_the_file(typed: str) -> None:
    assert "/plugins/a.yml" in readings(typed)


@pytest.mark.parametrize(
    "typed", ["plugins/a.yml", "/", "a..b", "home/containers/x", "~x", "a:b", "x\ny", "50%", "_x_"]
)
def test_a_plain_path_means_itself_only_and_costs_no_request(typed: str) -> None:
    assert len(readings(typed)) == 1


@pytest.mark.parametrize(("typed", "other"), [("caf\u00e9", "cafe\u0301"), ("cafe\u0301", "caf\u00e9")])
def test_accents_may_be_characters_of_their_own(typed: str, other: str) -> None:
    assert readings(typed) == [f"/{typed}", f"/{other}"]


def test_a_path_with_blanks_in_the_middle_of_a_line_may_end_with_them_or_before() -> None:
    paths = readings("Could not read /home/container/My World/level.dat (Permission denied)")
    assert [path for path in paths if path.startswith("/My")] == ["/My World/level.dat", "/My"]


@pytest.mark.parametrize("typed", [", " * 3000, "(" * 6000, ":1" * 3000, "/home/container/ " * 300])
def test_the_longest_text_of_an_option_takes_no_long_time(typed: str) -> None:
    assert readings(typed)[0] == f"/{typed}".rstrip("/").replace("//", "/")


def test_the_root_of_the_container_is_the_root() -> None:
    assert readings("/home/container") == ["/home/container", "/"]
    assert readings("/home/container/") == ["/home/container", "/"]


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("[Mods]", "/[Mods]"),
        ("(old).yml ", "/(old).yml "),
        ("50%25.yml", "/50%25.yml"),
        ("\u202aa.yml\u200b\n", "/a.yml"),
        ("a\u200cb.yml", "/a\u200cb.yml"),
        ("file:///home/container/My%20Mods", "/My Mods"),
    ],
)
def test_a_new_name_is_as_typed_without_invisible_characters_around_it(typed: str, path: str) -> None:
    assert new_path(typed) == path


def test_encoded_points_are_no_way_out() -> None:
    assert readings("a/%2e%2e/%2e%2e/x") == ["/a/%2e%2e/%2e%2e/x"]


def test_a_backslash_is_no_way_out() -> None:
    assert readings("plugins\\..\\..\\x") == ["/plugins\\..\\..\\x"]


def test_a_slash_at_the_end_means_a_folder_in_either_spelling() -> None:
    assert [names_folder(typed) for typed in ("plugins/", "plugins\\", '"plugins/"', "plugins")] == [
        True, True, True, False,
    ]  # fmt: skip


@given(st.text(st.sampled_from("ab/\\. ~:1\"'"), max_size=20))
def test_what_is_typed_is_tried_first_and_nothing_leaves_the_server(typed: str) -> None:
    try:
        paths = readings(typed)
    except BadInput:
        return
    assert all(path.startswith("/") and ".." not in path.split("/") for path in paths)
    assert isinstance(cleaned(typed), str)


@pytest.mark.parametrize(
    ("filename", "title", "name"),
    [
        ("My_Plugin_29.jar", "My Plugin (29)", "My Plugin (29).jar"),
        ("Essentials.jar", None, "Essentials.jar"),
        ("unknown.yml", "Настройки", "Настройки.yml"),
        ("a.tar.gz", "my world.tar", "my world.tar.gz"),
        ("a.jar", "a.jar", "a.jar"),
        ("a.jar", "../a", "a.jar"),
        ("Screenshot_1.png", "Screenshot\u202f1", "Screenshot\u202f1.png"),
        ("a.png", "\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469.png"),
        ("a.exe", "exe\u202eyml", "a.exe"),
        ("SPOILER_Essentials.jar", None, "Essentials.jar"),
        ("SPOILER_My_Plugin.jar", "My Plugin", "My Plugin.jar"),
        ("a.jar", "a\nb", "a.jar"),
        ("a", "..", "a"),
    ],
)
def test_an_upload_has_the_name_of_the_persons_file(filename: str, title: str | None, name: str) -> None:
    assert uploaded_name(filename, title) == name
