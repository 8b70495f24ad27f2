"""YAML: the span of the scalar is replaced, every other byte stays, and the result is read back."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from bot.domain.configs.values import Change, few, not_one_value, typed_like, unknown_key
from bot.errors import BadInput

# Brackets within brackets. ruamel looks at every open one again for each token, so that a few thousand of
# them take it many seconds before Python's own limit ends it.
_DEEPEST = 200


def check(text: str) -> None:
    """Raise ValueError with a sentence when the text is broken, RecursionError when it is too deep."""
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415
    from ruamel.yaml.scanner import RoundTripScanner  # noqa: PLC0415

    class Scanner(RoundTripScanner):
        def fetch_flow_collection_start(self, TokenClass: Any, to_push: str) -> None:  # noqa: ANN401, N803 - as ruamel has it
            if len(self.flow_context) == _DEEPEST:
                raise RecursionError
            super().fetch_flow_collection_start(TokenClass, to_push)

    yaml = YAML(typ="rt")
    yaml.Scanner = Scanner
    try:
        yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{where}{error.problem or 'not YAML'}.") from None
    except YAMLError:
        raise ValueError("it is not one YAML document.") from None


def set_key(text: str, key: str, value: str) -> Change:
    """Change one key of a text that `check` takes; raises BadInput."""
    from ruamel.yaml import YAML  # noqa: PLC0415
    from ruamel.yaml.nodes import ScalarNode  # noqa: PLC0415

    nodes = {path: (behind, node) for path, behind, node in few(_nodes(YAML(typ="rt").compose(text), ""))}
    if key not in nodes:
        raise unknown_key(key, list(nodes))
    behind, node = nodes[key]
    if not isinstance(node, ScalarNode) or node.style in {"|", ">"}:
        raise not_one_value(key)
    start, end = node.start_mark.index, node.end_mark.index
    if start == end:  # `key:` with nothing behind it: the mark is wherever the next thing begins
        start = end = text.index(":", behind) + 1
    new = typed_like(_loaded(text[start:end]), value, _loaded, _scalar)
    gap = " " if text[start - 1 : start] == ":" else ""
    changed = text[:start] + gap + new + text[end:]
    before, after = _leaves(text), _leaves(changed)
    if before is None or after != {**before, key: _loaded(new)}:  # an anchor, an alias or a tag is in play
        raise BadInput(
            "That value cannot be changed without changing more than the key.",
            next_step="Use /files edit, which shows the whole file.",
        )
    return Change(changed, text[start:end], new)


def _nodes(node: Any, path: str) -> Iterator[tuple[str, int, Any]]:  # noqa: ANN401 - ruamel's nodes are untyped
    """Walk all nodes with their dotted paths, and where the key in front of each ends."""
    from ruamel.yaml.nodes import MappingNode, SequenceNode  # noqa: PLC0415

    inside: list[tuple[str, int, Any]] = []
    if isinstance(node, MappingNode):
        inside = [(str(name.value), name.end_mark.index, inner) for name, inner in node.value]
    elif isinstance(node, SequenceNode):
        inside = [(str(index), inner.start_mark.index, inner) for index, inner in enumerate(node.value)]
    for name, behind, inner in inside:
        inner_path = f"{path}.{name}" if path else name
        yield inner_path, behind, inner
        yield from _nodes(inner, inner_path)


def _leaves(text: str) -> dict[str, object] | None:
    """Give what the document means, flat; None when it cannot be loaded safely."""
    from ruamel.yaml.error import YAMLError  # noqa: PLC0415

    try:
        return dict(few(_flat(_loaded(text), "")))
    except YAMLError:
        return None


def _flat(value: object, path: str) -> Iterator[tuple[str, object]]:
    pairs = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if pairs is None:
        yield path, value
        return
    for name, inner in pairs:
        yield from _flat(inner, f"{path}.{name}" if path else str(name))


def _loaded(text: str) -> Any:  # noqa: ANN401 - whatever the document holds
    from ruamel.yaml import YAML  # noqa: PLC0415

    return YAML(typ="safe", pure=True).load(text)


def _scalar(value: object) -> str:
    from ruamel.yaml import YAML  # noqa: PLC0415

    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)  # a JSON string is a YAML string, whatever it holds
    out = StringIO()
    YAML(typ="safe", pure=True).dump(value, out)
    return out.getvalue().removesuffix("...\n").strip()
