"""Views and cards of databases."""
