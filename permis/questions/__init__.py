"""Turns table 1 into forms and summaries: each kind of question has its widget and its validator."""
