"""Registers the app, answers the bell for it, and switches the guard on."""

from django.apps import AppConfig


class Config(AppConfig):
    """Stage 2, the dossier: its state, events, slots, follow-ups, deadlines; the only doors that write them."""

    name = "permis.dossier"
    label = "dossier"

    def ready(self) -> None:
        """The guard is on always, in servers, workers and tests."""
        from permis import bell  # noqa: PLC0415
        from permis.database import guard  # noqa: PLC0415
        from permis.dossier import followups  # noqa: PLC0415

        guard.switch_on()
        bell.RUNNERS["followup"] = followups.run
