"""What is data, and so looks alike in every language: names, and what people type."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import discord

from bot.core.discord_permissions import displayed
from bot.domain.server_filter import suggestions
from sandbox import Sandbox
from tests.support.disguise import words_of

_NAMES = ("name", "username", "description", "notes", "alias", "email", "display_name", "global_name")
_ALIKE = """
    quetzal discord minecraft java paper python docker wings rust factorio terraria valheim cpu gib mib kib
    utc min sftp json yaml toml mysql jdbc pdo pymysql sqlalchemy sha
    logs plugins config mods main owner
    stranger admin operator
"""
"""Names and units that are written alike in every language; folders, the panel, its account; people."""
_FIXED = re.compile(
    r"Node mysql2|\b(?:(?:public )?board|whitelist request|job) [\w-]+(?: failed)?$", re.MULTILINE
)
"""A product, and what messages are recognised by (bot/ui/kit/written.py)."""
_TYPED = frozenset({*suggestions(()), "auto", "bedrock", "fivem", "palworld"})
"""Suggestions that are what people type: filters of servers, and what games are called by."""
_SHOWN = frozenset(
    word.lower()
    for text in (_ALIKE, " ".join(displayed(discord.Permissions.all())))
    for word in words_of(text)
)

_sandboxes: list[Sandbox] = []


def watch_sandboxes() -> None:
    """Know every sandbox from now on."""
    make = Sandbox.__init__

    def noted(sandbox: Sandbox, *args: Any, **given: Any) -> None:
        _sandboxes.append(sandbox)
        make(sandbox, *args, **given)

    Sandbox.__init__ = noted  # type: ignore[assignment, method-assign]  # it hands on all that it is given


def forget_sandboxes() -> None:
    """Know none, as a test begins."""
    _sandboxes.clear()


def words(text: str) -> set[str]:
    """Return the words of a text that show in which language it is."""
    if text in _TYPED:
        return set()
    return {word.lower() for word in words_of(_FIXED.sub("", text))} - _SHOWN


def names(backend: Any) -> set[str]:  # noqa: ANN401 - simcord's
    """List the words in the names of everything that is on the panels and on Discord now."""
    named = {name for sandbox in _sandboxes for name in _named(sandbox.world, set())}
    for kind in (backend.guilds, backend.channels, backend.users):
        named.update(thing.name for thing in kind.values() if thing.name)
    named.update(role.name for guild in backend.guilds.values() for role in guild.roles.values())
    return {word for name in named for part in name.split("/") for word in words(part)}


def _named(node: object, seen: set[int]) -> Iterator[str]:
    """List the names of everything in a sandbox, files too."""
    if id(node) in seen or isinstance(node, str | bytes | int | float):
        return
    if isinstance(node, Path):
        yield from (path.name for path in node.rglob("*"))
        return
    seen.add(id(node))
    if isinstance(node, Mapping):
        yield from (key for key in node if isinstance(key, str))
        for part in node.values():
            yield from _named(part, seen)
    elif isinstance(node, list | tuple | set | frozenset):
        for part in node:
            yield from _named(part, seen)
    elif type(node).__module__.startswith("sandbox"):
        for name in (*getattr(node, "__slots__", ()), *getattr(node, "__dict__", {})):
            value = getattr(node, name, None)
            if isinstance(value, str) and name in _NAMES:
                yield value
            yield from _named(value, seen)
