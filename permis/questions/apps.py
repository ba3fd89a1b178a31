"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Turns table 1 into forms and summaries: each kind of question has its widget and its validator."""

    name = "permis.questions"
    label = "questions"
