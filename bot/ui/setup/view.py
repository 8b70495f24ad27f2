"""The guided set-up: one message, a step at a time, kept as it goes, so that it can be left and resumed."""

from enum import Enum

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import _
from bot.domain.grants import SubjectKind
from bot.domain.guild_settings import GuildSettings, SetupStep
from bot.domain.levels import Level
from bot.services.access import Scope, Subject
from bot.ui.alerts.channel_view import choose_alert_channel, choose_alert_role, test_alert_channel
from bot.ui.alerts.deliverability import channel_problem, role_problem
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.channel_post import check_can_post, post
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BaseView, view_of
from bot.ui.setup import cards

_TEXT_CHANNELS = [discord.ChannelType.text, discord.ChannelType.news]
_LEAVE_S = 600.0


class Page(Enum):
    """What the message asks for now."""

    HOME = "home"
    ALERT_CHANNEL = "alert channel"
    AUDIT_CHANNEL = "audit channel"
    ROLES = "roles"


class SetupView(BaseView):
    """All steps on one message."""

    def __init__(self, interaction: Interaction, access: AccessCheck, panel_id: str) -> None:
        super().__init__(interaction, access, timeout=_LEAVE_S)
        self.panel_id = panel_id
        self.guild_id = interaction.guild_id or 0
        self.role_ids: list[int] = []
        self.level = Level.OPERATOR

    async def show(self, interaction: Interaction, page: Page = Page.HOME, said: str = "") -> None:
        """Draw a page."""
        services = interaction.client.services
        settings = await services.guild_settings.get(self.guild_id, self.panel_id)
        problems = _problems(interaction.guild, settings)
        self.clear_items()
        match page:
            case Page.HOME:
                given = await services.access.granted.get(self.guild_id)
                here = [grant for grant in given if grant.panel_id == self.panel_id]
                card = cards.home(cards.Progress(settings, len(here), said, problems))
                for item in _home(settings.missing):
                    self.add_item(item)
            case Page.ALERT_CHANNEL:
                card = cards.choose_alert_channel(settings, problems, said)
                self.add_item(_AlertChannel(_existing(interaction.guild, settings.alert_channel_id)))
                self.add_item(_AlertRole(_existing(interaction.guild, settings.alert_role_id)))
                self.add_item(_Skip(SetupStep.ALERT_CHANNEL))
                self.add_item(_Go(_("◀ Setup"), Page.HOME))
            case Page.AUDIT_CHANNEL:
                card = cards.choose_audit_channel(settings, problems)
                self.add_item(_AuditChannel(_existing(interaction.guild, settings.audit_channel_id)))
                self.add_item(_NoAudit())
                self.add_item(_Go(_("◀ Setup"), Page.HOME))
            case Page.ROLES:
                card = cards.choose_roles(self.role_ids, self.level)
                self.add_item(_Roles(self.role_ids))
                self.add_item(_LevelMenu(self.level))
                self.add_item(_Give(possible=bool(self.role_ids)))
                self.add_item(_Skip(SetupStep.ROLES))
                self.add_item(_Go(_("◀ Setup"), Page.HOME))
        await respond(interaction, card=card, view=self)

    async def finish(self, interaction: Interaction, step: SetupStep) -> None:
        """Note that a step is finished."""
        await interaction.client.services.guild_settings.finish(actor(interaction), self.panel_id, step)


def _problems(guild: discord.Guild | None, settings: GuildSettings) -> cards.Problems:
    """Find what the gateway knows to be in the way."""
    alerts, audit = settings.alert_channel_id, settings.audit_channel_id
    return cards.Problems(
        channel_problem(guild, alerts) if alerts else None,
        role_problem(guild, settings.alert_role_id, alerts or 0),
        channel_problem(guild, audit, reads=False) if audit else None,
    )


def _existing(guild: discord.Guild | None, chosen_id: int | None) -> int | None:
    """Return the id of a channel or role that a menu can show as chosen: one that is still there."""
    if guild is None or chosen_id is None:
        return None
    return chosen_id if guild.get_channel(chosen_id) or guild.get_role(chosen_id) else None


def _home(missing: tuple[SetupStep, ...]) -> list[discord.ui.Button[SetupView]]:
    buttons: list[discord.ui.Button[SetupView]] = [
        _CheckPanel(_(cards.STEPS[SetupStep.PANEL][0])),
        _Go(_(cards.STEPS[SetupStep.ALERT_CHANNEL][0]), Page.ALERT_CHANNEL),
        _Go(_(cards.STEPS[SetupStep.ROLES][0]), Page.ROLES),
        _TestAlert(_(cards.STEPS[SetupStep.TEST_ALERT][0])),
    ]
    for step, button in zip(SetupStep, buttons, strict=True):
        if missing and step is missing[0]:
            button.style = discord.ButtonStyle.primary
    return [*buttons, _Go(_("Audit channel"), Page.AUDIT_CHANNEL)]


class _Go(discord.ui.Button[SetupView]):
    def __init__(self, text: str, page: Page) -> None:
        super().__init__(label=text, row=2 if page is Page.HOME else None)
        self._page = page

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).show(interaction, self._page)


