"""Views, flows and cards of files."""
