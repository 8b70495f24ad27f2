"""TOML: tomlkit keeps comments and order."""

from collections.abc import Iterator
from typing import Any

from bot.domain.configs.values import Change, not_one_value, typed_like, unknown_key


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken."""
    import tomlkit  # noqa: PLC0415
    from tomlkit.exceptions import ParseError, TOMLKitError  # noqa: PLC0415

    try:
        tomlkit.parse(text)
    except ParseError as error:
        raise ValueError(
            f"line {error.line}, column {error.col}: {str(error).split(' at line')[0]}."
        ) from None
    except TOMLKitError as error:
        raise ValueError(f"{error}.") from None


def set_key(text: str, key: str, value: str) -> Change:
    """Change one key of a text that `check` takes; raises BadInput."""
    import tomlkit  # noqa: PLC0415

    document = tomlkit.parse(text)
    known = dict(_paths(document, ""))
    if key not in known:
        raise unknown_key(key, list(known))
    holder, name = known[key]
    if isinstance(holder[name], dict | list):
        raise not_one_value(key)
    old = tomlkit.item(holder[name]).as_string()

    def scalar(typed: str) -> object:
        return tomlkit.parse(f"x = {typed}")["x"].unwrap()

    new = typed_like(holder[name].unwrap(), value, scalar, lambda found: tomlkit.item(found).as_string())
    comment = holder[name].trivia
    holder[name] = tomlkit.item(scalar(new))
    holder[name].trivia.comment, holder[name].trivia.comment_ws = comment.comment, comment.comment_ws
    return Change(document.as_string(), old, new)


def _paths(node: Any, path: str) -> Iterator[tuple[str, tuple[Any, Any]]]:  # noqa: ANN401 - tables, arrays
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, inner in pairs:
        inner_path = f"{path}.{name}" if path else str(name)
        yield inner_path, (node, name)
        yield from _paths(inner, inner_path)
