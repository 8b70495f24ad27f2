"""Pages as Laravel and fractal make them (docs/reference/panel-api.md#pagination)."""

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

from sandbox.answers import Json
from sandbox.routing import Call

T = TypeVar("T")
MODEL_DEFAULT = 15


def paginate(
    call: Call, rows: Sequence[T], *, default: int, cap: int, keeps_query: bool = True
) -> tuple[Sequence[T], Json]:
    """Return one page of rows, and the `pagination` object."""
    per_page = _per_page(call.query, default, cap)
    page = max(1, _number(call.query.get("page"), 1))
    size = per_page if per_page > 0 else max(1, len(rows))  # a negative LIMIT takes everything
    pages = max(1, -(-len(rows) // size))
    shown = rows[(page - 1) * size : page * size]
    links: Json = {}
    if page > 1:
        links["previous"] = _link(call, page - 1, keeps_query=keeps_query)
    if page < pages:
        links["next"] = _link(call, page + 1, keeps_query=keeps_query)
    pagination = {
        "total": len(rows),
        "count": len(shown),
        "per_page": per_page,
        "current_page": page,
        "total_pages": pages,
        "links": links,
    }
    return shown, pagination


def _per_page(query: Mapping[str, object], default: int, cap: int) -> int:
    requested = query.get("per_page")
    if requested is None:
        return default
    number = _number(requested, cap)  # text is larger than any number to PHP's min()
    return min(number, cap) or MODEL_DEFAULT


def _number(value: object, otherwise: int) -> int:
    text = str(value if value is not None else "")
    return int(text) if text.lstrip("-").isdigit() else otherwise


def _link(call: Call, page: int, *, keeps_query: bool) -> str:
    base = call.world.settings.url + call.request.path
    kept = [
        f"{quote(name, safe='')}={quote(str(value), safe='')}"
        for name, value in call.query.items()
        if keeps_query and name != "page" and value is not None
    ]
    return f"{base}?{'&'.join([*kept, f'page={page}'])}"
