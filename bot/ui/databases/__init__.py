"""Views and embeds of databases."""
