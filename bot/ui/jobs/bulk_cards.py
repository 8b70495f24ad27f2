"""What people see of a bulk action: the preview, how far it is, and the report."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import discord

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, joined
from bot.domain.jobs import (
    BulkAction,
    BulkPlan,
    CalledOff,
    Job,
    JobServer,
    JobStep,
    StepKind,
    StepOutcome,
    reason_in,
)
from bot.domain.target import Target
from bot.ui.jobs.reference import reference
from bot.ui.kit import theme
from bot.ui.kit.card import Card
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.fitting import cut_line
from bot.ui.kit.text import inline_code, neutralise

_NAME_ROOM = 40
_NAMES_ROOM = 500
_FAILURES_SHOWN = 10
_REASON_ROOM = 160
_DOING = {
    BulkAction.START: N_("🔄 Starting {servers}"),
    BulkAction.STOP: N_("🔄 Stopping {servers}"),
    BulkAction.RESTART: N_("🔄 Restarting {servers}"),
    BulkAction.COMMAND: N_("🔄 Sending to {servers}"),
}
_DONE = {
    BulkAction.START: N_("✅ {servers} started"),
    BulkAction.STOP: N_("✅ {servers} stopped"),
    BulkAction.RESTART: N_("✅ {servers} restarted"),
    BulkAction.COMMAND: N_("✅ {servers} got the command"),
}
_HOW_FAR = {
    BulkAction.START: N_("**{count} of {total} started**"),
    BulkAction.STOP: N_("**{count} of {total} stopped**"),
    BulkAction.RESTART: N_("**{count} of {total} restarted**"),
    BulkAction.COMMAND: N_("**{count} of {total} got the command**"),
}
_TITLE = {
    BulkAction.START: N_("Start {servers}?"),
    BulkAction.STOP: N_("Stop {servers}?"),
    BulkAction.RESTART: N_("Restart {servers}?"),
    BulkAction.COMMAND: N_("Send a command to {servers}?"),
}
_BUTTON = {
    BulkAction.START: N_("Start {servers}"),
    BulkAction.STOP: N_("Stop {servers}"),
    BulkAction.RESTART: N_("Restart {servers}"),
    BulkAction.COMMAND: N_("Send to {servers}"),
}
_IDLE = {
    BulkAction.START: N_("{count} already running"),
    BulkAction.STOP: N_("{count} already offline"),
    BulkAction.RESTART: N_("{count} offline"),
    BulkAction.COMMAND: N_("{count} not running"),
}


@dataclass(frozen=True, slots=True)
class BulkQuestion:
    """What is known before a bulk action: its servers, who plays on them, and what is left out and why."""

    plan: BulkPlan
    targets: Sequence[Target]
    players: int
    idle: int
    busy: int
    forbidden: int


def bulk_prompt(asked: BulkQuestion) -> Prompt:
    """Preview which servers are meant, by node."""
    plan, servers = asked.plan, counted(len(asked.targets), "server", "servers")
    lines = [f"{inline_code('> ' + plan.command, 300)}"] if plan.command else []
    by_node: defaultdict[str, list[str]] = defaultdict(list)
    for target in asked.targets:
        by_node[target.server.node].append(neutralise(target.server.name, _NAME_ROOM))
    for node, names in sorted(by_node.items()):
        listed = cut_line(joined(names), _NAMES_ROOM)
        lines.append(f"**{neutralise(node, _NAME_ROOM)}** · {len(names)}\n-# {listed}")
    lines += _effects(asked)
    card = theme.card(
        _(_TITLE[plan.action], servers=servers),
        "\n".join(lines),
        colour=theme.CAREFUL,
        footer=_(
            "At most {at_once} at once on each node. Progress and Abort are posted in this channel.",
            at_once=plan.at_once,
        ),
    )
    return Prompt(card, confirm=_(_BUTTON[plan.action], servers=servers), patience_s=180.0, undoable=True)


def _effects(asked: BulkQuestion) -> Iterator[str]:
    if asked.players and asked.plan.action in (BulkAction.STOP, BulkAction.RESTART):
        yield _(
            "👥 **{players}** will be disconnected without a warning.",
            players=counted(asked.players, "player", "players"),
        )
    left_out = [
        (asked.idle, _IDLE[asked.plan.action]),
        (asked.busy, N_("{count} with another job under way")),
        (asked.forbidden, N_("{count} without manager access")),
    ]
    reasons = [_(why, count=number) for number, why in left_out if number]
    if reasons:
        yield _("-# Left out: {reasons}.", reasons=joined(reasons))


def nothing_matches(asked: BulkQuestion) -> Card:
    """Say that there is nothing to do, and why."""
    lines = [*_effects(asked)] or [_("No server that you can see matches the filter.")]
    lines.append(_("➡️ See all servers with `/server list`."))
    return theme.card(_("No server to act on"), "\n".join(lines), colour=theme.QUIET)


def begun(job: Job) -> Card:
    """Say that it is under way, to the person who asked."""
    return theme.card(
        _("✅ Bulk action on {servers} started", servers=counted(len(job.servers), "server", "servers")),
        _("Progress is posted below."),
        colour=theme.GOOD,
    )


def bulk(job: Job, plan: BulkPlan) -> Card:
    """Draw the message of a bulk action, failures first."""
    steps = {step.server: step for step in job.steps if step.kind is StepKind.ACT}
    failed = [server for server in job.servers if _is(steps.get(server.key), StepOutcome.FAILED)]
    unsure = [server for server in job.servers if _is(steps.get(server.key), StepOutcome.UNKNOWN)]
    done = [server for server in job.servers if _is(steps.get(server.key), StepOutcome.DONE)]
    working = [server for server in job.servers if server.key in steps and steps[server.key].outcome is None]
    waiting = [server for server in job.servers if server.key not in steps]
    head = _(_HOW_FAR[plan.action], count=len(done), total=len(job.servers))
    others = [(len(failed), N_("{count} failed")), (len(unsure), N_("{count} unknown"))]
    is_all = not job.is_open and len(done) == len(job.servers)  # the title says it
    lines = [] if is_all else [" · ".join([head, *(_(words, count=n) for n, words in others if n)])]
    lines += [_failure(server, steps[server.key], "❌") for server in failed[:_FAILURES_SHOWN]]
    lines += [_failure(server, steps[server.key], "❔") for server in unsure[:_FAILURES_SHOWN]]
    if (more := len(failed[_FAILURES_SHOWN:]) + len(unsure[_FAILURES_SHOWN:])) > 0:
        lines.append(_("-# …and {more:,} more", more=more))
    lines += _names("⏳", working)
    lines += _names("✅", done)
    if waiting and not job.is_open:
        lines.append(_("-# Not begun: {waiting}", waiting=_listed(waiting)))
    if job.called_off is CalledOff.PERSON:
        lines.append(_("Aborted by <@{called_off_by}>.", called_off_by=job.called_off_by))
    return theme.card(
        _title(job, plan, wrong=len(failed) + len(unsure)),
        "\n".join(lines),
        colour=_colour(job, wrong=bool(failed or unsure)),
        footer=reference(job).below(_("Requested by <@{user_id}>", user_id=job.user_id)),
    )


def bulk_failure(job: Job) -> str:
    """Say in a line what a lock screen shows."""
    wrong = sum(step.outcome is not StepOutcome.DONE for step in job.steps)
    return _(
        "🔴 {servers} of {count} failed", servers=counted(wrong, "server", "servers"), count=len(job.servers)
    )


def _title(job: Job, plan: BulkPlan, *, wrong: int) -> str:
    servers = counted(len(job.servers), "server", "servers")
    if job.is_open:
        return _(_DOING[plan.action], servers=servers)
    if wrong:
        return _(
            "❌ {servers} of {count} failed",
            servers=counted(wrong, "server", "servers"),
            count=len(job.servers),
        )
    return _(_DONE[plan.action], servers=servers) if job.called_off is None else _("Bulk action aborted")


def _colour(job: Job, *, wrong: bool) -> discord.Colour:
    if wrong:
        return theme.BAD
    if job.is_open:
        return theme.BUSY
    return theme.GOOD if job.called_off is None else theme.QUIET


def _is(step: JobStep | None, outcome: StepOutcome) -> bool:
    return step is not None and step.outcome is outcome


def _failure(server: JobServer, step: JobStep, sign: str) -> str:
    reason = cut_line(reason_in(step.detail) or _("It isn't known whether it arrived."), _REASON_ROOM)
    return f"{sign} **{neutralise(server.name, _NAME_ROOM)}** {reason}"


def _names(sign: str, servers: Sequence[JobServer]) -> list[str]:
    return [f"{sign} {_listed(servers)}"] if servers else []


def _listed(servers: Sequence[JobServer]) -> str:
    return cut_line(joined(neutralise(server.name, _NAME_ROOM) for server in servers), _NAMES_ROOM)
