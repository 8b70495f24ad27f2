"""Real storage services on loopback: `make copies`."""
