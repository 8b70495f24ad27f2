"""A faithful stand-in of panel and node, for the demo and the tests."""

from bot.sandbox.app import Logged, Sandbox
from bot.sandbox.clock import Clock, ManualClock, RealClock
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.mode import Mode

__all__ = ["Clock", "Fault", "Faults", "Logged", "ManualClock", "Mode", "RealClock", "Sandbox"]
