"""Registers the app."""

from django.apps import AppConfig
from django.contrib.auth import user_logged_in


class Config(AppConfig):
    """Stage 1, who you are: people, centres, memberships, one-time codes."""

    name = "permis.accounts"
    label = "accounts"

    def ready(self) -> None:
        """A sign-in writes nothing that nobody reads, whichever page is loaded first."""
        from django.contrib.auth.models import update_last_login  # noqa: PLC0415  models, once apps are ready

        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
