"""The numbers that the register gave, as blind indexes: one number given to two people is seen and not believed."""

from __future__ import annotations

from django.db import models

from permis import clock
from permis.adapters.registry import Entry
from permis.dossier.models import Dossier
from permis.vault.sealing import blind, fold


class GivenNumber(models.Model):
    """Whose a number of the register is. Neither the number nor the person can be read back."""

    number_index = models.CharField(max_length=64, primary_key=True)
    person_index = models.CharField(max_length=64)
    dossier = models.ForeignKey(
        Dossier, on_delete=models.PROTECT, related_name="given_numbers"
    )  # the first one
    noted_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.number_index[:8]

    @classmethod
    def keep(cls, dossier: Dossier, number: str, entry: Entry) -> bool:
        """Notes whose the number is, inside a transaction. False, and nothing noted, when it is somebody else's."""
        person = blind("registered", entry.surname, _first(entry.given_names), entry.birth_date)
        row, _ = cls.objects.get_or_create(
            number_index=blind("register-number", number),
            defaults={"person_index": person, "dossier": dossier},
        )
        return row.person_index == person


def _first(given_names: str) -> str:
    """Twins differ by it alone; the others are written on one request and not on the next."""
    return " ".join(fold(given_names).replace(",", " ").split()[:1])
