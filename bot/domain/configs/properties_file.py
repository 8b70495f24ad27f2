"""Java properties: the line of the key is replaced, every other line stays."""

from bot.domain.configs.values import Change, unknown_key
from bot.errors import BadInput


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    import javaproperties  # noqa: PLC0415

    try:
        javaproperties.loads(text)
    except ValueError as error:
        raise ValueError(f"{error}.") from None


def set_key(text: str, key: str, value: str) -> Change:
    """Change one key of a text that `check` takes; raises BadInput."""
    from javaproperties import join_key_value, parse  # noqa: PLC0415
    from javaproperties.reading import KeyValue  # noqa: PLC0415

    if "\n" in value or "\r" in value:
        raise BadInput("A value is one line.")
    lines = list(parse(text))
    places = [at for at, line in enumerate(lines) if isinstance(line, KeyValue) and line.key == key]
    if not places:
        raise unknown_key(key, [line.key for line in lines if isinstance(line, KeyValue)])
    at = places[-1]  # the last one counts
    old = lines[at]
    end = old.source[len(old.source.rstrip("\r\n")) :]
    new = join_key_value(key, value, ensure_ascii=False) + end
    pieces = [line.source for line in lines]
    pieces[at] = new
    return Change("".join(pieces), old.source.strip(), new.strip())
