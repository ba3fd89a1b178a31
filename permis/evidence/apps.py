"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 5, documents, photo and signature."""

    name = "permis.evidence"
    label = "evidence"
