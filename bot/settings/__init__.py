"""The settings, and the only package that reads the environment."""

from bot.settings.load import SettingsInvalid, load_settings
from bot.settings.model import NodeSettings, PanelSettings, Settings

__all__ = ["NodeSettings", "PanelSettings", "Settings", "SettingsInvalid", "load_settings"]
