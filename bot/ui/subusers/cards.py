"""What people see of the panel's subusers. Only admins see it, in private responses."""

from collections.abc import Sequence
from dataclasses import replace

from bot.core.i18n import N_, _
from bot.domain.formatting import counted, joined
from bot.domain.grants import Grant
from bot.domain.panel_permissions import CONNECT, Grantable, runs_anything
from bot.panel.models import Server, Subuser
from bot.services.subusers import SubuserChange
from bot.ui.access.cards import mention
from bot.ui.kit import theme
from bot.ui.kit.card import Card, Row
from bot.ui.kit.confirm import Prompt
from bot.ui.kit.text import neutralise
from bot.ui.subusers.words import can, in_order, likeness, sentences

_NAME_ROOM = 60
_EMAIL_ROOM = 120
_GRANTS_SHOWN = 6
_IN_PANEL = N_("This applies to the panel's web page and SFTP. For Discord, use `/quetzal access grant`.")
_SEES_SECRETS = N_(
    "⚠️ Everybody with access sees the console. After a start its first line is the start command with all "
    "values, secret ones too."
)
_STORED_TWICE = N_(
    "⚠️ The console doesn't open for them: the panel stored a permission twice. Saving fixes it."
)


def subuser_list(server: Server, rows: Sequence[Row], total: int, grants: Sequence[Grant]) -> Card:
    """Draw one page of subusers, and beside it who has which level in Discord."""
    people = counted(total, "person", "people")
    card = theme.card(
        _("👥 Panel users of {server}", server=neutralise(server.name, _NAME_ROOM)),
        _("**{people} besides the owner**", people=people) if total else _("**Only the owner**"),
        fields=[
            (_("Access on the panel"), _("Permissions apply to its web page and SFTP."), False),
            (_("Access in Discord"), _levels(grants), False),
        ],
    )
    return replace(card, rows=tuple(rows), divided=True)


def row_text(subuser: Subuser) -> str:
    """Show who a subuser is and how much they can do."""
    lines = [
        f"👤 **{_name(subuser)}**",
        f"-# {likeness(subuser.permissions)}",
        f"-# {_email(subuser.email)}",
    ]
    return "\n".join([*lines, *([f"-# {_STORED_TWICE}"] if subuser.is_stored_twice else [])])


def one_subuser(subuser: Subuser) -> Card:
    """Show what a subuser can do."""
    factor = (
        _("with two-factor authentication")
        if subuser.has_two_factor
        else _("without two-factor authentication")
    )
    lines = [
        f"**{likeness(subuser.permissions)}**",
        *([_(_STORED_TWICE)] if subuser.is_stored_twice else []),
        *sentences(subuser.permissions),
        f"-# {_email(subuser.email)} · {factor}",
    ]
    return theme.card(f"👤 {_name(subuser)}", "\n".join(lines), footer=_(_IN_PANEL))


def editor(title: str, chosen: frozenset[str], grantable: Grantable) -> Card:
    """Show what is chosen so far."""
    lines = [f"**{likeness(chosen)}**", *sentences(chosen), *_warnings(chosen)]
    lacking = len(grantable.spelling) - len(grantable.held)
    if lacking:
        lines.append(
            _(
                "-# {permissions} can't be given: Quetzal's panel account doesn't have them.",
                permissions=counted(lacking, "permission", "permissions"),
            )
        )
    return theme.card(title, "\n".join(lines), footer=_(_IN_PANEL))


def invite_title(email: str) -> str:
    """Head the editor of somebody who is invited."""
    return _("Invite {email}", email=_email(email))


def edit_title(subuser: Subuser) -> str:
    """Head the editor of somebody who has access."""
    return _("Permissions of {name}", name=_name(subuser))


def invite_prompt(server: Server, email: str, permissions: frozenset[str]) -> Prompt:
    """Say what the person will be able to do, and what the panel does."""
    lines = [
        _("They can do this on {server}:", server=neutralise(server.name, _NAME_ROOM)),
        *sentences(permissions),
        _(_SEES_SECRETS),
        *_warnings(permissions),
        _("If no account has this address, the panel creates one and sends it an e-mail."),
    ]
    card = theme.card(
        _("Invite {email}?", email=_email(email)), "\n".join(lines), colour=theme.CAREFUL, footer=_(_IN_PANEL)
    )
    return Prompt(card, confirm=_("Invite"), undoable=True)


