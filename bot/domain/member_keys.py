"""People's own account keys of a panel."""

import re
from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from bot.core.errors import BadInput
from bot.core.i18n import N_, _

_ACCOUNT = re.compile(r"(?:ptlc|pacc)_[A-Za-z0-9]{20,100}")
_APPLICATION = ("ptla_", "papp_", "peli_")
_NOT_KEPT = N_("Nothing was kept.")


@dataclass(frozen=True, slots=True)
class MemberKey:
    """A person's own key as it may be shown: by its fingerprint."""

    panel_id: str
    user_id: int
    fingerprint: str
    added_at: datetime


def account_key(typed: str) -> SecretStr:
    """Check a typed account key; raises BadInput, which never quotes it."""
    key = typed.strip()
    if key.startswith(_APPLICATION):
        raise BadInput(
            _("That is an application key: those belong to a whole panel, not to a person."),
            state=_NOT_KEPT,
            next_step=_("Make a key of your own in the panel: Account, API Credentials. Then link that one."),
        )
    if not _ACCOUNT.fullmatch(key):
        raise BadInput(
            _("That is not an account key of a panel: those begin with ptlc_ (Pelican: pacc_)."),
            state=_NOT_KEPT,
            next_step=_("Copy all of it when the panel shows it, once: Account, API Credentials."),
        )
    return SecretStr(key)
