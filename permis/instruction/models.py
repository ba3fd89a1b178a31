"""Sheets that came by post and were scanned: kept sealed until the agent who scanned them has said whose they are."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from permis import clock
from permis.dossier.models import Dossier
from permis.vault import DataKey, open_value, unwrap


class Sheet(models.Model):
    """One sheet of a scan: its photo and its signature, or the whole page when they were not found on it.

    Nothing of it counts in any dossier. It goes once it was confirmed or put away, and after 30 days in any case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scanned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scanned_at = models.DateTimeField(default=clock.now)
    page = models.PositiveSmallIntegerField()  # of the scan, from 1
    dossier = models.ForeignKey(
        Dossier, on_delete=models.CASCADE, null=True, blank=True, related_name="sheets"
    )  # of its code, or of the number that the agent typed; null: not known yet
    by_code = models.BooleanField(default=False)  # the code said so
    antivirus = models.CharField(max_length=60, default="", blank=True)  # the engine that found nothing
    data_key = models.BinaryField()
    pictures = models.BinaryField()  # sealed JSON, see `scan.py`; in the row, so that it goes with it

    class Meta:
        ordering: ClassVar = ["scanned_at", "page", "pk"]
        indexes: ClassVar = [models.Index(fields=["scanned_by", "scanned_at"], name="sheet_mine")]

    def __str__(self) -> str:
        return str(self.pk)

    def key(self) -> DataKey:
        """The data key of this sheet."""
        return unwrap(self.data_key, f"instruction_sheet.data_key:{self.pk}")

    def read_pictures(self) -> bytes:
        """The JSON of its pictures. Raises `vault.Broken`."""
        return open_value(self.key(), self.pictures, f"instruction_sheet.pictures:{self.pk}")
