"""The acts of the people of the stories: what they type and press, page after page."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from permis import clock, journey
from permis.adapters.mail.demo import read_all as mails
from permis.adapters.sms.demo import read_all as texts
from permis.demo.people import PASSWORD
from permis.dossier.facts import slots_that_count
from permis.dossier.models import Dossier
from tests.browser import Person
from tests.conftest import for_side

MOTIVE = {"motive": "REU"}
CATEGORIES = {"categories": "B", "first_licence_promise": "on", "gearbox": "manual", "medical_flag": "no"}
HELD = {"held_categories": ["B"], "sanction": "no", "medical_flag": "no"}
IDENTITY = {
    "sex": "F",
    "birth_name": "Moreau",
    "given_names": "Léa Jeanne Inès",
    "birth_date_day": "14",
    "birth_date_month": "03",
    "birth_date_year": "2000",
    "birth_country": "FR",
    "birth_place": "Rennes",
    "nationality": "FR",
    "guardianship": "no",
}
HOME = {
    "address": "own",
    "letterbox": "Moreau",
    "street": "8 rue des Lices",
    "postcode": "35000",
    "town": "Rennes",
}
CONTACT: dict[str, str] = {}


def exam(days_ago: int = 3) -> dict[str, str]:
    """An exam passed a few days ago."""
    day = clock.today() - dt.timedelta(days=days_ago)
    return {
        "exam_on_day": f"{day.day}",
        "exam_on_month": f"{day.month}",
        "exam_on_year": f"{day.year}",
        "exam_department": "35",
        "learning_mode": "traditional",
    }


REPRESENTATIVE = {
    "rep_quality": "mother",
    "rep_birth_name": "Le Gall",
    "rep_given_names": "Anne",
    "rep_birth_date_day": "2",
    "rep_birth_date_month": "9",
    "rep_birth_date_year": "1978",
    "rep_birth_place": "Brest",
    "rep_channel": "email",
    "rep_email": "anne@exemple.fr",
}


class Citizen(Person):
    """Somebody who asks for a licence."""

    def __init__(self, identifier: str = "lea@exemple.fr") -> None:
        super().__init__()
        self.identifier = identifier
        self.reference = ""
        self.pictures = Counter()  # given so far, by slot

    @property
    def by_mail(self) -> bool:
        """Whether this person signs in by e-mail."""
        return "@" in self.identifier

    def inbox(self) -> list[dict]:
        """The messages received, newest first."""
        journey.settle()
        if self.by_mail:
            return mails(self.identifier)
        from permis.accounts.identifier import normalise_phone

        return texts(normalise_phone(self.identifier))

    def last_code(self) -> str:
        """The code of the last message."""
        return next(message["codes"][0] for message in self.inbox() if message["codes"])

    def invites(self) -> str:
        """Invites the representative; gives the key of the message."""
        self.open(f"/demandes/{self.reference}/signature/")
        self.send()
        journey.settle()
        return mails("anne@exemple.fr")[0]["links"][0].rstrip("/").rsplit("/", 1)[1]

    def signs_up(self) -> Citizen:
        """Creates an account and confirms the address by its code."""
        self.open("/compte/creer/")
        self.send(identifier=self.identifier, password="une phrase facile")
        self.send(having="code", code=self.last_code())
        assert self.url == "/demandes/", (self.url, self.page.text)
        return self

    def begins(self) -> Citizen:
        """Begins a request."""
        self.open("/demandes/")
        self.send("/demandes/commencer/")
        self.reference = self.url.split("/")[2]
        return self

    def answers(self, **changes: dict[str, str]) -> Citizen:
        """Fills the steps that come, one by one, as a page leads to the next."""
        typed = usual()
        for _ in range(15):
            slug = self.url.rstrip("/").rsplit("/", 1)[1]
            if slug not in typed:
                break
            here = self.form().names
            asked = {
                name: value for name, value in typed[slug].items() if name in here
            }  # not asked of everybody
            self.send(**{**asked, **changes.get(slug, {})})
            assert self.status == 200, (self.url, self.page.errors)
        assert self.url.endswith("/documents/"), (self.url, self.page.errors)
        return self

    def slots(self) -> list[tuple[str, str, str]]:
        """(piece, side, id) of the slots that are asked."""
        rows = Dossier.objects.get(reference=self.reference).slots.filter(asked=True)
        return [(slot.piece, slot.side, str(slot.pk)) for slot in rows]

    def gives_documents(self, only: str | None = None, but: tuple[str, ...] = ()) -> Citizen:
        """Gives a picture for each side that is asked."""
        self.open(f"/demandes/{self.reference}/documents/")
        for piece, side, slot in self.slots():
            if piece not in but and (only is None or piece == only):
                # Another picture than the last one here, which may have been refused.
                self.pictures[slot] += 1
                picture = for_side(piece, side, f"{piece} {side} {self.pictures[slot]}")
                self.send(f"/documents/{slot}/", file=(f"{piece}-{side}.jpg", picture))
                assert self.status == 200, self.page.text
        return self

    def confirms(self) -> Citizen:
        """Reads the summary, asks for a code, declares and sends."""
        self.open(f"/demandes/{self.reference}/recapitulatif/")
        self.send(having="send", press="send")
        self.send(having="code", code=self.last_code(), sincere="on")
        assert self.url.endswith("/recu/"), (self.url, self.page.text)
        return self

    def sends_all(self, **changes: dict[str, str]) -> Citizen:
        """The whole way to the receipt."""
        return self.begins().answers(**changes).gives_documents().confirms()

    def follows(self) -> Citizen:
        """Opens the tracking page, after the worker has done what it had to."""
        journey.settle()
        return self.open(f"/demandes/{self.reference}/suivi/")


def loss(days_ago: int = 2) -> dict[str, str]:
    """A licence lost a few days ago."""
    day = clock.today() - dt.timedelta(days=days_ago)
    return {
        "lost_on_day": f"{day.day}",
        "lost_on_month": f"{day.month}",
        "lost_on_year": f"{day.year}",
        "lost_place": "Rennes",
        "lost_story": "Tombé du sac dans le métro.",
        "loss_declared": "on",
    }


def usual() -> dict[str, dict[str, str]]:
    """What is typed on each step, unless a story says otherwise."""
    return {
        "motif": MOTIVE,
        "permis": {**CATEGORIES, **HELD},
        "identite": IDENTITY,
        "representant": REPRESENTATIVE,
        "adresse": HOME,
        "examen": exam(),
        "perte": loss(),
        "avis-medical": {},
        "timbre": {},
        "contact": CONTACT,
    }


class Parent(Person):
    """A legal representative, on a device of his own, without an account."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.open(f"/representant/invitation/{key}/")
        self.send()
        self.reference = self.url.rstrip("/").rsplit("/", 1)[1]

    def gives_papers(self, only: str = "") -> Parent:
        """Gives the signature and both sides of the identity paper."""
        his = [only] if only else ["REP", "ID_REP"]
        for slot in Dossier.objects.get(reference=self.reference).slots.filter(asked=True, piece__in=his):
            self.open(f"/representant/{self.reference}/")
            text = f"{slot.piece} {slot.side} {only and 'again'}"  # another one each time
            picture = for_side(slot.piece, slot.side, text)
            self.send(f"/documents/{slot.pk}/", file=(f"{slot.piece}.jpg", picture))
            assert self.status == 200, self.page.text
        return self

    def signs(self, address: str = "anne@exemple.fr") -> Parent:
        """Asks for a code, declares and signs."""
        self.open(f"/representant/{self.reference}/")
        self.send(having="send", press="send")
        journey.settle()
        self.send(having="code", code=mails(address)[0]["codes"][0], agrees="on")
        return self


