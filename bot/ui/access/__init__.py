"""Views and cards of access: levels, member keys, defaults, audit, access review."""
