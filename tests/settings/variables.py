"""The fewest variables that are enough, and the problems of others."""

from collections.abc import Callable, Mapping

import pytest

from bot.settings import Settings, SettingsInvalid

GUILD = 123456789012345678
OTHER_GUILD = 234567890123456789
TOKEN = "canary-discord-token"
KEY = "ptlc_canarypanelkey"
GOOD = {
    "QUETZAL_DISCORD_TOKEN": TOKEN,
    "QUETZAL_PANEL_URL": "https://panel.example.com",
    "QUETZAL_PANEL_KEY": KEY,
    "QUETZAL_GUILDS": f"{GUILD}=all",
}
Load = Callable[[Mapping[str, str]], Settings]


def problems(load: Load, variables: Mapping[str, str]) -> list[str]:
    with pytest.raises(SettingsInvalid) as caught:
        load(variables)
    return list(caught.value.problems)
