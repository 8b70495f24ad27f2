"""What people see of the alert channel: what is chosen, and what keeps alerts from arriving."""

from dataclasses import dataclass

from bot.domain.formatting import counted
from bot.domain.guild_settings import GuildSettings
from bot.services.alerts import ChannelChoice
from bot.ui.kit import theme
from bot.ui.kit.card import Card

SHOWS_LINES = "-# Crash alerts show the last console lines to everyone who can read that channel."
_NOT_MENTIONABLE = (
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
            f"\nCritical alerts will mention <@&{settings.alert_role_id}>." if settings.alert_role_id else ""
        )
        return theme.card(
            "No alert channel yet",
            f"**Nobody gets notifications until you choose one.**{mentioned}",
            colour=theme.CAREFUL,
        )
    role = f"<@&{settings.alert_role_id}>" if settings.alert_role_id and not problems.role else "nobody"
    by = f", chosen by <@{settings.alerts_by}>" if settings.alerts_by else ""
    head = f"{said}\n\n" if said else ""
    problem_lines = []
    if problems.channel:
        waiting = f" {counted(problems.waiting, 'message')} waiting." if problems.waiting else ""
        problem_lines.append(f"🔴 Alerts can't be delivered: {problems.channel}{waiting} Nothing is lost.")
    elif problems.waiting:
        problem_lines.append(f"⏳ {counted(problems.waiting, 'message')} waiting; see `/quetzal about`.")
    if problems.role:
        problem_lines.append(
            f"⚠️ No role is mentioned: {problems.role} Choose another one: `/alerts channel role:@…`."
        )
    return theme.card(
        "Alert channel",
        f"{head}Alerts go to <#{settings.alert_channel_id}>{by}. Critical ones mention {role}.\n"
        + "".join(f"{line}\n" for line in problem_lines)
        + SHOWS_LINES,
        colour=theme.BAD if problems.channel else theme.CAREFUL if problem_lines else theme.GOOD,
    )


def chosen(choice: ChannelChoice, *, arrived: bool, mentionable: bool) -> str:
    """Say whether the test arrived, and what follows from the choice."""
    where = f"<#{choice.settings.alert_channel_id}>"
    lines = [
        f"✅ The test alert arrived in {where}."
        if arrived
        else f"⏳ The test alert hasn't arrived in {where} yet. Check the channel and `/quetzal about`."
    ]
    if choice.firing:
        lines.append(f"{counted(choice.firing, 'active alert')} will be posted there too.")
    if not mentionable:
        lines.append(_NOT_MENTIONABLE)
    return "\n".join(lines)


def role_chosen(role_id: int | None, *, mentionable: bool) -> str:
    """Say whom critical alerts mention from now on."""
    if role_id is None:
        return "✅ Critical alerts no longer mention a role."
    said = f"✅ Critical alerts now mention <@&{role_id}>."
    return said if mentionable else f"{said}\n{_NOT_MENTIONABLE}"


def tested(settings: GuildSettings, *, arrived: bool, why: str | None = None) -> str:
    """Say whether a test arrived."""
    where = f"<#{settings.alert_channel_id}>"
    if arrived:
        return f"✅ The test alert arrived in {where}."
    if why is None:
        return f"⏳ The test alert hasn't arrived in {where} yet."
    return f"🔴 The test alert couldn't be delivered to {where}: {why} It is sent as soon as that is fixed."
