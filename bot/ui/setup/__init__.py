"""The guided set-up, and what Quetzal says about itself."""
