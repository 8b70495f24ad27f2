"""The node's own origin over real sockets: signed downloads and uploads, and errors in Wings' form."""

import asyncio
import tarfile
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
from yarl import URL

from sandbox import Mode
from sandbox.node.tokens import file_url
from sandbox.node.volumes import archive_of
from tests.support.node_rig import Answer, Rig
from tests.support.node_rig import rig as make_rig

GENERIC = "An unexpected error was encountered while processing this request"
NO_RESOURCE = "The requested resource was not found on this server."


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with make_rig() as made:
        made.disk.write("openttd.cfg", b"[network]\n")
        made.disk.write("config/naïve 文件 (1).txt", b"x")
        made.disk.write("empty.txt", b"")
        made.server.egg.denylist.append("licence.key")
        yield made


def form(*files: tuple[str, bytes], field: str = "files") -> aiohttp.FormData:
    data = aiohttp.FormData(quote_fields=False)  # Go takes the name as it stands
    for name, content in files:
        data.add_field(field, content, filename=name)
    return data


def wings_error(answer: Answer) -> tuple[int, str, bool]:
    """Status, text, and whether the body repeats the request id of the header."""
    body = answer.json
    has_id = body.get("request_id") == answer.headers["X-Request-Id"]
    assert has_id or "request_id" not in body
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    return answer.status, body["error"], has_id


async def test_a_file_comes_whole_whatever_range_is_asked_and_only_once(rig: Rig) -> None:
    url = await rig.signed("/files/download?file=openttd.cfg")
    answer = await rig.request("GET", url, headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.raw) == (200, b"[network]\n")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="openttd.cfg"'
    assert (answer.headers["Content-Length"], answer.headers["Access-Control-Allow-Origin"]) == (
        "10",
        rig.sandbox.panel_url,
    )
    assert wings_error(await rig.request("GET", url)) == (404, NO_RESOURCE, False)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("config", (404, NO_RESOURCE, False)),
        ("nope.txt", (500, GENERIC, True)),
        ("../../etc/passwd", (500, GENERIC, True)),
    ],
)
async def test_the_panel_signs_anything_and_the_node_says_no(
    rig: Rig, path: str, expected: tuple[int, str, bool]
) -> None:
    url = await rig.signed(f"/files/download?file={path}")
    assert wings_error(await rig.request("GET", url)) == expected
    assert wings_error(await rig.request("GET", url)) == (404, NO_RESOURCE, False)  # burnt all the same


async def test_the_old_release_words_a_failed_download_no_better(rig: Rig) -> None:
    rig.server.node.wings_version = "1.11.8"
    url = await rig.signed("/files/download?file=..%2F..%2Fetc%2Fpasswd")
    assert wings_error(await rig.request("GET", url)) == (500, GENERIC, True)


async def test_empty_and_oddly_named_files(rig: Rig) -> None:
    rig.disk.write('a"b\nc.txt', b"odd")
    empty = await rig.request("GET", await rig.signed("/files/download?file=empty.txt"))
    assert (empty.status, empty.raw, empty.headers["Content-Length"]) == (200, b"", "0")
    world = rig.sandbox.world
    for path, name in (("config/naïve 文件 (1).txt", "naïve 文件 (1).txt"), ('a"b\nc.txt', 'a\\"b\\nc.txt')):
        answer = await rig.request("GET", file_url(world, rig.server, world.user("owner"), path))
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


async def test_the_panel_decodes_a_download_name_twice(rig: Rig) -> None:
    rig.disk.write("100%41.txt", b"literal")
    url = f"{rig.sandbox.panel_url}/api/client/servers/{rig.server.uuid}/files/download?file=100%252541.txt"
    headers = {"Accept": "application/json", "Authorization": f"Bearer {rig.sandbox.world.key_of('owner')}"}
    answer = await rig.request("GET", str(URL(url, encoded=True)), headers=headers)
    signed = await rig.request("GET", url.replace("%252541", "%2541"), headers=headers)
    assert answer.status == signed.status == 200
    rows = [row.properties["file"] for row in rig.server.activity if row.event == "server:file.download"]
    assert rows[0] == "100%41.txt"


async def test_a_token_lives_fifteen_minutes_by_the_worlds_clock(rig: Rig) -> None:
    young, old = [await rig.signed("/files/download?file=openttd.cfg") for _ in range(2)]
    await rig.sandbox.advance(899)
    assert (await rig.request("GET", young)).status == 200
    await rig.sandbox.advance(1)
    assert wings_error(await rig.request("GET", old)) == (500, GENERIC, True)


@pytest.mark.parametrize("query", ["", "?token=abc", "?token=a.b.c", "?token="])
@pytest.mark.parametrize("path", ["/download/file", "/download/backup"])
async def test_what_is_no_token_is_a_plain_500(rig: Rig, path: str, query: str) -> None:
    assert wings_error(await rig.request("GET", rig.sandbox.node_url + path + query)) == (500, GENERIC, True)


async def test_a_token_is_good_for_its_own_purpose_only_where_it_names_one() -> None:
    async with make_rig(Mode.V1_12) as rig:
        rig.disk.write("x", b"x")
        url = await rig.signed("/files/upload")
        wrong = url.replace("/upload/file", "/download/file")
        assert wings_error(await rig.request("GET", wrong)) == (404, NO_RESOURCE, False)
        assert (await rig.request("GET", await rig.signed("/files/download?file=x"))).raw == b"x"


async def test_a_server_the_node_does_not_know_is_404(rig: Rig) -> None:
    url = await rig.signed("/files/download?file=openttd.cfg")
    rig.server.on_node = False
    assert wings_error(await rig.request("GET", url)) == (404, NO_RESOURCE, False)


