"""Ports of loopback for programs that are given one."""

import random
import socket

LOOPBACK = "127.0.0.1"
_PORTS = range(20_000, 32_768)
"""Below those that systems give to connections: none of these takes the port before the program does."""
_random = random.SystemRandom()
"""Tests that run side by side have the same seed, and would be given the same ports."""


def free_port() -> int:
    """Return a port of loopback that nothing listens on, by TCP or UDP."""
    while True:
        port = _random.choice(_PORTS)
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(type=kind) as probe:
                    probe.bind((LOOPBACK, port))
        except OSError:
            continue
        return port
