"""What the panel makes of a request before anybody judges it: decode, trim, empty to null.

Source: docs/reference/panel-api.md#input-normalisation.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from sandbox.answers import Refusal

UNTOUCHED = {"password", "password_confirmation"}
# With the 36-character uuid, and only then, names in files routes keep their spaces.
UNTRIMMED = re.compile(r"/api/client/servers/[0-9a-fA-F-]{36}/files(/|$)")
Fields = dict[str, Any]


def read_query(request: web.BaseRequest) -> Fields:
    """Return the query: `filter[name]` stays one key, `a[]` becomes a list."""
    fields: Fields = {}
    for name, value in parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True):
        if name.endswith("[]"):
            fields.setdefault(name[:-2], []).append(value)
        else:
            fields[name] = value
    return _clean(fields, trim=not UNTRIMMED.match(request.path))


def read_body(request: web.BaseRequest, body: bytes) -> Fields:
    """Return the fields of a JSON or form body. Raises Refusal (400) for JSON that cannot be parsed."""
    content_type = request.headers.get("Content-Type", "")
    trim = not UNTRIMMED.match(request.path)
    if "/json" in content_type or "+json" in content_type:
        if not body:
            return {}
        try:
            parsed = json.loads(body)
        except ValueError as error:
            raise Refusal(
                400,
                "BadRequestHttpException",
                f"The JSON data passed in the request appears to be malformed: {_php_reason(body)}",
            ) from error
        return _clean(parsed, trim=trim) if isinstance(parsed, dict) else {}
    if content_type.startswith("application/x-www-form-urlencoded"):
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return _clean(dict(pairs), trim=trim)
    return {}


def _php_reason(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError:
        return "Malformed UTF-8 characters, possibly incorrectly encoded"
    return "Syntax error"


def _clean(fields: Fields, *, trim: bool) -> Fields:
    return {name: value if name in UNTOUCHED else _tidy(value, trim) for name, value in fields.items()}


def _tidy(value: object, trim: bool) -> object:
    if isinstance(value, str):
        return (value.strip() if trim else value) or None
    if isinstance(value, list):
        return [_tidy(entry, trim) for entry in value]
    if isinstance(value, dict):
        return {name: _tidy(entry, trim) for name, entry in value.items()}
    return value
