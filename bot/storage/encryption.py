"""Seals secrets before they are kept. Sealed bytes are all that the store ever sees."""

import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from bot.storage.errors import VaultKeyMalformed, VaultKeyWrong


class SecretBox:
    """Seals with the first key, opens with any; its keys appear in no text of it."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        if not keys:
            raise VaultKeyMalformed("No encryption key is set, so Quetzal cannot keep panel keys of people.")
        try:
            self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        except ValueError:
            # Not chained: what the library says may quote the key.
            raise VaultKeyMalformed from None

    @staticmethod
    def new_key() -> SecretStr:
        """Make a key for the settings."""
        return SecretStr(Fernet.generate_key().decode())

    @staticmethod
    def fingerprint(secret: SecretStr) -> str:
        """Name a secret in lists and in the audit: 12 hexadecimal digits that tell nothing of it."""
        return hashlib.sha256(secret.get_secret_value().encode()).hexdigest()[:12]

    def seal(self, secret: SecretStr) -> bytes:
        """Encrypt with the first key."""
        return self._fernet.encrypt(secret.get_secret_value().encode())

    def open(self, sealed: bytes) -> SecretStr:
        """Decrypt with whichever key fits; raises VaultKeyWrong."""
        try:
            return SecretStr(self._fernet.decrypt(sealed).decode())
        except InvalidToken:
            raise VaultKeyWrong from None

    def opens(self, sealed: bytes) -> bool:
        """Say whether one of the keys fits."""
        try:
            self.open(sealed)
        except VaultKeyWrong:
            return False
        return True

    def renew(self, sealed: bytes) -> bytes:
        """Seal anew with the first key; raises VaultKeyWrong."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise VaultKeyWrong from None
