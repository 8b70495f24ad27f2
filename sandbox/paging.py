"""Pages as Laravel and fractal make them (docs/reference/panel-api.md#pagination)."""

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote

from sandbox.answers import Json, unexpected
from sandbox.routing import Call

T = TypeVar("T")
MODEL_DEFAULT = 15
LARGEST = 2**63 - 1


def paginate(
    call: Call, rows: Sequence[T], *, default: int, cap: int, keeps_query: bool = True
) -> tuple[Sequence[T], Json]:
    """Return one page of rows, and the `pagination` object."""
    requested = _per_page(call.query, default, cap)
    per_page = int(requested)
    if per_page < 0 and rows:
        raise unexpected("QueryException")  # a negative LIMIT; without rows there is no query
    page = _page(call.query.get("page"))
    size = per_page if per_page > 0 else max(1, len(rows))
    pages = max(1, math.ceil(len(rows) / requested)) if requested > 0 else 1  # 1.5 gives 5 pages of 7 rows
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


def _per_page(query: Mapping[str, object], default: int, cap: int) -> float:
    requested = query.get("per_page")
    if requested is None:
        return default
    try:
        return min(float(str(requested)), cap) or MODEL_DEFAULT
    except ValueError:
        return cap  # text is larger than any number to PHP's min()


def _page(value: object) -> int:
    """Return the number of the page; what PHP's integers can't hold is the first."""
    text = str(value if value is not None else "")
    number = int(text) if text.isdigit() else 1
    return number if 1 <= number <= LARGEST else 1


def _link(call: Call, page: int, *, keeps_query: bool) -> str:
    base = call.world.settings.url + call.request.path
    kept = [
        f"{quote(name, safe='')}={quote(str(value), safe='')}"
        for name, value in call.query.items()
        if keeps_query and name != "page" and value is not None
    ]
    return f"{base}?{'&'.join([*kept, f'page={page}'])}"
