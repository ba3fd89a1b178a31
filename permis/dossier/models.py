"""The dossier and its rows. Written by `move.py` and `facts.py` alone; everybody else reads."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from permis import clock
from permis.accounts.models import Cert
from permis.database.leases import Leased
from permis.domain import asked, required
from permis.domain.lifecycle import THINGS, Thing, state_label
from permis.domain.pieces import PIECES, About
from permis.domain.situation import Situation
from permis.domain.vocabulary import Filer, Motive, Piece, Reason, Result, SlotStatus, State
from permis.vault import DataKey, open_value, unwrap

KEY_PLACE = "dossier_dossier.data_key:{}"


class Dossier(models.Model):
    """One request of one person. In clear: what queues, deadlines and sign-in need; the rest is sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    motive = models.CharField(max_length=10)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dossiers")
    state = models.CharField(max_length=20, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)  # n of the last event, by move() alone
    revision = models.PositiveIntegerField(default=0)  # saves of answers, by save_answers() alone
    data_key = models.BinaryField()
    answers = models.BinaryField()  # sealed JSON
    cert = models.ForeignKey(Cert, on_delete=models.PROTECT, null=True, blank=True, related_name="dossiers")
    department = models.CharField(max_length=3, default="", blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    priority = models.SmallIntegerField(default=0)  # 1: answered a request for more, or a right that runs out
    photo_by_post = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    provisional_until = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["cert", "state", "-priority", "submitted_at"], name="dossier_queue"),
            models.Index(fields=["owner", "-created_at"], name="dossier_mine"),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_state(self) -> State:
        """The state as a word of the law."""
        return State(self.state)

    def get_motive(self) -> Motive:
        """The motive as a word of the law."""
        return Motive(self.motive)

    def get_result(self) -> Result:
        """What this request ends with, by its motive."""
        return required.rules_of(self.get_motive()).result

    def state_label(self) -> str:
        """Where it stands, in French."""
        return state_label(self.get_state(), self.get_result())

    def thing(self) -> Thing:
        """What this request ends with, in the words of the sentences."""
        return THINGS[self.get_result()]

    def key(self) -> DataKey:
        """The data key of this dossier. Raises `vault.Broken` when it was destroyed."""
        return unwrap(self.data_key, KEY_PLACE.format(self.pk))

    def all_answers(self) -> dict[str, Any]:
        """Every answer that was saved, those that no longer apply included."""
        if not self.answers:
            return {}
        clear = open_value(self.key(), self.answers, f"dossier_dossier.answers:{self.pk}")
        found: dict[str, Any] = json.loads(clear)
        return found

    def read_answers(self) -> dict[str, Any]:
        """The answers that count: to questions that are asked, and asked of this person."""
        return self.counted(self.all_answers())

    def situation(self, *, answers: dict[str, Any] | None = None) -> Situation:
        """The person as the rules see them, on the law of the day of submission."""
        day = clock.in_paris(self.submitted_at).date() if self.submitted_at else clock.today()
        found = self.read_answers() if answers is None else answers
        # Who makes the request is known and not presumed: a school says so, everybody else is the person.
        return Situation.from_answers({"filer": Filer.SELF.value, **found}, today=day)

    def counted(self, answers: dict[str, Any]) -> dict[str, Any]:
        """Of these answers, saved or not yet, those that count: to questions that are asked, and of this person."""
        found = asked.read(answers)
        return asked.of_person(found, self.situation(answers=found))


