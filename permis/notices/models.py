"""A message to send: sealed until it is sent, emptied afterwards; one row for a (key, channel)."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from permis.database.leases import Leased


class Notice(Leased):
    """Posted inside the transaction of what it tells; delivered at least once under a stable Message-ID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    channel = models.CharField(max_length=8)
    data_key = models.BinaryField()
    address = models.BinaryField()  # sealed, emptied once sent
    subject = models.BinaryField()  # sealed, emptied once sent
    text = models.BinaryField()  # sealed, emptied once sent
    posted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "channel"], name="one_notice_per_key")
        ]
        indexes: ClassVar = [models.Index(fields=["done", "parked", "next_try"], name="notice_waiting")]

    def __str__(self) -> str:
        return str(self.pk)
