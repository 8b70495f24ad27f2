"""The heartbeat file: the running bot writes it, `quetzal health` reads it (Docker's HEALTHCHECK)."""

import json
from collections.abc import Sequence
from pathlib import Path

from bot.core.atomic_write import write_whole

HEARTBEAT_EVERY_S = 10.0
_STALE_AFTER_S = 45.0


def write_heartbeat(data_dir: Path, *, at: float, problems: Sequence[str] = ()) -> None:
    """Write that the process is alive, and what is wrong with it; `at` is seconds since the epoch."""
    write_whole(_file(data_dir), json.dumps({"at": at, "problems": list(problems)}))


def forget_heartbeat(data_dir: Path) -> None:
    """Delete the file when the bot stops on purpose."""
    _file(data_dir).unlink(missing_ok=True)


def complaint(data_dir: Path, *, now: float) -> str | None:
    """Return why the bot is unhealthy, in a sentence; None when it is healthy."""
    try:
        beat = json.loads(_file(data_dir).read_text())
        at, problems = float(beat["at"]), [str(problem) for problem in beat["problems"]]
    except FileNotFoundError:
        return f"No bot is running with the data directory {data_dir}."
    except (OSError, ValueError, TypeError, KeyError):
        return f"The heartbeat in {data_dir} cannot be read."
    if abs(now - at) > _STALE_AFTER_S:
        return f"The bot's last heartbeat is {now - at:.0f} seconds old."
    return " ".join(problems) or None


def _file(data_dir: Path) -> Path:
    return data_dir / "heartbeat.json"
