"""The token for a live connection (docs/reference/wings.md#token)."""

from base64 import urlsafe_b64decode

from pydantic import Field, SecretStr
from pydantic_core import from_json

from bot.panel.models.base import Model


class SocketToken(Model):
    """A token for ten minutes, and where to use it."""

    token: SecretStr
    url: str = Field(validation_alias="socket")
    fetched_at: float = 0.0
    """Monotonic time of the request: the node's own clock may differ from ours."""

    @property
    def is_stored_twice(self) -> bool:
        """Whether the token's permissions are an object, as PHP writes a list with a gap."""
        _, _, rest = self.token.get_secret_value().partition(".")
        claims = rest.partition(".")[0]
        try:
            payload = from_json(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        except ValueError:  # not a token of the usual kind; binascii.Error is one, too
            return False
        return isinstance(payload, dict) and isinstance(payload.get("permissions"), dict)


class SocketTokenEnvelope(Model):
    """One of the two answers without the usual envelope."""

    data: SocketToken
