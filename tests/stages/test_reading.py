"""What stands on the documents: read, compared with what was typed, told to the person at once and to the agent."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings

from bench import mrz as zones
from bench import twodoc as scans
from bench.people import jpeg as saved
from permis import clock
from permis.domain.vocabulary import Piece, Role
from permis.dossier import facts
from permis.evidence import beside, reading, trusted, work
from permis.evidence.models import Outcome, Upload
from permis.evidence.shown import pieces_of
from permis.standards import twodoc
from permis.standards.compare import Answer
from permis.vision import files
from proof import twodoc_made as made
from proof.twodoc_made import GS, Authority
from tests.conftest import jpeg, portrait, signed
from tests.stages.test_ephoto import draft, signed_in
from tests.stories.people import Agent, Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("centres")]


@pytest.fixture(scope="module")
def authority():
    return Authority("FR42")


@pytest.fixture(scope="module")
def issuer(authority):
    return authority.issuer("AB01")


@pytest.fixture
def believed(authority, issuer):
    """This installation believes that issuer."""
    folder = Path(settings.PERMIS_DATA) / trusted.FOLDER
    folder.mkdir(exist_ok=True)
    (folder / "authority.pem").write_bytes(made.pem(authority.x509))
    (folder / "issuer.pem").write_bytes(made.pem(issuer.x509))
    yield
    shutil.rmtree(folder)


def bill(issuer, *, who="MME/MOREAU/LEA", day=None, street="8 RUE DES LICES", code="35000", town="RENNES"):
    """A bill with its code, on a scanned page."""
    issued = day or clock.today()
    text = f"26FR24{code}10{who}{GS}22{street}{GS}25{town}{GS}"
    payload = issuer.seal(text, kind="01", signed_on=min(issued, clock.today()), issued_on=issued)
    return page(payload)


def page(payload):
    rng = random.Random(4)
    return scans.scan(rng, scans.page(rng, payload, 0.5, 200), blur=0.5, turn=1.0, quarters=0)


def gives(dossier, piece, data, side="page"):
    """The file, as a worker has checked it."""
    slot = dossier.slots.get(piece=piece, side=side)
    work.give(slot, Role.CITIZEN, data=data, name="papier.jpg")
    return Upload.objects.filter(slot=slot).order_by("given_at").last()


def shown(dossier, piece, side="page"):
    """What the pages show of the last file of this side."""
    sides = [
        s for p in pieces_of(dossier) if p["code"] == piece for s in p["slots"] if s["slot"].side == side
    ]
    return sides[0]["files"][-1]


def outcome(file, code):
    return {check["code"]: check["outcome"] for check in file["checks"]}.get(code)


def home(**changes):
    """Léa, who lives in Rennes."""
    return draft(street="8 rue des Lices", postcode="35000", town="Rennes", **changes)


# ── 2D-Doc ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_signed_bill_in_her_name_is_said_to_be_verified_at_once(believed, issuer):
    dossier = home()
    upload = gives(dossier, "ADDR", bill(issuer))
    assert (upload.held, upload.current) == (False, True)
    file = shown(dossier, "ADDR")
    assert len(file["heads"]) == 1
    assert file["heads"][0].startswith("2D-Doc vérifié : facture du ")
    assert file["heads"][0].endswith("à votre nom.")
    assert {row.what: row.answer for row in file["rows"]} == {
        "Nom et prénoms": Answer.SAME,
        "Adresse": Answer.SAME,
    }
    assert {outcome(file, code) for code in ("twodoc", "names", "address", "age")} == {"ok"}
    lea = signed_in()
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("2D-Doc vérifié", "à votre nom")


def test_a_bill_in_another_name_is_told_and_she_chooses(believed, issuer):
    dossier = home()
    upload = gives(dossier, "ADDR", bill(issuer, who="M/PETIT/NINO"))
    assert (upload.held, upload.current) == (True, False)
    file = shown(dossier, "ADDR")
    assert outcome(file, "names") == "fault"
    assert "à votre nom" not in file["heads"][0]
    lea = signed_in()
    lea.open(f"/demandes/{dossier.reference}/documents/").sees(
        "n’est pas au nom de la demande", "Garder ce fichier"
    )


def test_when_she_corrects_her_address_the_bill_agrees_without_being_given_again(believed, issuer):
    dossier = home()
    facts.save_answers(dossier, Role.CITIZEN, {"street": "9 quai Vilaine"}, revision=dossier.revision)
    dossier.refresh_from_db()
    gives(dossier, "ADDR", bill(issuer))
    assert outcome(shown(dossier, "ADDR"), "address") == "fault"
    facts.save_answers(dossier, Role.CITIZEN, {"street": "8 rue des Lices"}, revision=dossier.revision)
    dossier.refresh_from_db()
    assert outcome(shown(dossier, "ADDR"), "address") == "ok"


@pytest.mark.parametrize(
    ("issued", "on", "recent"),
    [
        ("2026-05-24", "2026-11-24", True),
        ("2026-05-24", "2026-11-25", False),
        ("2026-08-31", "2027-02-28", True),
        ("2026-08-31", "2027-03-01", False),
    ],
)
def test_a_proof_of_address_serves_for_six_months_and_not_a_day_more(authority, issuer, issued, on, recent):
    day, on = dt.date.fromisoformat(issued), dt.date.fromisoformat(on)
    payload = issuer.seal(
        f"26FR243500010MME/MOREAU/LEA{GS}22X{GS}25Y{GS}", kind="01", issued_on=day, signed_on=day
    )
    trust = made.trusting(authority.x509, issuer.x509)

    def judge(code):
        seal = twodoc.read(code)
        return seal, twodoc.verify(seal, trust, on)

    said = beside.look(Piece.ADDR, {"2ddoc": [payload.hex()]}, {}, on, on, judge)
    assert [one.wrong for one in said.of("age")] == [not recent]
    if not recent:
        assert "moins de 6 mois" in said.of("age")[0].sentence


def test_an_old_bill_is_told_at_once(believed, issuer):
    dossier = home()
    assert gives(dossier, "ADDR", bill(issuer, day=clock.today() - dt.timedelta(days=200))).held
    assert outcome(shown(dossier, "ADDR"), "age") == "fault"


def test_a_code_that_was_changed_after_it_was_signed_is_told(believed, issuer):
    payload = issuer.seal(f"26FR243500010MME/MOREAU/LEA{GS}228 RUE DES LICES{GS}25RENNES{GS}", kind="01")
    dossier = home()
    upload = gives(dossier, "ADDR", page(payload.replace(b"MOREAU", b"MARTIN")))
    assert upload.held
    file = shown(dossier, "ADDR")
    assert (outcome(file, "twodoc"), file["heads"], file["rows"]) == ("fault", [], [])


def test_an_issuer_that_nobody_knows_stops_nobody_and_proves_nothing(issuer):
    dossier = home()
    upload = gives(dossier, "ADDR", bill(issuer, who="M/PETIT/NINO"))
    assert not upload.held
    file = shown(dossier, "ADDR")
    assert (outcome(file, "twodoc_known"), file["heads"], file["rows"]) == ("fault", [], [])


def test_in_production_an_issuer_for_tests_is_believed_by_nobody(authority, issuer, settings):
    payload = (
        Authority("FR00").issuer("0001").seal(f"26FR243500010MME/MOREAU/LEA{GS}22X{GS}25Y{GS}", kind="01")
    )
    settings.DEMO = False
    seal, verdict = trusted.judged(payload, clock.today())
    assert seal.header.of_tests
    assert "test_issuer" in verdict.reasons


def test_a_certificate_that_the_operator_adds_counts_without_a_restart(authority, issuer):
    payload = issuer.seal(f"26FR243500010MME/MOREAU/LEA{GS}22X{GS}25Y{GS}", kind="01")
    assert not trusted.judged(payload, clock.today())[1].valid
    folder = Path(settings.PERMIS_DATA) / trusted.FOLDER
    folder.mkdir()
    try:
        (folder / "a.pem").write_bytes(made.pem(authority.x509) + made.pem(issuer.x509))
        assert trusted.judged(payload, clock.today())[1].valid
    finally:
        shutil.rmtree(folder)
    assert not trusted.judged(payload, clock.today())[1].valid


def test_the_certificate_of_her_exam_says_until_when_she_may_drive(believed, issuer):
    day = clock.today()
    dossier = home(exam_on=day.isoformat())
    born = dossier.read_answers()["birth_date"]
    written = "".join(reversed(born.split("-")))
    text = f"60LEA{GS}62MOREAU{GS}69{written}D3{day:%Y%m%d}E9123456{GS}EAPEC{day:%d%m%Y}EDB{GS}EF0"
    gives(dossier, "CEPC", page(issuer.seal(text)))
    file = shown(dossier, "CEPC")
    assert any("permis provisoire jusqu’au" in head for head in file["heads"])
    assert {row.what: row.answer for row in file["rows"]}["Date de l’examen"] is Answer.SAME
    assert outcome(file, "birth") == "ok"


# ── Zones ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_card_whose_zone_is_read_is_compared_with_her_name(settings):
    settings.PERMIS_READERS = ("mrz",)
    font = (zones.faces(zones.OCR_B) or [str(zones.HOUSE / "DejaVuSans.ttf")])[0]
    card, _ = zones.Printed().card(zones.Kind.TD1, random.Random(3), font)
    dossier = home()
    upload = gives(dossier, "ID", saved(zones._turned(card, 2.0, (250, 250, 250), 1.2), 95), "recto")
    assert upload.read_checks()["read"]["mrz"]["kind"] == "TD1"
    file = shown(dossier, "ID", "recto")
    assert {row.what for row in file["rows"]} == {"Nom et prénoms", "Date de naissance"}
    assert outcome(file, "names") == ("fault" if file["rows"][0].sure else "unknown")


# ── Photo and signature ─────────────────────────────────────────────────────────────────────────────────────
def test_a_photo_that_follows_the_rule_counts_at_once():
    dossier = draft()
    assert gives(dossier, "PHOTO", portrait(), "photo").current
    assert {outcome(shown(dossier, "PHOTO", "photo"), code) for code in ("photo", "photo_doubt")} == {"ok"}


def test_a_page_in_the_place_of_a_photo_is_told_and_may_be_kept_all_the_same():
    dossier = draft()
    upload = gives(dossier, "PHOTO", jpeg(), "photo")
    assert upload.held
    said = [fault["sentence"] for fault in shown(dossier, "PHOTO", "photo")["faults"]]
    assert any("visage" in sentence for sentence in said)
    lea = signed_in()
    lea.open(f"/demandes/{dossier.reference}/documents/").send(f"/fichiers/{upload.pk}/garder/")
    upload.refresh_from_db()
    assert (upload.current, upload.insisted) == (True, True)


def test_an_empty_sheet_is_no_signature():
    dossier = draft()
    slot = dossier.slots.get(piece="PHOTO", side="signature")
    sheet = saved(np.full((800, 1200, 3), 228, np.uint8))
    row = work.give(slot, Role.CITIZEN, data=sheet, name="blanc.jpg")
    assert (row.outcome, "Nous ne voyons pas de signature" in row.said) == (Outcome.REFUSED, True)


def test_a_signature_on_paper_is_kept_in_black_on_white_with_what_was_photographed_after_it():
    dossier = draft()
    upload = gives(dossier, "PHOTO", signed(), "signature")
    assert upload.current
    assert upload.pages == 2
    assert (upload.file(1)["width"], upload.file(1)["height"]) == (1200, 400)


# ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────────
class Broken:
    """Readers that answer nothing."""

    def __init__(self, error):
        self.error = error

    def read(self, *_words, **_how):
        raise self.error


@pytest.mark.parametrize("error", [files.Busy(files.BUSY), files.Refused("…"), RuntimeError("…")])
def test_a_reader_that_cannot_look_stops_nobody_and_is_told_as_unknown(monkeypatch, error):
    monkeypatch.setattr(reading, "cage", Broken(error))
    dossier = draft()
    upload = gives(dossier, "PHOTO", portrait(), "photo")
    assert upload.current
    assert outcome(shown(dossier, "PHOTO", "photo"), "photo_doubt") == "unknown"


def test_a_reader_that_is_left_out_is_not_asked(settings, monkeypatch):
    settings.PERMIS_READERS = ()
    monkeypatch.setattr(reading, "cage", Broken(AssertionError("asked")))
    upload = gives(draft(), "PHOTO", portrait(), "photo")
    assert upload.read_checks()["read"] == {}


# ── The agent ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_agent_sees_typed_beside_read_with_what_differs_first(believed, issuer):
    citizen = Citizen().signs_up()
    citizen.begins().answers().gives_documents()
    slot = next(slot for piece, _, slot in citizen.slots() if piece == "ADDR")
    citizen.open(f"/demandes/{citizen.reference}/documents/")
    citizen.send(f"/documents/{slot}/", file=("facture.jpg", bill(issuer, street="1 RUE DE PARIS")))
    upload = Upload.objects.get(slot=slot, held=True)
    citizen.send(f"/fichiers/{upload.pk}/garder/")
    citizen.confirms()
    agent = Agent()
    agent.open(f"/agent/dossiers/{citizen.reference}/").sees("Saisi et lu", "1 RUE DE PARIS", "Différent")
