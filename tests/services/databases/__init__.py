"""The figures of `/database usage`, from a real database server."""
