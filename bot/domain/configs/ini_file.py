"""INI: configupdater keeps comments and order."""

from typing import TYPE_CHECKING

from bot.domain.configs.values import Change, unknown_key
from bot.domain.files import plain
from bot.errors import BadInput

if TYPE_CHECKING:
    from configupdater import ConfigUpdater


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    from configparser import Error  # noqa: PLC0415

    from configupdater import ConfigUpdater  # noqa: PLC0415

    try:
        ConfigUpdater(strict=False, allow_no_value=True).read_string(text)
    except Error as error:
        raise ValueError(f"{str(error).splitlines()[0]}.") from None


def set_key(text: str, key: str, value: str) -> Change:
    """Change one key of a text that `check` takes; raises BadInput."""
    from configupdater import ConfigUpdater  # noqa: PLC0415

    if "\n" in value or "\r" in value:
        raise BadInput("A value is one line.")
    document = ConfigUpdater(strict=False, allow_no_value=True)
    document.read_string(text)
    known = {
        f"{section}.{option}": (section, option)
        for section in document.sections()
        for option in document[section]
    }
    if key not in known:
        raise unknown_key(key, list(known))
    section, option = known[key]
    if _times(document, section, option) != 1:
        raise BadInput(
            f"{plain(key[:80])} is there more than once, and nobody can tell which one counts.",
            next_step="Use /files edit, which shows the whole file.",
        )
    old = document[section][option].value or ""
    document[section][option].value = value
    return Change(str(document), old, value)


def _times(document: "ConfigUpdater", section: str, option: str) -> int:
    """Count how often a key is there, in all sections of that name."""
    from configupdater import Option, Section  # noqa: PLC0415

    return sum(
        isinstance(line, Option) and line.key == option
        for block in document.iter_blocks()
        if isinstance(block, Section) and block.name == section
        for line in block.iter_blocks()
    )