def invited(subuser: Subuser) -> Card:
    """Say who has access now."""
    return theme.card(
        _("✅ {name} has access", name=_name(subuser)),
        "\n".join([_email(subuser.email), *sentences(subuser.permissions)]),
        colour=theme.GOOD,
        footer=_(_IN_PANEL),
    )


def edit_prompt(subuser: Subuser, change: SubuserChange, beyond: frozenset[str]) -> Prompt:
    """Show what they get and lose. `beyond`: what they lose and Quetzal's account can't give back."""
    lines = [
        *_warnings(change.after),
        *_no_way_back(beyond),
        _("Their open consoles are cut and reconnect."),
    ]
    changes = ((_("They can now"), change.added), (_("They can no longer"), change.removed))
    card = theme.card(
        _("Change what {name} can do?", name=_name(subuser)),
        "\n".join(lines),
        colour=theme.CAREFUL,
        fields=[(words, joined(_phrases(names)), False) for words, names in changes if names - {CONNECT}],
        footer=_(_IN_PANEL),
    )
    return Prompt(card, confirm=_("Change"), undoable=not beyond)


def edited(subuser: Subuser, change: SubuserChange) -> Card:
    """Say what they can do now."""
    return theme.card(
        _("✅ Permissions of {name} changed", name=_name(subuser)),
        "\n".join(sentences(change.after)),
        colour=theme.GOOD,
        footer=_(_IN_PANEL),
    )


def unchanged(subuser: Subuser) -> Card:
    """Say that nothing else was chosen."""
    return theme.card(
        _("{name} has these permissions already", name=_name(subuser)),
        _("Nothing was changed."),
        colour=theme.QUIET,
    )


def remove_prompt(server: Server, subuser: Subuser, beyond: frozenset[str]) -> Prompt:
    """Say what they lose, and what they keep."""
    lines = [
        _("On {server} they lose all of this:", server=neutralise(server.name, _NAME_ROOM)),
        *sentences(subuser.permissions),
        *_no_way_back(beyond),
        _("Their panel account stays, and so does what they may do in Discord."),
    ]
    card = theme.card(_("Remove {name}?", name=_name(subuser)), "\n".join(lines), colour=theme.BAD)
    return Prompt(card, confirm=_("Remove {name}", name=_name(subuser)))


def removed(subuser: Subuser) -> Card:
    """Say that they have no access any more."""
    return theme.card(
        _("✅ {name} removed", name=_name(subuser)),
        _(
            "The panel no longer shows them this server. If they have access through Quetzal, too, revoke it "
            "with `/quetzal access revoke`."
        ),
        colour=theme.GOOD,
    )


def _levels(grants: Sequence[Grant]) -> str:
    lines = [
        f"{mention(grant.subject_kind, grant.subject_id)} {grant.level.word}"
        for grant in grants[:_GRANTS_SHOWN]
    ]
    if len(grants) > _GRANTS_SHOWN:
        count = len(grants) - _GRANTS_SHOWN
        lines.append(_("and {count:,} more, see `/quetzal access list`", count=count))
    return "\n".join([_("Quetzal's levels apply here; administrators have all of them."), *lines])


def _warnings(permissions: frozenset[str]) -> list[str]:
    if not runs_anything(permissions):
        return []
    return [_("⚠️ With schedules they can also run any console command, stop the server and make backups.")]


def _no_way_back(beyond: frozenset[str]) -> list[str]:
    if not beyond:
        return []
    return [
        _(
            "⚠️ Quetzal can't give this back, as its panel account can't do it: {phrases}.",
            phrases=joined(_phrases(beyond)),
        )
    ]


def _phrases(permissions: frozenset[str]) -> list[str]:
    return [can(permission) for permission in in_order(permissions - {CONNECT})]


def _name(subuser: Subuser) -> str:
    return neutralise(subuser.username, _NAME_ROOM)


def _email(email: str) -> str:
    return neutralise(email, _EMAIL_ROOM)
