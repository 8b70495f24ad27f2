"""Hostile names, and the limits of Discord that a card must keep."""

import re

import discord
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.panel.models import FileEntry, Resources, Server
from bot.ui.kit.card import COMPONENTS_LIMIT, TEXT_LIMIT, TITLE_LIMIT, Card, draw

HOSTILE = "@everyone **loud** [free](https://evil.example) <@1> ||x|| `y`"
_MARKS = ("@everyone", "**loud", "](https://evil", "<@1>", "||x")
_CODE = re.compile(r"```.*?```|(`+).*?\1", re.DOTALL)
NAMES = st.just(HOSTILE) | st.text(
    alphabet=st.one_of(st.sampled_from(list("*`_|<>@\\\n")), st.characters(codec="utf-8")), max_size=250
)
quick = settings(suppress_health_check=[HealthCheck.too_slow])


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


def fits(card: Card) -> None:
    """Check that Discord takes a card, and that no name on it is more than a name."""
    view = discord.ui.LayoutView(timeout=None)
    for item in draw(card).items:
        view.add_item(item)
    assert view.total_children_count <= COMPONENTS_LIMIT
    assert 0 < view.content_length() <= TEXT_LIMIT
    assert 0 < len(card.title) <= TITLE_LIMIT
    for item in view.walk_children():
        if isinstance(item, discord.ui.TextDisplay):
            assert item.content.strip()
            assert not [mark for mark in _MARKS if mark in _CODE.sub("", item.content)]
