"""What people ask about players. Answers come from memory: monitoring asks the games."""

from bot.domain.observation import ServerKey
from bot.domain.player_query import PlayersNow
from bot.services.players.latest import LatestPlayers


class PlayerService:
    """Who is on. `answers` holds what each game answered last."""

    def __init__(self, answers: LatestPlayers) -> None:
        self.answers = answers

    def latest(self, key: ServerKey) -> PlayersNow | None:
        """Return who is on; None where the game isn't running, wasn't asked, or doesn't answer."""
        return self.answers.latest(key)
