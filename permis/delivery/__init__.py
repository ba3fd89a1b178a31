"""Stage 9, the letter travels."""
