"""What an operator can set, and the only place that reads the environment."""

from bot.settings.model import PanelSettings, Settings
from bot.settings.reading import SettingsInvalid, load_settings

__all__ = ["PanelSettings", "Settings", "SettingsInvalid", "load_settings"]
