"""Views and embeds of access: levels, member keys, defaults, audit, access review."""
