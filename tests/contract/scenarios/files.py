"""Files, all in a folder of their own."""

from collections.abc import AsyncIterator

from bot.panel import errors
from tests.contract.scenarios.run import Run, refused

PROPERTIES = b"motd=Hello\nmax-players=20\n"
UNICODE = "naïve 文件 (1).txt"
MISSING = (errors.FileMissing, errors.FileUnavailable)


async def a_folder_is_made_and_listed(run: Run) -> None:
    folder = await _folder(run)
    names = [entry.name for entry in await run.client.files.list(run.uuid, "/", fresh=True)]
    assert run.name in names
    assert await run.client.files.list(run.uuid, folder, fresh=True) == ()
    await run.client.files.create_folder(run.uuid, "/", run.name)
    run.say("  making it again is no error")


async def files_are_written_and_read(run: Run) -> None:
    folder = await _folder(run)
    every_byte = bytes(range(256)) * 16
    for name, content in (
        ("server.properties", PROPERTIES),
        (UNICODE, "päivää".encode()),
        ("all.bin", every_byte),
    ):
        await run.client.files.write(run.uuid, f"{folder}/{name}", content)
        assert await run.client.files.read(run.uuid, f"{folder}/{name}") == content
        run.say(f"  wrote and read {name}, {len(content)} bytes")
    await run.client.files.write(run.uuid, f"{folder}/server.properties", b"short\n")
    assert await run.client.files.read(run.uuid, f"{folder}/server.properties") == b"short\n"
    run.say("  a shorter content leaves nothing of the longer one")
    await run.client.files.write(run.uuid, f"{folder}/below/deep.txt", b"deep")
    listed = {entry.name: entry for entry in await run.client.files.list(run.uuid, folder, fresh=True)}
    assert listed.keys() == {"server.properties", UNICODE, "all.bin", "below"}
    assert listed["all.bin"].size_bytes == len(every_byte)
    assert listed["below"].is_directory


async def an_empty_file_is_written_or_refused_by_name(run: Run) -> None:
    folder = await _folder(run)
    try:
        await run.client.files.write(run.uuid, f"{folder}/empty.txt", b"")
    except errors.EmptyFileRefused:
        run.say("  this node cannot store an empty file")
    else:
        assert await run.client.files.read(run.uuid, f"{folder}/empty.txt") == b""


async def files_are_renamed_moved_and_copied(run: Run) -> None:
    folder = await _folder(run)
    await run.client.files.write(run.uuid, f"{folder}/one.txt", b"1")
    await run.client.files.write(run.uuid, f"{folder}/two.txt", b"2")
    await run.client.files.rename(run.uuid, [("one.txt", "moved/uno.txt")], root=folder)
    assert await run.client.files.read(run.uuid, f"{folder}/moved/uno.txt") == b"1"
    onto = run.client.files.rename(run.uuid, [("two.txt", "moved/uno.txt")], root=folder)
    await refused(run, onto, errors.FileExists, errors.FileUnavailable)  # Pelican does not say why
    await run.client.files.copy(run.uuid, f"{folder}/two.txt")
    names = {entry.name for entry in await run.client.files.list(run.uuid, folder, fresh=True)}
    assert names == {"two.txt", "two copy.txt", "moved"}


async def files_are_packed_and_unpacked(run: Run) -> None:
    folder = await _folder(run)
    await run.client.files.write(run.uuid, f"{folder}/world/level.dat", b"\x00\x01\x02")
    archive = await run.client.files.compress(run.uuid, folder, ["world"])
    run.say(f"  packed into {archive.name}, {archive.size_bytes} bytes")
    await run.client.files.delete(run.uuid, folder, ["world"])
    await run.client.files.decompress(run.uuid, folder, archive.name)
    assert await run.client.files.read(run.uuid, f"{folder}/world/level.dat") == b"\x00\x01\x02"


async def a_mode_is_changed(run: Run) -> None:
    folder = await _folder(run)
    await run.client.files.write(run.uuid, f"{folder}/start.sh", b"#!/bin/sh\n")
    await run.client.files.chmod(run.uuid, folder, [("start.sh", "755")])
    (entry,) = await run.client.files.list(run.uuid, folder, fresh=True)
    assert entry.mode_bits == "755"


async def files_are_deleted(run: Run) -> None:
    folder = await _folder(run)
    await run.client.files.write(run.uuid, f"{folder}/gone.txt", b"x")
    await run.client.files.delete(run.uuid, folder, ["gone.txt"])
    assert await run.client.files.list(run.uuid, folder, fresh=True) == ()
    await refused(run, run.client.files.read(run.uuid, f"{folder}/gone.txt"), *MISSING)


async def files_are_streamed_through_the_node(run: Run) -> None:
    folder = await _folder(run)
    content = bytes(range(256)) * 4096
    await run.client.files.upload(run.uuid, folder, "up load.bin", _chunks(content), len(content))
    async with run.client.files.download(run.uuid, f"{folder}/up load.bin") as download:
        assert download.length == len(content)
        assert b"".join([chunk async for chunk in download]) == content
    run.say(f"  {len(content)} bytes up and down again")


async def _folder(run: Run) -> str:
    """Make the run's own folder; it is removed at the end."""
    await run.client.files.create_folder(run.uuid, "/", run.name)
    run.say(f"  made the folder /{run.name}")

    async def remove() -> None:
        await run.client.files.delete(run.uuid, "/", [run.name])
        run.say(f"  removed the folder /{run.name}")

    run.finally_(remove)
    return f"/{run.name}"


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65_536):
        yield content[start : start + 65_536]
