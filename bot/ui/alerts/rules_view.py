"""The rules of alerts: a row each, whose form edits it; what was changed can be reset."""

import discord
from typing_extensions import override

from bot.core.errors import BadInput
from bot.core.i18n import N_, _
from bot.domain.alerts import Override, RuleKind
from bot.domain.alerts.overrides import TypedThresholds, override_for, typed
from bot.domain.alerts.wording import UNITS, rule_name
from bot.domain.target import Target
from bot.services.alerts import EffectiveRule, EffectiveRules
from bot.ui.alerts import rules_cards as cards
from bot.ui.kit.authorize import AccessCheck, actor
from bot.ui.kit.card import Card, Row
from bot.ui.kit.client import AnyInteraction, Interaction
from bot.ui.kit.correction import CorrectionView
from bot.ui.kit.delivery import Acknowledgement, open_form
from bot.ui.kit.paginator import ListPages, Pages
from bot.ui.kit.respond import respond
from bot.ui.kit.view import BACK_ROW, BaseModal, BaseView, view_of

_ON, _OFF = "on", "off"
_TIMES = N_("For example 50 s, 10 min or 2 h.")


async def show_rules(
    interaction: Interaction, access: AccessCheck, panel_id: str, target: Target | None
) -> None:
    """Show all rules and what was changed of them."""
    book = await interaction.client.services.alert_rules.effective(actor(interaction), panel_id, target)
    await RulePages(interaction, access, book).show(interaction)


class RulePages(ListPages[EffectiveRule]):
    """All rules; each row edits one."""

    per_page = 8

    def __init__(
        self, interaction: Interaction, access: AccessCheck, book: EffectiveRules, *, said: str = ""
    ) -> None:
        super().__init__(interaction, access, [*book.rules.values()])
        self.book = book
        self._said = said

    async def change(self, interaction: Interaction, kind: RuleKind, to: Override) -> None:
        """Change a rule and show how it is then."""
        panel_id, target = self.book.panel_id, self.book.target
        number = await interaction.client.services.alert_rules.change(
            actor(interaction), panel_id, target, kind, to
        )
        await self.reopen(interaction, cards.changed(kind, to, number if target is None else 0))

    async def reopen(self, interaction: Interaction, said: str = "") -> None:
        """Show the rules as they are now, on the page that was shown."""
        rules = interaction.client.services.alert_rules
        book = await rules.effective(actor(interaction), self.book.panel_id, self.book.target)
        again = RulePages(interaction, self.access, book, said=said)
        again.page = self.page
        await again.show(interaction)

    @override
    async def render(self) -> Card:
        rows = [Row(cards.row_text(effective), _EditButton(effective)) for effective in self.on_page()]
        return cards.rules(self.book, rows, self._said)

    @override
    def extra_buttons(self) -> list[discord.ui.Button["Pages"]]:
        """Offer to reset what was changed."""
        is_changed = any(effective.changed is not None for effective in self.entries)
        return [_ResetButton()] if is_changed else []


class _EditButton(discord.ui.Button[RulePages]):
    acknowledgement = Acknowledgement.FORM

    def __init__(self, effective: EffectiveRule) -> None:
        super().__init__(label=_("Edit"))
        self._effective = effective

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await open_form(interaction, RuleForm(interaction, view_of(self), self._effective))


class _ResetButton(discord.ui.Button[RulePages]):
    def __init__(self) -> None:
        super().__init__(label=_("Reset…"), row=BACK_ROW)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        view = _ResetView(interaction, view_of(self))
        await respond(interaction, card=cards.which_to_reset(), view=view)


class _ResetView(BaseView):
    """Asks which rule goes back to its defaults."""

    def __init__(self, interaction: Interaction, rules: RulePages) -> None:
        super().__init__(interaction, rules.access)
        self.rules = rules
        self.add_item(_ResetMenu(rules.book))
        self.add_item(_BackButton(rules))


class _ResetMenu(discord.ui.Select[_ResetView]):
    def __init__(self, book: EffectiveRules) -> None:
        options = [
            cards.rule_option(kind, effective)
            for kind, effective in book.rules.items()
            if effective.changed is not None
        ]
        super().__init__(placeholder=_("Choose a rule…"), options=options)

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await view_of(self).rules.change(interaction, RuleKind(self.values[0]), Override())


class RuleForm(BaseModal):
    """Thresholds, patience, on or off; an empty field means the default."""

    def __init__(
        self,
        interaction: Interaction,
        view: RulePages,
        ruled: EffectiveRule,
        filled: TypedThresholds | None = None,
    ) -> None:
        """Show the rule as it is, or what was `filled` in before."""
        kind = ruled.rule.kind
        super().__init__(interaction, view.access, title=_("Rule: {kind}", kind=rule_name(kind))[:45])
        self.rules = view
        self._ruled = ruled
        now, usual = filled or typed(ruled.rule), typed(ruled.usual)
        self._warn = _field(now.warn, usual.warn)
        self._critical = _field(now.critical, usual.critical)
        self._pending = _field(now.pending, usual.pending, longest=20)
        self._keep = _field(now.keep, usual.keep, longest=20)
        unit = _(UNITS.get(kind, ""))
        if unit and usual.warn:
            self._add(_("Warning ({unit})", unit=unit), self._warn, usual.warn)
        if unit and usual.critical:
            self._add(_("Critical ({unit})", unit=unit), self._critical, usual.critical)
        self._add(_("Alert after"), self._pending, f"{usual.pending}. {_TIMES}")
        self._add(_("Clear after"), self._keep, f"{usual.keep}. {_TIMES}")
        self._on: discord.ui.Select[RuleForm] = discord.ui.Select(
            options=[
                discord.SelectOption(label=_("On"), value=_ON, default=now.enabled),
                discord.SelectOption(label=_("Off"), value=_OFF, default=not now.enabled),
            ]
        )
        self.add_item(discord.ui.Label(text=_("Enabled"), component=self._on))

    @override
    async def on_submit(self, interaction: AnyInteraction, /) -> None:
        """Change the rule, or say what is wrong with a way to correct it."""
        enabled = self._on.values[0] == _ON if self._on.values else self._ruled.rule.enabled
        filled = TypedThresholds(
            self._warn.value, self._critical.value, self._pending.value, self._keep.value, enabled
        )
        try:
            override = override_for(filled, self._ruled.usual)
        except BadInput as error:
            view = CorrectionView(
                interaction, self.access, lambda again: RuleForm(again, self.rules, self._ruled, filled)
            )
            view.add_item(_BackButton(self.rules))
            await respond(interaction, card=cards.invalid(self._ruled.rule.kind, error), view=view)
            return
        await self.rules.change(interaction, self._ruled.rule.kind, override)

    def _add(self, text: str, field: discord.ui.TextInput["RuleForm"], usual: str) -> None:
        self.add_item(
            discord.ui.Label(text=text, description=_("Default {usual}", usual=usual), component=field)
        )


def _field(now: str, usual: str, longest: int = 10) -> discord.ui.TextInput["RuleForm"]:
    return discord.ui.TextInput(
        default=now or None, placeholder=usual or None, required=False, max_length=longest
    )


class _BackButton(discord.ui.Button[BaseView]):
    def __init__(self, rules: RulePages) -> None:
        super().__init__(label=_("◀ Rules"), row=BACK_ROW)
        self._rules = rules

    @override
    async def callback(self, interaction: AnyInteraction) -> None:
        await self._rules.reopen(interaction)
