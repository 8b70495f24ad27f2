"""What people read: in the catalogue, no banned word, no title over its length (`make strings` lists it).

What is read in the code has no banned words either.
"""

from collections.abc import Sequence
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.core.i18n import LOCALE_DIR
from tests.support import prose
from tests.support.by_hand import BY_HAND, LIST, NUMBER, PERCENT, SINCE_AGO, UNIT, written_by_hand
from tests.support.catalogue import TEMPLATE, extract
from tests.support.string_finder import Shown, strings_of
from tests.support.strings import faults_by_hand, faults_of, places_by_hand, shown_strings

CODE = '''
"""Not shown."""
log.info("Not shown either, %s", name)

class Files(GroupCog, group_name="files", group_description="Browse files"):
    """Nor is this."""

    @app_commands.command(name="list")
    @app_commands.describe(path="Which folder")
    async def list_(self, interaction):
        """List a folder."""
        if name == "what is compared":
            await respond(theme.card(f"Folder {name}", "Nothing in it.", footer="Page 1"))
'''


@pytest.mark.sweep
def test_no_text_holds_a_banned_word_or_is_too_long_a_title() -> None:
    shown = list(shown_strings())
    assert len(shown) > 2_000
    faults = list(faults_of(shown))
    assert not faults, "\n".join(
        ("docs/translating.md says how texts are marked, docs/style.md which words:", *faults)
    )


@pytest.mark.sweep
def test_the_template_of_the_catalogue_has_every_text_and_no_other() -> None:
    with TEMPLATE.open("rb") as file:
        written = {message.id for message in read_po(file)}
    differs = written ^ {message.id for message in extract()}
    assert not differs, f"run `make messages` and commit bot/locale, for: {sorted(differs, key=str)}"


@pytest.mark.sweep
def test_every_language_keeps_the_fields_of_every_text() -> None:
    template = {message.id for message in extract() if message.id}
    for path in LOCALE_DIR.glob("*/LC_MESSAGES/quetzal.po"):
        with path.open("rb") as file:
            catalog = read_po(file)
        for message in catalog:
            if message.id and message.string:
                assert message.id in template, path
                assert _fields(message.string) == _fields(message.id), (path, message.id)


def _fields(text: str | Sequence[str]) -> set[str]:
    texts = [text] if isinstance(text, str) else text
    return {name for form in texts for _text, name, _spec, _kind in Formatter().parse(form) if name}


@pytest.mark.parametrize(
    ("code", "is_marked"),
    [
        ('def f(): respond(card("Saved it."))', False),
        ('def f(): respond(card(_("Saved {path}.", path=path)))', True),
        ('def f(): respond(card(_("Saved {path}.", path="it was lost")))', False),
        ('WORDS = {KIND: "is back online"}', False),
        ('WORDS = {KIND: N_("is back online")}', True),
        ('class Kind(Worded, StrEnum):\n    A = "not yet seen"', True),
        ('def f(): return counted(3, "good file", "good files")', True),
    ],
)
def test_a_text_outside_of_the_catalogue_is_a_fault(code: str, is_marked: bool) -> None:
    faults = list(faults_of(list(strings_of(code, "bot/ui/files/cards.py"))))
    assert ("not in the message catalogue" not in "".join(faults)) is is_marked


def test_every_text_is_found_with_where_it_is_shown() -> None:
    assert [(entry.where, entry.kind, entry.text) for entry in strings_of(CODE, "cogs/files.py")] == [
        ("/files", "description", "Browse files"),
        ("/files list", "command", "List a folder."),
        ("/files list", "option", "Which folder"),
        ("/files list", "title", "Folder {name}"),
        ("/files list", "sentence", "Nothing in it."),
        ("/files list", "footer", "Page 1"),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "faulty"),
    [
        ("title", "x" * 51, True),
        ("title", "x" * 50, False),
        ("title", "{name} " + "x" * 44, True),
        ("title", "Files: deleted: all", True),
        ("sentence", "x" * 51, False),
        ("option", "x" * 71, False),
        ("option", "x" * 72, True),
        ("sentence", "Alerts are hushed.", True),
    ],
)
def test_a_text_is_judged_by_its_words_and_a_title_by_its_length(kind: str, text: str, faulty: bool) -> None:
    assert bool(list(faults_of([Shown("cogs/files.py", 1, "", kind, text, is_marked=True)]))) is faulty


@pytest.mark.sweep
def test_no_percentage_number_unit_list_or_time_is_written_by_hand() -> None:
    faults = list(faults_by_hand(places_by_hand()))
    assert not faults, "\n".join(("docs/translating.md says what writes them:", *faults))


@pytest.mark.parametrize(
    ("expression", "faults"),
    [
        ('f"{share:.0f}%"', [NUMBER, PERCENT]),
        ('f"{share} %"', [PERCENT]),
        ('_("Memory {share:.0f}%", share=share)', [PERCENT]),
        ('_("Memory {share}", share=percent(share))', []),
        ('_("Dashed: 70/85/95%.")', []),
        ('str(share) + "%"', [PERCENT]),
        ('f"{count:,} files"', [NUMBER]),
        ('_("{count:,} files", count=count)', []),
        ('f"{at:%H:%M}"', []),
        ('f"{took:.1f} s"', [NUMBER, UNIT]),
        ('_("Answered in {took} ms", took=took)', [UNIT]),
        ('f"{rate} KiB/s"', [UNIT]),
        ('f"{amount} MiB"', [UNIT]),
        ('", ".join(names)', [LIST]),
        ('" and ".join(names)', [LIST]),
        ('" · ".join(names)', []),
        ("joined(names)", []),
        ('_("**Offline** since {at}", at=discord_time(now.at))', [SINCE_AGO]),
        ('_("since {at}", at="" if at is None else discord_time(at))', [SINCE_AGO]),
        ('_("Offline since {at}", at=discord_time(now.at, "f"))', []),
        ('_("Offline · began {at}", at=discord_time(now.at))', []),
        ('f"{first}, {second}"', [LIST]),
        ('_("{first}, {second}", first=first, second=second)', []),
        ('text + ", " + rest', [LIST]),
        ('log.info("%s", ", ".join(names))', []),
        ('NotFound(detail=", ".join(names))', []),
    ],
)
def test_what_is_written_by_hand_is_found(expression: str, faults: list[str]) -> None:
    places = written_by_hand(f"def show(): return {expression}", "bot/ui/files/cards.py")
    assert sorted({place.fault for place in places}) == sorted(faults)


def test_an_exception_that_nothing_needs_is_a_fault() -> None:
    assert len(list(faults_by_hand([]))) == len(BY_HAND)


@pytest.mark.sweep
def test_no_docstring_comment_or_name_holds_a_banned_word() -> None:
    faults = list(prose.faults())
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("code", "faulty"),
    [
        ('def show():\n    """Tell what it is."""', True),
        ('def show():\n    """Say what it is."""', False),
        ("show()  # nobody is told", True),
        ('show("nobody is told")', False),
        ("def test_a_crash_is_told(): ...", True),
        ("def is_untold(): ...", False),
        ("class ToldOnce: ...", True),
        ("def show(told): ...", True),
        ("self.told = 1", True),
        ("print(told)", False),
    ],
)
def test_code_is_judged_by_its_docstrings_comments_and_the_names_that_it_gives(
    code: str, faulty: bool
) -> None:
    assert bool(list(prose.faults_of(code, "bot/module.py"))) is faulty
