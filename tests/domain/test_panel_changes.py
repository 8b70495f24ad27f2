"""What was changed last in the panel: rows of its activity log, read as the panel writes them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.annotations import of_panel_change, panel_change, read_annotations
from bot.domain.panel_changes import BLAMED, PanelChange, last_change
from bot.panel.models import Activity

NOW = datetime(2026, 11, 27, 8, 15, tzinfo=UTC)


def row(
    event: str, *, ago: timedelta = timedelta(minutes=5), is_api: bool = False, **properties: object
) -> Activity:
    actor = {"actor": {"object": "user", "attributes": {"username": "olga"}}}
    return Activity.model_validate(
        {
            "id": "a",
            "event": event,
            "is_api": is_api,
            "properties": properties,
            "timestamp": (NOW - ago).isoformat(),
            "relationships": actor,
        }
    )


@pytest.mark.parametrize(
    ("entry", "what", "how"),
    [
        (row("server:file.write", file="/server.properties"), "/server.properties", "edited in the panel"),
        (row("server:file.write", file="eula.txt"), "/eula.txt", "edited in the panel"),
        (
            row("server:file.uploaded", directory="/plugins", file="hats.jar"),
            "/plugins/hats.jar",
            "uploaded in the panel",
        ),
        (
            row("server:file.delete", directory="/", files=["world"], count=1),
            "/world",
            "deleted in the panel",
        ),
        (
            row("server:file.rename", directory="/mods", files=[{"from": "a.jar", "to": "b.jar"}], count=1),
            "/mods/b.jar",
            "renamed in the panel",
        ),
        (row("server:sftp.write", files=["/config/hats.yml"]), "/config/hats.yml", "edited by SFTP"),
        (
            row("server:startup.edit", variable="SERVER_JARFILE", old="a.jar", new="hush"),
            "SERVER_JARFILE",
            "startup variable changed in the panel",
        ),
        (
            row("server:startup.image", old="java_17", new="ghcr.io/yolks:java_21"),
            "ghcr.io/yolks:java_21",
            "Docker image changed in the panel",
        ),
    ],
)
def test_change_is_named_with_who_made_it(entry: Activity, what: str, how: str) -> None:
    change = last_change([entry], NOW)

    assert change == PanelChange(what, how, "olga", NOW - timedelta(minutes=5))
    evidence = of_panel_change(change)
    assert "hush" not in str(evidence), "the values of variables are not kept"
    assert panel_change(read_annotations(evidence)) == change


@pytest.mark.parametrize(
    "entry",
    [
        row("server:file.read", file="/server.properties"),
        row("server:file.write", is_api=True, file="/server.properties"),
        row("server:file.write", ago=-timedelta(minutes=1), file="/later.txt"),
        row("server:file.write", ago=BLAMED + timedelta(minutes=1), file="/long-ago.txt"),
        row("server:file.write"),
        row("server:file.write", file=["/a"]),
        row("server:file.delete", directory="/", files=[]),
        row("server:startup.edit", variable=None),
    ],
)
def test_what_is_no_change_or_did_not_come_before_is_left_out(entry: Activity) -> None:
    assert last_change([entry], NOW) is None


def test_newest_change_counts() -> None:
    rows = [
        row("server:file.read", file="/a"),
        row("server:file.write", file="/b"),
        row("server:file.write", file="/c", ago=timedelta(hours=1)),
    ]

    change = last_change(rows, NOW)

    assert change is not None
    assert change.subject == "/b"


def test_what_another_release_kept_counts_as_not_known() -> None:
    evidence = {**of_panel_change(PanelChange("/a", "edited", "olga", NOW)), "changed_at": "yesterday"}

    assert panel_change(read_annotations(evidence)) is None
