"""No secret is ever anywhere but where it belongs."""
