"""How soon people are told of a crash, and what observing servers all the time takes."""
