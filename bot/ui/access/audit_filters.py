"""Which entries of the audit are shown: by who did it, where, what, and when."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import discord
from typing_extensions import override

from bot.container import Services
from bot.core.i18n import _, keyword
from bot.domain.audit import AuditFilter
from bot.domain.date_words import period
from bot.domain.target import Target
from bot.ui.access import audit_cards as cards
from bot.ui.access.audit_kinds import kind
from bot.ui.kit.authorize import AccessCheck
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.paginator import OPTIONS_LIMIT
from bot.ui.kit.respond import respond
from bot.ui.kit.server_option import seen_by
from bot.ui.kit.text import first_up, label
from bot.ui.kit.view import BACK_ROW, BaseView, view_of

PERIODS = (keyword("the last hour"), keyword("today"), keyword("this week"), keyword("this month"))
_ANY = "any"
Apply: TypeAlias = Callable[[Interaction, AuditFilter], Awaitable[None]]
"""Shows what matches a filter."""


def since_when(services: Services, word: str | None) -> datetime | None:
    """Return when `today`, `this week` or `this month` began, or the last hour; None for any time."""
    now = services.clock.now()
    if word is None:
        return None
    typed_period = period(word, now.astimezone(services.settings.time_zone))
    return typed_period.begin.astimezone(UTC) if typed_period is not None else now - timedelta(hours=1)


async def show_filters(
    interaction: Interaction,
    access: AccessCheck,
    wanted: AuditFilter,
    names: Mapping[str, str],
    apply: Apply,
) -> None:
    """Show a menu for each thing to filter by; `names` has that of the server that is filtered by now."""
    services, view = interaction.client.services, _FiltersView(interaction, access, wanted, apply)
    view.add_item(_WhoMenu())
    if not isinstance(access.where, Target):  # else it is the only one
        targets = await services.directory.iter_all(await seen_by(interaction), "")
        servers = [(target.server.name, target.server.uuid) for target in targets]
        view.add_item(_Menu("server_uuid", _("Server"), servers))
    kinds = await services.audit.actions(wanted.guild_id)
    view.add_item(_Menu("action", _("Kind"), [(kind(action), action) for action in kinds]))
    view.add_item(_PeriodMenu())
    view.add_item(_ClearButton())
    view.add_item(_ListButton())
    await respond(interaction, card=cards.filters(wanted, names), view=view)


class _FiltersView(BaseView):
    """Each choice is applied at once, and leads back to the list."""

    def __init__(
        self, interaction: Interaction, access: AccessCheck, wanted: AuditFilter, apply: Apply
    ) -> None:
        super().__init__(interaction, access)
        self.wanted = wanted
        self.show = apply

    async def apply(self, interaction: Interaction, **chosen: Any) -> None:
        """Show what matches with this changed."""
        await self.show(interaction, replace(self.wanted, **chosen))


class _WhoMenu(discord.ui.UserSelect[_FiltersView]):
    def __init__(self) -> None:
        super().__init__(placeholder=_("Who…"), row=0)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).apply(interaction, user_id=self.values[0].id)


class _Menu(discord.ui.Select[_FiltersView]):
    """Offers the values of one field of the filter."""

    def __init__(self, field: str, name: str, choices: Sequence[tuple[str, str]]) -> None:
        options = [discord.SelectOption(label=_("Any {name}", name=name.lower()), value=_ANY)]
        options += [discord.SelectOption(label=label(text), value=value) for text, value in choices]
        super().__init__(placeholder=f"{name}…", options=options[:OPTIONS_LIMIT])
        self._field = field

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        value = self.values[0]
        await view_of(self).apply(interaction, **{self._field: None if value == _ANY else value})


class _PeriodMenu(discord.ui.Select[_FiltersView]):
    def __init__(self) -> None:
        options = [discord.SelectOption(label=_("Any time"), value=_ANY)]
        options += [discord.SelectOption(label=first_up(_(word)), value=word) for word in PERIODS]
        super().__init__(placeholder=_("Period…"), options=options)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        word = None if self.values[0] == _ANY else self.values[0]
        await view_of(self).apply(interaction, since=since_when(interaction.client.services, word))


class _ClearButton(discord.ui.Button[_FiltersView]):
    def __init__(self) -> None:
        super().__init__(label=_("Show all"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        where = view.access.where
        only = where.server.uuid if isinstance(where, Target) else None
        await view.show(interaction, AuditFilter(view.wanted.guild_id, server_uuid=only))


class _ListButton(discord.ui.Button[_FiltersView]):
    def __init__(self) -> None:
        super().__init__(label=_("◀ Audit"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).apply(interaction)
