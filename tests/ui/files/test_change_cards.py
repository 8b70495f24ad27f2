"""However long and hostile names and contents are, what is said of a change fits into Discord."""

from dataclasses import replace

import discord
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.audit import Outcome
from bot.domain.file_changes import Change, ChangeKind, SavedAs, new_id
from bot.domain.text_diff import Diff, TextFile
from bot.services.files import Draft, Extent, OpenedFile, PathState, Restoration, RestoreMethod, TrashEntry
from bot.ui.files import cards as file_cards
from bot.ui.files import change_cards as cards
from bot.ui.files import history_cards
from bot.ui.files.preview import diff_file
from bot.ui.kit.card import Row
from sandbox.clock import EPOCH
from tests.ui.card_limits import NAMES, entry, fits, quick, server


def change(path: str, kind: ChangeKind) -> Change:
    return Change(
        new_id(EPOCH, "00000001"),
        1,
        2**63,
        "main",
        "x",
        kind,
        path,
        path,
        SavedAs.TRASH,
        size_bytes=10**12,
        before="a" * 64,
    )


@quick
@given(NAMES, NAMES, NAMES, st.sampled_from(ChangeKind))
def test_everything_fits(name: str, old: str, new: str, kind: ChangeKind) -> None:
    path, where = f"/plugins/{name}", server(name)
    seen = PathState(path, entry(name or "x"), (old * 200).encode())
    file = OpenedFile(seen, TextFile.of((old * 20).encode()))
    diff = Diff.between(old * 200, new * 200)
    problem = new * 10
    draft = Draft(file, ChangeKind.EDIT, new, new.encode(), diff, problem, was_broken=True)
    made = change(path, kind)
    thing = TrashEntry(replace(made, outcome=Outcome.UNKNOWN), 10**12)
    fits(file_cards.info(where, path, entry(name or "x")))
    fits(cards.opened(where, file, fits=False))
    fits(cards.draft(where, draft))
    fits(cards.nothing_to_write(where, path))
    for permanent in (True, False):
        fits(cards.deletion(where, seen, Extent(10**6, 10**15, is_complete=False), permanent=permanent))
    fits(cards.forbidden_trash(where, seen))
    fits(cards.move(where, seen, seen))
    fits(cards.done(where, made))
    for way in RestoreMethod:
        plan = Restoration(thing.change, way, seen, b"tampered", diff, source=seen)
        fits(history_cards.restoration(where, plan, undo=True))
    rows = [Row(history_cards.row_text(thing), discord.ui.Button(label="Open")) for _ in range(10)]
    fits(history_cards.history(where, rows, total=10, unknown=3, path=path))
    fits(history_cards.trash_entry(where, thing))
    fits(history_cards.purge(where, thing))
    fits(history_cards.purged(where, thing))


@quick
@given(NAMES, NAMES)
def test_a_diff_cannot_close_its_block(old: str, new: str) -> None:
    file = OpenedFile(PathState("/x", entry("x"), old.encode()), TextFile.of(old.encode()))
    draft = Draft(
        file, ChangeKind.EDIT, new, new.encode(), Diff.between(old, new + "\n```\n"), None, was_broken=False
    )
    shown = cards.draft(server(), draft).description
    assert shown.count("```") == 2
    assert shown.rstrip().endswith("```")


def test_a_long_diff_goes_into_a_file_and_a_short_one_does_not() -> None:
    short, long = Diff.between("a", "b"), Diff.between("a\n" * 2000, "b\n" * 2000)
    assert diff_file(short) is None
    name, content = diff_file(long) or ("", b"")
    assert name.endswith(".diff")
    assert content.count(b"\n+b") == 1999 + 1
