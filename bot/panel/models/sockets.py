"""The token for a live connection (section 9)."""

from pydantic import Field, SecretStr

from bot.panel.models.base import Model


class SocketToken(Model):
    """A token for ten minutes, and where to use it."""

    token: SecretStr
    url: str = Field(validation_alias="socket")
    fetched_at: float = 0.0
    """Monotonic time of the request: the node's own clock may differ from ours."""


class SocketTokenEnvelope(Model):
    """One of the two answers without the usual envelope."""

    data: SocketToken
