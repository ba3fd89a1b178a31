"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 4, the form, step by step."""

    name = "permis.form"
    label = "form"
