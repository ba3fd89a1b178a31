"""Stage 2, the dossier: its state, events, slots, follow-ups, deadlines; the only doors that write them."""
