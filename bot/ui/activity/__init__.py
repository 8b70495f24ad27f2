"""Views and cards of what happened on a server."""
