"""Tags and filters of the look (`{% load tp %}`)."""
