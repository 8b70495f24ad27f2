"""Who may do what: authorization, grants, member keys, guild settings."""
