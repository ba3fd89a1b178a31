"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 11, where is it."""

    name = "permis.tracking"
    label = "tracking"
