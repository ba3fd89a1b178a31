"""Stage 6, check, confirm with a code, receipt."""
