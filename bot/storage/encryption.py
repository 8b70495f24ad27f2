"""Encrypts secrets before they are stored: the store only holds encrypted bytes."""

import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from bot.storage.errors import VaultKeyMalformed, VaultKeyWrong


class SecretBox:
    """Encrypts with the first key and decrypts with any. Its `repr` doesn't show the keys."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        if not keys:
            raise VaultKeyMalformed("No encryption key is set, so Quetzal can't store panel keys.")
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
        """Return 12 hexadecimal digits that name a secret in lists and in the audit, and don't reveal it."""
        return hashlib.sha256(secret.get_secret_value().encode()).hexdigest()[:12]

    def seal(self, secret: SecretStr) -> bytes:
        """Encrypt with the first key."""
        return self._fernet.encrypt(secret.get_secret_value().encode())

    def open(self, sealed: bytes) -> SecretStr:
        """Decrypt with the key that fits; raises VaultKeyWrong."""
        try:
            return SecretStr(self._fernet.decrypt(sealed).decode())
        except InvalidToken:
            raise VaultKeyWrong from None

    def opens(self, sealed: bytes) -> bool:
        """Return whether one of the keys fits."""
        try:
            self.open(sealed)
        except VaultKeyWrong:
            return False
        return True

    def renew(self, sealed: bytes) -> bytes:
        """Encrypt again with the first key; raises VaultKeyWrong."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise VaultKeyWrong from None
