"""The law of the licence in plain Python: no Django, no clock, no input or output."""
