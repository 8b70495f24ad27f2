"""What the invite link asks for is what the checks demand, and what the pages say."""

from pathlib import Path

import discord
import pytest

from bot.core import discord_permissions as permissions

PAGES = Path(__file__).parents[2]


def test_the_invite_link_of_the_readme_asks_for_what_is_used() -> None:
    assert f"permissions={permissions.INVITE.value}\n" in (PAGES / "README.md").read_text()


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_pages_name_every_permission_of_the_invite_link(page: str) -> None:
    text = " ".join((PAGES / page).read_text().split())
    absent = [name for name in permissions.displayed(permissions.INVITE) if name not in text]
    assert absent == []


@pytest.mark.parametrize(
    "needed",
    [
        permissions.POSTING,
        permissions.ALERTING,
        permissions.ALERTING_IN_THREADS,
        permissions.CHANNELS,
        permissions.CONSOLE,
    ],
)
def test_a_bot_with_the_invite_links_permissions_lacks_nothing(needed: discord.Permissions) -> None:
    assert permissions.missing(permissions.INVITE, needed) == []
    assert permissions.missing(discord.Permissions.none(), needed) == permissions.displayed(needed)
