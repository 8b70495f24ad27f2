"""Databases, from the question to the answer: what is shown, asked, done and offered next."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from pydantic import SecretStr

from bot.domain.config_references import Reference, needles
from bot.domain.levels import Level
from bot.panel.models import Database, PowerSignal
from bot.services.databases import ReferenceSearch, Replacement
from bot.services.servers.directory import Target
from bot.ui.databases import embeds
from bot.ui.kit.authorize import Gate
from bot.ui.kit.confirm import confirm
from bot.ui.kit.delivery import Acknowledgement
from bot.ui.kit.paginator import Pages
from bot.ui.kit.respond import (
    AnyInteraction,
    Interaction,
    respond,
    show_progress,
)
from bot.ui.kit.view import BaseView
from bot.ui.servers.views import change_power

_PER_PAGE = 8
_AFTERWARDS_S = 840.0
"""As long as Discord lets an answer be edited, less a minute."""


async def show_list(interaction: Interaction, gate: Gate, target: Target) -> None:
    """List the databases, or say how to make one."""
    permit = await gate.permit(interaction)
    databases = await interaction.client.services.databases.list(permit)
    if not databases:
        await respond(interaction, embed=embeds.no_databases(target.server))
        return
    may_open = permit.level >= DatabasePages.least_to_open
    await DatabasePages(interaction, gate, target, databases, may_open=may_open).show(interaction)


async def create(interaction: Interaction, gate: Gate, target: Target, name: str, remote: str) -> None:
    """Show the name it will have, ask, make it, and show its login once."""
    services = interaction.client.services
    draft = await services.databases.draft(await gate.permit(interaction), name, remote)
    yes = await confirm(interaction, embeds.create_prompt(target.server, draft), gate)
    if yes is None:
        return
    made = await services.databases.create(await gate.permit(yes), draft)
    await _tell(yes, embeds.login(made, f"✅ {embeds.named(made)} is there"))


async def show_connection(interaction: Interaction, gate: Gate, database: Database) -> None:
    """Show how to connect, without the password, and a button that shows it."""
    shown = embeds.connection(database)
    permit = await gate.permit(interaction)
    has_replaced = bool(interaction.client.services.databases.replaced.of(permit, database.id))
    view = _ConnectionView(interaction, gate, database, has_replaced=has_replaced)
    await respond(interaction, embed=shown.embed, view=view)


async def rotate(interaction: Interaction, gate: Gate, target: Target, typed: str) -> None:
    """Say what will break and where, ask, rotate, show the new login and what to do with it."""
    services = interaction.client.services
    permit = await gate.permit(interaction)
    database = await services.databases.find(permit, typed)
    before = await services.databases.rotatable(permit, database)
    earlier = services.databases.replaced.of(permit, before.id)
    search = await _search(interaction, gate, before, *earlier, before.password)
    yes = await confirm(interaction, embeds.rotate_prompt(before, search), gate)
    if yes is None:
        return
    after = await services.databases.rotate(await gate.permit(yes), before)
    rotation = _Rotation(target, after, search.breaking)
    await _tell(yes, embeds.rotated(after, search), _RotatedView(yes, gate, rotation))


async def delete(interaction: Interaction, gate: Gate, typed: str) -> None:
    """Say what is lost and what will break, have the name typed, delete."""
    services = interaction.client.services
    database = await services.databases.find(await gate.permit(interaction), typed)
    search = await _search(interaction, gate, database)
    yes = await confirm(interaction, embeds.delete_prompt(database, search), gate)
    if yes is None:
        return
    await services.databases.delete(await gate.permit(yes), database)
    await respond(yes, embed=embeds.deleted(database))


async def show_usage(interaction: Interaction, gate: Gate, target: Target) -> None:
    """Show what is used, with the database servers' own figures where the operator allows it."""
    services = interaction.client.services
    permit = await gate.permit(interaction)
    databases = await services.databases.list(permit)
    measured = None
    if services.database_usage.enabled and databases:
        measured = await services.database_usage.measure(permit)
    await respond(interaction, embed=embeds.usage(target.server, databases, measured))


