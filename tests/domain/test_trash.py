"""What is kept: its names, its manifest, and when it has to go."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.domain.critical_paths import consequences, counts_after_restart
from bot.domain.file_changes import (
    UNKNOWN_AUTHOR,
    Change,
    ChangeKind,
    SavedAs,
    manifest,
    new_id,
    of_manifest,
)
from bot.domain.paths import normalise
from bot.domain.trash import (
    Item,
    TrashPolicy,
    expired,
    id_in,
    is_id,
    is_kept,
    is_manifest,
    time_of,
)

NOW = datetime(2026, 11, 23, 12, 0, 0, 123000, tzinfo=UTC)
RULES = TrashPolicy("/.quetzal", days=30, limit_bytes=100)
WHOSE: dict[str, Any] = {
    "guild_id": 1,
    "panel_id": "main",
    "server_uuid": "1a7ce997-259b-452e-8b4e-cecc464142ca",
}


def kept(days: float, size_bytes: int = 1) -> Item:
    return Item(new_id(NOW - timedelta(days=days), f"{int(days * 1000):08x}"), size_bytes)


def change(path: str = "/a.txt") -> Change:
    return Change(
        id=new_id(NOW, "0a1b2c3d"), user_id=7, kind=ChangeKind.EDIT, path=path, kept=SavedAs.SNAPSHOT,
        size_bytes=3, before="ab" * 32, **WHOSE,
    )  # fmt: skip


def test_an_id_holds_its_time_and_sorts_by_it() -> None:
    first, second = new_id(NOW, "ffffffff"), new_id(NOW + timedelta(milliseconds=1), "00000000")
    assert time_of(first) == NOW
    assert first < second


@pytest.mark.parametrize(
    ("name", "is_in_trash", "a_manifest", "ours"),
    [
        ("20261123T120000123-0a1b2c3d.saved", True, False, True),
        ("20261123T120000123-0a1b2c3d.json", False, True, True),
        ("20261123T120000123-0a1b2c3d.new", False, False, True),
        ("20261123T120000123-0a1b2c3d copy.saved", False, False, True),
        ("20261323T120000123-0a1b2c3d.saved", False, False, False),
        ("notes.txt", False, False, False),
        ("x20261123T120000123-0a1b2c3d.saved", False, False, False),
    ],
)
def test_only_our_own_names_are_ours(name: str, is_in_trash: bool, a_manifest: bool, ours: bool) -> None:
    assert is_kept(name) is is_in_trash
    assert is_manifest(name) is a_manifest
    assert (id_in(name) is not None) is ours


@pytest.mark.parametrize(
    ("path", "touched"),
    [
        ("/.quetzal", True),
        ("/.quetzal/x.saved", True),
        ("/", True),
        ("/.quetzal2", False),
        ("/plugins", False),
    ],
)
def test_the_directory_itself_cannot_be_named(path: str, touched: bool) -> None:
    assert RULES.touches(path) is touched


def test_what_is_too_old_goes() -> None:
    old, young = kept(31), kept(29)
    assert expired([old, young], RULES, NOW) == {old.id}


def test_the_oldest_goes_when_it_is_too_much_and_nothing_of_the_last_day() -> None:
    today, yesterday, before = kept(0.5, 90), kept(2, 20), kept(3, 5)
    assert expired([before, today, yesterday], RULES, NOW) == {yesterday.id, before.id}
    assert expired([kept(0.1, 500), kept(0.2, 500)], RULES, NOW) == set()


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 200)), max_size=20, unique_by=lambda pair: pair[0])
)
def test_after_tidying_it_fits_but_for_the_last_day(things: list[tuple[int, int]]) -> None:
    items = [kept(days, size) for days, size in things]
    left = [item for item in items if item.id not in expired(items, RULES, NOW)]
    assert all(NOW - item.at <= timedelta(days=30) for item in left)
    older = [item for item in left if NOW - item.at > timedelta(days=1)]
    assert not older or sum(item.size_bytes for item in left) <= RULES.limit_bytes


@given(st.text(min_size=1, max_size=50))
def test_a_manifest_says_where_it_belongs_whatever_the_name(name: str) -> None:
    path = "/" + name.replace("\0", "").replace("/", "_")
    try:
        if normalise(path) != path or path == "/":
            return
    except BadInput:
        return
    result = of_manifest(manifest(change(path)), **WHOSE)
    assert result == replace(change(path), user_id=UNKNOWN_AUTHOR)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff\xfe",
        b'{"id": "x"}',
        b"[" * 100_000,
        manifest(change()).replace(b"/a.txt", b"/../etc"),
        manifest(change()).replace(b"/a.txt", b"/a" * 3_000),
        *(
            re.sub(rb'"size_bytes": [^,]+', b'"size_bytes": ' + forged, manifest(change()))
            for forged in (b"1e999", b"-1", b"NaN", b"9" * 4_000, b'"x"', b"[]")
        ),
        re.sub(rb'"sha256": [^\n]+', b'"sha256": "' + b"f" * 5_000 + b'"', manifest(change())),
        re.sub(rb'"because": [^,]+', b'"because": {}', manifest(change())),
    ],
)
def test_what_is_no_manifest_is_ignored(content: bytes) -> None:
    assert of_manifest(content, **WHOSE) is None


def test_a_manifest_does_not_lead_out_of_the_trash() -> None:
    forged = manifest(change()).replace(b"0a1b2c3d", b"../../aa")
    assert of_manifest(forged, **WHOSE) is None
    assert not is_id("../../etc/passwd")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/server.properties", "main settings"),
        ("/config/paper-global.yml", "A wrong value"),
        ("/world_nether/DIM-1/region/r.0.0.mca", "world"),
        ("/plugins/Essentials/config.yml", "A plugin"),
        ("/mods/x.jar", "With a mod missing"),
        ("/lib/Paper.JAR", "this program file"),
        ("/", "everything"),
        ("/notes.txt", None),
        ("/worldly-notes/x", "world"),
        ("/backup/server.properties", None),
    ],
)
def test_consequences_are_said_for_what_matters(path: str, words: str | None) -> None:
    said = consequences(path)
    assert (words in said) if words and said else said is words


def test_a_config_counts_after_a_restart_and_a_log_does_not() -> None:
    assert counts_after_restart("/plugins/Essentials/config.YML")
    assert not counts_after_restart("/logs/latest.log")
