"""A letter on its way: its number and address, sealed, and where it was last seen."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from permis import clock
from permis.dossier.models import Dossier, Event
from permis.vault import open_value, seal_value


class Letter(models.Model):
    """One sending of one card. The number's blind index lets a scan of the post find it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="letters")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="letter")
    number = models.BinaryField()  # sealed
    number_index = models.CharField(max_length=64, unique=True)
    address = models.BinaryField()  # sealed: lines of the address
    posted_on = models.DateField()
    last_scan = models.CharField(max_length=10, default="", blank=True)
    last_scan_on = models.DateField(null=True, blank=True)
    noted_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering: ClassVar = ["noted_at"]

    def __str__(self) -> str:
        return str(self.pk)

    def seal(self, number: str, lines: tuple[str, ...]) -> None:
        """Seals the number and the address under the dossier's key."""
        key = self.dossier.key()
        self.number = seal_value(key, number.encode(), f"delivery_letter.number:{self.pk}")
        self.address = seal_value(key, "\n".join(lines).encode(), f"delivery_letter.address:{self.pk}")

    def read_number(self) -> str:
        """The number of the letter."""
        return open_value(self.dossier.key(), self.number, f"delivery_letter.number:{self.pk}").decode()

    def read_address(self) -> list[str]:
        """The lines of the address."""
        return (
            open_value(self.dossier.key(), self.address, f"delivery_letter.address:{self.pk}")
            .decode()
            .split("\n")
        )
