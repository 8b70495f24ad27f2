"""What people see of standing work, and of its stop when whoever set it up has lost the right to it."""

from collections.abc import Mapping, Sequence

import discord

from bot.domain.formatting import counted, discord_time
from bot.domain.standing_work import Lost, StandingWork, WorkKind
from bot.services.standing_work import Reviewed
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import label, neutralise

_NAME_ROOM = 80
_NAMES = {
    WorkKind.RETENTION: "Backup retention",
    WorkKind.SCHEDULE: "Backup schedule",
    WorkKind.BOARD: "Board",
    WorkKind.MAINTENANCE: "Maintenance",
}
_WHY = {
    Lost.MEMBERSHIP: "is no longer a member of this Discord server",
    Lost.LEVEL: "no longer has the required level",
    Lost.KEY: "has linked a panel key that the panel now rejects",
    Lost.PERMISSION: "has linked a panel key that lost the permission for this",
}
_CHANNEL_DELETED = "its channel was deleted"
_STOPPED = {
    WorkKind.RETENTION: "No backup is deleted by it until somebody takes it over.",
    WorkKind.SCHEDULE: "The panel makes no backups by it until somebody takes it over.",
    WorkKind.BOARD: "The board is not updated until somebody takes it over.",
    WorkKind.MAINTENANCE: "It has ended: alerts are sent again.",
}


def title(work: StandingWork, names: Mapping[str, str]) -> str:
    """Name it, for a heading."""
    return neutralise(_plain(work, names), _NAME_ROOM)


def review(shown: Sequence[Reviewed], total: int, names: Mapping[str, str], said: str) -> Card:
    """Draw a page of a guild's standing work."""
    if not total:
        text = "Nothing runs automatically: no retention, schedule, board or maintenance is set up."
        return theme.card("Access review", f"{said}\n{text}".strip(), colour=theme.QUIET)
    stopped = any(reviewed.lost is not None for reviewed in shown)
    return theme.card(
        f"Access review: {counted(total, 'item')}",
        "\n".join([said, *(_line(reviewed, names) for reviewed in shown)]).strip(),
        colour=theme.CAREFUL if stopped else theme.QUETZAL,
        footer="These run with Quetzal's panel key as long as whoever set them up keeps the level.",
    )


def option(reviewed: Reviewed, value: str, names: Mapping[str, str]) -> discord.SelectOption:
    """Offer one to be opened."""
    return discord.SelectOption(
        label=label(_plain(reviewed.work, names)),
        value=value,
        description="Stopped" if reviewed.lost is not None else "Running",
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
    """Ask before it is ended for good."""
    text = f"{title(work, names)} ends. Existing backups stay."
    return Prompt(theme.card("End it permanently?", text, colour=theme.CAREFUL), confirm="End it")


def taken_over(work: StandingWork, user_id: int, names: Mapping[str, str]) -> str:
    """Say whose it is now."""
    return f"✅ {title(work, names)} runs again, set up by <@{user_id}>."


def ended(work: StandingWork, names: Mapping[str, str]) -> str:
    """Say that it has ended."""
    return f"✅ {title(work, names)} has ended."


def notice(work: StandingWork, names: Mapping[str, str], reference: str) -> discord.Embed:
    """Tell the guild that it stopped, and what to do."""
    why = work.stop.why if work.stop is not None else Lost.LEVEL
    if why is Lost.CHANNEL:
        text = f"I{_CHANNEL_DELETED[1:]}. It was set up by <@{work.set_by}>."
        action = "➡️ An admin can choose another channel with `/alerts board`."
    else:
        text = f"<@{work.set_by}>, who set it up, {_WHY[why]}. {_STOPPED[work.kind]}"
        action = (
            "➡️ An admin can take it over, or end it, with `/quetzal access review`."
            if work.kind.can_resume
            else "➡️ Begin a new one with `/alerts maintenance` if it is still needed."
        )
    return theme.embed(
        f"{title(work, names)} stopped",
        f"{text}\n{action}",
        colour=theme.CAREFUL,
        footer=reference,
    )


def paused_board(work: StandingWork, reference: str) -> Card:
    """Show in a board's place that it is not kept up to date."""
    why = work.stop.why if work.stop is not None else Lost.LEVEL
    return theme.card(
        f"Board of {neutralise(work.panel_id, 32)} paused",
        f"<@{work.set_by}>, who set it up, {_WHY[why]}.\n"
        "➡️ An admin can take it over with `/quetzal access review`.",
        colour=theme.CAREFUL,
        footer=f"Not updated · {reference}",
    )


def _line(reviewed: Reviewed, names: Mapping[str, str]) -> str:
    work = reviewed.work
    origin = f"set up by <@{work.set_by}> {discord_time(work.set_at)}"
    if reviewed.lost is None:
        return f"▶️ **{title(work, names)}**, {origin}"
    if reviewed.lost is Lost.CHANNEL:
        return f"⏸️ **{title(work, names)}**, {origin}: {_CHANNEL_DELETED}. Choose another: `/alerts board`"
    return f"⏸️ **{title(work, names)}**, {origin}, who {_WHY[reviewed.lost]}"


def _plain(work: StandingWork, names: Mapping[str, str]) -> str:
    where = (
        names.get(work.server_uuid, work.server_uuid[:8])
        if work.server_uuid is not None
        else f"panel {work.panel_id}"
    )
    return f"{_NAMES[work.kind]} of {where}"
