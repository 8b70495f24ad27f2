"""Hostile names, and the limits of Discord that an embed must keep."""

import discord
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.panel.models import FileEntry, Resources, Server

NAMES = st.text(
    alphabet=st.one_of(st.sampled_from(list("*`_|<>@\\\n")), st.characters(codec="utf-8")), max_size=250
)
quick = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def server(name: str = "Survival") -> Server:
    return Server.model_validate(
        {
            "uuid": "1a7ce997-259b-452e-8b4e-cecc464142ca",
            "identifier": "1a7ce997",
            "internal_id": 1,
            "name": name or "x",
            "node": name or "x",
            "limits": {"memory": 1024, "swap": 0, "disk": 0, "cpu": 200},
        }
    )


def resources(state: str = "running") -> Resources:
    return Resources.model_validate(
        {
            "current_state": state,
            "resources": {
                "memory_bytes": 10**12, "cpu_absolute": 1234.5, "disk_bytes": 10**15,
                "network_rx_bytes": 10**15, "network_tx_bytes": 10**15, "uptime": 10**12,
            },
        }
    )  # fmt: skip


def entry(name: str, mode: str = "-rw-r--r--") -> FileEntry:
    return FileEntry.model_validate(
        {
            "name": name,
            "mode": mode,
            "mode_bits": "644",
            "size": 10**12,
            "is_file": not mode.startswith("d"),
            "mimetype": "text/plain",
            "modified_at": "2026-11-23T12:00:00+00:00",
            "created_at": "2026-11-23T12:00:00+00:00",
        }
    )


def fits(embed: discord.Embed) -> None:
    assert len(embed) <= 6000
    assert 0 < len(embed.title or "") <= 256
    assert len(embed.description or "") <= 4096
    assert len(embed.fields) <= 25
    for field in embed.fields:
        assert 0 < len(field.name or "") <= 256
        assert 0 < len(field.value or "") <= 1024
    assert len(embed.footer.text or "") <= 2048


def fits_select(option: discord.SelectOption) -> None:
    assert 0 < len(option.label) <= 100
    assert len(option.description or "") <= 100
    assert 0 < len(option.value) <= 100
