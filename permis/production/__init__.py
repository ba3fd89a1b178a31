"""Stage 8, the card is made."""
