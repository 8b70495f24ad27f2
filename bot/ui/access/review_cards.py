"""What people see of standing work, and of its stop when whoever set it up has lost the right to it."""

from collections.abc import Mapping, Sequence

import discord

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, discord_time
from bot.domain.standing_work import Lost, StandingWork, WorkKind
from bot.services.standing_work import Reviewed
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import label, neutralise
from bot.ui.kit.written import Reference

_NAME_ROOM = 80
_NAMES = {
    WorkKind.RETENTION: N_("Backup retention"),
    WorkKind.SCHEDULE: N_("Backup schedule"),
    WorkKind.BOARD: N_("Board"),
    WorkKind.PUBLIC_BOARD: N_("Public board"),
    WorkKind.IDLE: N_("Stop when empty"),
    WorkKind.MAINTENANCE: N_("Maintenance"),
}
_WHY = {
    Lost.MEMBERSHIP: N_("is no longer a member of this Discord server"),
    Lost.LEVEL: N_("no longer has the required level"),
    Lost.KEY: N_("has linked a panel key that the panel now rejects"),
    Lost.PERMISSION: N_("has linked a panel key that lost the permission for this"),
}
_CHANNEL_DELETED = N_("its channel was deleted")
_STOPPED = {
    WorkKind.RETENTION: N_("No backup is deleted by it until somebody takes it over."),
    WorkKind.SCHEDULE: N_("The panel makes no backups by it until somebody takes it over."),
    WorkKind.BOARD: N_("The board is not updated until somebody takes it over."),
    WorkKind.PUBLIC_BOARD: N_("The public board is not updated until somebody takes it over."),
    WorkKind.IDLE: N_("It isn't stopped when empty until somebody takes this over."),
    WorkKind.MAINTENANCE: N_("It has ended: alerts are sent again."),
}


def title(work: StandingWork, names: Mapping[str, str]) -> str:
    """Name it, for a heading."""
    return neutralise(_plain(work, names), _NAME_ROOM)


def review(shown: Sequence[Reviewed], total: int, names: Mapping[str, str], said: str) -> Card:
    """Draw a page of a guild's standing work."""
    if not total:
        text = _(
            "Nothing runs automatically: no retention, schedule, board, maintenance or stop when empty is "
            "set up."
        )
        return theme.card(_("Access review"), f"{said}\n{text}".strip(), colour=theme.QUIET)
    stopped = any(reviewed.lost is not None for reviewed in shown)
    return theme.card(
        _("Access review: {items}", items=counted(total, "item", "items")),
        "\n".join([said, *(_line(reviewed, names) for reviewed in shown)]).strip(),
        colour=theme.CAREFUL if stopped else theme.QUETZAL,
        footer=_("These run with Quetzal's panel key as long as whoever set them up keeps the level."),
    )


def option(reviewed: Reviewed, value: str, names: Mapping[str, str]) -> discord.SelectOption:
    """Offer one to be opened."""
    return discord.SelectOption(
        label=label(_plain(reviewed.work, names)),
        value=value,
        description=_("Stopped") if reviewed.lost is not None else _("Running"),
        emoji="⏸️" if reviewed.lost is not None else "▶️",
    )


def details(reviewed: Reviewed, names: Mapping[str, str]) -> Card:
    """Show one with what can be done about it."""
    return theme.card(
        title(reviewed.work, names),
        _line(reviewed, names),
        colour=theme.CAREFUL if reviewed.lost is not None else theme.QUETZAL,
    )


def end_prompt(work: StandingWork, names: Mapping[str, str]) -> Prompt:
    """Ask before it is ended."""
    text = _("{work} ends. Existing backups stay.", work=title(work, names))
    return Prompt(theme.card(_("End it permanently?"), text, colour=theme.CAREFUL), confirm=_("End it"))


def taken_over(work: StandingWork, user_id: int, names: Mapping[str, str]) -> str:
    """Say whose it is now."""
    return _("✅ {work} runs again, set up by <@{user_id}>.", work=title(work, names), user_id=user_id)


def ended(work: StandingWork, names: Mapping[str, str]) -> str:
    """Say that it has ended."""
    return _("✅ {work} has ended.", work=title(work, names))


def notice(work: StandingWork, names: Mapping[str, str], reference: str) -> discord.Embed:
    """Notify the guild that it stopped, and what to do."""
    why = work.stop.why if work.stop is not None else Lost.LEVEL
    if why is Lost.CHANNEL:
        text = _(
            "Its channel was deleted. It was set up by <@{set_by}>.",
            set_by=work.set_by,
        )
        action = _("➡️ An admin can choose another channel with `/alerts board`.")
    else:
        text = _(
            "<@{set_by}>, who set it up, {why}. {stopped}",
            set_by=work.set_by,
            why=_WHY[why],
            stopped=_STOPPED[work.kind],
        )
        action = (
            _("➡️ An admin can take it over, or end it, with `/quetzal access review`.")
            if work.kind.can_resume
            else _("➡️ Begin a new one with `/alerts maintenance` if it is still needed.")
        )
    return theme.embed(
        _("{work} stopped", work=title(work, names)),
        f"{text}\n{action}",
        colour=theme.CAREFUL,
        footer=reference,
    )


def paused_board(work: StandingWork, reference: Reference) -> Card:
    """Show in a board's place that it is not kept up to date."""
    why = work.stop.why if work.stop is not None else Lost.LEVEL
    return theme.card(
        _("Board of {panel_id} paused", panel_id=neutralise(work.panel_id, 32)),
        _(
            "<@{set_by}>, who set it up, {why}.\n➡️ An admin can take it over with `/quetzal access review`.",
            set_by=work.set_by,
            why=_WHY[why],
        ),
        colour=theme.CAREFUL,
        footer=reference.below(_("Not updated")),
    )


def _line(reviewed: Reviewed, names: Mapping[str, str]) -> str:
    work = reviewed.work
    origin = _("set up by <@{set_by}> {set}", set_by=work.set_by, set=discord_time(work.set_at))
    if reviewed.lost is None:
        return f"▶️ **{title(work, names)}**, {origin}"
    if reviewed.lost is Lost.CHANNEL:
        return _(
            "⏸️ **{work}**, {origin}: {channel_deleted}. Choose another: `/alerts board`",
            work=title(work, names),
            origin=origin,
            channel_deleted=_CHANNEL_DELETED,
        )
    return _(
        "⏸️ **{work}**, {origin}, who {why}", work=title(work, names), origin=origin, why=_WHY[reviewed.lost]
    )


def _plain(work: StandingWork, names: Mapping[str, str]) -> str:
    where = (
        names.get(work.server_uuid, work.server_uuid[:8])
        if work.server_uuid is not None
        else _("panel {panel_id}", panel_id=work.panel_id)
    )
    return _("{work} of {where}", work=_NAMES[work.kind], where=where)
