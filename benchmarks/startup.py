"""How long a person waits for the command line, and an operator until the bot is there."""

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.calibration import allowed
from benchmarks.figures import Figure, show
from sandbox import RealClock, Sandbox
from tests.support.discord_standin import GUILD_ID, TOKEN, DiscordStandin
from tests.support.process import Process

ROUNDS = 5


def best_s(*words: str) -> float:
    """Run a command several times; the best wall time in seconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


async def ready_s() -> float:
    """Start the real process beside a local Discord and panel; seconds until its commands are registered."""
    async with DiscordStandin() as discord, Sandbox(clock=RealClock()) as panel:
        panel.world.add_server(name="Survival", state="running")
        env = {
            "QUETZAL_DISCORD_TOKEN": TOKEN,
            "QUETZAL_DISCORD_API_URL": discord.url,
            "QUETZAL_PANEL_URL": panel.panel_url,
            "QUETZAL_PANEL_KEY": panel.world.key_of("owner"),
            "QUETZAL_GUILDS": f"{GUILD_ID}=all",
        }
        with tempfile.TemporaryDirectory() as data:
            began = time.perf_counter()
            root = str(Path.cwd())
            async with Process("run", cwd=Path(data), env=env | {"PYTHONPATH": root}, fresh=True) as process:
                await discord.until(lambda: discord.identified == 1)
                took = time.perf_counter() - began
                await process.stop()
    return took


def main() -> int:
    """Measure processes, since imports happen once in each."""
    bare = best_s("-c", "pass")
    imported = best_s("-c", "import bot")
    whole = best_s("-c", "import bot.app")
    helped = best_s("-m", "bot", "--help")
    ready = min(asyncio.run(ready_s()) for _ in range(ROUNDS))
    is_ready, is_helped = allowed(2.0), allowed(0.3)
    return show(
        "Start",
        [
            Figure("python itself", f"{1000 * bare:.0f} ms"),
            Figure("import bot", f"{1000 * imported:.0f} ms"),
            Figure("import of all that the bot runs", f"{1000 * whole:.0f} ms"),
            Figure(
                "from the command to ready on a local Discord",
                f"{ready:.2f} s",
                f"< {is_ready:.1f} s",
                met=ready < is_ready,
            ),
            Figure(
                "quetzal --help",
                f"{1000 * helped:.0f} ms",
                f"< {1000 * is_helped:.0f} ms",
                met=helped < is_helped,
            ),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
