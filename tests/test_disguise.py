"""What `make pseudo` rests on: English in disguise, and back again."""

from pathlib import Path

import pytest

from bot.core.i18n import CATALOGUES, ENGLISH, N_, _
from tests.support.disguise import DisguisedEnglish, disguised, is_disguised, plain, words_of
from tests.support.pseudo import LEFT_OUT
from tests.support.pseudo.seen import SeenTexts


@pytest.mark.parametrize(
    "text",
    [
        "Restart {server}?",
        "offline",
        "-# …and {count:,} more",
        "**{total} used**\n-# see `/database list`",
        " of {limit}",
        "Read it at <https://aka.ms/MinecraftEULA>.",
    ],
)
def test_a_text_in_disguise_is_a_third_longer_keeps_its_fields_and_comes_back(text: str) -> None:
    changed = disguised(text)
    assert plain(changed) == text
    assert len(changed) > len(text) * 1.3
    for kept in ("{server}", "{count:,}", "`/database list`", "<https://aka.ms/MinecraftEULA>"):
        assert (kept in changed) == (kept in text)


def test_the_language_has_every_text_of_the_template_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CATALOGUES, ENGLISH, DisguisedEnglish())
    name = N_("Nothing was changed.")
    assert is_disguised(_(name))
    assert plain(_(name)) == "Nothing was changed."
    assert _("Nobody wrote this.") == "Nobody wrote this."


def test_words_outside_of_the_disguise_are_listed_but_for_code_and_data() -> None:
    text = f"{disguised('It is')} offline on node-1: `say hi`, server.properties\n```log line```"
    assert words_of(text) == ["offline"]


def test_a_text_is_seen_whatever_stands_in_its_fields_and_no_other_is() -> None:
    texts = ("restarted {name}", "Restart {name}?", "1 file", "{count:,} files")
    seen = SeenTexts(texts)
    seen.look(f"-# Ada: {disguised('restarted {name}').format(name='Lobby').capitalize()}")
    assert seen.shown == {"restarted {name}"}
    seen.look(disguised("{count:,} files").format(count=1_204))
    assert seen.shown == {"restarted {name}", "{count:,} files"}


def test_what_is_left_out_exists() -> None:
    for story in LEFT_OUT:
        path, _colons, name = story.partition("::")
        assert f"def {name}" in (Path(__file__).parents[1] / path).read_text()
