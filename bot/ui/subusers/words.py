"""The panel's permissions in words: each says what somebody can do."""

from collections.abc import Iterable

from bot.domain.panel_permissions import Preset, closest_preset
from bot.ui.kit.text import inline_code

AREAS = {
    "control": ("🖥️", "Console and power"),
    "file": ("📁", "Files"),
    "backup": ("💾", "Backups"),
    "database": ("🗄️", "Databases"),
    "schedule": ("🗓️", "Schedules"),
    "allocation": ("🌐", "Network"),
    "startup": ("🚀", "Startup"),
    "settings": ("🔧", "Settings"),
    "user": ("👥", "Users"),
    "activity": ("📜", "Activity"),
}
_OTHER = ("▫️", "Other")
_WITH_CONSOLE = "websocket"
_CAN = {
    "websocket.connect": ("see the console and usage", "see the console and usage"),
    "control.console": ("send commands", "send console commands"),
    "control.start": ("start", "start"),
    "control.stop": ("stop and kill", "stop and kill"),
    "control.restart": ("restart", "restart"),
    "file.read": ("list", "list files"),
    "file.read-content": ("open and download", "open and download files"),
    "file.create": ("create and upload", "create and upload files"),
    "file.update": ("change and rename", "change and rename files"),
    "file.delete": ("delete", "delete files"),
    "file.archive": ("compress and extract", "compress and extract files"),
    "file.sftp": ("use SFTP", "use SFTP"),
    "backup.read": ("see", "see backups"),
    "backup.create": ("create", "create backups"),
    "backup.download": ("download", "download backups"),
    "backup.restore": ("restore", "restore backups"),
    "backup.delete": ("delete and lock", "delete and lock backups"),
    "database.read": ("see", "see databases"),
    "database.view_password": ("see passwords", "see database passwords"),
    "database.create": ("create", "create databases"),
    "database.update": ("change passwords", "change database passwords"),
    "database.delete": ("delete", "delete databases"),
    "schedule.read": ("see", "see schedules"),
    "schedule.create": ("create", "create schedules"),
    "schedule.update": ("change and run", "change and run schedules"),
    "schedule.delete": ("delete", "delete schedules"),
    "allocation.read": ("see all addresses", "see all addresses"),
    "allocation.create": ("add addresses", "add addresses"),
    "allocation.update": ("choose the primary address and write notes",) * 2,
    "allocation.delete": ("remove addresses", "remove addresses"),
    "startup.read": ("see variables", "see startup variables"),
    "startup.update": ("change variables", "change startup variables"),
    "startup.docker-image": ("choose the Docker image", "choose the Docker image"),
    "settings.rename": ("rename and describe", "rename and describe the server"),
    "settings.reinstall": ("reinstall", "reinstall the server"),
    "user.read": ("see who has access", "see who has access"),
    "user.create": ("invite people", "invite people"),
    "user.update": ("change what people can do", "change what people can do"),
    "user.delete": ("remove people", "remove people"),
    "activity.read": ("read the activity log", "read the activity log"),
}
"""What each allows: below the name of its area, and alone."""
_ORDER = {permission: number for number, permission in enumerate(_CAN)}


def can(permission: str) -> str:
    """Say what a permission allows; one of a newer panel is named as the panel does."""
    return _CAN[permission][1] if permission in _CAN else inline_code(permission, 60)


def area_of(permission: str) -> tuple[str, str]:
    """Return sign and name of what a permission is about."""
    prefix = permission.partition(".")[0]
    return AREAS.get("control" if prefix == _WITH_CONSOLE else prefix, _OTHER)


def in_order(permissions: Iterable[str]) -> list[str]:
    """Sort permissions by what they are about, and within it from reading to deleting."""
    return sorted(permissions, key=lambda permission: (_ORDER.get(permission, len(_ORDER)), permission))


def sentences(permissions: Iterable[str]) -> list[str]:
    """Say what somebody with these can do, a line an area."""
    areas: dict[tuple[str, str], list[str]] = {}
    for permission in in_order(permissions):
        areas.setdefault(area_of(permission), []).append(permission)
    return [f"{sign} **{name}:** {_within(area)}" for (sign, name), area in areas.items()]


def _within(area: list[str]) -> str:
    everything = {permission for permission in _CAN if area_of(permission) == area_of(area[0])}
    if len(area) > 1 and everything <= {*area}:
        return "everything"
    return ", ".join(_CAN[each][0] if each in _CAN else inline_code(each, 60) for each in area)


def likeness(permissions: frozenset[str]) -> str:
    """Compare permissions with the presets."""
    preset, distance = closest_preset(permissions)
    if preset is None:
        return "Custom permissions"
    return f"Preset {preset_name(preset)}" if not distance else f"Almost preset {preset_name(preset)}"


def preset_name(preset: Preset) -> str:
    """Name a preset."""
    return preset.value.capitalize()
