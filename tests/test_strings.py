"""What people read: no word that docs/style.md bans, no title over its length (`make strings` lists it)."""

import pytest

from tests.support.strings import Shown, faults_of, shown_strings, strings_of

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


def test_no_text_holds_a_banned_word_or_is_too_long_a_title() -> None:
    shown = list(shown_strings())
    assert len(shown) > 2_000
    assert list(faults_of(shown)) == []


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
        ("sentence", "Alerts are hushed.", True),
    ],
)
def test_a_text_is_judged_by_its_words_and_a_title_by_its_length(kind: str, text: str, faulty: bool) -> None:
    assert bool(list(Shown("cogs/files.py", 1, "", kind, text).faults())) is faulty
