"""What a panel's account key looks like."""

import re

from pydantic import SecretStr

from bot.errors import BadInput

_ACCOUNT = re.compile(r"(?:ptlc|pacc)_[A-Za-z0-9]{20,100}")
_APPLICATION = ("ptla_", "papp_", "peli_")
_NOT_KEPT = "Nothing was kept."


def account_key(typed: str) -> SecretStr:
    """Take what somebody typed as an account key; raises BadInput, which never quotes it."""
    key = typed.strip()
    if key.startswith(_APPLICATION):
        raise BadInput(
            "That is an application key: those belong to a whole panel, not to a person.",
            state=_NOT_KEPT,
            next_step="Make a key of your own in the panel: Account, API Credentials. Then link that one.",
        )
    if not _ACCOUNT.fullmatch(key):
        raise BadInput(
            "That is not an account key of a panel: those begin with ptlc_ (Pelican: pacc_).",
            state=_NOT_KEPT,
            next_step="Copy all of it when the panel shows it, once: Account, API Credentials.",
        )
    return SecretStr(key)
