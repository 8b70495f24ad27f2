"""The panel's permissions in words: each says what somebody can do."""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from bot.core.i18n import N_, Message, _
from bot.domain.formatting import joined
from bot.domain.panel_permissions import Preset, closest_preset
from bot.ui.kit.paginator import OPTIONS_LIMIT
from bot.ui.kit.text import inline_code, label

AREAS = {
    "control": ("🖥️", N_("Console and power")),
    "file": ("📁", N_("Files")),
    "backup": ("💾", N_("Backups")),
    "database": ("🗄️", N_("Databases")),
    "schedule": ("🗓️", N_("Schedules")),
    "allocation": ("🌐", N_("Network")),
    "startup": ("🚀", N_("Startup")),
    "settings": ("🔧", N_("Settings")),
    "user": ("👥", N_("Users")),
    "activity": ("📜", N_("Activity")),
}
_OTHER = ("▫️", N_("Other"))


class Menu(NamedTuple):
    """The permissions of an area, or a part of them."""

    sign: str
    name: str
    permissions: list[str]


_WITH_CONSOLE = "websocket"
_CAN = {
    "websocket.connect": (N_("see the console and usage"), N_("see the console and usage")),
    "control.console": (N_("send commands"), N_("send console commands")),
    "control.start": (N_("start"), N_("start")),
    "control.stop": (N_("stop and kill"), N_("stop and kill")),
    "control.restart": (N_("restart"), N_("restart")),
    "file.read": (N_("list"), N_("list files")),
    "file.read-content": (N_("open and download"), N_("open and download files")),
    "file.create": (N_("create and upload"), N_("create and upload files")),
    "file.update": (N_("change and rename"), N_("change and rename files")),
    "file.delete": (N_("delete"), N_("delete files")),
    "file.archive": (N_("compress and extract"), N_("compress and extract files")),
    "file.sftp": (N_("use SFTP"), N_("use SFTP")),
    "backup.read": (N_("see"), N_("see backups")),
    "backup.create": (N_("create"), N_("create backups")),
    "backup.download": (N_("download"), N_("download backups")),
    "backup.restore": (N_("restore"), N_("restore backups")),
    "backup.delete": (N_("delete and lock"), N_("delete and lock backups")),
    "database.read": (N_("see"), N_("see databases")),
    "database.view_password": (N_("see passwords"), N_("see database passwords")),
    "database.create": (N_("create"), N_("create databases")),
    "database.update": (N_("change passwords"), N_("change database passwords")),
    "database.delete": (N_("delete"), N_("delete databases")),
    "schedule.read": (N_("see"), N_("see schedules")),
    "schedule.create": (N_("create"), N_("create schedules")),
    "schedule.update": (N_("change and run"), N_("change and run schedules")),
    "schedule.delete": (N_("delete"), N_("delete schedules")),
    "allocation.read": (N_("see all addresses"), N_("see all addresses")),
    "allocation.create": (N_("add addresses"), N_("add addresses")),
    "allocation.update": (N_("choose the primary address and write notes"),) * 2,
    "allocation.delete": (N_("remove addresses"), N_("remove addresses")),
    "startup.read": (N_("see variables"), N_("see startup variables")),
    "startup.update": (N_("change variables"), N_("change startup variables")),
    "startup.docker-image": (N_("choose the Docker image"), N_("choose the Docker image")),
    "settings.rename": (N_("rename and describe"), N_("rename and describe the server")),
    "settings.reinstall": (N_("reinstall"), N_("reinstall the server")),
    "user.read": (N_("see who has access"), N_("see who has access")),
    "user.create": (N_("invite people"), N_("invite people")),
    "user.update": (N_("change what people can do"), N_("change what people can do")),
    "user.delete": (N_("remove people"), N_("remove people")),
    "activity.read": (N_("read the activity log"), N_("read the activity log")),
}
"""What each allows: below the name of its area, and alone."""
_ORDER = {permission: number for number, permission in enumerate(_CAN)}


def can(permission: str) -> str:
    """Say what a permission allows; one of a newer panel is named as the panel does."""
    return _(_CAN[permission][1]) if permission in _CAN else inline_code(permission, 60)


def choice(permission: str) -> str:
    """Name a permission as an entry of a menu, which shows no markdown."""
    return label(_(_CAN[permission][1]).capitalize() if permission in _CAN else permission)


def area_of(permission: str) -> tuple[str, Message]:
    """Return sign and name of what a permission is about."""
    prefix = permission.partition(".")[0]
    return AREAS.get("control" if prefix == _WITH_CONSOLE else prefix, _OTHER)


def in_order(permissions: Iterable[str]) -> list[str]:
    """Sort permissions by what they are about, and within it from reading to deleting."""
    return sorted(permissions, key=lambda permission: (_ORDER.get(permission, len(_ORDER)), permission))


def menus(permissions: Iterable[str]) -> dict[str, Menu]:
    """Sort permissions into menus, one an area, more where Discord's 25 entries aren't enough."""
    areas: dict[tuple[str, Message], list[str]] = {}
    for permission in in_order(permissions):
        areas.setdefault(area_of(permission), []).append(permission)
    found = {}
    for key, (sign, name) in {**AREAS, "other": _OTHER}.items():
        within = areas.get((sign, name), [])
        for number, start in enumerate(range(0, len(within), OPTIONS_LIMIT), start=1):
            part = f" {number}" if len(within) > OPTIONS_LIMIT else ""
            found[f"{key}{part}"] = Menu(sign, f"{_(name)}{part}", within[start : start + OPTIONS_LIMIT])
    return dict(islice(found.items(), OPTIONS_LIMIT))


def sentences(permissions: Iterable[str]) -> list[str]:
    """Say what somebody with these can do, a line an area."""
    areas: dict[tuple[str, Message], list[str]] = {}
    for permission in in_order(permissions):
        areas.setdefault(area_of(permission), []).append(permission)
    return [f"{sign} **{name}:** {_within(area)}" for (sign, name), area in areas.items()]


def _within(area: list[str]) -> str:
    everything = {permission for permission in _CAN if area_of(permission) == area_of(area[0])}
    if everything and len(area) > 1 and everything <= {*area}:
        return _("everything")
    return joined(_(_CAN[each][0]) if each in _CAN else inline_code(each, 60) for each in area)


def likeness(permissions: frozenset[str]) -> str:
    """Compare permissions with the presets."""
    preset, distance = closest_preset(permissions)
    if preset is None:
        return _("Custom permissions")
    return (
        _("Preset {preset_name}", preset_name=preset_name(preset))
        if not distance
        else _("Almost preset {preset_name}", preset_name=preset_name(preset))
    )


def preset_name(preset: Preset) -> str:
    """Name a preset."""
    return preset.text.capitalize()
