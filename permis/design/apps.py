"""The Django app that carries the look."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    """Templates, static files and tags; no model."""

    name = "permis.design"
    label = "design"
