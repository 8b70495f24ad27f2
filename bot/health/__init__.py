"""The self-check of Quetzal, and its reports (heartbeat URL, /healthz, file)."""

from bot.health.check import HealthCheck
from bot.health.endpoint import serve_health
from bot.health.ping import HeartbeatPing
from bot.health.report import HealthReport, Verdict

__all__ = ["HealthCheck", "HealthReport", "HeartbeatPing", "Verdict", "serve_health"]
