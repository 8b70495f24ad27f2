"""A faithful stand-in of panel and node, for the demo and the tests."""

from bot.sandbox.app import Logged, Sandbox
from bot.sandbox.clock import Clock, ManualClock, RealClock
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.lively import demo_world
from bot.sandbox.mode import Mode
from bot.sandbox.standalone import serve

__all__ = [
    "Clock",
    "Fault",
    "Faults",
    "Logged",
    "ManualClock",
    "Mode",
    "RealClock",
    "Sandbox",
    "demo_world",
    "serve",
]
