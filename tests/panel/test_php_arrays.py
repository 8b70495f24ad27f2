"""Lists and maps in every shape that PHP gives them."""

import types
import typing
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, get_args, get_origin

import pytest
from pydantic import AliasPath, BaseModel, TypeAdapter

from bot.panel import models
from bot.panel.models import Activity, Backup, EggVariable, Entries, Schedule, Server, SystemPermissions
from bot.panel.models.base import ItemList, Model
from bot.panel.models.php import as_list, as_map
from bot.panel.models.servers import ServerView, StartupList
from tests.support.recordings import http_recordings

RECORDED = {recording.name: recording.json for recording in http_recordings()}
VIEW = RECORDED["server-view-uuid"]["attributes"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ({"0": "a", "2": "b"}, ["a", "b"]),
        ({"5": "a", "1": "b"}, ["a", "b"]),
        ({}, []),
        (None, ()),
        (["a"], ["a"]),
        ({"name": "a"}, {"name": "a"}),
        ("a", "a"),
    ],
)
def test_a_list(written: object, read: object) -> None:
    assert as_list(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [([], {}), (None, {}), (["a", "b"], {"0": "a", "1": "b"}), ({"x": "a"}, {"x": "a"}), ("a", "a")],
)
def test_a_map(written: object, read: object) -> None:
    assert as_map(written) == read


def test_recorded_permissions_that_came_as_an_object() -> None:
    view = ServerView.model_validate(RECORDED["server-view-permissions-object"])
    assert view.meta is not None
    assert view.meta.user_permissions == {"control.console", "file.read", "websocket.connect"}
    assert view.attributes.variables == ()  # a null_resource: the account may not read them


@pytest.mark.parametrize(
    "relationships",
    [
        {},
        [],
        None,
        {"allocations": None, "variables": [], "egg": []},
        {"allocations": {"object": "null_resource", "attributes": None}, "egg": {"attributes": None}},
        {"allocations": {"data": [{"object": "null_resource", "attributes": None}]}},
        {"allocations": {"data": {}}, "variables": {"data": None}},
    ],
)
def test_what_may_not_be_seen_is_left_out(relationships: object) -> None:
    server = Server.model_validate({**VIEW, "relationships": relationships})
    assert (server.allocations, server.variables, server.egg_name) == ((), (), None)


def test_an_envelope_with_gaps() -> None:
    backup = deepcopy(RECORDED["backups-list-two"]["data"][0])
    backup["attributes"]["ignored_files"] = {"0": "*.log", "3": "cache/*"}
    listed = TypeAdapter(ItemList[Backup]).validate_python({"data": {"1": backup, "4": backup}, "meta": []})
    assert [item.ignored_files for item in listed.data] == [("*.log", "cache/*")] * 2


def test_an_egg_and_its_startup() -> None:
    variable = deepcopy(RECORDED["startup"]["data"][0])
    variable["attributes"]["rules"] = {"0": "required", "2": "string"}
    startup_list = StartupList.model_validate(
        {"data": {"0": variable}, "meta": {"docker_images": ["image:1"]}}
    )
    assert startup_list.data[0].rules == ("required", "string")
    assert startup_list.meta.docker_images == {"0": "image:1"}
    assert StartupList.model_validate({"data": [], "meta": []}).meta.docker_images == {}
    server = Server.model_validate(
        {**VIEW, "egg_features": {"1": "eula"}, "feature_limits": [], "sftp_details": []}
    )
    assert (server.egg_features, server.sftp_details) == (("eula",), None)


def test_maps_that_are_empty() -> None:
    assert SystemPermissions.model_validate({"permissions": []}).permissions == {}
    activity = {"id": "1", "event": "server:file.read", "timestamp": "2026-01-01T00:00:00+00:00"}
    assert Activity.model_validate({**activity, "properties": ["a"]}).properties == {"0": "a"}


def _all_models(kind: type[BaseModel] = Model) -> Iterator[type[BaseModel]]:
    for cls in kind.__subclasses__():
        yield cls
        yield from _all_models(cls)


def _parts(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 - any annotation
    yield get_origin(annotation) or annotation
    if get_origin(annotation) in {typing.Union, types.UnionType, typing.Annotated}:
        for argument in get_args(annotation):
            yield from _parts(argument)


def test_every_list_and_map_of_every_model_reads_what_php_writes() -> None:
    """A new field with a bare `tuple` or `dict` breaks with the first gap in its keys."""
    bare, seen = [], 0
    for model in {*_all_models()}:
        of_panel = model.__module__.startswith("bot.panel.models")
        if not of_panel or model.__module__ == "bot.panel.models.nodes":  # nodes are written in Go
            continue
        for name, field in model.model_fields.items():
            kinds = {part for part in _parts(field.annotation) if isinstance(part, type)}
            if not any(issubclass(kind, tuple | list | frozenset | set | Mapping) for kind in kinds):
                continue
            seen += 1
            if Entries in kinds:
                continue  # they read every shape, see `test_an_envelope_with_gaps`
            alias = field.validation_alias
            if isinstance(alias, AliasPath) or model.__name__ == "Startup":
                continue  # tried above; Startup is made of models, not read from the wire
            readers = [str(metadata_item) for metadata_item in field.metadata] + [str(field.annotation)]
            if "BeforeValidator" not in " ".join(readers):
                bare.append((model.__name__, name))
    assert bare == []
    assert seen >= 10
    assert {models.Server, EggVariable, Schedule} <= {*_all_models()}
