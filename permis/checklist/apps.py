"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 3, what you will need: open to all."""

    name = "permis.checklist"
    label = "checklist"
