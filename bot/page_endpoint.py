"""The page of the public boards on loopback, for a reverse proxy."""

from http import HTTPStatus

from aiohttp import web

from bot.core.loopback_server import Handler, serve_on_loopback
from bot.core.supervisor import Pulse
from bot.services.alerts import PublicPage

_FRESH_S = 30
"""For how long a cache may use it without asking; it is made again once a minute."""
_TYPES = {"index.html": "text/html", "servers.json": "application/json"}
_HEADERS = {
    "Access-Control-Allow-Origin": "*",  # it is public: other pages may show it
    "Cache-Control": f"public, max-age={_FRESH_S}",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Server": "Quetzal",  # and not the versions of Python and of a library
    "X-Content-Type-Options": "nosniff",
}


async def serve_page(port: int, page: PublicPage, pulse: Pulse) -> None:
    """Serve the page and its JSON forever. SetupError when the port is taken."""
    handlers = {f"/{name}": _handler(page, name) for name in _TYPES}
    handlers["/"] = handlers["/index.html"]
    await serve_on_loopback(
        handlers, port, purpose="the public page", setting="QUETZAL_PUBLIC_PAGE_PORT", pulse=pulse
    )


def _handler(page: PublicPage, name: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        file = page.files.get(name)
        if file is None:  # Quetzal has just begun
            waiting = {"Retry-After": "5", "Cache-Control": "no-store", "Server": _HEADERS["Server"]}
            return web.Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers=waiting)
        headers = _HEADERS | {"ETag": f'"{file.tag}"'}
        if any(tag.value in (file.tag, "*") for tag in request.if_none_match or ()):
            return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
        return web.Response(text=file.text, content_type=_TYPES[name], charset="utf-8", headers=headers)

    return answer