class Agent(Person):
    """Somebody who decides."""

    def __init__(self, email: str = "camille.roux@demo.telepermis.example") -> None:
        super().__init__()
        self.open("/compte/connexion/")
        self.send(having="password", identifier=email, password=PASSWORD)
        assert self.url == "/agent/", (self.url, self.page.text)

    def takes_up(self, reference: str) -> Agent:
        """Takes this dossier."""
        self.open(f"/agent/dossiers/{reference}/")
        return self.send("/take_up/")

    def judges(self, reference: str, piece: str = "", verdict: str = "accept", **words: str) -> Agent:
        """Accepts or refuses each side of a piece (all pieces when none is named)."""
        slots = slots_that_count(Dossier.objects.get(reference=reference))
        for slot in slots.filter(piece=piece) if piece else slots:
            self.open(f"/agent/dossiers/{reference}/")
            form = "reason" if words else ""
            self.send(f"/documents/{slot.pk}/", having=form, verdict=verdict, **words)
        return self

    def says(self, reference: str, verb: str, **words: str) -> Agent:
        """Presses the button of a verb, with its words when they are asked."""
        self.open(f"/agent/dossiers/{reference}/")
        if words:
            self.open(f"/agent/dossiers/{reference}/{verb}/")
            return self.send(f"/{verb}/", **words)
        return self.send(f"/{verb}/")

    def approves(self, reference: str) -> Agent:
        """Takes up, accepts everything, grants."""
        return self.takes_up(reference).judges(reference).says(reference, "approve")


def factory(kind: str = "made") -> list[str]:
    """The factory works, then the worker hears it."""
    from permis.adapters.plant import demo

    journey.settle()
    done = demo.answer(kind)
    journey.settle()
    return done


def postman(kind: str, reference: str) -> list[str]:
    """The postman acts on the newest letter of this dossier, then the worker hears it."""
    from permis.adapters.post import demo
    from permis.cli.outside import letters_of

    journey.settle()
    done = demo.scan(kind, letters_of(reference))
    journey.settle()
    return done


def later(days: int = 0, minutes: int = 0) -> None:
    """Time passes, and the worker does what the day brings."""
    from permis.demo import world

    world.set_offset(clock.offset() + days * 86400 + minutes * 60)
    journey.settle()
