"""What the page of the documents, the summary and the receipt say of files that were not taken, wait, or are spoilt."""

from __future__ import annotations

import re

import pypdfium2
import pytest
from django.db import transaction

from permis import journey
from permis.adapters.antivirus import TEST_FILE
from permis.domain.vocabulary import Role, State
from permis.dossier.photo import choose_post
from permis.evidence import arrivals, keep, question, work
from permis.evidence.desk import DECIDE
from permis.evidence.models import Arrival, Upload
from tests.conftest import given, jpeg, portrait
from tests.stages.test_arrivals import CAMILLE, asked_again, comes, engine, status  # noqa: F401  a fixture
from tests.stages.test_checks import blurred, gives, sent
from tests.stages.test_ephoto import draft, signed_in
from tests.stages.test_fps import last_mail

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]

NO_PICTURE = "n’est pas une photo"
UNDECIDED = "Des fichiers attendent votre choix"


@pytest.fixture
def lea():
    """Léa, signed in."""
    return signed_in()


@pytest.fixture
def dossier():
    """A draft of hers, with no document."""
    return draft(gearbox="manual")


@pytest.fixture
def address(dossier):
    """The slot of her proof of address, which takes several files."""
    return dossier.slots.get(asked=True, piece="ADDR")


def documents(person, dossier):
    """The page of the documents."""
    return person.open(f"/demandes/{dossier.reference}/documents/")


def summary(person, dossier):
    """The page where everything is read again before it is sent."""
    return person.open(f"/demandes/{dossier.reference}/recapitulatif/")


def block(person, slot):
    """What the page says of this slot."""
    html = person.response.content.decode()
    start = html.index(f'id="slot-{slot.pk}"')
    end = html.find('id="slot-', start + 10)
    return html[start : end if end > 0 else None]


def block_class(person, slot):
    """How the page draws this slot."""
    html = person.response.content.decode()
    return html[: html.index(f'id="slot-{slot.pk}"')].rpartition('class="')[2]


def three(address):
    """Three pages dropped at once; the second one is no picture."""
    rows = [
        comes(address, data, name=name, adds=adds)
        for data, name, adds in (
            (jpeg(text="one"), "1.jpg", False),
            (b"not a picture", "2.jpg", True),
            (jpeg(text="three"), "3.jpg", True),
        )
    ]
    for row in rows:
        work.run(row.pk)


def filled(dossier):
    """Every document that is still empty is there."""
    for slot in dossier.slots.filter(asked=True, status="empty"):
        given(slot, Role.CITIZEN)


# ── What was not taken ──────────────────────────────────────────────────────────────────────────────────────
def test_of_three_pages_dropped_at_once_the_one_that_was_not_taken_is_said_until_it_is_read(
    lea, dossier, address
):
    three(address)
    documents(lea, dossier)
    assert "« 2.jpg » : " in block(lea, address)
    assert NO_PICTURE in block(lea, address)
    summary(lea, dossier).sees("1.jpg, 3.jpg", "2.jpg : pas pris")
    refused = Arrival.objects.get(slot=address, outcome="refused")
    documents(lea, dossier).send(f"/{refused.pk}/abandonner/")
    assert "2.jpg" not in block(lea, address)
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == ["1.jpg", "3.jpg"]


def test_two_pages_that_were_not_taken_are_both_said_and_a_file_that_replaces_all_ends_it(
    lea, dossier, address
):
    for name, data in (("1.jpg", b"no"), ("2.jpg", TEST_FILE)):
        work.run(comes(address, data, name=name, adds=True).pk)
    documents(lea, dossier)
    assert "« 1.jpg » : " in block(lea, address)
    assert "« 2.jpg » : " in block(lea, address)
    work.run(comes(address, name="whole.jpg").pk)
    documents(lea, dossier)
    assert "« 1.jpg »" not in block(lea, address)
    assert status(address) == "ready"


def test_a_refused_file_whose_name_is_kept_no_more_is_still_said(lea, dossier, address):
    three(address)
    with transaction.atomic():
        Arrival.objects.filter(slot=address, outcome="refused").update(name=b"", data_key=b"", cleared=True)
    documents(lea, dossier)
    assert "« Un fichier » : " in block(lea, address)


