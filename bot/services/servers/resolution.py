"""Which server a typed text means."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.target import Target


@dataclass(frozen=True, slots=True)
class ServerFound:
    """The typed text means this server."""

    target: Target


@dataclass(frozen=True, slots=True)
class ServerAmbiguous:
    """Several servers match, the likeliest first: the person has to choose."""

    targets: Sequence[Target]


@dataclass(frozen=True, slots=True)
class ServerMissing:
    """No server matches; `any_visible` says whether the person can see any server at all."""

    any_visible: bool


Resolution = ServerFound | ServerAmbiguous | ServerMissing
