"""The comparison itself: it must see every difference that could break a client."""

from typing import Any

import pytest

from tests.contract.shape import differences, vocabulary

SERVER: dict[str, Any] = {
    "object": "server",
    "attributes": {"name": "alpha", "status": None, "limits": {"cpu": 100}, "tags": [{"id": 1, "note": "x"}]},
}
KNOWN = vocabulary([SERVER, {"object": "server", "attributes": {"status": "suspended"}}])


def changed(**attributes: object) -> dict[str, Any]:
    return {"object": "server", "attributes": SERVER["attributes"] | attributes}


@pytest.mark.parametrize(
    "got",
    [
        SERVER,
        changed(name="another name"),
        changed(status="suspended"),
        changed(tags=[{"id": 7, "note": "y"}, {"id": 8, "note": "z"}]),
    ],
    ids=["itself", "another value", "a nullable that is set", "a longer list"],
)
def test_documents_of_one_shape_do_not_differ(got: object) -> None:
    assert differences(SERVER, got, KNOWN) == []


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        ({"object": "server"}, "body: key 'attributes' is missing"),
        (changed(extra=1), "attributes: key 'extra' is too much"),
        (changed(name=5), "attributes.name: recorded text, got integer"),
        (changed(name=None), "attributes.name: recorded text, got null"),
        (changed(status=3), "attributes.status: recorded null, got integer"),
        (changed(limits={"cpu": "100"}), "attributes.limits.cpu: recorded integer, got text"),
        (changed(limits={"cpu": 1.5}), "attributes.limits.cpu: recorded integer, got number"),
        (changed(limits={"cpu": True}), "attributes.limits.cpu: recorded integer, got boolean"),
        (changed(tags=[{"id": 1}]), "attributes.tags[]: key 'note' is missing"),
        (changed(tags=[]), "attributes.tags: recorded with elements, got an empty list"),
        (changed(tags={}), "attributes.tags: recorded list, got object"),
        ([SERVER], "body: recorded object, got list"),
    ],
)
def test_a_difference_is_reported_with_its_place(got: object, expected: str) -> None:
    assert differences(SERVER, got, KNOWN) == [expected]


def test_a_key_that_only_some_elements_have_is_optional() -> None:
    recorded = [{"id": 1, "next": "x"}, {"id": 2}]
    assert differences(recorded, [{"id": 3}], {}) == []
    assert differences(recorded, [{"id": 3, "next": "y"}], {}) == []
    assert differences(recorded, [{"next": "y"}], {}) == ["[]: key 'id' is missing"]


def test_a_number_may_be_whole_where_it_was_seen_whole_elsewhere() -> None:
    known = vocabulary([{"object": "stats", "cpu": 0}, {"object": "stats", "cpu": 0.5}])
    assert differences({"object": "stats", "cpu": 0}, {"object": "stats", "cpu": 7.25}, known) == []


def test_an_empty_list_stays_an_empty_list() -> None:
    assert differences({"data": []}, {"data": [1]}, {}) == ["data: recorded as an empty list, got elements"]


def test_the_keys_of_properties_are_data() -> None:
    recorded = {"object": "activity_log", "properties": {"name": "s1_first"}}
    assert differences(recorded, {"object": "activity_log", "properties": {"file": "/a"}}, {}) == []
    assert differences(recorded, {"object": "activity_log", "properties": []}, {}) != []
