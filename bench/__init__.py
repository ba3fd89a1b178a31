"""Measures: each `make bench-NAME` ends with one line and leaves its figures under out/."""