async def test_a_backup_comes_as_a_real_archive_and_a_vanished_one_is_404(rig: Rig) -> None:
    made = (await rig.panel("POST", "/backups", json={})).json["attributes"]["uuid"]
    early = await rig.signed(f"/backups/{made}/download")
    assert wings_error(await rig.request("GET", early))[:2] == (
        404,
        "The requested backup was not found on this server.",
    )
    await rig.sandbox.advance(rig.server.backup_seconds)
    answer = await rig.request("GET", await rig.signed(f"/backups/{made}/download"))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{made}.tar.gz"'
    with tarfile.open(fileobj=BytesIO(answer.raw)) as tar:
        assert "openttd.cfg" in tar.getnames()
    archive_of(rig.sandbox.world, rig.server, made).unlink()
    assert (await rig.request("GET", await rig.signed(f"/backups/{made}/download"))).status == 404


async def test_an_upload_writes_its_files_once(rig: Rig) -> None:
    url = await rig.signed("/files/upload")
    files = form(("two.txt", b"2"), ("../../deep.txt", b"deep"))
    answer = await rig.request("POST", f"{url}&directory=%2Fup%2Fnew", data=files)
    assert (answer.status, answer.raw) == (200, b"")
    assert [entry.name for entry in rig.disk.list("/up/new")] == ["two.txt", "deep.txt"]
    again = await rig.request("POST", url, data=form(("two.txt", b"3")))
    assert wings_error(again) == (404, NO_RESOURCE, False)


async def test_an_upload_is_logged_by_wings_a_minute_later(rig: Rig) -> None:
    await rig.request("POST", await rig.signed("/files/upload"), data=form(("up.txt", b"up")))
    assert not rig.server.activity
    await rig.sandbox.advance(60)
    row = rig.server.activity[-1]
    assert (row.event, row.properties, row.is_api) == (
        "server:file.uploaded",
        {"directory": "/", "file": "up.txt"},
        False,
    )


@pytest.mark.parametrize(
    ("query", "data", "expected"),
    [
        (
            "",
            form(("licence.key", b"x")),
            (403, "This file cannot be modified: present in egg denylist.", True),
        ),
        ("&directory=..%2F..%2F", form(("out.txt", b"x")), (500, GENERIC, True)),
        ("", form(("x.txt", b"x"), field="file"), (400, "No files were found on the request body.", False)),
        ("", b"plain", (400, "Failed to get multipart form data from request.", False)),
    ],
)
async def test_uploads_that_are_refused(
    rig: Rig, query: str, data: aiohttp.FormData | bytes, expected: tuple[int, str, bool]
) -> None:
    answer = await rig.request("POST", await rig.signed("/files/upload") + query, data=data)
    assert wings_error(answer) == expected


async def test_an_upload_without_a_token_is_500(rig: Rig) -> None:
    answer = await rig.request("POST", f"{rig.sandbox.node_url}/upload/file", data=form(("x", b"x")))
    assert wings_error(answer) == (500, GENERIC, True)


async def test_files_before_the_one_that_fails_stay_written(rig: Rig) -> None:
    data = form(("first.txt", b"1"), ("licence.key", b"x"), ("last.txt", b"3"))
    assert (await rig.request("POST", await rig.signed("/files/upload"), data=data)).status == 403
    assert {entry.name for entry in rig.disk.list()} >= {"first.txt"}
    assert "last.txt" not in {entry.name for entry in rig.disk.list()}


async def test_a_file_over_100_mib_is_refused_after_all_of_it_was_received(rig: Rig) -> None:
    sent = 0

    async def zeros() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(101):
            sent += 1024 * 1024
            yield bytes(1024 * 1024)

    data = aiohttp.FormData()
    data.add_field("files", zeros(), filename="big.bin")
    answer = await rig.request("POST", await rig.signed("/files/upload"), data=data)
    text = "File big.bin is larger than the maximum file upload size of 100 MB."
    assert wings_error(answer) == (400, text, False)
    assert sent == 101 * 1024 * 1024
    assert "big.bin" not in {entry.name for entry in rig.disk.list()}


async def test_an_upload_that_breaks_off_leaves_nothing(rig: Rig) -> None:
    url = URL(await rig.signed("/files/upload"))
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {url.raw_path_qs} HTTP/1.1\r\nHost: node\r\nContent-Length: 5000\r\n"
        "Content-Type: multipart/form-data; boundary=BB\r\n\r\n--BB\r\nContent-Disposition: form-data; "
        'name="files"; filename="half.txt"\r\n\r\nhalf'
    )
    writer.write(head.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await reader.read()
    assert (await rig.panel("GET", "/files/list")).status == 200
    assert "half.txt" not in {entry.name for entry in rig.disk.list()}


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (
            "/api/servers",
            {},
            (401, "The required authorization heads were not present in the request.", False),
        ),
        (
            "/api/servers",
            {"Authorization": "Bearer x"},
            (403, "You are not authorized to access this endpoint.", False),
        ),
        ("/nowhere", {}, (401, "The required authorization heads were not present in the request.", False)),
    ],
)
async def test_the_rest_of_the_daemon_is_not_for_clients(
    rig: Rig, path: str, headers: dict[str, str], expected: tuple[int, str, bool]
) -> None:
    assert wings_error(await rig.request("GET", rig.sandbox.node_url + path, headers=headers)) == expected


async def test_a_node_that_is_down_says_nothing_and_comes_back(rig: Rig) -> None:
    url = await rig.signed("/files/download?file=openttd.cfg")
    rig.sandbox.node_down()
    with pytest.raises(aiohttp.ClientConnectionError):
        await rig.request("GET", url)
    rig.sandbox.node_down(down=False)
    assert (await rig.request("GET", url)).status == 200
