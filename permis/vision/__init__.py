"""Pictures to pages and measures: plain Python, no Django, nothing that knows a dossier."""
