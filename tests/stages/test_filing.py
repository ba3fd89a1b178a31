"""Every motive is filed from the account to its end: the questions, the documents, the code, the agent, the result."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest

from permis import clock, journey
from permis.accounts.models import Person
from permis.adapters.stamps import demo as stamps
from permis.domain import asked, required, rights
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import SCHOOL_ONLY, Filer, Motive, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.facts import slots_that_count
from permis.dossier.models import Dossier
from permis.evidence import work
from tests.conftest import for_side, given, jpeg
from tests.stories.people import Citizen, factory, postman

M = Motive
BASE = "ID ADDR PHOTO"
# What everybody below answers, when the page asks it.
EVERYBODY: dict[str, Any] = {
    "sex": "F",
    "birth_name": "Moreau",
    "given_names": "Léa Jeanne",
    "birth_date": "1990-03-14",
    "birth_country": "FR",
    "birth_place": "Rennes",
    "nationality": "FR",
    "guardianship": "no",
    "address": "own",
    "letterbox": "Moreau",
    "street": "8 rue des Lices",
    "postcode": "35000",
    "town": "Rennes",
    "exam_department": "35",
    "learning_mode": "traditional",
    "gearbox": "manual",
    "sanction": "no",
    "medical_flag": "no",
    "first_licence_promise": "on",
    "loss_declared": "on",
    "lost_place": "Rennes",
    "student": "no",
}

pytestmark = pytest.mark.once


@dataclass(frozen=True)
class Case:
    """Somebody of one motive: what she answers (a whole number is so many days from today), and what is asked of her."""

    motive: Motive
    answers: dict[str, Any]
    pieces: str  # the documents, in any order
    ends: State = State.DELIVERED
    original: bool = False  # the foreign licence is sent and looked at


ABROAD: dict[str, Any] = {
    "resident_since": -200,
    "licence_obtained_on": -3000,
    "licence_has_end": "yes",
    "licence_expires_on": 900,
    "licence_lost": "no",
}
CASES = (
    Case(M.INS, {"categories": ["B"], "held_categories": ["none"]}, BASE, State.REGISTERED),
    Case(M.INS_EXT, {"categories": ["A2"], "held_categories": ["B"]}, f"{BASE} LIC", State.REGISTERED),
    Case(
        M.INS_RET,
        {
            "categories": ["B"],
            "was_invalidated": "yes",  # a 48SI letter bears neither the first day nor the last
            "licence_surrendered_on": -100,
            "licence_first_issued_on": -3000,
            "medical_opinion_on": -20,
        },
        f"{BASE} MED DECISION PSY",
        State.REGISTERED,
    ),
    Case(M.REU, {"categories": "B", "exam_on": -3}, f"{BASE} CEPC"),
    Case(
        M.REU_EXT,
        {"categories": "C", "held_categories": ["B"], "exam_on": -3, "medical_opinion_on": -30},
        f"{BASE} CEPC LIC MED",
    ),
    Case(
        M.REU_RET,
        {
            "categories": ["B"],
            "theory_only": "no",
            "exam_on": -3,
            "ban_ends_on": -20,
            "medical_opinion_on": -30,
        },
        f"{BASE} CEPC MED PSY DECISION",
    ),
    Case(M.PERTE, {"held_categories": ["B"], "lost_on": -2}, BASE),
    Case(
        M.VOL,
        {
            "held_categories": ["B"],
            "theft_declared": "yes",
            "theft_receipt_on": -8,
            "theft_authority": "commissariat de Rennes",
            "theft_place": "Rennes",
        },
        f"{BASE} THEFT",
    ),
    Case(M.DET, {"held_categories": ["B"]}, f"{BASE} LIC"),
    Case(M.ROSE, {"held_categories": ["B"], "birth_date": "1950-03-14"}, f"{BASE} LIC"),
    Case(
        M.EC,
        {"held_categories": ["B"], "civil_status_reason": "change", "civil_status_before": "Martin Léa"},
        f"{BASE} LIC CIVIL",
    ),
    Case(M.EXP15, {"held_categories": ["B"], "licence_expires_on": 100}, f"{BASE} LIC"),
    Case(
        M.MED,
        {
            "categories": ["C", "CE"],
            "birth_date": "1968-04-02",
            "medical_opinion_on": -1,
            "category_ends_on_C": 40,
            "category_ends_on_CE": 45,
        },
        f"{BASE} LIC MED",
    ),
    Case(M.MED_REST, {"categories": ["B"], "medical_opinion_on": -10}, f"{BASE} LIC MED"),
    Case(
        M.SUSP,
        {"categories": ["B"], "ban_starts_on": -60, "ban_ends_on": -1, "medical_opinion_on": -10},
        f"{BASE} MED DECISION",
    ),
    Case(
        M.ECH_EU,
        {**ABROAD, "categories": ["B"], "licence_country": "DE", "nationality": "DE", "birth_country": "DE"},
        f"{BASE} FLIC RESN CIVIL",
        original=True,
    ),
    Case(
        M.ECH_HUE,
        {
            **ABROAD,
            "categories": ["B"],
            "licence_country": "MA",
            "nationality": "MA",
            "birth_country": "MA",
            "birth_place": "Rabat",
            "stay_started_on": -100,
            "student": "no",
        },
        f"{BASE} FLIC TRAD STAY ADC",
        original=True,
    ),
    Case(
        M.ECH_COM, {**ABROAD, "categories": ["B"], "licence_country": "NC"}, f"{BASE} FLIC ADC", original=True
    ),
    Case(
        M.ENR_EU,
        {
            **{n: v for n, v in ABROAD.items() if n != "licence_lost"},
            "categories": ["B"],
            "licence_country": "ES",
        },
        "ID ADDR FLIC",
        State.REGISTERED,
    ),
    Case(
        M.RETAB,
        {"categories": ["B"], "resident_since": -200, "licence_country": "CA", "licence_obtained_on": -3000},
        f"{BASE} FLIC",
        original=True,
    ),
    Case(
        M.MIL,
        {"categories": ["B", "C"], "held_categories": ["none"], "medical_opinion_on": -10},
        f"{BASE} MIL MED",
    ),
    Case(
        M.DIP,
        {"categories": ["C"], "held_categories": ["B"], "medical_opinion_on": -10},
        f"{BASE} DIPLOMA LIC MED",
    ),
    Case(
        M.PCI,
        {"held_categories": ["B"], "needed_on": 200, "destinations": "Maroc"},
        f"{BASE} LIC",
    ),
    Case(
        M.ERR,
        {
            "held_categories": ["B"],
            "error_kind": "category",
            "error_words": "La catégorie A1 manque.",
            "received_on": -90,
        },
        "LIC CEPC",
    ),
)


def day(days: int) -> dt.date:
    """So many days from today."""
    return clock.today() + dt.timedelta(days=days)


def typed(name: str, value: Any) -> dict[str, Any]:
    """An answer as its boxes hold it."""
    if isinstance(value, int):
        value = day(value).isoformat()
    if name.endswith(("_on", "_date")) or name.startswith(("category_ends", "resident")):
        year, month, number = value.split("-")
        return {f"{name}_day": number, f"{name}_month": month, f"{name}_year": year}
    return {name: value}


def picture(piece: str = "", side: str = "") -> bytes:
    """A picture that a desk takes."""
    return for_side(piece, side) if side in {"photo", "signature"} else jpeg()


@dataclass
class Applicant:
    """Somebody who fills page after page from one table of answers."""

    answers: dict[str, Any]
    person: Citizen = field(default_factory=Citizen)
    seen: set[str] = field(default_factory=set)

    def boxes(self) -> dict[str, Any]:
        """What this page asks, of the table; what it does not ask is left for another page."""
        here = self.person.form().names
        found: dict[str, Any] = {}
        for name, value in self.answers.items():
            boxes = typed(name, value)
            if set(boxes) <= here:
                self.seen.add(name)
                found |= boxes
        if "stamp_number" in here:
            found["stamp_number"] = stamps.sell(2500)
        return found

    def fills(self) -> Citizen:
        """Every step, as a page leads to the next, to the documents."""
        person = self.person
        for _ in range(20):
            if person.url.endswith("/documents/"):
                break
            person.send(**self.boxes())
            assert person.status == 200, (person.url, person.page.errors)
        return person


def arrives(motive: Motive, answers: dict[str, Any]) -> Applicant:
    """With an account and a request begun."""
    told = {"motive": motive.value, **EVERYBODY, **answers}
    applicant = Applicant(told, Citizen("lea@exemple.fr"))
    applicant.person.signs_up().begins()
    return applicant


def dossier_of(person: Citizen) -> Dossier:
    """The request as it is now."""
    return Dossier.objects.get(reference=person.reference)


AGENT = move.Actor(Role.AGENT)


def accepts(dossier: Dossier, *, original: bool = False) -> None:
    """An agent reads, accepts every document and grants; of an exchange, the original comes first."""
    move.move(dossier, Verb.TAKE_UP, AGENT)
    for slot in slots_that_count(dossier):
        facts.decide(slot, SlotStatus.ACCEPTED, Role.AGENT)
    if original:
        for verb in (Verb.ASK_ORIGINAL, Verb.RECEIVE_ORIGINAL, Verb.AUTHENTICATE):
            move.move(dossier, verb, AGENT)
    move.move(dossier, Verb.APPROVE, AGENT)
    journey.settle()


# Presumed of whom it is not asked: what a registration gives cannot have been given at the registration.
NOT_ASKED = {"already_given"}


def lacking(dossier: Dossier) -> set[str]:
    """The facts that a rule of this request still lacks, when nothing at all is presumed."""
    known = Situation(presume=False, **dossier.situation().told())
    found = set(required.answer(known).unknown)
    for reads in (required.fee, rights.drive, rights.validity, rights.probation_years):
        try:
            reads(known)
        except NotYetKnown as missing:
            found |= set(missing.facts)
    return found - NOT_ASKED


def test_every_motive_that_a_citizen_may_file_is_filed_below():
    assert {case.motive for case in CASES} == set(Motive) - SCHOOL_ONLY


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.motive.value)
def test_a_person_of_each_motive_goes_from_the_account_to_the_end(centres, case):
    applicant = arrives(case.motive, case.answers)
    person = applicant.fills()
    assert not set(case.answers) - applicant.seen, "the form never asked this"
    assert {piece for piece, *_ in person.slots()} == set(case.pieces.split())
    assert not lacking(dossier_of(person)), "a rule waits for an answer that nobody asks"
    for piece, side, slot in person.slots():
        person.send(f"/documents/{slot}/", file=("papier.jpg", picture(piece, side)))
    person.confirms()
    dossier = dossier_of(person)
    accepts(dossier, original=case.original)
    if case.ends is State.DELIVERED:
        assert factory() == [person.reference]
        assert postman("deliver", person.reference)
    assert dossier_of(person).get_state() is case.ends


# What the law answers before any document --------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("motive", sorted(SCHOOL_ONLY - {M.FORM_AM}))
def test_who_finished_a_training_is_told_that_the_school_asks(centres, motive):
    person = arrives(motive, {}).person
    person.send(motive=motive.value)
    assert person.status == 422
    person.sees("Seule l’auto-école qui a donné l’attestation de formation peut faire cette demande.")
    assert person.form().values["motive"] == [motive.value]
    assert dossier_of(person).get_motive() is not motive  # no request of that motive stands anywhere


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("born", "says"),
    [
        (
            "1987-12-31",
            "Vous êtes né avant 1988 : vous pouvez conduire un cyclomoteur ou une voiturette sans permis AM.",
        ),
        ("1988-01-01", "Seule l’auto-école qui a donné l’attestation de formation peut faire cette demande."),
    ],
)
def test_for_a_moped_the_year_of_birth_says_whether_a_school_must_ask_at_all(centres, born, says):
    applicant = arrives(M.FORM_AM, {"categories": "AM", "birth_date": born})
    person = applicant.person
    for _ in range(3):
        person.send(**applicant.boxes())
    assert (person.status, person.url.rstrip("/").rsplit("/", 1)[1]) == (422, "identite")
    person.sees(says)


def test_only_the_trainings_say_on_the_first_page_that_the_school_asks():
    question = asked.QUESTIONS["motive"]
    assert {code for code, _ in question.choice_hints} == {"FORM_AM", "FORM_A", "FORM_B96", "FORM_78"}


STOPS = [
    (
        M.REU,
        {"categories": "B", "birth_date": -5600},
        "identite",
        "Un permis ne peut pas être demandé avant 16 ans.",
    ),
    (
        M.REU_EXT,
        {"categories": "C", "held_categories": ["A1"]},
        "permis",
        "Il faut d’abord le permis B.",
    ),
    (
        M.REU_EXT,
        {"categories": "A2", "held_categories": ["B"], "birth_date": -6610, "exam_on": -100},
        "examen",
        "Le permis A2 se passe à partir de 18 ans.",
    ),
    (
        M.VOL,
        {"held_categories": ["B"], "theft_declared": "no"},
        "vol",
        "Déclarez le vol à la police ou à la gendarmerie",
    ),
    (
        M.EC,
        {"held_categories": ["B"], "civil_status_reason": "marriage", "civil_status_before": "Martin"},
        "etat-civil",
        "Gardez votre permis : il n’y a rien à demander.",
    ),
    (
        M.EXP15,
        {"held_categories": ["B"], "licence_expires_on": 900},
        "permis-actuel",
        "votre brouillon vous attend",
    ),
    (M.DET, {"held_categories": ["B"], "sanction": "yes"}, "permis", "suspendu, annulé ou invalidé"),
    (
        M.SUSP,
        {"categories": ["B"], "ban_starts_on": -60, "ban_ends_on": 12},
        "sanction",
        "La demande se fait à la fin de la suspension.",
    ),
    (
        M.MED,
        {"categories": ["C"], "medical_opinion_on": -800, "category_ends_on_C": 40},
        "avis-medical",
        "moins de 2 ans",
    ),
    (
        M.ECH_HUE,
        {
            **ABROAD,
            "categories": ["B"],
            "licence_country": "MA",
            "nationality": "CN",
            "birth_country": "CN",
            "stay_started_on": -100,
            "student": "yes",
        },
        "permis-actuel",
        "ne s’échange pas pendant les études",
    ),
    (
        M.ERR,
        {"held_categories": ["B"], "error_kind": "name", "error_words": "Morau", "received_on": -220},
        "erreur",
        "Faites une demande complète",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("motive", "answers", "slug", "says"), STOPS, ids=lambda one: str(one)[:12])
def test_who_cannot_make_the_request_is_told_before_any_document(centres, motive, answers, slug, says):
    applicant = arrives(motive, answers)
    person = applicant.person
    for _ in range(20):
        person.send(**applicant.boxes())
        if person.status != 200:
            break
    assert (person.status, person.url.rstrip("/").rsplit("/", 1)[1]) == (422, slug)
    person.sees(says)
    assert person.page.errors  # on the question, or above the page
    # What was typed is on the page, and what is barred was not saved: the next page does not open.
    person.open(f"/demandes/{person.reference}/")
    assert person.url.endswith(f"/{slug}/")


@pytest.mark.django_db
def test_who_is_barred_by_a_draft_begun_elsewhere_reads_why_on_every_page(centres):
    person = Citizen("lea@exemple.fr").signs_up()
    owner = Person.objects.get(email="lea@exemple.fr")
    answers = {"motive": "EC", "civil_status_reason": "marriage"}
    person.reference = move.start(owner, M.EC, answers).reference
    for page in ("permis", "etat-civil", "documents", "recapitulatif"):
        person.open(f"/demandes/{person.reference}/{page}/")
        person.sees(
            "Cette demande ne peut pas continuer ainsi", "Gardez votre permis : il n’y a rien à demander."
        )
        assert f"/demandes/{person.reference}/etat-civil/" in [url for _, url in person.page.links]


# What depends on an answer -----------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_foreign_licence_that_was_lost_is_declared_and_paid_for(centres):
    lost = {
        **ABROAD,
        "licence_lost": "yes",
        "lost_on": -30,
        "categories": ["B"],
        "licence_country": "DE",
        "nationality": "DE",
        "birth_country": "DE",
    }
    applicant = arrives(M.ECH_EU, lost)
    person = applicant.fills()
    assert {"lost_on", "loss_declared", "licence_lost"} <= applicant.seen
    assert "FLIC" not in {piece for piece, *_ in person.slots()}
    answers = dossier_of(person).read_answers()
    assert len(answers["stamp_number"]) == 16
    assert required.fee(dossier_of(person).situation()).cents == 2500


@pytest.mark.django_db
def test_what_was_said_for_one_motive_is_not_read_for_another(centres):
    person = arrives(
        M.VOL, {"held_categories": ["C"], "theft_declared": "yes", "theft_receipt_on": -8}
    ).person
    person.send(motive="VOL").send(held_categories=["C"], sanction="no", medical_flag="no")
    person.open(f"/demandes/{person.reference}/motif/").send(motive="REU")
    person.send(**REU_PAGE)
    answers = dossier_of(person).read_answers()
    assert answers["categories"] == ["B"]
    assert not {"held_categories", "sanction"} & set(answers)
    assert dossier_of(person).all_answers()["held_categories"] == ["C"]  # kept, should she come back to it


@pytest.mark.django_db
def test_a_paper_given_for_one_motive_is_asked_again_for_another(centres):
    person = arrives(M.SUSP, {**CASE_OF[M.SUSP].answers}).fills().gives_documents()
    status = dict(dossier_of(person).slots.values_list("piece", "status"))
    assert {status["DECISION"], status["MED"], status["ID"]} == {SlotStatus.READY}
    person.open(f"/demandes/{person.reference}/motif/").send(motive="INS_RET")
    slots = dossier_of(person).slots
    status = dict(slots.values_list("piece", "status"))
    assert {status["DECISION"], status["MED"]} == {SlotStatus.EMPTY}
    assert status["ID"] == SlotStatus.READY
    # The same choice once more takes nothing back.
    work.give(
        slots.get(piece="DECISION"), Role.CITIZEN, data=picture(), size=len(picture()), name="lettre.jpg"
    )
    person.open(f"/demandes/{person.reference}/motif/").send(motive="INS_RET")
    assert slots.get(piece="DECISION").status == SlotStatus.READY


@pytest.mark.django_db
def test_who_made_a_list_before_the_account_reads_that_the_answers_are_kept(centres):
    lea = Citizen("lea@exemple.fr")
    lea.open("/pieces/?motif=PERTE").send("/question/nationalite/", nationality="ES")
    lea.signs_up()
    assert "Vos réponses sont gardées" in lea.page.text
    assert Motive.PERTE.label in lea.page.text.replace("\u00a0", " ")
    assert "pas encore de demande" not in lea.page.text
    lea.begins()
    assert dossier_of(lea).read_answers()["motive"] == "PERTE"
    assert dossier_of(lea).read_answers()["nationality"] == "ES"
    paul = Citizen("paul@exemple.fr").signs_up()
    assert "pas encore de demande" in paul.page.text


CASE_OF = {case.motive: case for case in CASES}


@pytest.mark.django_db
def test_a_judgment_says_its_last_day_and_a_letter_48si_does_not(centres):
    karim = arrives(M.INS_RET, {**CASE_OF[M.INS_RET].answers})
    while not karim.person.url.endswith("/sanction/"):
        karim.person.send(**karim.boxes())
    person = karim.person.send(**{**karim.boxes(), "was_invalidated": "no"})
    assert person.status == 422
    assert "Écrivez le dernier jour de l’interdiction" in person.page.text
    person.send(**karim.boxes())
    assert person.status == 200
    assert not person.url.endswith("/sanction/")


REU_PAGE = {"categories": "B", "first_licence_promise": "on", "gearbox": "manual", "medical_flag": "no"}


def test_a_stamp_and_no_other_page_stands_between_a_loss_and_the_way_to_reach_her():
    slugs = [step.slug for step in asked.steps_for(situation_of("PERTE", held_categories=["B"]))]
    assert slugs == ["motif", "permis", "identite", "adresse", "perte", "timbre", "contact"]
    slugs = [step.slug for step in asked.steps_for(situation_of("DET", held_categories=["B"]))]
    assert slugs == ["motif", "permis", "identite", "adresse", "contact"]


def situation_of(motive: str, **answers: Any) -> Situation:
    """A French adult of this motive."""
    known = {
        "motive": motive,
        "birth_date": "1990-03-14",
        "nationality": "FR",
        "guardianship": "no",
        **answers,
    }
    return Situation.from_answers(known, today=dt.date(2026, 11, 23))


@pytest.mark.parametrize("motive", list(Motive))
def test_no_page_asks_more_than_eight_questions_at_once(motive):
    for french in ("FR", "DE", "MA"):
        here = situation_of(
            motive.value, nationality=french, categories=["B", "C"], held_categories=["B", "C"]
        )
        for step in asked.steps_for(here):
            most = 10 if step.slug in {"identite", "adresse"} else 8
            assert len(step.questions) <= most, (motive, step.slug)


def test_a_step_depends_on_the_pages_before_it_alone():
    # An answer taken away with all those of its page and the pages after it changes nothing before it.
    for motive in Motive:
        whole = situation_of(motive.value, categories=["B"], held_categories=["B"], licence_lost="no")
        slugs = [step.slug for step in asked.steps_for(whole)]
        for at, slug in enumerate(slugs):
            gone = {q.name for later in slugs[at:] for q in asked.BY_SLUG[later].questions}
            left = {name: value for name, value in whole.told().items() if name not in gone}
            if "motive" in left:
                before = [step.slug for step in asked.steps_for(Situation(**left))]
                assert before[:at] == slugs[:at], (motive, slug)


# A driving school ----------------------------------------------------------------------------------------------
FORMS = {
    "FORM_AM": ({"categories": ["AM"], "course_on": -3, "birth_date": "2000-03-14"}, f"{BASE} FORM ASSR1"),
    "FORM_A": (
        {"categories": ["A"], "held_categories": ["A2"], "course_on": -3, "a2_obtained_on": -800},
        f"{BASE} FORM LIC",
    ),
    "FORM_B96": ({"categories": ["B"], "held_categories": ["B"], "course_on": -3}, f"{BASE} FORM LIC"),
    "FORM_78": ({"categories": ["B"], "held_categories": ["B"], "course_on": -3}, f"{BASE} FORM LIC"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("motive", FORMS)
def test_a_school_reaches_the_card_by_the_same_tables(centres, motive):
    answers, pieces = FORMS[motive]
    Citizen("ecole@exemple.fr").signs_up()
    owner = Person.objects.get(email="ecole@exemple.fr")
    told = {"motive": motive, **EVERYBODY, "notify_by": "email", **answers}
    told = {name: day(v).isoformat() if isinstance(v, int) else v for name, v in told.items()}
    dossier = move.start(owner, Motive(motive), {**told, "filer": Filer.SCHOOL.value})
    assert required.answer(dossier.situation()).outcome == "file"
    slots = list(dossier.slots.filter(asked=True))
    assert {slot.piece for slot in slots} == set(pieces.split())
    for slot in slots:
        given(slot, Role.SCHOOL)
    move.move(dossier, Verb.SUBMIT, move.Actor.of(Role.SCHOOL, owner))
    accepts(dossier)
    assert factory() == [dossier.reference]
    dossier.refresh_from_db()
    assert dossier.get_state() is State.POSTED
