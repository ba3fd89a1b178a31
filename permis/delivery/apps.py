"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 9, the letter travels."""

    name = "permis.delivery"
    label = "delivery"
