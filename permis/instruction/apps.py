"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 7, agents: queue, review, ask for more, decide."""

    name = "permis.instruction"
    label = "instruction"