def test_a_question_that_answers_for_the_document_ends_what_was_said_of_a_file(lea, dossier, address):
    work.run(comes(address, b"not a picture").pk)
    documents(lea, dossier)
    assert "tp-slot--error" in block_class(lea, address)
    question.ask(dossier, address, Role.CITIZEN, "Je loge chez un ami : que dois-je donner ?")
    documents(lea, dossier)
    assert "tp-slot--error" not in block_class(lea, address)
    assert "fr-error-text" not in block(lea, address)


# ── What waits for its check ────────────────────────────────────────────────────────────────────────────────
def sends(person, dossier):
    """Asks for the code, types it, ticks, and lands on the receipt."""
    summary(person, dossier).send("/recapitulatif/", press="send")
    journey.beat()
    code = re.search(r"\b\d{6}\b", last_mail(dossier.owner)).group()
    return person.send("/recapitulatif/", having="sincere", code=code, sincere="on")


def pdf_text(person, dossier):
    """The words of the receipt as PDF."""
    answer = person.client.get(f"/demandes/{dossier.reference}/recu.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pypdfium2.PdfDocument(answer.content) as pdf:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pdf).split())


def test_a_request_sent_while_the_antivirus_is_down_names_the_file_in_the_summary_and_on_the_receipt(
    lea,
    dossier,
    address,
    engine,  # noqa: F811
):
    work.give(address, Role.CITIZEN, data=jpeg(), name="facture.jpg")
    filled(dossier)
    summary(lea, dossier).sees("facture.jpg, reçu, en cours de vérification")
    assert "à ajouter" not in lea.page.text
    sends(lea, dossier).sees("C’est envoyé", "facture.jpg : reçu, en cours de vérification")
    assert "facture.jpg : reçu, en cours de vérification" in pdf_text(lea, dossier)


def test_a_photo_given_online_that_waits_does_not_come_by_post(lea, dossier, engine):  # noqa: F811
    filled(dossier)
    choose_post(dossier, Role.CITIZEN, True)
    photo, signature = (dossier.slots.get(piece="PHOTO", side=side) for side in ("photo", "signature"))
    for slot in (photo, signature):
        keep.take_back(slot, Role.CITIZEN)
    work.give(photo, Role.CITIZEN, data=portrait(), name="moi.jpg")
    summary(lea, dossier).sees("moi.jpg, reçu, en cours de vérification", "Signature : par courrier")
    assert "Photo : par courrier" not in lea.page.text
    sends(lea, dossier).sees("moi.jpg : reçu, en cours de vérification", "(par courrier)")


# ── What waits for an answer ────────────────────────────────────────────────────────────────────────────────
def half_decided(dossier, address):
    """A page that counts, and a second one that a check advises against."""
    filled(dossier)
    work.give(address, Role.CITIZEN, data=jpeg(), name="1.jpg")
    work.give(address, Role.CITIZEN, data=blurred(), name="2.jpg", adds=True)
    return Upload.objects.get(slot=address, held=True)


def test_a_page_to_confirm_is_counted_as_left_and_the_request_leaves_only_once_lea_has_chosen(
    lea, dossier, address
):
    half_decided(dossier, address)
    documents(lea, dossier)
    assert "Tout est là" not in lea.page.text
    lea.sees("Il en reste un à confirmer")
    summary(lea, dossier).sees(UNDECIDED, address.label, "à confirmer", "Choisir maintenant")
    assert f"/documents/#slot-{address.pk}" in lea.response.content.decode()
    assert "Recevoir mon code" not in lea.page.text
    token = lea.page.forms[0].values["csrfmiddlewaretoken"][0]
    url = f"/demandes/{dossier.reference}/recapitulatif/"
    for body in (
        {"send": "email"},
        {"code": "123456", "sincere": "on", "revision": dossier.revision},
    ):
        lea._land(lea.client.post(url, {**body, "csrfmiddlewaretoken": token}))
        lea.sees(DECIDE)
    dossier.refresh_from_db()
    assert dossier.get_state() is State.DRAFT
    documents(lea, dossier).send("/garder/")
    lea.sees("Tout est là")
    sends(lea, dossier).sees("C’est envoyé", "1.jpg, 2.jpg")


def test_a_check_that_ends_while_the_code_is_typed_does_not_leave_its_page_behind(lea, dossier, address):
    filled(dossier)
    row = comes(address, blurred(), name="2.jpg", adds=True)
    summary(lea, dossier).send("/recapitulatif/", press="send")
    journey.beat()
    work.run(row.pk)
    code = re.search(r"\b\d{6}\b", last_mail(dossier.owner)).group()
    lea.send("/recapitulatif/", having="sincere", code=code, sincere="on").sees(DECIDE, UNDECIDED)
    dossier.refresh_from_db()
    assert dossier.get_state() is State.DRAFT


def test_taking_out_a_page_to_confirm_says_that_nothing_else_changes(lea, dossier, address):
    upload = half_decided(dossier, address)
    documents(lea, dossier).sees("votre demande ne part pas avant", "retirez-le, puis ajoutez le nouveau")
    lea.open(f"/demandes/{dossier.reference}/documents/fichiers/{upload.pk}/retirer/")
    lea.sees("Ce fichier n’est pas encore dans votre demande. Si vous le retirez, rien d’autre ne change.")
    assert "Il faudra en donner un autre" not in lea.page.text
    lea.send().sees("Tout est là")
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == ["1.jpg"]


def test_a_file_that_would_replace_the_others_says_so_before_it_is_kept(lea, dossier, address):
    filled(dossier)
    work.give(address, Role.CITIZEN, data=blurred(), name="2.jpg")
    documents(lea, dossier).sees("Si vous le gardez, il remplace ce que vous aviez donné avant lui")


def test_documents_asked_again_do_not_leave_while_a_page_waits_for_an_answer(lea, dossier, address):
    asked_again(dossier, address)
    work.give(address, Role.CITIZEN, data=jpeg(), name="1.jpg")
    work.give(address, Role.CITIZEN, data=blurred(), name="2.jpg", adds=True)
    documents(lea, dossier).sees("À confirmer", "il reste 1 document à refaire ou à confirmer")
    lea.send("/completer/").sees(DECIDE)
    dossier.refresh_from_db()
    assert dossier.get_state() is State.INCOMPLETE
    lea.send("/garder/")
    lea.send("/completer/").sees("C’est envoyé")


# ── What is still on its way ────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("channel", "says", "looks_again"),
    [
        ("phone", "En cours d’envoi depuis le téléphone", True),
        ("form", "Envoi interrompu : recommencez", False),
        ("tus", "Choisissez le même fichier : il reprend où il en était", False),
    ],
)
def test_a_file_that_stopped_on_its_way_says_what_to_do_by_how_it_was_sent(
    lea, dossier, address, channel, says, looks_again
):
    row = arrivals.begin(address, Role.CITIZEN, name="a.jpg", length=1000, channel=channel)
    arrivals.append(row, 0, [b"x" * 500])
    documents(lea, dossier).sees(says)
    assert ("data-pending" in block(lea, address)) is looks_again


