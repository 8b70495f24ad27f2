"""What tests of the settings share."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings
from tests.settings.variables import Load


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """Read settings in an empty directory with exactly these variables."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith("QUETZAL_")]:
        monkeypatch.delenv(name)

    def with_variables(variables: Mapping[str, str]) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return load_settings()

    return with_variables
