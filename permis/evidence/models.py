"""What arrives for a slot, and what was made of it: pages that we made ourselves from the file, sealed one by one."""

from __future__ import annotations

import json
import uuid
from typing import Any, ClassVar

from django.db import models

from permis import clock
from permis.accounts.models import Partner
from permis.database.leases import Leased
from permis.domain.vocabulary import State
from permis.dossier.models import Dossier, Slot
from permis.vault import DataKey, open_value, seal_value, unwrap

# A dossier that ended so may have made no card: then its e-photo may be used again until it expires.
WITHOUT_CARD = (State.REFUSED, State.CLOSED, State.CANCELLED)


class Source(models.TextChoices):
    """Where what was given comes from."""

    FILE = "file", "fichier choisi"
    DRAWN = "drawn", "signature faite à l’écran"
    EPHOTO = "ephoto", "code e-photo"
    DECLARED = "declared", "déclaration faite en ligne"
    ASKED = "asked", "question posée au centre"
    PAPER = "paper", "feuille reçue par courrier"


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
    """One file given for one slot. The original is never kept: only the pages re-encoded from it.

    `current`: it counts. `held`: a check advises against it, and the person has not said yet whether to keep it.
    Neither: set aside, replaced by a later one or taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="uploads")
    current = models.BooleanField(default=True)
    held = models.BooleanField(default=False)
    insisted = models.BooleanField(default=False)  # the person was told what is wrong, and kept it
    refused = models.BooleanField(default=False)  # an agent refused it, and another came in its place
    adds = models.BooleanField(default=False)  # stands after the others of its slot instead of replacing them
    data_key = models.BinaryField()  # empty: destroyed with its files
    name = models.BinaryField()  # sealed: the name that the person's file had
    files = models.JSONField(default=list)  # one {key, thumb, width, height, bytes} a page; nothing personal
    checks = models.BinaryField(
        default=b"", blank=True
    )  # sealed JSON: what was looked at, and what came of it
    size = models.PositiveIntegerField()  # bytes of the file that was given
    given_at = models.DateTimeField(default=clock.now)
    set_aside_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.FILE)
    given_as = models.CharField(max_length=20, default="", blank=True)  # which of the papers the rule allows
    ephoto = models.ForeignKey(
        EPhoto, on_delete=models.PROTECT, null=True, blank=True, related_name="uploads"
    )  # what it was taken from

    class Meta:
        indexes: ClassVar = [models.Index(fields=["slot", "current"], name="upload_current")]
        ordering: ClassVar = ["given_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def pages(self) -> int:
        """How many pages the file had."""
        return len(self.files)

    def key(self) -> DataKey:
        """The data key of this upload. Raises `vault.Broken` when it was destroyed."""
        return unwrap(self.data_key, f"evidence_upload.data_key:{self.pk}")

    def read_name(self) -> str:
        """The name that the person's file had."""
        return open_value(self.key(), self.name, f"evidence_upload.name:{self.pk}").decode()

    def read_checks(self) -> dict[str, Any]:
        """What was looked at: `results` (one a check, see `checks.py`) and `looks` (one perceptual hash a page)."""
        if not self.checks:
            return {}
        clear = open_value(self.key(), self.checks, f"evidence_upload.checks:{self.pk}")
        found: dict[str, Any] = json.loads(clear)
        return found

    def seal_checks(self, key: DataKey, said: dict[str, Any]) -> None:
        """Puts what was looked at into the row, which the caller saves."""
        self.checks = seal_value(
            key, json.dumps(said, ensure_ascii=False).encode(), f"evidence_upload.checks:{self.pk}"
        )

    def file(self, page: int) -> dict[str, Any]:
        """What is known of one page, counted from 1. IndexError if there is none."""
        if page < 1:
            raise IndexError(page)
        found: dict[str, Any] = self.files[page - 1]
        return found


class Outcome(models.TextChoices):
    """What became of a file that arrived."""

    NONE = "", "en cours"
    TAKEN = "taken", "gardé"
    HELD = "held", "à confirmer"
    REFUSED = "refused", "refusé"
    DROPPED = "dropped", "abandonné"


NOT_WHOLE = 4e9  # ticks, in the year 2096: what is still arriving waits for nobody


