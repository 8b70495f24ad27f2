"""Preloaded by `make pseudo`: processes that tests fork speak English in disguise, too."""

from bot.core.i18n import CATALOGUES, ENGLISH
from tests.support.disguise import DisguisedEnglish

CATALOGUES[ENGLISH] = DisguisedEnglish()
