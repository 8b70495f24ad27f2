"""Runs the Dockerfile where no container engine is: each step in a clean root of its own."""
