"""Frames of the node's, as events; none of them can raise."""

import json

import pytest

from bot.panel.events import (
    AuthSuccess,
    BackupCompleted,
    ConsoleLine,
    Event,
    Stats,
    Status,
    Throttled,
    TransferStatus,
    Unknown,
    parse,
)
from bot.panel.models import PowerState

STATS = {
    "memory_bytes": 1, "memory_limit_bytes": 2, "cpu_absolute": 250.5, "uptime": 5,
    "network": {"rx_bytes": 3, "tx_bytes": 4}, "state": "running", "disk_bytes": 6,
}  # fmt: skip


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ('{"event":"auth success"}', AuthSuccess()),
        ('{"event":"status","args":["half-dead"]}', Status(PowerState.UNKNOWN)),
        ('{"event":"throttled","args":["global"]}', Throttled("global")),
        ('{"event":"transfer status","args":["completed"]}', TransferStatus("completed")),
        ('{"event":"console output","args":[]}', ConsoleLine("")),
        ('{"event":"console output"}', ConsoleLine("")),
        ('{"event":"console output","args":[7]}', ConsoleLine("")),
        ('{"event":"feature match","args":["eula"]}', Unknown("feature match")),
        ('{"event":"stats","args":["{"]}', Unknown("stats")),
        ('{"event":"stats","args":[]}', Unknown("stats")),
        ('{"event":"backup completed","args":["[]"]}', Unknown("backup completed")),
        ('{"event":{},"args":[]}', Unknown("")),
        ("[]", Unknown("")),
        ("null", Unknown("")),
        ("not json", Unknown("")),
        ("[" * 50_000, Unknown("")),
        ("", Unknown("")),
    ],
)
def test_frames_never_raise(frame: str, expected: Event) -> None:
    assert parse(frame) == expected


def test_json_inside_json() -> None:
    stats = parse(json.dumps({"event": "stats", "args": [json.dumps(STATS)]}))
    assert isinstance(stats, Stats)
    assert (stats.cpu_absolute_percent, stats.network_tx_bytes, stats.uptime_ms) == (250.5, 4, 5)
    payload = {
        "uuid": "904d",
        "is_successful": True,
        "checksum": "3f",
        "checksum_type": "sha1",
        "file_size": 9,
    }
    old = parse(json.dumps({"event": "backup completed:904d", "args": [json.dumps(payload)]}))
    assert old == BackupCompleted(uuid="904d", is_successful=True, checksum="3f", size_bytes=9)
