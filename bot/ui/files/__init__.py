"""Views, flows and embeds of files."""