# ── A spoilt row ────────────────────────────────────────────────────────────────────────────────────────────
def test_one_spoilt_file_closes_neither_the_page_of_lea_nor_that_of_the_agent(lea, dossier, address, caplog):
    work.give(address, Role.CITIZEN, data=jpeg(), name="facture.jpg")
    sent(dossier)
    upload = Upload.objects.get(slot=address)
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(name=b"spoilt", checks=b"spoilt")
    lea.open(f"/demandes/{dossier.reference}/recu/")
    assert lea.status == 200
    lea.sees("Document illisible")
    camille = signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/")
    assert camille.status == 200
    camille.sees("Document illisible")
    assert str(upload.pk) in caplog.text
    assert "facture.jpg" not in caplog.text


def test_a_spoilt_file_in_a_draft_can_be_taken_out(lea, dossier, address):
    gives(lea, dossier, address)
    upload = Upload.objects.get(slot=address)
    comes(address, name="2.jpg", adds=True)
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(name=b"spoilt", data_key=b"spoilt")
        Arrival.objects.filter(slot=address, done=False).update(name=b"spoilt")
    documents(lea, dossier).sees("Document illisible")
    assert lea.status == 200
    assert summary(lea, dossier).status == 200
    lea.open(f"/demandes/{dossier.reference}/documents/fichiers/{upload.pk}/retirer/").send()
    assert lea.status == 200
    assert not Upload.objects.filter(slot=address, current=True).exists()
