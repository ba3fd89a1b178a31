"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 6, check, confirm with a code, receipt."""

    name = "permis.submission"
    label = "submission"
