"""What people see of startup templates: what they hold, what they would change, and what they did."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.core.i18n import _, plural
from bot.domain.formatting import counted, discord_time, joined
from bot.domain.startup_templates import Difference, StartupTemplate
from bot.domain.startup_variables import value_of
from bot.services.servers import SavedTemplate, TemplatePlan, TemplateResult
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import inline_code, neutralise

_NAME_ROOM, _VALUE_ROOM, _LINES = 40, 40, 6


def saved(result: SavedTemplate) -> Card:
    """Say what was saved, and what was not."""
    template = result.template
    count = counted(len(template.values), "variable", "variables")
    lines = [_("{count} of {server}.", count=count, server=neutralise(template.source, _NAME_ROOM))]
    if result.left_out:
        names = joined(inline_code(name) for name in result.left_out)
        lines.append(_("🔒 Left out, because they look like secrets: {names}", names=names))
    lines.append(_("➡️ Set them on other servers with `/startup apply`."))
    name = neutralise(template.name, _NAME_ROOM)
    return theme.card(_("✅ Template {name} saved", name=name), "\n".join(lines), colour=theme.GOOD)


def template_list(templates: Sequence[StartupTemplate], rows: Sequence[Row]) -> Card:
    """Draw one page of templates."""
    title = _("📋 Startup templates")
    if not templates:
        text = _("None yet. `/startup save` saves a server's variables under a name.")
        return theme.card(title, text, colour=theme.QUIET)
    return replace(theme.card(title), rows=tuple(rows))


def row_text(template: StartupTemplate) -> str:
    """Describe a template in the lines of a row."""
    count = counted(len(template.values), "variable", "variables")
    server, saved_at = neutralise(template.source, _NAME_ROOM), discord_time(template.saved_at)
    details = _("{count} of {server}, saved {time}", count=count, server=server, time=saved_at)
    return f"**{neutralise(template.name, _NAME_ROOM)}**\n-# {details}"


def delete_prompt(template: StartupTemplate) -> Prompt:
    """Ask before a template is deleted."""
    name = neutralise(template.name, _NAME_ROOM)
    card = theme.card(
        _("Delete the template {name}?", name=name),
        _("Servers keep the values that were set by it."),
        colour=theme.BAD,
    )
    return Prompt(card, confirm=_("Delete {name}", name=name))


def apply_prompt(template: StartupTemplate, plans: Sequence[TemplatePlan]) -> Prompt:
    """Show for each server what would change."""
    changing = [plan for plan in plans if plan.differences]
    card = theme.card(
        _("Apply {name}?", name=neutralise(template.name, _NAME_ROOM)),
        "\n".join(_plan(plan) for plan in plans),
        colour=theme.CAREFUL,
        footer=_("Changes apply from each server's next start. You can undo them right afterwards."),
    )
    servers = plural("Set on {count} server", "Set on {count} servers", len(changing))
    return Prompt(card, confirm=servers, undoable=True)


def nothing_to_do(template: StartupTemplate, plans: Sequence[TemplatePlan]) -> Card:
    """Say why nothing would change."""
    text = "\n".join(_plan(plan) for plan in plans) or _("No server matches.")
    name = neutralise(template.name, _NAME_ROOM)
    return theme.card(_("{name} changes nothing here", name=name), text, colour=theme.QUIET)


def applied(template: StartupTemplate, results: Sequence[TemplateResult], *, undone: bool) -> Card:
    """Say what was set on each server, failures first."""
    failed = [result for result in results if result.failure is not None]
    done = [result for result in results if result.failure is None]
    name = neutralise(template.name, _NAME_ROOM)
    title = _("{name} undone", name=name) if undone else _("{name} applied", name=name)
    return theme.card(
        f"{'⚠️' if failed else '✅'} {title}",
        "\n".join(_result(result) for result in (*failed, *done)),
        colour=theme.CAREFUL if failed else theme.GOOD,
        footer=_("Changes apply from each server's next start."),
    )


def _plan(plan: TemplatePlan) -> str:
    name = f"**{neutralise(plan.permit.server.name, _NAME_ROOM)}**"
    if plan.failure is not None:
        return _("⚠️ {server}: {reason}", server=name, reason=plan.failure.happened)
    lines = [f"{name}: {_changes(plan)}", *_notes(plan)]
    return "\n".join(lines)


def _changes(plan: TemplatePlan) -> str:
    differences = plan.differences
    if not differences:
        return _("nothing to change")
    shown = joined(_difference(difference) for difference in differences[:_LINES])
    more = len(differences) - _LINES
    return shown if more <= 0 else _("{changes} and {count} more", changes=shown, count=more)


def _difference(difference: Difference) -> str:
    old = inline_code(value_of(difference.variable) or " ", _VALUE_ROOM)
    new = inline_code(difference.value or " ", _VALUE_ROOM)
    return f"{neutralise(difference.variable.env_variable, _NAME_ROOM)} {old} → {new}"


def _notes(plan: TemplatePlan) -> Iterator[str]:
    if plan.comparison.unknown:
        yield f"-# {_('Not in its egg: {names}', names=_names(plan.comparison.unknown))}"
    if plan.comparison.fixed:
        yield f"-# {_('Read-only there: {names}', names=_names(plan.comparison.fixed))}"
    if plan.refused:
        yield f"-# {_('Not allowed by its egg: {names}', names=_names(plan.refused))}"


def _result(result: TemplateResult) -> str:
    name = f"**{neutralise(result.permit.server.name, _NAME_ROOM)}**"
    count = counted(len(result.before), "variable", "variables")
    if result.failure is None:
        return _("{server}: {count} set", server=name, count=count)
    failure = result.failure
    return _(
        "⚠️ {server}: {count} set, then it stopped. {reason} {state}",
        server=name,
        count=count,
        reason=failure.happened,
        state=failure.state,
    )


def _names(names: Sequence[str]) -> str:
    return neutralise(joined(names), 4 * _NAME_ROOM)
