"""Real game servers, written by others, on loopback: `make games` starts and queries them."""
