"""A faithful stand-in of panel and node, for the demo and the tests."""
