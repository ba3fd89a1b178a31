"""One applicant of the demo on the road: what the person, the agents, the factory and the post do, day after day.

The person and the agents type in the pages themselves, so that whatever the demo shows went through the same doors
as anybody's request. Around them the worker, the factory and the post work for this one dossier alone, in a world
apart (`files.apart`) and at an earlier hour (`clock.behind`).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from permis import clock
from permis.accounts.models import Code, Person
from permis.adapters.mail import demo as mail
from permis.adapters.plant import demo as plant
from permis.adapters.post import demo as post
from permis.adapters.sms import demo as sms
from permis.adapters.stamps import demo as stamps
from permis.delivery import work as delivery
from permis.delivery.models import Letter
from permis.demo import pictures
from permis.demo.pictures import Holder
from permis.domain import asked, required
from permis.domain.asked.table import Question, Step
from permis.domain.pieces import PIECES
from permis.domain.situation import Situation
from permis.domain.vocabulary import Motive, Piece, Result, Role, SlotStatus, State, Verb
from permis.dossier import facts, followups, move
from permis.dossier.models import Dossier, Due, FollowUp, Slot
from permis.evidence import keep
from permis.evidence.models import Source, Upload
from permis.notices import box
from permis.notices.models import Notice
from permis.production import work as production

DAY_S = 86400.0
FROM = "192.0.2.1"  # of nobody (RFC 5737): the counts of the throttles leave people's own address alone
HIS = frozenset({Piece.REP, Piece.ID_REP})  # what the representative gives
SUNDAY = 6
THEIRS = frozenset(
    {"begin", "complete", "cancel", "report_missing", "represent"}
)  # what people do on Sundays too
AT_WORK = 9.5  # the sweep of a deadline, in hours after midnight of its day


class Stuck(Exception):
    """A page of ours did not take what was typed, or the road led elsewhere: a fault of ours."""


@dataclass(frozen=True)
class Applicant:
    """Somebody of the demo: who, what is answered, and what happens when.

    `road` is a tuple of (days since what came before, act, words of the act…). A number as the answer to a date
    means: so many days before the request was begun.
    """

    slug: str
    state: State
    answers: Mapping[str, Any]
    road: tuple[tuple[Any, ...], ...]
    days: float  # ago, when the request was begun
    reader: str = ""  # the agent who reads it, by e-mail
    head: str = ""  # the head of that centre
    email: str = ""
    phone: str = ""


def _day(begun: dt.date, days: int) -> str:
    return (begun - dt.timedelta(days=days)).isoformat()


def parts_of(name: str, text: str) -> dict[str, str]:
    """A date, whole or in part (2000-03-14, 1965), as its three boxes."""
    year, month, day = [*text.split("-"), "", ""][:3]
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


class Road:
    """The acts, each at the hour that `ago` says."""

    person: Person
    dossier: Dossier

    def __init__(self, who: Applicant) -> None:
        self.who = who
        self.ago = who.days * DAY_S
        self.made = clock.today() - dt.timedelta(days=who.days + 3)  # their papers
        self.client = Client(REMOTE_ADDR=FROM)

    def walk(self) -> Dossier:
        """The whole road. Raises `Stuck` when it does not lead where the applicant should stand."""
        for days, act, *words in self.who.road:
            self._wait(self._days_until(days, act))
            with clock.behind(self.ago):
                getattr(self, act)(*words)
                self._work()
        self._wait(self.ago / DAY_S)
        self.dossier.refresh_from_db()
        if self.dossier.get_state() is not self.who.state:
            raise Stuck(f"{self.who.slug}: {self.dossier.state}, not {self.who.state}")
        if self._waiting().exists():
            raise Stuck(f"{self.who.slug}: a follow-up is left")
        return self.dossier

    # ── Time, and who works meanwhile ───────────────────────────────────────────────────────────────────────
    def _wait(self, days: float) -> None:
        """Time passes; each deadline of this dossier is met on its own day."""
        end = self.ago - days * DAY_S
        if hasattr(self, "dossier"):
            for day in self._due_days(end):
                with clock.behind(0):
                    noon = dt.datetime.combine(day, dt.time(), clock.PARIS) + dt.timedelta(hours=AT_WORK)
                    self.ago = max(end, min(self.ago, (clock.now() - noon).total_seconds()))
                with clock.behind(self.ago):
                    self._work()
        self.ago = max(end, 0.0)

    def _days_until(self, days: float, act: str) -> float:
        """The same, but at an hour when people are about; and on Sundays nobody works."""
        if days < 1 and act != "begin":
            return days
        then = clock.in_paris(clock.now() - dt.timedelta(seconds=self.ago - days * DAY_S))
        day = then.date()
        if day.weekday() == SUNDAY and act not in THEIRS:
            day += dt.timedelta(days=1)
        dice = random.Random(f"{self.who.slug} {act}")
        hour = dt.timedelta(hours=9 + 8 * dice.random())
        chosen = (clock.now() - dt.datetime.combine(day, dt.time(), clock.PARIS) - hour).total_seconds()
        return (self.ago - chosen) / DAY_S if chosen > 0 and (chosen < self.ago or act == "begin") else days

    def _due_days(self, end: float) -> list[dt.date]:
        """The days until then on which a deadline of this dossier speaks; some speak the day after their last one."""
        with clock.behind(end):
            last = clock.today()
        mine = Due.objects.filter(dossier=self.dossier, status=Due.OPEN).values_list("day", flat=True)
        return sorted(
            {day + dt.timedelta(days=n) for day in mine for n in (0, 1) if day + dt.timedelta(days=n) <= last}
        )

    def _waiting(self) -> Any:
        return FollowUp.objects.filter(event__dossier=self.dossier, done=False)

    def _work(self) -> None:
        """What the worker does, for this dossier alone, until nothing moves."""
        while True:
            done = sum(followups.run(pk) for pk in self._waiting().values_list("pk", flat=True))
            done += production.hear_plant(_unexpected) + delivery.hear_post(_unexpected)
            due = Due.objects.filter(dossier=self.dossier, status=Due.OPEN, day__lte=clock.today())
            done += followups.sweep_dues() if due.exists() else 0
            done += sum(box.run(pk) for pk in self._messages())
            if not done:
                break
        self.dossier.refresh_from_db()

    def _messages(self) -> list[object]:
        """The messages of this dossier that wait to be sent."""
        mandates = [str(pk) for pk in self.dossier.mandates.values_list("pk", flat=True)]
        codes = Code.objects.filter(subject__in=[str(self.dossier.pk), *mandates]).values_list(
            "pk", flat=True
        )
        keys = {f"mandate-{pk}" for pk in mandates}
        keys |= {f"{kind}-{pk}" for pk in codes for kind in ("code", "signed")}
        keys |= {f"event-{pk}" for pk in self.dossier.events.values_list("pk", flat=True)}
        keys |= {f"due-{pk}" for pk in self.dossier.dues.values_list("pk", flat=True)}
        return list(
            Notice.objects.filter(Q(key__in=keys), done=False)
            .order_by("posted_at")
            .values_list("pk", flat=True)
        )

    # ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────
    def _send(self, client: Client, name: str, *args: object, **typed: Any) -> HttpResponse:
        """Types in a page and sends it. Raises `Stuck` when the page comes back instead of leading on."""
        response: HttpResponse = client.post(reverse(name, args=args), typed)
        if response.status_code != 302:
            form = getattr(response, "context", None) and response.context.get("form")
            raise Stuck(
                f"{self.who.slug}: {name} {args[1:]}: {response.status_code} {form.errors if form else ''}"
            )
        if hasattr(self, "dossier"):
            self.dossier.refresh_from_db()
        return response

    def _at_desk(self, whose: str) -> Client:
        """The agent who reads (`reader`), or the head of the centre (`head`), signed in."""
        client = Client(REMOTE_ADDR=FROM)
        client.force_login(Person.objects.get(email=getattr(self.who, whose)))
        return client

    def _code(self, channel: str, address: str) -> str:
        self._work()
        read = mail.read_all if channel == "email" else sms.read_all
        return str(next(message["codes"][0] for message in read(address) if message["codes"]))

    # ── The person ──────────────────────────────────────────────────────────────────────────────────────────
    def begin(self) -> None:
        """Opens a request."""
        self.client.force_login(self.person)
        self.dossier = move.start(self.person, Motive(self.who.answers["motive"]))

    def answer(self, steps: int = 99) -> None:
        """Fills the steps that come, the first `steps` of them."""
        filled: set[str] = set()
        while len(filled) < steps:
            coming = [s for s in asked.steps_for(self.dossier.situation()) if s.slug not in filled]
            if not coming:
                return
            self._fill(coming[0])
            filled.add(coming[0].slug)

    def _fill(self, step: Step) -> None:
        typed: dict[str, Any] = {"revision": self.dossier.revision}
        for question in step.questions:
            typed |= self._typed(question)
        self._send(self.client, "form:step", self.dossier.reference, step.slug, **typed)

    def _typed(self, question: Question) -> dict[str, Any]:
        value = self.who.answers.get(question.name, question.default)
        if question.kind == "promise":
            return {question.name: "on"}
        if question.kind == "stamp_number":
            return {question.name: self._buys_stamp()}
        if question.kind == "channel":
            return {question.name: self.person.channels[0]}
        if value in ("", None):
            return {}
        if question.kind.endswith("_date"):
            return parts_of(
                question.name, _day(clock.today(), value) if isinstance(value, int) else str(value)
            )
        return {question.name: value}

    def _buys_stamp(self) -> str:
        answers = {**self.dossier.read_answers(), **self._dated(clock.today())}
        return stamps.sell(required.fee(self.dossier.situation(answers=asked.read(answers))).cents)

    def give(self, but: int = 0) -> None:
        """Gives every document that is asked, but for the last `but` ones; those of the representative are his."""
        mine = [s for s in self._slots() if Piece(s.piece) not in HIS and not s.optional]
        for slot in mine[: len(mine) - but]:
            self._give(slot, Role.CITIZEN)

    def give_blurred(self, piece: str) -> None:
        """Gives everything, this piece out of focus."""
        for slot in self._slots():
            if Piece(slot.piece) not in HIS and not slot.optional:
                self._give(slot, Role.CITIZEN, blurred=slot.piece == piece)

    def _slots(self) -> list[Slot]:
        return list(self.dossier.slots.filter(asked=True))

    def draw(self) -> None:
        """Draws the papers that will be given, before anybody waits for us."""
        begun = clock.today()
        answers = asked.read(self._dated(begun))
        needs = required.required_pieces(Situation.from_answers(answers, today=begun))
        for need in [n for n in needs if n.piece not in facts.WITHOUT_FILE and not n.recommended]:
            for side, _ in PIECES[need.piece].sides:
                pictures.page(need.piece, side, self._holder_of(need.piece))

    def _dated(self, begun: dt.date) -> dict[str, Any]:
        """The answers, each date as a day."""
        return {
            name: _day(begun, value) if isinstance(value, int) else value
            for name, value in self.who.answers.items()
        }

    def _holder_of(self, piece: Piece) -> Holder:
        """Whose name that paper bears."""
        if piece in HIS:
            return self._other(self._parent())
        if piece in {Piece.ID_HEB, Piece.ADDR_HEB}:
            return self._other(self.who.answers.get("host_name") or self._parent())
        return self._holder()

    def _holder(self) -> Holder:
        answers = self.who.answers
        return Holder(
            answers["birth_name"],
            answers.get("given_names", ""),
            " ".join(reversed(answers["birth_date"].split("-"))),
            answers["birth_place"],
            answers["street"],
            f"{answers['postcode']} {answers['town']}",
            self.made.strftime("%d %m %Y"),
            ", ".join(answers.get("categories") or answers.get("held_categories") or ["B"]),
            answers["sex"],
        )

    def _other(self, names: str) -> Holder:
        given, _, surname = names.partition(" ")
        mine = self._holder()
        return Holder(surname or given, given, "02 09 1974", "Brest", mine.street, mine.town, mine.day)

    def _give(self, slot: Slot, role: Role, *, blurred: bool = False) -> None:
        """As `keep.give` does with a file, from pages that were read before."""
        piece = Piece(slot.piece)
        page = pictures.page(piece, slot.side, self._holder_of(piece), blurred=blurred)
        need = next(n for n in required.required_pieces(self.dossier.situation()) if n.piece is piece)
        given_as = piece.value if len(need.any_of) > 1 else ""
        name, size = f"{piece.value.lower()}-{slot.side}.jpg", len(page.jpeg)
        with keep.stored(slot, [page], name=name, size=size, source=Source.FILE, given_as=given_as) as upload:
            facts.decide(slot, SlotStatus.READY, role, also=keep.upload_for(upload))

    def send(self) -> None:
        """Reads everything again, asks for a code, declares and sends."""
        reference = self.dossier.reference
        channel = self.person.channels[0]
        self._send(self.client, "submission:summary", reference, send=channel)
        code = self._code(channel, self.person.address(channel))
        typed = {"sincere": "on", "code": code, "revision": self.dossier.revision}
        self._send(self.client, "submission:summary", reference, **typed)

    def complete(self) -> None:
        """Gives again what was refused, and sends it."""
        for slot in self.dossier.slots.filter(asked=True, status=SlotStatus.REFUSED):
            self._give(slot, Role.CITIZEN)
        self._send(self.client, "tracking:complete", self.dossier.reference, seen=self.dossier.version)

    def cancel(self) -> None:
        """Gives the request up."""
        self._send(self.client, "form:cancel", self.dossier.reference, seen=self.dossier.version)

    def report_missing(self) -> None:
        """Says that the letter did not come."""
        self._send(self.client, "tracking:report_missing", self.dossier.reference, seen=self.dossier.version)

    # ── The representative ──────────────────────────────────────────────────────────────────────────────────
    def _parent(self) -> str:
        return f"{self.who.answers['rep_given_names']} {self.who.answers['rep_birth_name']}"

    def invite(self) -> None:
        """Invites the representative by e-mail."""
        self._send(self.client, "submission:signature", self.dossier.reference)

    def represent(self) -> None:
        """The representative follows the link, gives the papers asked of him, and signs with a code."""
        address = self.who.answers["rep_email"]
        key = mail.read_all(address)[0]["links"][0].rstrip("/").rsplit("/", 1)[1]
        client = Client(REMOTE_ADDR=FROM)
        self._send(client, "representative:link", key)
        for slot in self._slots():
            if Piece(slot.piece) in HIS:
                self._give(slot, Role.REPRESENTATIVE)
        self._send(client, "representative:documents", self.dossier.reference, send="email")
        code = self._code("email", address)
        typed = {"agrees": "on", "code": code, "revision": self.dossier.revision}
        self._send(client, "representative:documents", self.dossier.reference, **typed)

    # ── The agents ──────────────────────────────────────────────────────────────────────────────────────────
    def say(self, verb: str, reason: str = "", words: str = "", by: str = "reader") -> None:
        """The agent, or the head of the centre, presses a button, with its words when they are asked."""
        typed = {"seen": str(self.dossier.version), "reason_code": reason, "reason": words}
        if verb == Verb.APPROVE and self.dossier.get_result() is Result.BOOKLET:
            typed["arrived"] = "on"
        self._send(self._at_desk(by), "instruction:act", self.dossier.reference, verb, **typed)

    def judge(self, refused: str = "", reason: str = "R01", note: str = "", most: int = 99) -> None:
        """Accepts every document, but for one that is refused; the first `most` of them."""
        client = self._at_desk("reader")
        for slot in [s for s in self._slots() if not (s.optional and s.status == SlotStatus.EMPTY)][:most]:
            upload = Upload.objects.get(slot=slot, current=True)
            typed = {"verdict": "accept", "upload": str(upload.pk)}
            if slot.piece == refused:
                typed |= {"verdict": "refuse", "reason": reason, "note": note}
            self._send(client, "instruction:judge", self.dossier.reference, slot.pk, **typed)

    def read(self, refused: str = "", reason: str = "R01", note: str = "") -> None:
        """Takes the request, judges every document, then grants it or asks for what was refused."""
        self.say(Verb.TAKE_UP.value)
        self.judge(refused, reason, note)
        self.say(Verb.ASK_FOR_MORE.value if refused else Verb.APPROVE.value)

    # ── The factory and the post ────────────────────────────────────────────────────────────────────────────
    def make(self, kind: str = "made") -> None:
        """The factory makes the card, or rejects it."""
        plant.answer(kind, self.dossier.reference)

    def scan(self, kind: str) -> None:
        """The postman does something with the newest letter."""
        newest = Letter.objects.filter(dossier=self.dossier).order_by("-noted_at").first()
        if newest is None or not post.scan(kind, {newest.read_number()}):
            raise Stuck(f"{self.who.slug}: no letter to {kind}")


def _unexpected(source: str, _news: str, said: str) -> None:
    raise Stuck(f"{source}: {said}")
