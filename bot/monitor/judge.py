"""Where looks become alerts: the rules are stepped, and what follows is kept and told, in one transaction."""

from bot.monitor.batch import Batch


class Judge:
    """Takes looks, and keeps all that follows from them."""

    async def take(self, batch: Batch) -> None:
        """Keep a batch whole or, when the store cannot be written to, not at all; raises StoreError."""
        raise NotImplementedError
