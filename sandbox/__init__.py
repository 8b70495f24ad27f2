"""A faithful stand-in of panel and node, for the demo and the tests."""

from sandbox.app import Logged, Sandbox
from sandbox.clock import Clock, ManualClock, RealClock
from sandbox.demo_world import demo_world
from sandbox.faults import Fault, Faults
from sandbox.panel_version import Mode
from sandbox.standalone import serve
from sandbox.webdav import WebdavFolder

__all__ = [
    "Clock",
    "Fault",
    "Faults",
    "Logged",
    "ManualClock",
    "Mode",
    "RealClock",
    "Sandbox",
    "WebdavFolder",
    "demo_world",
    "serve",
]
