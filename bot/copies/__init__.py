"""Where copies of backups are kept outside of the panel. Knows no Discord, no panel and no store."""

from bot.copies.errors import CopyMissing, CopyTargetError, PlaceMissing, UploadGone
from bot.copies.target import CopyTarget, Part

__all__ = ["CopyMissing", "CopyTarget", "CopyTargetError", "Part", "PlaceMissing", "UploadGone"]
