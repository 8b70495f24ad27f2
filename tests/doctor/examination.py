"""Settings for `quetzal doctor`, and what it says of them."""

from pathlib import Path

from bot.core.clock import Clock
from bot.doctor.discord_checks import check_discord
from bot.doctor.findings import Finding, Mark
from bot.doctor.panel_checks import check_panel
from bot.settings import PanelSettings, Settings
from sandbox import Sandbox
from tests.support.discord_standin import GUILD_ID, TOKEN

# The sandbox's answers carry the Date of its clock, the real one here, as the doctor uses.
NOW = Clock()


def panel_settings(panel: Sandbox, key: str | None = None, **changes: object) -> PanelSettings:
    values = {"url": panel.panel_url, "key": key or panel.world.key_of("owner"), "guilds": {GUILD_ID: "all"}}
    return PanelSettings.model_validate(values | changes)


async def examined(settings: PanelSettings, now: Clock = NOW) -> list[Finding]:
    return [finding async for finding in check_panel("main", settings, now)]


async def on_discord(settings: Settings, now: Clock = NOW) -> list[Finding]:
    return [finding async for finding in check_discord(settings, now)]


def bot_settings(data_dir: Path = Path("data"), token: str = TOKEN, **changes: object) -> Settings:
    panel = {"url": "https://panel.example.com", "key": "ptlc_x", "guilds": {GUILD_ID: "all"}}
    values = {"discord_token": token, "panels": {"main": panel}, "data_dir": data_dir}
    return Settings.model_validate(values | changes)


def wrongs(findings: list[Finding]) -> list[str]:
    return [f"{finding.summary} {finding.fix}" for finding in findings if finding.mark is Mark.WRONG]


def notes(findings: list[Finding]) -> list[str]:
    return [f"{finding.summary} {finding.fix}" for finding in findings if finding.mark is Mark.NOTE]
