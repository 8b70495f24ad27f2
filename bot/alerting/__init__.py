"""From observations to notifications: evaluation, routing, dispatch. Knows no Discord."""
