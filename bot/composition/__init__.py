"""The composition root: makes everything that the running bot consists of, and knows all of it."""
