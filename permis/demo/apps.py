"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """The people of the demo, and the page where one plays the factory, the postman and the clock."""

    name = "permis.demo"
    label = "demo"
