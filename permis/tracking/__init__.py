"""Stage 11, where is it."""
