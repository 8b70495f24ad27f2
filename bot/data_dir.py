"""The data directory."""

from pathlib import Path

from bot.core.errors import SetupError


def make_data_dir(path: Path) -> None:
    """Make the data directory and check that it is writable; raises SetupError."""
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"The data directory {path} cannot be written to: {error.strerror}.",
            state="Quetzal did not start.",
            next_step="Give it to the user that runs Quetzal, or name another one in QUETZAL_DATA_DIR.",
        ) from error
