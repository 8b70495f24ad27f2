"""Which source observes which server, and what a hand-over makes of what both say."""

from collections.abc import Sequence

import pytest

from bot.core.supervisor import Pulse
from bot.domain.observation import Source
from bot.monitoring.sources import SourceReports, SourceRouter
from bot.panel.models import Server, ServerStatus
from tests.alerting.harness import server


class Live:
    """A live source that sees what a test says."""

    def __init__(self, kind: Source, refuses: str | None = None) -> None:
        self.kind = kind
        self.refuses = refuses
        self.observes: list[str] = []

    def refusal(self, server: Server) -> str | None:
        return self.refuses

    def observe(self, servers: Sequence[Server]) -> None:
        self.observes = [listed.name for listed in servers]

    async def run(self, reports: SourceReports, pulse: Pulse) -> None:
        raise NotImplementedError


A, B = server("alpha"), server("beta")
BOTH = {A.uuid: A, B.uuid: B}


class Scene:
    """A router with its sources, and which servers it had polled."""

    def __init__(self, *sources: Live) -> None:
        self.followed: set[str] = set()
        self.polled: list[str] = []
        self.router = SourceRouter("main", sources, self.followed.__contains__)
        self.router.on_uncovered(self.polled.append)
        self.router.set_servers(BOTH)


def test_server_is_polled_until_a_live_source_has_seen_it() -> None:
    scene = Scene(Live(Source.SOCKET))
    assert scene.router.source_of(A.uuid) is Source.POLL
    assert not scene.router.is_covered(A.uuid)
    scene.router.works(Source.SOCKET, A.uuid)
    assert scene.router.source_of(A.uuid) is Source.SOCKET
    assert scene.router.source_of(B.uuid) is Source.POLL


def test_failed_source_gives_its_server_to_polling_at_once_and_takes_it_back() -> None:
    scene = Scene(Live(Source.SOCKET))
    scene.router.works(Source.SOCKET, A.uuid)
    scene.router.failed(Source.SOCKET, A.uuid, "silent for 30 s")
    assert scene.polled == [A.uuid]
    assert scene.router.overview().why_polled["silent for 30 s"] == 1
    scene.router.works(Source.SOCKET, A.uuid)
    assert scene.router.overview().servers == {Source.SOCKET: 1, Source.NODE: 0, Source.POLL: 1}


def test_with_a_working_node_only_followed_servers_have_sockets() -> None:
    socket, node = Live(Source.SOCKET), Live(Source.NODE)
    scene = Scene(socket, node)
    assert socket.observes == ["alpha", "beta"]
    for uuid in BOTH:
        scene.router.works(Source.NODE, uuid)
    scene.router.assign()
    assert socket.observes == []
    scene.followed.add(B.uuid)
    scene.router.assign()
    assert socket.observes == ["beta"]
    scene.router.failed(Source.NODE, A.uuid, "the node refuses its token")
    scene.router.assign()
    assert socket.observes == ["beta", "alpha"], "the followed one first"
    assert scene.polled == [A.uuid]


def test_node_stands_by_while_a_socket_fails() -> None:
    scene = Scene(Live(Source.SOCKET), Live(Source.NODE))
    for kind in (Source.SOCKET, Source.NODE):
        scene.router.works(kind, A.uuid)
    scene.router.failed(Source.SOCKET, A.uuid, "the token was refused")
    assert scene.router.source_of(A.uuid) is Source.NODE
    assert scene.polled == []


@pytest.mark.parametrize("status", [ServerStatus.SUSPENDED, ServerStatus.INSTALLING])
def test_server_that_the_panel_bars_is_given_to_no_live_source(status: ServerStatus) -> None:
    socket = Live(Source.SOCKET)
    scene = Scene(socket)
    scene.router.works(Source.SOCKET, A.uuid)
    scene.router.set_servers({A.uuid: A.model_copy(update={"status": status}), B.uuid: B})
    assert socket.observes == ["beta"]
    assert scene.router.source_of(A.uuid) is Source.POLL
    assert scene.polled == [A.uuid]


def test_the_reason_why_a_server_is_polled_is_shown() -> None:
    refused = Scene(Live(Source.SOCKET, refuses="the key may not open live connections"))
    assert refused.router.overview().why_polled == {"the key may not open live connections": 2}
    assert Scene().router.overview().why_polled == {"live connections are turned off": 2}
