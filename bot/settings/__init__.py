"""The settings, and the only package that reads the environment."""

from bot.settings.copies import CopySettings, S3CopySettings, WebdavCopySettings
from bot.settings.load import SettingsInvalid, load_settings
from bot.settings.model import NodeSettings, PanelSettings, Settings

__all__ = [
    "CopySettings",
    "NodeSettings",
    "PanelSettings",
    "S3CopySettings",
    "Settings",
    "SettingsInvalid",
    "WebdavCopySettings",
    "load_settings",
]
