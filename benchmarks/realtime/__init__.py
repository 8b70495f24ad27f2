"""How soon people are notified of a crash, and what observing servers all the time takes."""
