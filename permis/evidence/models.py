"""What a person gave for a slot: pages that we made ourselves from the file, sealed one by one."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models

from permis import clock
from permis.dossier.models import Slot
from permis.vault import DataKey, open_value, unwrap


class Upload(models.Model):
    """One file given for one slot. The original is never kept: only the pages re-encoded from it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="uploads")
    current = models.BooleanField(default=True)  # false: replaced by a later one
    data_key = models.BinaryField()
    name = models.BinaryField()  # sealed: the name that the person's file had
    files = models.JSONField(default=list)  # one {key, width, height, bytes} a page; nothing personal
    size = models.PositiveIntegerField()  # bytes of the file that was given
    given_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(current=True), name="one_current_upload_a_slot"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def pages(self) -> int:
        """How many pages the file had."""
        return len(self.files)

    def key(self) -> DataKey:
        """The data key of this upload."""
        return unwrap(self.data_key, f"evidence_upload.data_key:{self.pk}")

    def read_name(self) -> str:
        """The name that the person's file had."""
        return open_value(self.key(), self.name, f"evidence_upload.name:{self.pk}").decode()

    def file(self, page: int) -> dict[str, Any]:
        """What is known of one page, counted from 1. IndexError if there is none."""
        if page < 1:
            raise IndexError(page)
        found: dict[str, Any] = self.files[page - 1]
        return found
