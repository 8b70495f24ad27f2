"""The bot offline: on a sandbox panel and a simulated Discord. Needs the extra `demo`."""

from importlib.util import find_spec

from bot.core.errors import SetupError

if find_spec("simcord") is None:
    raise SetupError(
        "The demo needs packages that a bot in service does not.",
        state="It did not start.",
        next_step="Run it with `make demo`, or install them: pip install 'quetzal[demo]'.",
    )
