"""One console excerpt for each cause, written for the tests."""

from tests.domain.diagnosis import (
    games_excerpts,
    java_excerpts,
    minecraft_excerpts,
    mods_excerpts,
    system_excerpts,
)

EXCERPTS = {
    **minecraft_excerpts.EXCERPTS,
    **mods_excerpts.EXCERPTS,
    **java_excerpts.EXCERPTS,
    **games_excerpts.EXCERPTS,
    **system_excerpts.EXCERPTS,
}
