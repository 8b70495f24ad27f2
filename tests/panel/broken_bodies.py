"""Bodies that do not end, do not begin, or stop halfway."""

import asyncio


async def endless(writer: asyncio.StreamWriter) -> None:
    """Send a body without an end."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
        await writer.drain()


async def huge(writer: asyncio.StreamWriter) -> None:
    """100 MB, all of it announced."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 104857600\r\n\r\n")
    for _ in range(1600):
        writer.write(b" " * 65536)
        await writer.drain()


async def trickle(writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then, forever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(writer: asyncio.StreamWriter) -> None:
    """No answer at all."""
    await writer.wait_closed()


async def cut_body(writer: asyncio.StreamWriter) -> None:
    """Less than the announced length."""
    writer.write(
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"data": ['
    )
    await writer.drain()
    writer.close()


async def cut_chunk(writer: asyncio.StreamWriter) -> None:
    """Leave out the last chunk."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    writer.write(head + b'a\r\n{"data": [\r\n')
    await writer.drain()
    writer.close()
