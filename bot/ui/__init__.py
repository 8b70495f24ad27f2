"""Reusable Discord pieces."""
