"""What people see of the alert channel: what is chosen, and what keeps alerts from arriving."""

from dataclasses import dataclass

from bot.core.i18n import N_, _
from bot.domain.formatting import counted
from bot.domain.guild_settings import GuildSettings
from bot.services.alerts import ChannelChoice
from bot.ui.kit import theme
from bot.ui.kit.card import Card

SHOWS_LINES = N_("-# Crash alerts show the last console lines to everyone who can read that channel.")
_NOT_MENTIONABLE = N_(
    "⚠️ Quetzal can't mention that role. Let everyone mention it (in the role's settings), or give Quetzal "
    "the permission to mention all roles in that channel."
)


@dataclass(frozen=True, slots=True)
class Problems:
    """What is known to keep alerts from arriving: of the channel, and of the role that they mention."""

    channel: str | None = None
    role: str | None = None
    waiting: int = 0


NO_PROBLEMS = Problems()


def channel(settings: GuildSettings, said: str = "", problems: Problems = NO_PROBLEMS) -> Card:
    """Show where alerts go, whom critical ones mention, and what is known to be in the way."""
    if settings.alert_channel_id is None:
        mentioned = (
            _("\nCritical alerts will mention <@&{alert_role_id}>.", alert_role_id=settings.alert_role_id)
            if settings.alert_role_id
            else ""
        )
        return theme.card(
            _("No alert channel yet"),
            _("**Nobody gets notifications until you choose one.**{mentioned}", mentioned=mentioned),
            colour=theme.CAREFUL,
        )
    role = f"<@&{settings.alert_role_id}>" if settings.alert_role_id and not problems.role else _("nobody")
    by = _(", chosen by <@{alerts_by}>", alerts_by=settings.alerts_by) if settings.alerts_by else ""
    head = f"{said}\n\n" if said else ""
    problem_lines = []
    if problems.channel:
        waiting = (
            _(" {messages} waiting.", messages=counted(problems.waiting, "message", "messages"))
            if problems.waiting
            else ""
        )
        problem_lines.append(
            _(
                "🔴 Alerts can't be delivered: {channel}{waiting} Nothing is lost.",
                channel=problems.channel,
                waiting=waiting,
            )
        )
    elif problems.waiting:
        problem_lines.append(
            _(
                "⏳ {messages} waiting; see `/quetzal about`.",
                messages=counted(problems.waiting, "message", "messages"),
            )
        )
    if problems.role:
        problem_lines.append(
            _(
                "⚠️ No role is mentioned: {role} Choose another one: `/alerts channel role:@…`.",
                role=problems.role,
            )
        )
    return theme.card(
        _("Alert channel"),
        _(
            "{head}Alerts go to <#{alert_channel_id}>{by}. Critical ones mention {role}.\n",
            head=head,
            alert_channel_id=settings.alert_channel_id,
            by=by,
            role=role,
        )
        + "".join(f"{line}\n" for line in problem_lines)
        + _(SHOWS_LINES),
        colour=theme.BAD if problems.channel else theme.CAREFUL if problem_lines else theme.GOOD,
    )


def chosen(choice: ChannelChoice, *, arrived: bool, mentionable: bool) -> str:
    """Say whether the test arrived, and what follows from the choice."""
    where = f"<#{choice.settings.alert_channel_id}>"
    lines = [
        _("✅ The test alert arrived in {where}.", where=where)
        if arrived
        else _(
            "⏳ The test alert hasn't arrived in {where} yet. Check the channel and `/quetzal about`.",
            where=where,
        )
    ]
    if choice.firing:
        lines.append(
            _(
                "{alerts} will be posted there too.",
                alerts=counted(choice.firing, "active alert", "active alerts"),
            )
        )
    if not mentionable:
        lines.append(_(_NOT_MENTIONABLE))
    return "\n".join(lines)


def role_chosen(role_id: int | None, *, mentionable: bool) -> str:
    """Say whom critical alerts mention from now on."""
    if role_id is None:
        return _("✅ Critical alerts no longer mention a role.")
    said = _("✅ Critical alerts now mention <@&{role_id}>.", role_id=role_id)
    return said if mentionable else f"{said}\n{_NOT_MENTIONABLE}"


def tested(settings: GuildSettings, *, arrived: bool, why: str | None = None) -> str:
    """Say whether a test arrived."""
    where = f"<#{settings.alert_channel_id}>"
    if arrived:
        return _("✅ The test alert arrived in {where}.", where=where)
    if why is None:
        return _("⏳ The test alert hasn't arrived in {where} yet.", where=where)
    return _(
        "🔴 The test alert couldn't be delivered to {where}: {why} It is sent as soon as that is fixed.",
        where=where,
        why=why,
    )
