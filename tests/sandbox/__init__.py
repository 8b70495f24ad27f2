"""The stand-in of panel and node, tested with bare aiohttp."""
