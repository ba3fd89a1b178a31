"""Stage 4, the form, step by step."""
