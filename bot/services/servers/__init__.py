"""Servers: the directory, status, power, console, health and performance."""
