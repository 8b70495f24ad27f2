"""/quetzal access, audit, link, unlink, setup: who may do what, and who did it."""

from typing import Literal

import discord
from discord import app_commands

from bot.client import QuetzalBot
from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.audit import AuditFilter, Outcome
from bot.domain.grants import SubjectKind
from bot.domain.levels import Level
from bot.domain.target import Target
from bot.services.access import Scope, Subject, WholePanel
from bot.ui.access import cards
from bot.ui.access.audit_filters import since_when
from bot.ui.access.audit_view import show_audit
from bot.ui.access.grant_flow import NewGrant, give, take_back
from bot.ui.access.grants_view import show_grants
from bot.ui.access.link_form import LinkForm
from bot.ui.access.review_view import show_review
from bot.ui.kit.authorize import (
    AccessCheck,
    AnyCommand,
    actor,
    require,
    requires,
)
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.command_group import group
from bot.ui.kit.delivery import open_form
from bot.ui.kit.panel_option import PanelOption, choose_panel
from bot.ui.kit.respond import respond
from bot.ui.kit.server_context import server_context
from bot.ui.kit.server_option import ServerOption
from bot.ui.kit.text import neutralise
from bot.ui.setup.view import SetupView

_ALL = N_("all servers here")


class AccessCommands(app_commands.Group, name="access", description="Manage who can use Quetzal here"):
    """One command each: grant, revoke, list, review."""

    @app_commands.command(name="grant", extras=requires(Level.ADMIN))
    @app_commands.rename(subject="who")
    @app_commands.describe(
        subject="A role or a person",
        level="What they can do (default: viewer); you can change it afterwards",
        server="On this server only; leave out for all",
    )
    async def grant(
        self,
        interaction: Interaction,
        subject: discord.Role | discord.Member,
        level: Literal["viewer", "operator", "manager", "admin"] = "viewer",
        server: ServerOption | None = None,
    ) -> None:
        """Give a role or a person access to all servers or to one."""
        where = await _where(interaction, server)
        grant = NewGrant(
            _subject(subject),
            subject.mention,
            where,
            _name(where),
            everyone=isinstance(subject, discord.Role) and subject.is_default(),
        )
        await give(interaction, grant, Level[level.upper()])

    @app_commands.command(name="revoke", extras=requires(Level.ADMIN))
    @app_commands.rename(subject="who")
    @app_commands.describe(
        subject="A role or a person", server="Only their access on this server; leave out for all"
    )
    async def revoke(
        self,
        interaction: Interaction,
        subject: discord.Role | discord.Member,
        server: ServerOption | None = None,
    ) -> None:
        """Revoke access. Takes effect immediately, also on buttons already shown."""
        where = await _where(interaction, server)
        await take_back(interaction, NewGrant(_subject(subject), subject.mention, where, _name(where)))

    @app_commands.command(name="review", extras=requires(Level.ADMIN))
    async def review(self, interaction: Interaction) -> None:
        """See what runs automatically and who set it up; take it over or end it."""
        await show_review(interaction, await require(interaction))

    @app_commands.command(name="list", extras=requires(Level.ADMIN))
    @app_commands.describe(server="Only access to this server")
    async def list_(self, interaction: Interaction, server: ServerOption | None = None) -> None:
        """See who has which access, and revoke it."""
        where = await _where(interaction, server)
        await show_grants(interaction, AccessCheck(Level.ADMIN, where), where)


@app_commands.command(name="audit", extras=requires(Level.ADMIN))
@app_commands.rename(member="who")
@app_commands.describe(
    member="Only what this person did",
    server="Only on this server",
    action="Only actions of this kind, for example server.power",
    outcome="Only with this outcome",
    since="How far back",
)
async def audit(  # noqa: PLR0913, PLR0917 - one option a filter
    interaction: Interaction,
    member: discord.Member | None = None,
    server: ServerOption | None = None,
    action: str | None = None,
    outcome: Literal["done", "failed", "unknown"] | None = None,
    since: Literal["the last hour", "today", "this week", "this month"] | None = None,
) -> None:
    """See who did what on which server, newest first."""
    where = await _where(interaction, server)
    services = interaction.client.services
    wanted = AuditFilter(
        guild_id=interaction.guild_id or 0,
        user_id=member.id if member else None,
        server_uuid=where.server.uuid if isinstance(where, Target) else None,
        action=action,
        outcome=Outcome(outcome) if outcome else None,
        since=since_when(services, since),
    )
    await show_audit(interaction, AccessCheck(Level.ADMIN, where), wanted)


@audit.autocomplete("action")
async def _suggest_actions(interaction: AnyInteraction, typed: str) -> list[app_commands.Choice[str]]:
    """Offer the kinds of acts there are, to whoever may see them."""
    services = interaction.client.services
    if (await services.access.rights(actor(interaction))).level(Scope.ALL_SERVERS) < Level.ADMIN:
        return []
    known = await services.audit.actions(interaction.guild_id or 0)
    return [app_commands.Choice(name=name, value=name) for name in known if typed.casefold() in name][:25]


@app_commands.command(name="link", extras=requires(Level.VIEWER, opens_form=True))
@app_commands.describe(panel="Which panel, where there are several")
async def link(interaction: Interaction, panel: PanelOption | None = None) -> None:
    """Link your own panel key, so that your actions run as your panel account."""
    access = await require(interaction, Scope.ANY_SERVER)
    interaction.client.services.linking.possible()
    await open_form(interaction, LinkForm(interaction, access, choose_panel(interaction, panel)))


@app_commands.command(name="unlink", extras=requires(Level.VIEWER))
@app_commands.describe(panel="Which panel, where there are several")
async def unlink(interaction: Interaction, panel: PanelOption | None = None) -> None:
    """Remove your own panel key."""
    await require(interaction, Scope.ANY_SERVER)
    panel_id = choose_panel(interaction, panel)
    await interaction.client.services.linking.unlink(actor(interaction), panel_id)
    await respond(interaction, card=cards.unlinked(panel_id))


@app_commands.command(name="setup", extras=requires(Level.ADMIN))
@app_commands.describe(panel="Which panel, where there are several")
async def set_up(interaction: Interaction, panel: PanelOption | None = None) -> None:
    """Set up Quetzal here, step by step. You can stop and continue later."""
    await require(interaction, Scope.ANY_SERVER)
    panel_id = choose_panel(interaction, panel)
    access = await require(interaction, WholePanel(panel_id))
    await SetupView(interaction, access, panel_id).show(interaction)


async def _where(interaction: Interaction, server: str | None) -> Target | Scope:
    """Return what a command is about: one server, or all of the guild; its level was checked there."""
    if server is not None:
        return (await server_context(interaction, server)).target
    await require(interaction)
    return Scope.ALL_SERVERS


def _subject(mentionable: discord.Role | discord.Member) -> Subject:
    if isinstance(mentionable, discord.Member) and mentionable.bot:
        raise BadInput(_("Bots can't use Quetzal."), next_step=_("Choose a person or a role."))
    return Subject(
        SubjectKind.ROLE if isinstance(mentionable, discord.Role) else SubjectKind.PERSON, mentionable.id
    )


def _name(where: Target | Scope) -> str:
    return neutralise(where.server.name, 80) if isinstance(where, Target) else _(_ALL)


async def setup(bot: QuetzalBot) -> None:
    """Add the commands to /quetzal."""
    quetzal = group(bot, "quetzal")
    commands: tuple[AnyCommand | app_commands.Group, ...] = (AccessCommands(), audit, link, unlink, set_up)
    for command in commands:
        quetzal.add_command(command)
