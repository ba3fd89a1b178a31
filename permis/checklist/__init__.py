"""Stage 3, what you will need: open to all."""
