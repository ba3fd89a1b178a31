"""Stage 1, who you are: people, centres, memberships, one-time codes."""
