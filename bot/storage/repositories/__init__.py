"""Reads and writes of the store, one module for each table or group of tables."""
