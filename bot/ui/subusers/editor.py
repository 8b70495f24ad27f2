"""Chooses permissions: a preset, or area by area, and never what the account behind the key lacks."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import discord
from typing_extensions import override

from bot.core.i18n import _
from bot.domain.formatting import counted
from bot.domain.panel_permissions import CONNECT, Grantable, Preset
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import ServerContext
from bot.ui.kit.view import BaseView, view_of
from bot.ui.subusers import cards
from bot.ui.subusers.words import Menu, choice, menus, preset_name

Save: TypeAlias = Callable[[ServerContext, frozenset[str]], Awaitable[None]]
_AREA_ROW, _PRESET_ROW, _END_ROW = 0, 1, 2


class PermissionEditor(BaseView):
    """What is chosen so far; nothing is sent before `save` has asked."""

    def __init__(
        self, context: ServerContext, title: str, chosen: frozenset[str], grantable: Grantable, save: Save
    ) -> None:
        super().__init__(context.interaction, context.access, timeout=600.0)
        self.context = context
        self.title = title
        self.chosen = (chosen & grantable.held) | {CONNECT}
        self.grantable = grantable
        self.save = save
        self.menus = menus(grantable.held - {CONNECT})

    async def show(self, interaction: Interaction, menu: Menu | None = None) -> None:
        """Show what is chosen, with the menu of areas or, of one area, that of its permissions."""
        self.clear_items()
        if menu is None:
            if self.menus:
                self.add_item(_AreaMenu(self.menus, self.chosen))
            for preset in Preset:
                self.add_item(_PresetButton(preset))
            self.add_item(_SaveButton())
        else:
            self.add_item(_PermissionMenu(menu, self.chosen))
            self.add_item(_AreasButton())
        card = cards.editor(self.title, self.chosen, self.grantable)
        await respond(interaction, card=card, view=self)


class _AreaMenu(discord.ui.Select[PermissionEditor]):
    def __init__(self, areas: Mapping[str, Menu], chosen: frozenset[str]) -> None:
        options = []
        for key, (sign, name, permissions) in areas.items():
            description = _(
                "{given} of {permissions}",
                given=len(chosen.intersection(permissions)),
                permissions=counted(len(permissions), "permission", "permissions"),
            )
            options.append(discord.SelectOption(label=name, value=key, description=description, emoji=sign))
        super().__init__(placeholder=_("Change an area…"), options=options, row=_AREA_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await view.show(interaction, view.menus[self.values[0]])


class _PermissionMenu(discord.ui.Select[PermissionEditor]):
    def __init__(self, menu: Menu, chosen: frozenset[str]) -> None:
        options = [
            discord.SelectOption(label=choice(permission), value=permission, default=permission in chosen)
            for permission in menu.permissions
        ]
        super().__init__(
            placeholder=_("{name}: nothing", name=menu.name),
            options=options,
            min_values=0,
            max_values=len(options),
            row=_AREA_ROW,
        )
        self._permissions = frozenset(menu.permissions)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        """Take what was picked in the place of what was chosen in this area."""
        view = view_of(self)
        view.chosen = (view.chosen - self._permissions) | frozenset(self.values)
        await view.show(interaction)


class _AreasButton(discord.ui.Button[PermissionEditor]):
    def __init__(self) -> None:
        super().__init__(label=_("All areas"), row=_PRESET_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).show(interaction)


class _PresetButton(discord.ui.Button[PermissionEditor]):
    def __init__(self, preset: Preset) -> None:
        super().__init__(label=preset_name(preset), row=_PRESET_ROW)
        self._preset = preset

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.chosen = view.grantable.preset(self._preset)
        await view.show(interaction)


class _SaveButton(discord.ui.Button[PermissionEditor]):
    def __init__(self) -> None:
        super().__init__(label=_("Save…"), style=discord.ButtonStyle.primary, row=_END_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await view.save(view.context.continued_by(interaction), view.chosen)
