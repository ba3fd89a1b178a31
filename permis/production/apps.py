"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 8, the card is made."""

    name = "permis.production"
    label = "production"
