"""How long a person waits for the command line, and an operator for the bot."""

import subprocess
import sys
import time

from benchmarks.figures import Figure, show

ROUNDS = 5


def best_s(*words: str) -> float:
    """Run a command several times; the best wall time in seconds."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> int:
    """Measure processes, since imports happen once in each."""
    bare = best_s("-c", "pass")
    imported = best_s("-c", "import bot")
    whole = best_s("-c", "import bot.app")
    helped = best_s("-m", "bot", "--help")
    return show(
        "Start",
        [
            Figure("python itself", f"{1000 * bare:.0f} ms"),
            Figure("import bot", f"{1000 * imported:.0f} ms", "2 s", met=imported < 2),
            Figure("import of all that the bot runs", f"{1000 * whole:.0f} ms", "2 s", met=whole < 2),
            Figure("quetzal --help", f"{1000 * helped:.0f} ms", "300 ms", met=helped < 0.3),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
