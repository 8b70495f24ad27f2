"""Links of the panel, what the node answers to them, and what is sent."""

from collections.abc import AsyncIterator

from tests.support.origin import (
    Origin,
    Reply,
    Seen,
    complaint,
    http,
)

EMPTY_REFUSED = complaint(
    400,
    "DaemonConnectionException",
    "An error occurred on the remote host: Missing Content-Length. (request id: 5e1b0c0e)",
)


def serve(origin: Origin, *replies: Reply) -> None:
    """Let the panel give links, and the node these replies."""
    left = list(replies)

    def script(seen: Seen) -> Reply:
        if seen.target.endswith("/files/write?file=%2Fempty.txt"):
            return EMPTY_REFUSED
        if seen.target.startswith("/api/"):
            return http(200, {"object": "signed_url", "attributes": {"url": f"{origin.url}/node?token=t"}})
        return left.pop(0)

    origin.script = script


async def pieces(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk
