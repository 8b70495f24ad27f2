"""Views and cards of a server's addresses."""
