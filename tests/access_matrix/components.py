"""All code of ours that answers a press or a form, by name."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import discord

import bot.ui
import cogs
from bot.ui.kit.persistent import BaseDynamicItem
from bot.ui.kit.view import BaseModal, BaseView


def every_piece() -> set[str]:
    """Name every button, menu and form in the code; of a family only those that answer a press.

    A menu within a form answers nothing: the form does, when it is sent.
    """
    items = {
        name_of(item)
        for item in classes_below(discord.ui.Item)
        if not item.__subclasses__()
        and getattr(item, "callback", None) is not discord.ui.Item.callback
        and not issubclass(item, BaseDynamicItem)
    }
    forms = {name_of(form) for form in classes_below(BaseModal) if not form.__subclasses__()}
    lasting = {name_of(item) for item in classes_below(BaseDynamicItem) if not item.__subclasses__()}
    return items | forms | lasting


def outsiders() -> set[str]:
    """Name views and forms that do not stand on the bases, which check the right on each press."""
    views = {
        view
        for kind in (discord.ui.View, discord.ui.LayoutView)
        for view in classes_below(kind)
        if not issubclass(view, BaseView)
    }
    forms = {form for form in classes_below(discord.ui.Modal) if not issubclass(form, BaseModal)}
    items = {item for item in classes_below(discord.ui.DynamicItem) if not issubclass(item, BaseDynamicItem)}
    return {name_of(cls) for cls in views | forms | items if not _is_a_base_of_ours(cls)}


def name_of(thing: type) -> str:
    """Name a class as its import does."""
    return f"{thing.__module__}.{thing.__qualname__}"


def classes_below(base: type) -> Iterator[type]:
    """List all classes of the bot's interface that stand on this one."""
    for package in (bot.ui, cogs):
        _import_all(package)
    yield from _below(base)


def _is_a_base_of_ours(cls: type) -> bool:
    return any(issubclass(base, cls) for base in (BaseView, BaseModal, BaseDynamicItem))


def _below(base: type) -> Iterator[type]:
    classes: list[type] = base.__subclasses__()
    for cls in classes:
        if cls.__module__.split(".")[0] in {"bot", "cogs"}:
            yield cls
        yield from _below(cls)


def _import_all(package: ModuleType) -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
