"""The panel's files routes over real sockets: what is refused before the node, and what comes from it."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import pytest

from sandbox import Mode
from tests.support.node_rig import Rig
from tests.support.node_rig import rig as make_rig

DAEMON = "DaemonConnectionException"
LOGGED = (
    "There was an error while communicating with the machine running this server. This error has been logged,"
    " please try again. (code: {})"
)
REMOTE = "An error occurred on the remote host: {}."
NO_CONNECTION = "Could not establish a connection to the machine running this server. Please try again."
GENERIC_500 = (500, DAEMON, LOGGED.format(500))


@pytest.fixture
async def rig() -> AsyncIterator[Rig]:
    async with make_rig() as made:
        made.disk.write("config/hello.txt", b"hello\n")
        made.disk.write("server.properties", b"motd=hi\n")
        made.server.egg.denylist.append("licence.key")
        yield made


VALID: list[tuple[str, str, Any]] = [
    ("PUT", "/files/rename", {"root": "/", "files": [{"from": "server.properties", "to": "config/moved"}]}),
    ("POST", "/files/copy", {"location": "/server.properties"}),
    ("POST", "/files/delete", {"root": "/config", "files": ["hello.txt"]}),
    ("POST", "/files/create-folder", {"name": "fresh"}),
    ("POST", "/files/chmod", {"root": "/", "files": [{"file": "server.properties", "mode": "600"}]}),
    ("POST", "/files/pull", {"url": "http://127.0.0.1:1/x", "directory": "/"}),
]


@pytest.mark.parametrize(("method", "path", "body"), VALID)
async def test_what_changes_files_answers_204_and_nothing_else(
    rig: Rig, method: str, path: str, body: object
) -> None:
    answer = await rig.panel(method, path, json=body)
    assert (answer.status, answer.raw) == (204, b"")
    assert "Content-Type" not in answer.headers


INVALID: list[tuple[str, str, Any, str, str, str]] = [
    ("GET", "/files/contents", None, "file", "required", "The file field is required."),
    ("GET", "/files/download", None, "file", "required", "The file field is required."),
    ("POST", "/files/write", {}, "file", "required", "The file field is required."),
    ("PUT", "/files/rename", {"root": "/", "files": []}, "files", "required", "The files field is required."),
    (
        "PUT",
        "/files/rename",
        {"root": "/", "files": [{"from": "a"}]},
        "files.0.to",
        "required",
        "The files.0.to field is required.",
    ),
    ("POST", "/files/copy", {}, "location", "required", "The location field is required."),
    ("POST", "/files/compress", {"files": []}, "files", "required", "The files field is required."),
    ("POST", "/files/decompress", {"root": "/"}, "file", "required", "The file field is required."),
    ("POST", "/files/delete", {"files": ["a"]}, "root", "required", "The root field is required."),
    (
        "POST",
        "/files/delete",
        {"root": "", "files": ["a"]},
        "root",
        "required",
        "The root field is required.",
    ),
    ("POST", "/files/create-folder", {"root": "/"}, "name", "required", "The name field is required."),
    (
        "POST",
        "/files/chmod",
        {"root": "/", "files": [{"file": "a", "mode": "abc"}]},
        "files.0.mode",
        "numeric",
        "The files.0.mode must be a number.",
    ),
    (
        "POST",
        "/files/chmod",
        {"root": "/", "files": [{"file": "a"}]},
        "files.0.mode",
        "required",
        "The files.0.mode field is required.",
    ),
    ("POST", "/files/pull", {"url": "nope"}, "url", "url", "The url format is invalid."),
]


@pytest.mark.parametrize(("method", "path", "body", "expected"), [(*row[:3], row[3:]) for row in INVALID])
async def test_the_panel_validates_before_it_asks_the_node(
    rig: Rig, method: str, path: str, body: object, expected: tuple[str, str, str]
) -> None:
    rig.sandbox.node_down()
    sent: dict[str, Any] = {} if body is None else {"json": body}
    answer = await rig.panel(method, path, **sent)
    first = answer.json["errors"][0]
    assert answer.status == 422
    assert (first["meta"]["source_field"], first["meta"]["rule"], first["detail"]) == expected


REFUSED: list[tuple[str, str, Any, tuple[int, str, str]]] = [
    ("GET", "/files/contents?file=nope", None, GENERIC_500),
    ("GET", "/files/contents?file=config", None, (502, DAEMON, LOGGED.format(200))),
    ("GET", "/files/list?directory=nope", None, GENERIC_500),
    (
        "POST",
        "/files/copy",
        {"location": "licence.key"},
        (403, DAEMON, REMOTE.format("This file cannot be modified: present in egg denylist.")),
    ),
    (
        "PUT",
        "/files/rename",
        {"root": "/", "files": [{"from": "server.properties", "to": "config/hello.txt"}]},
        (400, DAEMON, REMOTE.format("Cannot move or rename file, destination already exists.")),
    ),
    (
        "POST",
        "/files/chmod",
        {"root": "/", "files": [{"file": "server.properties", "mode": 644}]},
        (400, DAEMON, REMOTE.format("An unexpected error was encountered while processing this request")),
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "expected"), REFUSED)
async def test_the_nodes_refusals_pass_through(
    rig: Rig, method: str, path: str, body: object, expected: tuple[int, str, str]
) -> None:
    sent: dict[str, Any] = {} if body is None else {"json": body}
    answer = await rig.panel(method, path, **sent)
    assert answer.error == expected


async def test_the_same_node_with_old_wings(rig: Rig) -> None:
    rig.server.node.wings_version = "1.11.8"
    missing = await rig.panel("GET", "/files/contents?file=nope")
    assert missing.error == (
        404,
        DAEMON,
        REMOTE.format("The requested resources was not found on the system."),
    )
    assert (await rig.panel("GET", "/files/contents?file=config")).status == 400


async def test_pelican_has_names_of_its_own() -> None:
    async with make_rig(Mode.PELICAN) as rig:
        rig.disk.write("config/x", b"x")
        codes = [
            (await rig.panel("GET", "/files/contents?file=nope")).error[:2],
            (await rig.panel("GET", "/files/contents?file=config")).error[:2],
            (await rig.panel("POST", "/files/write?file=config", data=b"x")).error[:2],
            (await rig.panel("GET", "/files/list?directory=nope")).error[:2],
        ]
        assert codes == [
            (400, "FileNotFoundException"),
            (400, "FileNotEditableException"),
            (400, "FileExistsException"),
            (500, "RequestException"),
        ]


async def test_reading_is_text_whatever_it_is_and_is_logged(rig: Rig) -> None:
    rig.disk.write("blob.bin", bytes(range(256)))
    answer = await rig.panel("GET", "/files/contents?file=%2Fblob.bin")
    assert (answer.raw, answer.headers["Content-Type"]) == (bytes(range(256)), "text/plain; charset=UTF-8")
    row = rig.server.activity[-1]
    assert (row.event, row.properties, row.is_api) == ("server:file.read", {"file": "/blob.bin"}, True)


async def test_the_editor_takes_four_mebibytes_and_not_a_byte_more(rig: Rig) -> None:
    limit = 4 * 1024 * 1024
    rig.disk.write("big4.txt", b"x" * limit)
    rig.disk.write("big5.txt", b"x" * (limit + 1))
    assert len((await rig.panel("GET", "/files/contents?file=big4.txt")).raw) == limit
    assert (await rig.panel("GET", "/files/contents?file=big5.txt")).error == (
        400,
        "FileSizeTooLargeException",
        "The file you are attempting to open is too large to view in the file editor.",
    )


@pytest.mark.parametrize(
    ("content_type", "body", "written"),
    [
        ("text/plain", b"plain\r\n", b"plain\r\n"),
        ("application/octet-stream", b"\x00\xff", b"\x00\xff"),
        ("application/json", b'{"a": 1}\n', b'{"a": 1}\n'),
        ("application/x-www-form-urlencoded", b"a=1&file=%2Fother.txt", b"a=1&file=%2Fother.txt"),
        ("multipart/form-data; boundary=BB", b"--BB\r\n\r\nx\r\n--BB--\r\n", b""),
        ("text/plain", b"", b""),
    ],
)
async def test_writing_takes_the_body_as_it_is_unless_php_eats_it(
    rig: Rig, content_type: str, body: bytes, written: bytes
) -> None:
    path = "/files/write?file=%2Fa%2Fnew.txt"
    answer = await rig.panel("POST", path, data=body, headers={"Content-Type": content_type})
    assert answer.status == 204
    assert rig.disk.contents("a/new.txt").read_bytes() == written
    assert rig.server.activity[-1].properties == {"file": "/a/new.txt"}


async def test_writing_json_that_is_none_is_the_panels_own_400(rig: Rig) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await rig.panel("POST", "/files/write?file=bad.json", data=b"{oops", headers=headers)
    assert answer.error[:2] == (400, "BadRequestHttpException")
    assert (await rig.panel("GET", "/files/contents?file=bad.json")).status == 500


async def test_a_list_has_everything_about_each_file(rig: Rig) -> None:
    answer = await rig.panel("GET", "/files/list")
    assert answer.json["object"] == "list"
    assert answer.json["data"][0] == {
        "object": "file_object",
        "attributes": {
            "name": "server.properties",
            "mode": "-rw-r--r--",
            "mode_bits": "644",
            "size": 8,
            "is_file": True,
            "is_symlink": False,
            "mimetype": "text/plain; charset=utf-8",
            "created_at": "2026-11-23T12:00:00+00:00",
            "modified_at": "2026-11-23T12:00:00+00:00",
        },
    }


async def test_an_empty_root_breaks_create_folder_and_only_that(rig: Rig) -> None:
    broken = await rig.panel("POST", "/files/create-folder", json={"root": "", "name": "x"})
    assert broken.error[:2] == (500, "TypeError")
    fine = await rig.panel("POST", "/files/compress", json={"root": None, "files": ["config"]})
    assert fine.status == 200


async def test_archives_go_there_and_back(rig: Rig) -> None:
    made = await rig.panel("POST", "/files/compress", json={"files": ["config"]})
    name = made.json["attributes"]["name"]
    await rig.panel("POST", "/files/delete", json={"root": "/", "files": ["config"]})
    answer = await rig.panel("POST", "/files/decompress", json={"root": "/", "file": name})
    assert answer.status == 204
    assert (await rig.panel("GET", "/files/contents?file=config/hello.txt")).raw == b"hello\n"
    events = [row.event for row in rig.server.activity]
    assert events == [f"server:file.{event}" for event in ("compress", "delete", "decompress", "read")]


async def test_over_the_quota(rig: Rig) -> None:
    rig.disk.ballast_bytes = rig.server.limits.disk_bytes
    full = REMOTE.format("There is not enough disk space available to perform that action.")
    write = await rig.panel("POST", "/files/write?file=new.txt", data=b"y")
    pull = await rig.panel("POST", "/files/pull", json={"url": "https://example.com/x.jar"})
    compress = await rig.panel("POST", "/files/compress", json={"files": ["config"]})
    assert write.error == pull.error == (400, DAEMON, full)
    assert compress.error[:2] == (409, DAEMON)
    assert (await rig.panel("POST", "/files/delete", json={"root": "/", "files": ["config"]})).status == 204


PERMISSIONS = [
    ("GET", "/files/list", "file.read"),
    ("GET", "/files/contents?file=x", "file.read-content"),
    ("GET", "/files/download?file=x", "file.read-content"),
    ("GET", "/files/upload", "file.create"),
    ("PUT", "/files/rename", "file.update"),
    ("POST", "/files/copy", "file.create"),
    ("POST", "/files/write?file=x", "file.create"),
    ("POST", "/files/compress", "file.archive"),
    ("POST", "/files/decompress", "file.create"),
    ("POST", "/files/delete", "file.delete"),
    ("POST", "/files/create-folder", "file.create"),
    ("POST", "/files/chmod", "file.update"),
    ("POST", "/files/pull", "file.create"),
]
ALL_FILE = {
    "file.create",
    "file.read",
    "file.read-content",
    "file.update",
    "file.delete",
    "file.archive",
    "file.sftp",
}


@pytest.mark.parametrize(("method", "path", "needed"), PERMISSIONS)
async def test_each_route_wants_its_own_permission(rig: Rig, method: str, path: str, needed: str) -> None:
    world = rig.sandbox.world
    world.add_subuser(rig.server, "almost", sorted(ALL_FILE - {needed}))
    world.add_subuser(rig.server, "just", [needed])
    refused = await rig.panel(method, path, user="almost")
    assert refused.error == (403, "AccessDeniedHttpException", "This action is unauthorized.")
    assert (await rig.panel(method, path, user="just")).status != 403


async def test_a_node_that_is_down_and_one_that_hangs(rig: Rig) -> None:
    rig.sandbox.node_down()
    down = await rig.panel("GET", "/files/list")
    assert down.error == (504, DAEMON, NO_CONNECTION)
    assert (await rig.panel("GET", "/files/download?file=x")).status == 200
    assert (await rig.panel("GET", "/files/upload")).status == 200
    rig.sandbox.node_down(down=False)
    rig.server.node.hung = True
    late = await rig.panel("POST", "/files/write?file=late.txt", data=b"late")
    assert late.error == (504, DAEMON, NO_CONNECTION)
    rig.sandbox.node_down()
    rig.sandbox.node_down(down=False)
    assert (await rig.panel("GET", "/files/contents?file=late.txt")).raw == b"late"


async def test_a_pull_is_done_later_and_its_failure_is_never_reported(rig: Rig) -> None:
    for url in ("https://example.com/plugins/Ess%20X.jar", "http://10.0.0.1/x", "http://localhost/y"):
        assert (
            await rig.panel("POST", "/files/pull", json={"url": url, "directory": "/plugins"})
        ).status == 204
    fourth = await rig.panel("POST", "/files/pull", json={"url": "https://example.com/z"})
    assert fourth.error[:2] == (400, DAEMON)
    assert "limit of 3 simultaneous" in fourth.error[2]
    await rig.sandbox.advance(2)
    assert [entry.name for entry in rig.disk.list("/plugins")] == ["Ess X.jar"]
    named = {"url": "https://example.com/z", "filename": "named.jar", "foreground": True}
    assert (await rig.panel("POST", "/files/pull", json=named)).status == 204
    assert rig.disk.contents("named.jar").is_file()
    inside = {"url": "http://127.0.0.1/z", "foreground": True}
    assert (await rig.panel("POST", "/files/pull", json=inside)).error == GENERIC_500


async def test_names_keep_their_spaces_with_the_uuid_and_lose_them_with_the_short_id(rig: Rig) -> None:
    await rig.panel("POST", "/files/write?file=%20odd%20", data=b"x")
    assert " odd " in [entry.name for entry in rig.disk.list()]
    headers = {"Accept": "application/json", "Authorization": f"Bearer {rig.sandbox.world.key_of('owner')}"}
    short = (
        f"{rig.sandbox.panel_url}/api/client/servers/{rig.server.identifier}/files/contents?file=%20odd%20"
    )
    assert (await rig.request("GET", short, headers=headers)).status == 500


@pytest.mark.sweep
async def test_three_thousand_files_come_in_one_answer(rig: Rig) -> None:
    for number in range(3000):
        (rig.disk.tree.root / f"many{number}").touch()
    assert len((await rig.panel("GET", "/files/list")).json["data"]) == 3002


async def test_a_write_may_be_larger_than_the_editor_shows(rig: Rig) -> None:
    body = BytesIO(b"x" * (5 * 1024 * 1024))
    answer = await rig.panel("POST", "/files/write?file=big.txt", data=body)
    assert answer.status == 204
    assert rig.disk.contents("big.txt").stat().st_size == 5 * 1024 * 1024
