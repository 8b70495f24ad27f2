"""Downloads and uploads: constant memory, and the truth about how they ended."""

import asyncio
import gc
from collections.abc import AsyncIterator

import psutil
import pytest

from bot.core.errors import BadInput
from bot.panel import PanelClient, errors
from tests.panel.conftest import UUID
from tests.panel.transfers import pieces, serve
from tests.support.origin import (
    Origin,
    cut,
    http,
)

MIB = 1024 * 1024


async def stream(writer: asyncio.StreamWriter, size: int, announced: int) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % announced)
    for _ in range(size // MIB):
        writer.write(b"x" * MIB)
        await writer.drain()
    writer.close()


class Memory:
    """How much this process has grown at most."""

    def __init__(self) -> None:
        gc.collect()
        self._process = psutil.Process()
        self._before = self._process.memory_info().rss
        self.most = 0

    def look(self) -> None:
        self.most = max(self.most, self._process.memory_info().rss - self._before)


@pytest.mark.sweep
async def test_a_large_download_takes_a_chunk_of_memory(client: PanelClient, origin: Origin) -> None:
    serve(origin, lambda writer: stream(writer, 95 * MIB, 95 * MIB))
    memory, read = Memory(), 0
    async with client.files.download(UUID, "/world.zip") as download:
        assert download.length == 95 * MIB
        async for chunk in download:
            read += len(chunk)
            memory.look()
    assert read == 95 * MIB
    assert memory.most < 30 * MIB


async def test_a_large_upload_takes_a_chunk_of_memory(client: PanelClient, origin: Origin) -> None:
    memory, received = Memory(), 0

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        head = await reader.readuntil(b"\r\n\r\n")
        left = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while left:
            left -= (got := len(await reader.read(65536)))
            received += got
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async def source() -> AsyncIterator[bytes]:
        for _ in range(95):
            memory.look()
            yield b"x" * MIB

    node = await asyncio.start_server(take, "127.0.0.1", 0)
    async with node:
        url = f"http://127.0.0.1:{node.sockets[0].getsockname()[1]}/up"
        origin.answers(http(200, {"object": "signed_url", "attributes": {"url": url}}))
        await client.files.upload(UUID, "/", "world.zip", source(), 95 * MIB)
    assert 95 * MIB < received < 95 * MIB + 1000
    assert memory.most < 30 * MIB


async def test_a_download_over_the_limit_is_refused_before_and_while_it_is_read(
    client: PanelClient, origin: Origin
) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"5\r\nhello\r\n" * 3 + b"0\r\n\r\n"
    serve(origin, http(200, b"x" * 20), chunked)
    with pytest.raises(errors.FileTooLarge):
        await client.files.download(UUID, "/a", limit_bytes=10).__aenter__()
    with pytest.raises(errors.FileTooLarge):
        async with client.files.download(UUID, "/a", limit_bytes=10) as download:
            assert download.length is None
            async for _ in download:
                pass


async def test_a_download_that_was_cut_says_so(client: PanelClient, origin: Origin) -> None:
    serve(origin, lambda writer: stream(writer, 2 * MIB, 3 * MIB))
    with pytest.raises(errors.TransferBroken):
        async with client.files.download(UUID, "/a") as download:
            async for _ in download:
                pass


async def test_a_readers_own_failure_stays_its_own(client: PanelClient, origin: Origin) -> None:
    serve(origin, http(200, b"text"))
    with pytest.raises(TimeoutError, match="mine"):
        async with client.files.download(UUID, "/a"):
            raise TimeoutError("mine")


async def test_a_transfer_need_not_be_read_to_the_end(client: PanelClient, origin: Origin) -> None:
    serve(origin, lambda writer: stream(writer, 95 * MIB, 95 * MIB))
    async with client.files.download(UUID, "/a") as download:
        async for _ in download:
            break


@pytest.mark.parametrize("chunks", [(b"abc",), (b"abcde", b"fgh")], ids=["too short", "too long"])
async def test_an_upload_of_another_size_than_announced(
    chunks: tuple[bytes, ...], client: PanelClient, origin: Origin
) -> None:
    serve(origin, http(200))
    with pytest.raises(errors.TransferBroken, match="size"):
        await client.files.upload(UUID, "/", "a", pieces(*chunks), 5)


async def test_a_sources_own_failure_stays_its_own(client: PanelClient, origin: Origin) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"abc"
        raise LookupError("the attachment is gone")

    serve(origin, http(200))
    with pytest.raises(LookupError, match="attachment"):
        await client.files.upload(UUID, "/", "a", broken(), 5)


async def test_an_upload_without_an_answer_may_have_happened(client: PanelClient, origin: Origin) -> None:
    serve(origin, cut)
    with pytest.raises(errors.OutcomeUnknown):
        await client.files.upload(UUID, "/", "a", pieces(b"abc"), 3)


async def test_an_upload_answered_by_a_page(client: PanelClient, origin: Origin) -> None:
    serve(origin, http(200, "<html>"))
    with pytest.raises(errors.UnreadableOutcome):
        await client.files.upload(UUID, "/", "a", pieces(b"abc"), 3)


async def test_an_upload_that_could_not_begin_changed_nothing(client: PanelClient, origin: Origin) -> None:
    origin.answers(http(200, {"object": "signed_url", "attributes": {"url": "http://127.0.0.1:9/x"}}))
    with pytest.raises(errors.NodeDown):
        await client.files.upload(UUID, "/", "a", pieces(b"abc"), 3)


@pytest.mark.parametrize("name", ["", "a/b", "a\r\nX: y", "\x00"])
async def test_names_that_no_upload_can_have(name: str, client: PanelClient, origin: Origin) -> None:
    with pytest.raises(BadInput):
        await client.files.upload(UUID, "/", name, pieces(b"abc"), 3)
    assert origin.requests == []


async def test_an_empty_file_goes_as_an_upload_where_the_node_refuses_an_empty_body(
    client: PanelClient, origin: Origin
) -> None:
    """Wings 1.11.9 to 1.11.11 answer 400 `Missing Content-Length` (12.7)."""
    serve(origin, http(200))
    await client.files.write(UUID, "/empty.txt", b"")
    assert origin.requests[-1].target == "/node?token=t&directory=/"
    assert b'filename="empty.txt"' in origin.requests[-1].body


async def test_where_no_empty_file_can_be_stored_the_error_says_so(
    client: PanelClient, origin: Origin
) -> None:
    serve(origin, http(500, {"error": "An unexpected error was encountered while processing this request"}))
    with pytest.raises(errors.EmptyFileRefused):
        await client.files.write(UUID, "/empty.txt", b"")
