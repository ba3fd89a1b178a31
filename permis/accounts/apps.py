"""Registers the app."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 1, who you are: people, centres, memberships, one-time codes."""

    name = "permis.accounts"
    label = "accounts"