class Slot(models.Model):
    """One side of one piece that is asked. `asked` false: kept, but no longer asked after a change of answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="slots")
    piece = models.CharField(max_length=20)
    side = models.CharField(max_length=12)
    rank = models.PositiveSmallIntegerField(default=0)  # the order of table 2
    asked = models.BooleanField(default=True)
    optional = models.BooleanField(default=False)  # recommended: the request can be sent without it
    status = models.CharField(max_length=10, default=SlotStatus.EMPTY)
    reason = models.CharField(max_length=4, default="", blank=True)
    note = models.BinaryField(default=b"", blank=True)  # sealed: the sentence that the person reads
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "piece", "side"], name="one_slot_per_side")
        ]
        ordering: ClassVar = ["rank", "pk"]

    def __str__(self) -> str:
        return f"{self.piece}/{self.side}"

    @property
    def about(self) -> About:
        """What the piece is, in words."""
        return PIECES[Piece(self.piece)]

    @property
    def side_label(self) -> str:
        """The French name of the side."""
        return dict(self.about.sides).get(self.side, self.side)

    @property
    def label(self) -> str:
        """The French name of the piece, with its side when it has several."""
        return (
            f"{self.about.label}, {self.side_label.lower()}"
            if len(self.about.sides) > 1
            else self.about.label
        )

    @property
    def asked_again(self) -> bool:
        """Refused, or given since it was refused, or optional: what a person who completes may still replace."""
        return self.status in {SlotStatus.REFUSED, SlotStatus.EMPTY} or bool(
            (self.reason or self.optional) and self.status != SlotStatus.ACCEPTED
        )

    @property
    def status_label(self) -> str:
        """The word of the badge."""
        return SlotStatus(self.status).label

    def note_text(self, key: DataKey) -> str:
        """Why it was refused, as the person reads it; empty when it was not."""
        if not self.note:
            return Reason(self.reason).sentence if self.reason else ""
        return open_value(key, self.note, f"dossier_slot.note:{self.pk}").decode()


class Mandate(models.Model):
    """Somebody who signs with the owner: invited by a key, let in by it, bound by a code to one state of the answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="mandates")
    channel = models.CharField(max_length=8)  # email, sms
    address = models.BinaryField()  # sealed: where the invitation and the codes go
    address_index = models.CharField(max_length=64, default="", db_index=True)  # blind index of the address
    key_index = models.CharField(max_length=64, unique=True)  # blind index of the key of the invitation
    invited_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_digest = models.CharField(
        max_length=64, default="", blank=True
    )  # of the answers and papers signed
    ended_at = models.DateTimeField(null=True, blank=True)  # replaced by another invitation

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["dossier"], condition=models.Q(ended_at=None), name="one_live_mandate"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def read_address(self, key: DataKey) -> str:
        """Where the invitation went."""
        return open_value(key, self.address, f"dossier_mandate.address:{self.pk}").decode()


class Event(models.Model):
    """Something that happened, for good: chained in its dossier by `n` and by hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    n = models.PositiveIntegerField()
    key = models.CharField(max_length=80)  # told twice, it happened once
    verb = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    actor = models.CharField(max_length=40, default="", blank=True)  # id of a person, or empty
    before = models.CharField(max_length=20)
    after = models.CharField(max_length=20)
    at = models.DateTimeField()
    day = models.DateField()  # the legal day: a deadline that is swept late keeps its day
    header = models.BinaryField()  # the hashed bytes of all of the above, with the names of the followers
    detail = models.BinaryField()  # sealed JSON
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dossier", "n"], name="event_n"),
            models.UniqueConstraint(fields=["dossier", "key"], name="event_key"),
        ]
        ordering: ClassVar = ["n"]

    def __str__(self) -> str:
        return f"{self.n} {self.verb}"

    def read_detail(self, key: DataKey) -> dict[str, Any]:
        """What the event says beside its header."""
        found: dict[str, Any] = json.loads(open_value(key, self.detail, f"dossier_event.detail:{self.pk}"))
        return found


class FollowUp(Leased):
    """One thing that an event still makes happen: each follower has its own row, so none delays another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="followups")
    follower = models.CharField(max_length=30)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "follower"], name="one_followup")]
        indexes: ClassVar = [models.Index(fields=["done", "parked", "next_try"], name="followup_waiting")]

    def __str__(self) -> str:
        return f"{self.follower} of {self.event_id}"


class Due(models.Model):
    """A deadline: on this day (the last one included) something is said or sent, unless it lapsed."""

    OPEN, LAPSED, MET = "open", "lapsed", "met"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="dues")
    what = models.CharField(max_length=30)
    day = models.DateField()
    status = models.CharField(max_length=8, default=OPEN)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["status", "day"], name="due_day")]

    def __str__(self) -> str:
        return f"{self.what} {self.day}"

    def days_left(self, today: dt.date) -> int:
        """Days until the last day, 0 on that day."""
        return (self.day - today).days


class Look(models.Model):
    """Who read what, by the hour; append-only, written after the response."""

    actor = models.UUIDField()
    target = models.UUIDField()  # the dossier
    what = models.CharField(max_length=60)  # the name of the URL
    hour = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "target", "what", "hour"], name="one_look_an_hour")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.hour}"


class Unexpected(models.Model):
    """News of the outside world that no row of table 3 accepts: acknowledged, kept for an operator, never retried."""

    source = models.CharField(max_length=20)  # plant, post
    news_id = models.CharField(max_length=120)
    said = models.CharField(max_length=200)  # a reference and a state, nothing personal
    at = models.DateTimeField(default=clock.now)
    settled = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["source", "news_id"], name="one_unexpected")]

    def __str__(self) -> str:
        return f"{self.source} {self.said}"
