"""Keys and one-time links are in no sentence, no detail, no traceback and no log."""

import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pydantic import SecretStr

from bot.panel import PanelClient, errors
from bot.panel.models import SignedUrl, SocketToken
from tests.panel.conftest import KEY, UUID
from tests.support.origin import (
    Origin,
    Reply,
    Seen,
    complaint,
    cut,
    http,
)

LINK_TOKEN = "CANARYTOKEN"
GARBAGE = b"\x16\x03\x01 no HTTP\r\n\r\n"
SIGNED = {"object": "signed_url"}


async def _bytes() -> AsyncIterator[bytes]:
    yield b"abc"


async def _download(client: PanelClient) -> None:
    async with client.files.download(UUID, "/a"):
        pass


CALLS: dict[str, Callable[[PanelClient], Awaitable[object]]] = {
    "read": lambda client: client.account.view(),
    "change": lambda client: client.files.write(UUID, "/a", b"b"),
    "download": _download,
    "upload": lambda client: client.files.upload(UUID, "/", "a", _bytes(), 3),
}
FAULTS: dict[str, Reply] = {
    "garbage": GARBAGE,
    "cut": cut,
    "page": http(200, "<html>"),
    "redirect": http(302, b"", {"Location": "http://127.0.0.1/"}),
    "401": complaint(401, "AuthenticationException"),
    "500": http(500),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_no_secret_travels_with_an_error(
    call: Callable[[PanelClient], Awaitable[object]],
    fault: Reply,
    client: PanelClient,
    origin: Origin,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    def script(seen: Seen) -> Reply:
        if "load" in seen.target and seen.target.startswith("/api/"):
            url = f"{origin.url}/node?token={LINK_TOKEN}"
            return http(200, {**SIGNED, "attributes": {"url": url}})
        return fault

    origin.script = script
    try:
        await call(client)
    except errors.PanelError as error:
        output = "".join(traceback.format_exception(error)) + f"{error!r} {error.sentence} {error.detail}"
    else:
        output = ""  # a page is a fine thing to download
    for secret in (KEY, KEY[5:], LINK_TOKEN):
        assert secret not in output
        assert secret not in caplog.text


def test_secrets_do_not_show_in_what_holds_them() -> None:
    assert LINK_TOKEN not in repr(SignedUrl(url=f"https://node/x?token={LINK_TOKEN}"))
    token = SocketToken(token=SecretStr(LINK_TOKEN), url="wss://node/ws")
    assert LINK_TOKEN not in repr(token)
