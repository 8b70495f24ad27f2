"""The connection to Discord is cut before and after every response."""
