"""Drills that break things on purpose: each `make proof-NAME` plants a fault that it must find."""
