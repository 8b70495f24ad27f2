"""Which panel the sandbox plays: their differences (docs/reference/versions.md) as plain facts."""

from enum import Enum


class Mode(Enum):
    """The panel's generation."""

    V1_11 = "v1.11"
    V1_12 = "v1.12"
    PELICAN = "pelican"

    @property
    def requests_per_minute(self) -> int:
        """The request limit of one user."""
        return 720 if self is Mode.V1_11 else 256

    @property
    def limits_per_server(self) -> bool:
        """Whether websocket tokens, databases, schedules, restores and pulls have limits of their own."""
        return self is not Mode.V1_11

    @property
    def is_pelican(self) -> bool:
        """Whether Pelican's spellings apply."""
        return self is Mode.PELICAN

    @property
    def key_prefix(self) -> str:
        """How account keys begin."""
        return "pacc_" if self.is_pelican else "ptlc_"

    @property
    def application_key_prefix(self) -> str:
        """How application keys begin."""
        return "papp_" if self.is_pelican else "ptla_"

    @property
    def tokens_have_scope(self) -> bool:
        """Whether node tokens carry a `scope` claim (v1.12.3 and Pelican)."""
        return self is not Mode.V1_11
