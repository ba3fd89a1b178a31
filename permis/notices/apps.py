"""Registers the app and answers the bell for it."""

from django.apps import AppConfig


class Config(AppConfig):
    """A post office: address, channel, text and key; knows no dossier."""

    name = "permis.notices"
    label = "notices"

    def ready(self) -> None:
        """Answers the bell."""
        from permis import bell  # noqa: PLC0415
        from permis.notices import box  # noqa: PLC0415

        bell.RUNNERS["notice"] = box.run
