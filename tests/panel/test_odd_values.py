"""Values in forms that panels, their databases and nodes bring: none takes more away than itself."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.panel.events import Stats, Unknown, parse
from bot.panel.models import (
    Account,
    Activity,
    Backup,
    FileEntry,
    Limits,
    PowerState,
    Resources,
    Server,
    ServerStatus,
    SystemPermissions,
)
from bot.panel.models.base import MOST, ItemList
from bot.panel.models.entries import Unreadable
from bot.panel.models.nodes import NODE_SERVERS
from bot.panel.models.schedules import Schedule
from tests.support.recordings import http_recordings

NOW = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
RECORDED = {recording.name: recording.json for recording in http_recordings()}
SERVER: dict[str, Any] = RECORDED["server-view-uuid"]["attributes"]
USED: dict[str, Any] = RECORDED["standin-resources"]["attributes"]
SCHEDULE: dict[str, Any] = RECORDED["schedules-view"]["attributes"]
ACTIVITY: dict[str, Any] = {"id": "1", "event": "auth:success", "timestamp": "2026-08-01T12:00:00+00:00"}
AT = "2026-08-01T12:00:00+00:00"
MEASURED = ("memory_bytes", "cpu_absolute", "disk_bytes", "network_rx_bytes", "network_tx_bytes", "uptime")
LIES = ("-1", "1.5", "99999999999999999999999", "9223372036854775808", "1e30", "1e300", "true")


def used(field: str, number: str) -> Resources:
    text = json.dumps({**USED, "current_state": "running", "resources": {**USED["resources"], field: "@"}})
    return Resources.model_validate_json(text.replace('"@"', number))


@pytest.mark.parametrize("field", MEASURED)
@pytest.mark.parametrize("number", LIES)
def test_whatever_number_a_node_sends_is_bounded(field: str, number: str) -> None:
    values = used(field, number).model_dump(exclude={"state", "is_suspended"}).values()
    assert all(0 <= value <= MOST for value in values)


UNUSABLE = ("null", "NaN", "-Infinity", "1e999", '"n/a"', '""', "[]", "{}")


@pytest.mark.parametrize("field", MEASURED)
@pytest.mark.parametrize("figure", UNUSABLE)
def test_what_is_no_number_takes_no_other_figure_away(field: str, figure: str) -> None:
    """A program may write null for a figure that it has not measured or that is not a number."""
    before, after = (used(field, text).model_dump(exclude={"is_suspended"}) for text in ("12", figure))
    lost = {name: value for name, value in after.items() if value != before[name]}
    assert list(lost.values()) == [None if field == "cpu_absolute" else 0]


@pytest.mark.parametrize("parts", [None, [], {}, "", 5], ids=repr)
def test_a_state_is_read_without_any_figure(parts: object) -> None:
    polled = Resources.model_validate({"current_state": "running", "resources": parts})
    (listed,) = NODE_SERVERS.validate_python(
        [{"configuration": {"uuid": "u"}, "state": "running", "utilization": parts}]
    )
    live = parse(json.dumps({"event": "stats", "args": [json.dumps({"state": "running", "network": parts})]}))
    for seen in (polled, listed, live):
        assert isinstance(seen, Resources | Stats)
        assert (seen.state, seen.memory_bytes, seen.cpu_absolute_percent) == (PowerState.RUNNING, 0, None)
    assert not NODE_SERVERS.validate_python([{"configuration": {"uuid": "u"}}])


def test_what_a_node_says_live_is_bounded_alike() -> None:
    stats: dict[str, Any] = {
        "memory_bytes": 10**30,
        "memory_limit_bytes": -1,
        "cpu_absolute": 1e300,
        "disk_bytes": 1.5,
    }
    stats |= {"network": {"rx_bytes": None, "tx_bytes": 10**19}, "state": "hibernating", "uptime": -5}
    seen = parse(json.dumps({"event": "stats", "args": [json.dumps(stats)]}))
    assert seen == Stats(
        memory_bytes=MOST,
        memory_limit_bytes=0,
        cpu_absolute_percent=float(MOST),
        network_rx_bytes=0,
        network_tx_bytes=MOST,
        uptime_ms=0,
        state=PowerState.UNKNOWN,
        disk_bytes=2,
    )
    stateless = json.dumps({name: value for name, value in stats.items() if name != "state"})
    assert parse(json.dumps({"event": "stats", "args": [stateless]})) == Unknown("stats")


@pytest.mark.parametrize("value", [[], {}, [1], 5, True, "", "Hibernating"], ids=repr)
def test_a_state_of_any_form_is_unknown(value: object) -> None:
    assert Server.model_validate({**SERVER, "status": value}).status is ServerStatus.UNKNOWN
    assert Resources.model_validate({**USED, "current_state": value}).state is PowerState.UNKNOWN


def test_what_an_account_lacks_is_left_out() -> None:
    account = Account.model_validate(
        {"username": "ada", "email": "a@example.com", "admin": None, "language": None}
    )
    assert (account.is_admin, account.language) == (False, "")
    groups: dict[str, Any] = {
        "file": {"description": None, "keys": {"read": None}},
        "plugin": None,
        "odd": [],
    }
    assert SystemPermissions.model_validate({"permissions": groups}).names == {"file.read"}
    assert Activity.model_validate({**ACTIVITY, "is_api": None, "description": None}).is_api is False


def test_a_server_needs_little_more_than_a_name() -> None:
    bare = {name: SERVER[name] for name in ("uuid", "identifier", "internal_id", "name")}
    nulls = dict.fromkeys(("node", "limits", "is_suspended", "is_transferring", "is_node_under_maintenance"))
    for form in (bare, {**bare, **nulls, "server_owner": None, "description": None, "feature_limits": None}):
        server = Server.model_validate(form)
        assert (server.node, server.limits, server.is_suspended, server.is_owner) == (
            "",
            Limits(),
            False,
            False,
        )
        assert server.limits.memory_bytes is server.limits.cpu_limit_percent is None
    odd = {"memory": "1024", "swap": None, "disk": 10.0, "io": None, "cpu": 33.4, "threads": 2}
    limits = Server.model_validate({**bare, "limits": odd}).limits
    assert (limits.memory_mib, limits.disk_mib, limits.cpu_percent) == (1024, 10, 33)


def test_an_entry_that_cannot_be_read_takes_no_other_one_away(caplog: pytest.LogCaptureFixture) -> None:
    broken = {**SCHEDULE, "id": 7, "name": "Broken", "cron": {"minute": "0"}}
    rows = [{"attributes": row} for row in (broken, SCHEDULE, broken)]
    for _ in range(2):
        read = ItemList[Schedule].model_validate_json(json.dumps({"data": rows})).data
        assert [schedule.id for schedule in read] == [SCHEDULE["id"]]
        assert read.unreadable == (Unreadable("7", "Broken"),) * 2
    assert read.may_hide("Broken") and not read.may_hide("Nightly")
    assert [record.getMessage() for record in caplog.records] == [
        "A listed Schedule can't be read: cron.hour: Field required"
    ]


def test_a_server_keeps_the_addresses_that_can_be_read() -> None:
    good = {"id": 1, "ip": "203.0.113.7", "port": 25565, "is_default": True}
    data = [{"attributes": {**good, "port": None}}, {"attributes": good}]
    server = Server.model_validate({**SERVER, "relationships": {"allocations": {"data": data}}})
    assert [allocation.port for allocation in server.allocations] == [25565]
    assert server.primary_allocation is not None


@pytest.mark.parametrize("data", [[1, 2], ["a"], {"a": 1}, [{"attributes": 5}], "none"], ids=repr)
def test_what_is_no_list_of_objects_is_no_list(data: object) -> None:
    with pytest.raises(ValidationError):
        ItemList[Schedule].model_validate({"data": data})


def test_numbers_are_texts_where_texts_belong() -> None:
    assert Server.model_validate({**SERVER, "name": 2026}).name == "2026"
    cron = {"minute": 0, "hour": 4, "day_of_month": "*", "month": "*", "day_of_week": "*"}
    assert str(Schedule.model_validate({**SCHEDULE, "cron": cron}).cron) == "0 4 * * *"


@pytest.mark.parametrize(
    "moment",
    [
        "2026-08-01T12:00:00+00:00",
        "2026-08-01T14:00:00.123456+02:00",
        "2026-08-01T12:00:00.123456789Z",
        "2026-08-01T12:00:00",
        "2026-08-01 12:00:00",
        1785585600,
        "1785585600",
    ],
)
def test_a_moment_in_any_form_is_the_same(moment: str | int) -> None:
    made = Backup(uuid="a", name="n", is_successful=True, created_at=moment)  # as sent
    assert made.created_at.replace(microsecond=0) == NOW


def test_a_size_of_any_form_is_a_size() -> None:
    sizes = ((None, 0), (-1, 0), ("5", 5), (10**30, MOST))
    for size, expected in sizes:
        backup = {"uuid": "a", "is_successful": 1, "bytes": size, "created_at": AT, "name": None}
        assert Backup.model_validate(backup).size_bytes == expected
        entry = {"name": "a", "mode": "-", "mode_bits": 644, "size": size, "is_file": 1, "mimetype": None}
        assert FileEntry.model_validate({**entry, "modified_at": AT, "created_at": AT}).size_bytes == expected
