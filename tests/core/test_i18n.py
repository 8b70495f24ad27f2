"""The message catalogue: languages, fields, numbers and plural forms, and what each language has to keep."""

import io
import pickle
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import write_po

from bot.core import i18n
from bot.core.errors import BadInput, QuetzalError
from bot.core.i18n import (
    N_,
    Message,
    _,
    carried,
    english,
    language,
    load_catalogues,
    nearest,
    number,
    plural,
)
from bot.domain.formatting import counted

GERMAN: dict[str | tuple[str, ...], str | tuple[str, ...]] = {
    "Restart {server}?": "{server} neu starten?",
    "{count:,} files on {server}": "Auf {server}: {count:,} Dateien",
    "That input can't be used.": "Diese Eingabe geht nicht.",
    "Broken": "{nothing} {server}",
    ("file", "files"): ("Datei", "Dateien"),
}


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = Catalog(locale="de")
    for text, translation in GERMAN.items():
        catalog.add(text, translation)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    monkeypatch.setitem(i18n.CATALOGUES, "de", GNUTranslations(compiled))


def test_without_a_language_a_text_is_what_the_code_says() -> None:
    assert _("Restart {server}?", server="Lobby") == "Restart Lobby?"
    assert _("{not a field}") == "{not a field}"


@pytest.mark.usefixtures("german")
def test_a_text_its_fields_and_numbers_follow_the_language_that_is_spoken() -> None:
    with language("de"):
        assert _("Restart {server}?", server="Lobby") == "Lobby neu starten?"
        assert _("{count:,} files on {server}", count=12_500, server="Lobby") == "Auf Lobby: 12.500 Dateien"
        assert counted(1, "file", "files") == "1 Datei"
        assert counted(1_204, "file", "files") == "1.204 Dateien"
        assert number(3.25, ".1f") == "3,2"
        assert _("not translated") == "not translated"
    assert counted(1_204, "file", "files") == "1,204 files"


@pytest.mark.parametrize(
    ("asked", "nearest_tag"), [("de", "de"), ("de-AT", "de"), ("en-GB", "en"), ("ja", "en")]
)
@pytest.mark.usefixtures("german")
def test_the_nearest_language_is_used_else_english(asked: str, nearest_tag: str) -> None:
    assert nearest(asked) == nearest_tag


@pytest.mark.usefixtures("german")
def test_a_marked_text_is_translated_when_it_is_shown() -> None:
    word = N_("Restart {server}?")
    asked = N_("Restart {server}?", server="Lobby")
    with language("de"):
        assert _(word, server="Lobby") == str(asked) == f"{asked}" == "Lobby neu starten?"
    assert str(asked) == "Restart Lobby?"
    assert isinstance(word, Message)


@pytest.mark.usefixtures("german")
def test_an_error_speaks_the_language_and_is_logged_in_english() -> None:
    with language("de"):
        error = BadInput()
        assert error.happened == "Diese Eingabe geht nicht."
        made = QuetzalError(_("Restart {server}?", server="Lobby"))
        assert (made.happened, str(made), english(made.happened)) == (
            "Lobby neu starten?",
            "Restart Lobby?",
            "Restart Lobby?",
        )
    assert error.happened == "That input can't be used."


@pytest.mark.usefixtures("german")
def test_an_error_of_another_process_is_shown_in_the_language_of_this_one() -> None:
    bare, given = (pickle.loads(pickle.dumps(error)) for error in (BadInput(), BadInput("No.", detail="x")))  # noqa: S301 - our own
    with language("de"):
        assert bare.happened == "Diese Eingabe geht nicht."
    assert (given.happened, given.detail, str(given)) == ("No.", "x", "No.")


@pytest.mark.usefixtures("german")
def test_a_translation_whose_fields_do_not_fit_is_shown_in_english() -> None:
    with language("de"):
        assert _("Broken", server="Lobby") == "Broken"


def test_a_plural_form_is_chosen_by_the_number() -> None:
    assert [plural("{count} line", "{count:,} lines", count) for count in (0, 1, 2_000)] == [
        "0 lines",
        "1 line",
        "2,000 lines",
    ]


def test_a_catalogue_is_read_from_its_file_and_speaks_in_another_process_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "CATALOGUES", {})
    catalog = Catalog(locale="pt_BR")
    catalog.add("Restart {server}?", "Reiniciar {server}?")
    path = tmp_path / "pt_BR" / "LC_MESSAGES" / "quetzal.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)

    load_catalogues(tmp_path)

    with language("pt-BR"):
        call = pickle.dumps((carried(_), "Restart {server}?"))
    work, message = pickle.loads(call)  # noqa: S301 - our own
    translated = pickle.loads(pickle.dumps(work(message, server="Lobby")))  # noqa: S301 - our own
    assert (translated, english(translated)) == ("Reiniciar Lobby?", "Restart Lobby?")
