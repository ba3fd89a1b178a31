"""What a person gave for a slot: pages that we made ourselves from the file, sealed one by one."""

from __future__ import annotations

import json
import uuid
from typing import Any, ClassVar

from django.db import models

from permis import clock
from permis.accounts.models import Partner
from permis.domain.vocabulary import State
from permis.dossier.models import Dossier, Slot
from permis.vault import DataKey, open_value, unwrap

# A dossier that ended so may have made no card: then its e-photo may be used again until it expires.
WITHOUT_CARD = (State.REFUSED, State.CLOSED, State.CANCELLED)


class Source(models.TextChoices):
    """Where what was given comes from."""

    FILE = "file", "fichier choisi"
    DRAWN = "drawn", "signature faite à l’écran"
    EPHOTO = "ephoto", "code e-photo"
    DECLARED = "declared", "déclaration faite en ligne"


class EPhoto(models.Model):
    """A photo and a signature that an approved photographer or booth deposited for a person who holds the code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_index = models.CharField(max_length=64, unique=True)  # blind index of the code
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="ephotos")
    request_index = models.CharField(max_length=64)  # blind index of the partner's Idempotency-Key
    request_digest = models.CharField(max_length=64)  # keyed: the same key must carry the same deposit
    data_key = models.BinaryField()
    code = models.BinaryField()  # sealed: said again to the partner who repeats a deposit
    holder = models.BinaryField()  # sealed JSON: birth name, given names, birth date
    files = models.JSONField(default=dict)  # side → {key, width, height, bytes}; nothing personal
    deposited_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField()  # the last day on which it may be used
    used_at = models.DateTimeField(null=True, blank=True)
    dossier = models.ForeignKey(
        Dossier, on_delete=models.SET_NULL, null=True, blank=True, related_name="ephotos"
    )  # the one that uses it; null and used: that dossier was erased

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "request_index"], name="one_deposit_a_key")
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def key(self) -> DataKey:
        """The data key of this deposit."""
        return unwrap(self.data_key, f"evidence_ephoto.data_key:{self.pk}")

    def read_code(self) -> str:
        """The 22 characters."""
        return open_value(self.key(), self.code, f"evidence_ephoto.code:{self.pk}").decode()

    def read_holder(self) -> dict[str, str]:
        """Whose it is: `birth_name`, `given_names`, `birth_date` (ISO)."""
        clear = open_value(self.key(), self.holder, f"evidence_ephoto.holder:{self.pk}")
        found: dict[str, str] = json.loads(clear)
        return found


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
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.FILE)
    given_as = models.CharField(max_length=20, default="", blank=True)  # which of the papers the rule allows
    ephoto = models.ForeignKey(
        EPhoto, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads"
    )  # what it was taken from

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
