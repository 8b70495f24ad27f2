"""The node's half of the sandbox: files, archives, signed URLs, its own HTTP origin and its websocket."""
