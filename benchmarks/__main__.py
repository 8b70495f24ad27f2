"""Runs each benchmark in a process of its own, so that none inherits another's memory or imports."""

import subprocess
import sys

BENCHMARKS = (
    "startup",
    "client",
    "autocomplete",
    "memory",
    "store_audit",
    "metrics",
    "charts",
    "watch",
    "players",
    "files_search",
    "files_limits",
    "files_list",
    "files_memory",
    "copies",
    "backup_check",
)

# Take minutes, and run only when they are named.
LONG = ("load", "nodes", "realtime")


def main() -> int:
    """Run the named benchmarks, or all that are short; the exit code counts those that exceeded a bound."""
    exceeded = [
        name
        for name in sys.argv[1:] or BENCHMARKS
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    ]
    print(f"\nExceeded a bound: {', '.join(exceeded)}" if exceeded else "\nEvery bound was kept.")
    return len(exceeded)


if __name__ == "__main__":
    sys.exit(main())
