"""Recorded answers of a real node on its own address: one-time links for downloads and uploads."""

from collections.abc import AsyncIterator

import pytest

from bot.panel import PanelClient, errors
from tests.panel.conftest import UUID
from tests.panel.unused_recordings import UNUSED
from tests.support.origin import (
    Origin,
    Seen,
    http,
    multipart,
)
from tests.support.recordings import Recording, http_recordings

BACKUP = "904df120-a66f-4a7a-a4b1-7f2d5b4c9d3a"
NODE = [
    recording
    for recording in http_recordings()
    if recording.path.startswith(("/download/", "/upload/")) and recording.name not in UNUSED
]
DOWNLOADS = [recording for recording in NODE if recording.path.startswith("/download/")]
UPLOADS = [recording for recording in NODE if recording.path.startswith("/upload/")]

REFUSALS: dict[str, type[errors.PanelError]] = {
    "wings-download-backup-again": errors.LinkSpent,
    "wings-download-backup-bad-token": errors.FileUnavailable,
    "wings-download-backup-vanished": errors.LinkSpent,
    "wings-download-file-directory": errors.LinkSpent,
    "wings-download-file-no-token": errors.FileUnavailable,
    "wings-download-file-outside": errors.FileUnavailable,
    "old-1.11.8-wings-download-file-bad-token": errors.FileUnavailable,
    "old-1.11.8-wings-download-file-directory": errors.LinkSpent,
    "old-1.11.8-wings-download-file-outside": errors.FileUnavailable,
    "wings-upload-denylisted": errors.FileDenied,
    "wings-upload-no-token": errors.FileUnavailable,
    "wings-upload-outside": errors.FileUnavailable,
    "wings-upload-same-url-again": errors.LinkSpent,
    "wings-upload-too-big": errors.UploadTooLarge,
}


def _serve(panel: Origin, recording: Recording) -> None:
    """Let one origin be panel and node: the panel's link leads to the recorded answer."""

    def script(seen: Seen) -> bytes:
        if seen.target.startswith("/api/"):
            url = f"{panel.url}{recording.path}?token=one-time"
            return http(200, {"object": "signed_url", "attributes": {"url": url}})
        return recording.wire

    panel.script = script


async def _text() -> AsyncIterator[bytes]:
    yield b"some "
    yield b"text"


@pytest.mark.parametrize("recording", DOWNLOADS, ids=lambda recording: recording.name)
async def test_recorded_download(recording: Recording, client: PanelClient, origin: Origin) -> None:
    _serve(origin, recording)
    backup = "backup" in recording.path
    opened = client.backups.open(UUID, BACKUP) if backup else client.files.download(UUID, "/a")
    if recording.name in REFUSALS:
        with pytest.raises(errors.PanelError) as caught:
            await opened.__aenter__()
        assert type(caught.value) is REFUSALS[recording.name]
        return
    async with opened as download:
        assert download.length == recording.size
        if backup:  # 263 MB: its first bytes prove that the archive is there
            async for chunk in download:
                assert chunk.startswith(b"\x1f\x8b")
                break
        else:
            assert b"".join([chunk async for chunk in download]) == recording.body
    assert "Authorization" not in origin.requests[-1].headers
    assert origin.requests[-1].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("recording", UPLOADS, ids=lambda recording: recording.name)
async def test_recorded_upload(recording: Recording, client: PanelClient, origin: Origin) -> None:
    _serve(origin, recording)
    upload = client.files.upload(UUID, "/up/new", 'päi "vää".txt', _text(), 9)
    if recording.name in REFUSALS:
        with pytest.raises(errors.PanelError) as caught:
            await upload
        assert type(caught.value) is REFUSALS[recording.name]
        return
    await upload
    sent = origin.requests[-1]
    assert sent.target.endswith("?token=one-time&directory=/up/new")
    assert "Authorization" not in sent.headers
    assert multipart(sent) == [('form-data; name="files"; filename="päi \\"vää\\".txt"', b"some text")]


def test_all_node_recordings_are_used() -> None:
    refused = {recording.name for recording in NODE if recording.status != 200}
    assert refused == set(REFUSALS)