class DatabasePages(Pages):
    """All databases of a server; a manager opens one from the select, privately."""

    least_to_open = Level.MANAGER
    opens = Acknowledgement.PRIVATE

    def __init__(
        self,
        interaction: Interaction,
        gate: Gate,
        target: Target,
        databases: Sequence[Database],
        *,
        may_open: bool,
    ) -> None:
        super().__init__(interaction, gate, placeholder="How to connect…")
        self._target = target
        self._databases = databases
        self._may_open = may_open

    @property
    def page_count(self) -> int:
        """How many pages there are."""
        return max(1, -(-len(self._databases) // _PER_PAGE))

    async def render(self) -> discord.Embed:
        """Draw the databases of this page."""
        return embeds.database_list(self._target.server, self._page(), len(self._databases))

    def options(self) -> list[discord.SelectOption]:
        """Offer the databases of this page."""
        if not self._may_open:
            return []
        return [embeds.option(one, str(position)) for position, one in enumerate(self._page())]

    async def picked(self, interaction: Interaction, value: str) -> None:
        """Show how to connect, in an answer of its own: the list may be public."""
        gate = self.gate.at_least(self.least_to_open)
        await show_connection(interaction, gate, self._page()[int(value)])

    def _page(self) -> Sequence[Database]:
        return self._databases[self.page * _PER_PAGE : (self.page + 1) * _PER_PAGE]


class _ConnectionView(BaseView):
    def __init__(
        self, interaction: Interaction, gate: Gate, database: Database, *, has_replaced: bool
    ) -> None:
        super().__init__(interaction, gate)
        self._database = database
        if not has_replaced:
            self.remove_item(self._replace)

    def acknowledgement(self, item: discord.ui.Item[Any] | None) -> Acknowledgement:
        """Show the password to whoever asked alone."""
        return Acknowledgement.PRIVATE

    @discord.ui.button(label="Show password", emoji="🔑")
    async def _reveal(self, interaction: Interaction, _: discord.ui.Button["_ConnectionView"]) -> None:
        permit = await self.gate.permit(interaction)
        found = await interaction.client.services.databases.credentials(permit, self._database)
        await _tell(interaction, embeds.login(found, f"🔑 {embeds.named(found)}"))

    @discord.ui.button(label="Put new password into files")
    async def _replace(self, interaction: Interaction, _: discord.ui.Button["_ConnectionView"]) -> None:
        """Make up for a rotation whose result was lost."""
        databases = interaction.client.services.databases
        permit = await self.gate.permit(interaction)
        current = await databases.credentials(permit, self._database)
        replaced = databases.replaced_by(permit, current)
        search = await _search(interaction, self.gate, current, *replaced)
        if not search.breaking:
            await respond(interaction, embed=embeds.nothing_to_replace(current, search))
            return
        await _put_into_files(interaction, self.gate, current, search.breaking)


@dataclass(frozen=True, slots=True)
class _Rotation:
    target: Target
    database: Database
    """With its new password."""
    places: Sequence[Reference]
    """Where an old password stands."""


class _RotatedView(BaseView):
    """What to do after a rotation: tell the plugins, and restart."""

    def __init__(self, interaction: Interaction, gate: Gate, rotation: _Rotation) -> None:
        super().__init__(interaction, gate, timeout=_AFTERWARDS_S)
        self.rotation = rotation
        if rotation.places and rotation.database.password:
            self.add_item(_ReplaceButton())
        self.add_item(_RestartButton())


class _ReplaceButton(discord.ui.Button[_RotatedView]):
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label="Put it into the files", style=discord.ButtonStyle.primary)

    async def callback(self, interaction: AnyInteraction) -> None:
        view = self.view
        assert view is not None  # noqa: S101 - a dispatched item has its view
        await _put_into_files(interaction, view.gate, view.rotation.database, view.rotation.places)


class _RestartButton(discord.ui.Button[_RotatedView]):
    least = Level.OPERATOR
    acknowledgement = Acknowledgement.PRIVATE

    def __init__(self) -> None:
        super().__init__(label="Restart", style=discord.ButtonStyle.danger)

    async def callback(self, interaction: AnyInteraction) -> None:
        assert self.view is not None  # noqa: S101 - a dispatched item has its view
        await change_power(interaction, self.view.gate, self.view.rotation.target, PowerSignal.RESTART)


async def _search(
    interaction: Interaction, gate: Gate, database: Database, *passwords: SecretStr | None
) -> ReferenceSearch:
    await show_progress(interaction, embed=embeds.searching(database))
    plain = [password.get_secret_value() for password in passwords if password]
    return await interaction.client.services.database_places.search(
        await gate.permit(interaction), needles(database.name, database.username, *plain)
    )


async def _put_into_files(
    interaction: Interaction, gate: Gate, database: Database, places: Sequence[Reference]
) -> None:
    yes = await confirm(interaction, embeds.replace_prompt(places), gate)
    if yes is None:
        return
    assert database.password  # noqa: S101 - else there is nothing to press
    services, permit = yes.client.services, await gate.permit(yes)
    replaced = services.databases.replaced_by(permit, database)
    results = await services.database_places.replace(permit, Replacement(replaced, database.password, places))
    if all(result.error is None for result in results):
        services.databases.replaced.forget(permit, database.id)
    await respond(yes, embed=embeds.replaced(results))


async def _tell(interaction: Interaction, shown: embeds.Shown, view: BaseView | None = None) -> None:
    """Show a login, with a file beside it where a message would change it."""
    file = discord.File(io.BytesIO(shown.text.encode()), "SPOILER_login.txt") if shown.text else None
    await respond(interaction, embed=shown.embed, view=view, file=file)
