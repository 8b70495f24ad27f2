"""Quetzal, without its cogs."""
