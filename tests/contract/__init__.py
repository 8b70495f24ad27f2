"""The contract: recorded answers replayed against the sandbox, and scenarios run against any panel."""
