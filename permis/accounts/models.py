"""People who sign in, the centres (CERT) they belong to, and one-time codes."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from permis import clock
from permis.domain.vocabulary import Role

STAFF = (Role.AGENT, Role.SUPERVISOR, Role.FRAUD_REFERENT, Role.EXPERT, Role.AUDITOR, Role.OPERATOR)


class People(BaseUserManager["Person"]):
    """Finds people by the address or the number they sign in with."""

    def by_identifier(self, identifier: str) -> Person | None:
        """The person who signs in with this normalised e-mail or phone, confirmed or not."""
        return self.filter(Q(email=identifier) | Q(phone=identifier)).first()

    def get_by_natural_key(self, username: str | None) -> Person:
        """Django's contract for sign-in by the username field."""
        return self.get(pk=username)


class Person(AbstractBaseUser):
    """Somebody who signs in, by e-mail or by mobile number. E-mail and phone stay in clear: sign-in needs them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(max_length=254, unique=True, null=True, blank=True)
    phone = models.CharField(max_length=16, unique=True, null=True, blank=True)  # E.164
    email_confirmed = models.BooleanField(default=False)
    phone_confirmed = models.BooleanField(default=False)
    name = models.CharField(
        max_length=80, default="", blank=True
    )  # of staff; a citizen's name is in the dossier
    is_active = models.BooleanField(default=False)  # true once the address or number is confirmed
    joined_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = People()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False), name="person_has_email_or_phone"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def display_name(self) -> str:
        """What the header shows."""
        return self.name or self.email or self.phone or ""

    @property
    def is_agent(self) -> bool:
        """Whether the person works in a centre (one query, remembered for the request)."""
        return bool(self.roles)

    @property
    def roles(self) -> dict[str, Role]:
        """Role of this person in each centre, by the centre's id."""
        if not hasattr(self, "_roles"):
            self._roles = {str(m.cert_id): Role(m.role) for m in self.memberships.all()}
        return self._roles

    @property
    def channels(self) -> tuple[str, ...]:
        """The confirmed ways to reach the person: `email`, `sms`, or both."""
        return tuple(
            channel
            for channel, ok in (
                ("email", bool(self.email and self.email_confirmed)),
                ("sms", bool(self.phone and self.phone_confirmed)),
            )
            if ok
        )

    def address(self, channel: str) -> str:
        """Where a message of this channel goes."""
        return (self.email if channel == "email" else self.phone) or ""


class Cert(models.Model):
    """A centre where agents decide (centre d'expertise et de ressources titres)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    departments = models.CharField(max_length=400, default="", blank=True)  # codes, separated by spaces
    takes_the_rest = models.BooleanField(default=False)  # departments that no centre names
    address = models.TextField(default="", blank=True)  # where people post what we must see, line by line

    def __str__(self) -> str:
        return self.name

    def lines(self) -> list[str]:
        """The postal address: the name of the centre, then its lines."""
        return [self.name, *(line for line in self.address.splitlines() if line.strip())]

    @classmethod
    def for_department(cls, department: str) -> Cert | None:
        """The centre that reads the requests of this department; None if no centre was set up."""
        centres = list(cls.objects.order_by("code"))
        named = [c for c in centres if department in c.departments.split()]
        return next(iter(named or [c for c in centres if c.takes_the_rest] or centres), None)


class Membership(models.Model):
    """A person works in a centre under one role."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    cert = models.ForeignKey(Cert, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in STAFF])

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "cert"], name="one_role_per_centre")
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.cert_id}"


class Code(models.Model):
    """A one-time code of 6 digits: kept as a keyed digest, 15 minutes, 5 tries, one use."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=20)  # sign_up, reset, submit
    subject = models.CharField(max_length=40)  # id of the person or of the dossier
    channel = models.CharField(max_length=8)
    address = models.CharField(max_length=254)  # where it was sent: what it confirms
    digest = models.CharField(max_length=64)
    token = models.CharField(max_length=64, unique=True)  # blind index of the link's token
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["purpose", "subject", "made_at"], name="code_by_subject")]

    def __str__(self) -> str:
        return str(self.pk)


class Partner(models.Model):
    """An organisation that talks to our API under one role: a photographer, a maker of booths."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    role = models.CharField(max_length=20, default=Role.PHOTOGRAPHER)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A key of a partner: shown once when it is made, kept as a keyed hash, revoked for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    key_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)  # the last characters, to tell two keys apart
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"…{self.hint}"
