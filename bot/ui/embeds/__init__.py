"""Embeds: models in, embeds out; one module a feature."""
