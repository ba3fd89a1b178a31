"""Stage 7, agents: queue, review, ask for more, decide."""
