"""Formats that have a public specification, in plain Python: no Django, no clock, no file, no network."""
