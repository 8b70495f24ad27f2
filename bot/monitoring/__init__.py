"""Observes panels, nodes and servers: polling, reachability, state changes. Knows no Discord."""