class Arrival(Leased):
    """A file on its way: sealed parts as they come, then, once whole, one check run that still has to happen.

    `done` when it has become an `Upload`, or was refused or abandoned: its parts are then destroyed.
    """

    LONGEST_RETRY: ClassVar = 30.0  # an antivirus that comes back is used at once
    MOST_ATTEMPTS: ClassVar = 20_000  # about a week: nothing that was acknowledged is given up in a night

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="arrivals")
    role = models.CharField(max_length=20)  # of who gives it
    channel = models.CharField(max_length=8)  # form, tus, phone
    phone = models.ForeignKey(
        "PhoneLink", on_delete=models.SET_NULL, null=True, blank=True, related_name="arrivals"
    )
    drawn = models.BooleanField(default=False)  # a signature made on the screen
    adds = models.BooleanField(default=False)
    given_as = models.CharField(max_length=20, default="", blank=True)
    data_key = models.BinaryField()
    name = models.BinaryField()  # sealed
    length = models.PositiveIntegerField()  # bytes announced
    offset = models.PositiveIntegerField(default=0)  # bytes that are safe with us
    parts = models.JSONField(default=list)  # one {key, bytes} a sealed part, in order
    began_at = models.DateTimeField(default=clock.now)
    whole_at = models.DateTimeField(null=True, blank=True)  # acknowledged; null: still arriving
    before = models.CharField(
        max_length=10, default="", blank=True
    )  # status of the slot when it was acknowledged
    cleared = models.BooleanField(default=False)  # its parts and its key are destroyed
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.NONE, blank=True)
    said = models.CharField(
        max_length=300, default="", blank=True
    )  # one of our own sentences: why it was refused
    upload = models.ForeignKey(Upload, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["done", "parked", "next_try"], name="arrival_waiting"),
            models.Index(fields=["slot", "done"], name="arrival_slot"),
            models.Index(fields=["cleared", "done", "began_at"], name="arrival_to_clear"),
        ]
        ordering: ClassVar = ["began_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def waiting(cls, limit: int = 200) -> list[object]:
        """Ids of the files whose time has come; those that failed already come after those that never did."""
        now = clock.ticks()
        rows = cls.objects.filter(done=False, parked=False, next_try__lte=now, lease_until__lt=now)
        return list(rows.order_by("attempts", "next_try", "pk").values_list("pk", flat=True)[:limit])

    @property
    def is_new(self) -> bool:
        """Whether it was never written."""
        return self._state.adding

    def key(self) -> DataKey:
        """The data key of this arrival. Raises `vault.Broken` when it was destroyed."""
        return unwrap(self.data_key, f"evidence_arrival.data_key:{self.pk}")

    def read_name(self) -> str:
        """The name that the person's file has."""
        return open_value(self.key(), self.name, f"evidence_arrival.name:{self.pk}").decode()


class PhoneLink(models.Model):
    """A page opened on a phone for one slot: one phone, a quarter of an hour, nothing of the dossier."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="phones")
    role = models.CharField(max_length=20)  # of who made it, and in whose name the phone gives
    token_index = models.CharField(max_length=64, unique=True)  # blind index of what the address holds
    holder_index = models.CharField(max_length=64, default="", blank=True)  # of the phone that gave first
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)  # said done, or replaced by another

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)


class Purge(models.Model):
    """A file of the storage that is to go: marked first, gone on its day, brought back until then."""

    SET_ASIDE, ORPHAN = "set_aside", "orphan"

    key = models.CharField(max_length=200, unique=True)  # of the storage: random ids, nothing personal
    because = models.CharField(max_length=10)
    marked_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Comparison(models.Model):
    """What one look at database and storage side by side found; one row a day, made by whoever looks first."""

    day = models.DateField(unique=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # null: under way, or killed on the way
    files = models.PositiveIntegerField(default=0)
    orphans = models.PositiveIntegerField(default=0)  # in the storage, and nothing points to them
    danglers = models.PositiveIntegerField(default=0)  # pointed to, and not in the storage
    held_back = models.BooleanField(
        default=False
    )  # so many orphans that they look like another database's files

    def __str__(self) -> str:
        return str(self.day)