class _CheckPanel(discord.ui.Button[SetupView]):
    def __init__(self, text: str) -> None:
        super().__init__(label=text)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, services = view_of(self), interaction.client.services
        account = await services.panels[view.panel_id].account.view()
        rights = await services.access.rights(actor(interaction))
        seen = [
            target
            for target in await services.directory.iter_all(rights.sees)
            if target.panel_id == view.panel_id
        ]
        if not seen:
            await view.show(interaction, said=cards.panel_shows_nothing(account))
            return
        await view.finish(interaction, SetupStep.PANEL)
        await view.show(interaction, said=cards.panel_answers(account, len(seen)))


class _TestAlert(discord.ui.Button[SetupView]):
    def __init__(self, text: str) -> None:
        super().__init__(label=text)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, services = view_of(self), interaction.client.services
        settings = await services.guild_settings.get(view.guild_id, view.panel_id)
        if settings.alert_channel_id is None and SetupStep.ALERT_CHANNEL not in settings.steps:
            raise BadInput(
                _("There's no alert channel yet."), next_step=_("Choose one first, or skip that step.")
            )
        if settings.alert_channel_id is None:
            await view.finish(interaction, SetupStep.TEST_ALERT)
            await view.show(interaction)
            return
        tried = await test_alert_channel(interaction, view.panel_id)
        if tried.arrived:
            await view.finish(interaction, SetupStep.TEST_ALERT)
        await view.show(interaction, said=tried.said)


class _ChannelMenu(discord.ui.ChannelSelect[SetupView]):
    def __init__(self, placeholder: str, chosen: int | None) -> None:
        super().__init__(
            placeholder=placeholder,
            channel_types=_TEXT_CHANNELS,
            default_values=[
                discord.SelectDefaultValue(id=channel_id, type=discord.SelectDefaultValueType.channel)
                for channel_id in (chosen,)
                if channel_id is not None
            ],
        )

    def _chosen(self, interaction: Interaction) -> int:
        channel_id = self.values[0].id
        check_can_post(interaction.guild, channel_id)
        return channel_id


class _AlertChannel(_ChannelMenu):
    def __init__(self, chosen: int | None) -> None:
        super().__init__(_("The channel for alerts…"), chosen)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        settings = await interaction.client.services.guild_settings.get(view.guild_id, view.panel_id)
        tried = await choose_alert_channel(
            interaction, view.panel_id, self._chosen(interaction), settings.alert_role_id
        )
        if tried.arrived:
            await view.finish(interaction, SetupStep.TEST_ALERT)
        await view.show(interaction, said=tried.said)


class _AlertRole(discord.ui.RoleSelect[SetupView]):
    def __init__(self, chosen: int | None) -> None:
        super().__init__(
            placeholder=_("Mention a role for critical alerts…"),
            min_values=0,
            default_values=[
                discord.SelectDefaultValue(id=role_id, type=discord.SelectDefaultValueType.role)
                for role_id in (chosen,)
                if role_id is not None
            ],
        )

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, role_id = view_of(self), self.values[0].id if self.values else None
        said = await choose_alert_role(interaction, view.panel_id, role_id)
        await view.show(interaction, Page.ALERT_CHANNEL, said)


class _AuditChannel(_ChannelMenu):
    def __init__(self, chosen: int | None) -> None:
        super().__init__(_("The channel for the audit…"), chosen)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, channel_id = view_of(self), self._chosen(interaction)
        await post(interaction.client, channel_id, cards.audit_begins(interaction.user.id))
        await interaction.client.services.guild_settings.choose_audit_channel(
            actor(interaction), view.panel_id, channel_id
        )
        await view.show(interaction)


class _NoAudit(discord.ui.Button[SetupView]):
    def __init__(self) -> None:
        super().__init__(label=_("Don't post"), row=2)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await interaction.client.services.guild_settings.choose_audit_channel(
            actor(interaction), view.panel_id, None
        )
        await view.show(interaction)


class _Roles(discord.ui.RoleSelect[SetupView]):
    def __init__(self, chosen: list[int]) -> None:
        super().__init__(
            placeholder=_("Roles…"),
            max_values=10,
            default_values=[
                discord.SelectDefaultValue(id=role_id, type=discord.SelectDefaultValueType.role)
                for role_id in chosen
            ],
        )

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.role_ids = [role.id for role in self.values]
        await view.show(interaction, Page.ROLES)


class _LevelMenu(discord.ui.Select[SetupView]):
    def __init__(self, chosen: Level) -> None:
        super().__init__(
            options=[
                discord.SelectOption(label=level.word, value=level.name, default=level is chosen)
                for level in Level
                if level is not Level.NONE
            ]
        )

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        view.level = Level[self.values[0]]
        await view.show(interaction, Page.ROLES)


class _Give(discord.ui.Button[SetupView]):
    def __init__(self, *, possible: bool) -> None:
        super().__init__(label=_("Give"), style=discord.ButtonStyle.success, disabled=not possible, row=2)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view, services = view_of(self), interaction.client.services
        for role_id in view.role_ids:
            await services.granting.give(
                actor(interaction), Subject(SubjectKind.ROLE, role_id), view.level, Scope.ALL_SERVERS
            )
        view.role_ids = []
        await view.finish(interaction, SetupStep.ROLES)
        await view.show(interaction)


class _Skip(discord.ui.Button[SetupView]):
    def __init__(self, step: SetupStep) -> None:
        super().__init__(label=_("Skip"), row=2)
        self._step = step

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = view_of(self)
        await view.finish(interaction, self._step)
        await view.show(interaction)
