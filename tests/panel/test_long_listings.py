"""A listing of thousands of files is cut into pieces aside and means what a short one means."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from pydantic import SecretStr

from bot.domain import directory_listing
from bot.panel import PanelClient, PanelConfig, errors
from bot.workers.errors import TooDeep
from tests.panel.conftest import KEY, UUID, Clock
from tests.support.origin import Origin, http

AT = "2024-05-01T12:00:00+00:00"


def row(name: str, *, is_file: bool = True) -> dict[str, object]:
    mode = "-rw-r--r--" if is_file else "drwxr-xr-x"
    facts = {"name": name, "mode": mode, "mode_bits": "0644", "size": 1, "is_file": is_file}
    return {"object": "file_object", "attributes": {**facts, "modified_at": AT, "created_at": AT}}


LONG = [row(f"Datei {number} ä.txt") for number in range(2_000, 0, -1)] + [row("world", is_file=False)]


async def split(body: bytes) -> list[bytes] | None:
    return directory_listing.split(body)


async def refuse(_: bytes) -> list[bytes] | None:
    raise TooDeep


Split = Callable[[bytes], Awaitable[list[bytes] | None]]


async def names(origin: Origin, split_by: Split = split) -> Sequence[str]:
    config, clock = PanelConfig(origin.url, SecretStr(KEY)), Clock()
    async with PanelClient(config, clock, sleep=clock.sleep, split=split_by) as client:
        return [entry.name for entry in await client.files.list(UUID)]


async def test_every_entry_of_a_long_listing_arrives_folders_first(origin: Origin) -> None:
    origin.answers(http(200, {"object": "list", "data": LONG}))
    listed = await names(origin)
    assert listed[0] == "world"
    assert sorted(listed[1:]) == sorted(f"Datei {number} ä.txt" for number in range(1, 2_001))


async def test_a_list_that_php_made_an_object_of_is_read(origin: Origin) -> None:
    origin.answers(http(200, {"object": "list", "data": {str(at): entry for at, entry in enumerate(LONG)}}))
    assert len(await names(origin)) == len(LONG)


@pytest.mark.parametrize(
    "data", [[*LONG, "x"], [*LONG, row("x") | {"attributes": {"name": 5}}], "x" * 300_000]
)
async def test_a_long_answer_that_is_no_listing_is_a_broken_one(data: object, origin: Origin) -> None:
    origin.answers(http(200, {"object": "list", "data": data}))
    with pytest.raises(errors.BrokenAnswer):
        await names(origin)


async def test_a_listing_that_a_worker_refuses_is_a_broken_answer(origin: Origin) -> None:
    origin.answers(http(200, {"object": "list", "data": LONG}))
    with pytest.raises(errors.BrokenAnswer):
        await names(origin, refuse)
