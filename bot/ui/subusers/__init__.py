"""Views and cards of the panel's subusers."""
