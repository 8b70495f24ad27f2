"""How errors look: JSON for who asks for it, else a page or a way back.

Source: docs/reference/panel-api.md#accept-header-and-browsers.
"""

import html
from http import HTTPStatus

from aiohttp import web

from sandbox.answers import HTML_HEADERS, Refusal, json_answer

# Without a JSON Accept header the panel redirects these back instead of showing a page.
DISPLAYED = {
    "AutoAllocationNotEnabledException",
    "BackupLockedException",
    "DaemonConnectionException",
    "DisplayException",
    "DuplicateDatabaseNameException",
    "FileSizeTooLargeException",
    "NoAutoAllocationSpaceAvailableException",
    "NoSuitableDatabaseHostException",
    "ServerSubuserExistsException",
    "ServiceLimitExceededException",
    "TooManyBackupsException",
    "TooManyDatabasesException",
    "UserIsServerOwnerException",
    "ValidationException",
}


def refuse(request: web.BaseRequest, refusal: Refusal, panel_url: str) -> web.Response:
    """Return an error the way the request's Accept header asks for it."""
    if expects_json(request):
        return json_answer({"errors": refusal.errors()}, refusal.status, refusal.headers)
    if refusal.code == "AuthenticationException":
        return _redirect(f"{panel_url}/auth/login")
    if refusal.code in DISPLAYED:
        return _redirect(request.headers.get("Referer", panel_url))
    return _page(refusal)


def expects_json(request: web.BaseRequest) -> bool:
    """Whether errors come as JSON: by the first media type, or for an XMLHttpRequest that takes all."""
    first = request.headers.get("Accept", "").split(",")[0].split(";")[0].strip().lower()
    wants_json = "/json" in first or "+json" in first
    ajax = request.headers.get("X-Requested-With") == "XMLHttpRequest"
    return wants_json or (ajax and first in {"", "*/*", "*"})


def _redirect(target: str) -> web.Response:
    shown = html.escape(target)
    text = (
        '<!DOCTYPE html>\n<html>\n    <head>\n        <meta charset="UTF-8" />\n'
        f'        <meta http-equiv="refresh" content="0;url=\'{shown}\'" />\n\n'
        f"        <title>Redirecting to {shown}</title>\n    </head>\n    <body>\n"
        f'        Redirecting to <a href="{shown}">{shown}</a>.\n    </body>\n</html>'
    )
    headers = {**HTML_HEADERS, "Content-Type": "text/html; charset=utf-8", "Location": target}
    return web.Response(text=text, status=302, headers=headers)


def _page(refusal: Refusal) -> web.Response:
    title = HTTPStatus(refusal.status).phrase if refusal.status != 419 else "Page Expired"  # noqa: PLR2004 - Laravel's own
    text = (
        '<!DOCTYPE html>\n<html lang="en">\n    <head>\n        <meta charset="utf-8">\n'
        '        <meta name="viewport" content="width=device-width, initial-scale=1">\n\n'
        f"        <title>{title}</title>\n    </head>\n    <body>{refusal.status} {title}</body>\n</html>\n"
    )
    return web.Response(text=text, status=refusal.status, headers={**refusal.headers, **HTML_HEADERS})
