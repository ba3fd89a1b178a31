"""« Je n’ai pas ce document »: a question takes its place, the request goes on, and the centre answers."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from django.db import transaction
from PIL import Image

from permis.accounts.models import Cert
from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.models import Dossier
from permis.evidence import keep, question
from permis.evidence.models import Upload
from tests.conftest import given
from tests.stages.test_arrivals import AGENT, CAMILLE
from tests.stages.test_ephoto import draft, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]


@pytest.fixture
def lea():
    """Léa, signed in."""
    return signed_in()


@pytest.fixture
def dossier():
    """A draft of hers, with no document."""
    return draft()


@pytest.fixture
def address(dossier):
    """The slot of her proof of address."""
    return dossier.slots.get(asked=True, piece="ADDR")


def asks(lea, dossier, slot, text):
    """Opens the page from the documents, and sends a question."""
    lea.open(f"/demandes/{dossier.reference}/documents/{slot.pk}/question/")
    return lea.send(having="question", question=text)


def status(slot):
    """The slot's status now."""
    slot.refresh_from_db()
    return slot.status


def ink(upload, page=1):
    """How many dark pixels a kept page has: it is written on."""
    with Image.open(BytesIO(keep.page_bytes(upload, page))) as image:
        return int((np.array(image.convert("L")) < 100).sum())


def sent(dossier):
    """Every other document is there, and the request leaves for Camille's centre."""
    for slot in dossier.slots.filter(asked=True, status="empty"):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(cert=Cert.objects.get(code="rennes"))
    dossier.refresh_from_db()


def test_a_question_stands_in_the_place_of_the_document_and_the_request_can_leave(lea, dossier, address):
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("Poser une question au centre (CERT)")
    asks(lea, dossier, address, "Je vis sur un bateau qui n’a pas de port.\nQue puis-je donner ?")
    lea.sees("Votre question est jointe à votre demande", "question posée au centre")
    assert status(address) == "ready"
    upload = Upload.objects.get(slot=address, current=True)
    assert (upload.source, upload.read_name(), upload.pages) == ("asked", "Question posée au centre", 1)
    assert ink(upload) > 5000
    sent(dossier)
    assert dossier.get_state() is State.SUBMITTED


def test_the_agent_reads_the_question_refuses_it_and_the_person_gives_the_document(lea, dossier, address):
    asks(lea, dossier, address, "Je n’ai pas de facture à mon nom. Que faire ?")
    sent(dossier)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    upload = Upload.objects.get(slot=address, current=True)
    camille = signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/")
    camille.sees("Question posée au centre", "question posée au centre")
    picture = f"/agent/dossiers/{dossier.reference}/documents/{upload.pk}/1/"
    assert str(upload.pk) in camille.response.content.decode(), picture
    for slot in dossier.slots.filter(asked=True):
        if slot.pk != address.pk:
            facts.decide(slot, SlotStatus.ACCEPTED, Role.AGENT)
    facts.decide(
        address, SlotStatus.REFUSED, Role.AGENT, reason="R01", note="Donnez l’attestation de votre hôte."
    )
    move.move(dossier, Verb.ASK_FOR_MORE, AGENT, detail={"reason": "R01"})
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("Donnez l’attestation de votre hôte.")
    asks(lea, dossier, address, "Mon hôte est à l’étranger. Puis-je donner son passeport ?").sees(
        "est jointe"
    )
    assert status(address) == "ready"
    done = move.move(
        Dossier.objects.get(pk=dossier.pk), Verb.COMPLETE, move.Actor(Role.CITIZEN, str(dossier.owner_id))
    )
    assert done.after == State.COMPLETED


@pytest.mark.parametrize(
    "typed",
    ["", " ", "\n\r\n\t ", "\u200b\u200b", "\u202e\u2066", "\x00\x07", "\u00ad", "\u00a0\u202f"],
    ids=[
        "nothing",
        "a space",
        "lines",
        "no width",
        "directions",
        "controls",
        "soft hyphen",
        "no-break spaces",
    ],
)
def test_a_question_in_which_nothing_is_written_is_told_so(lea, dossier, address, typed):
    asks(lea, dossier, address, typed).sees("dites pourquoi vous n’avez pas ce document")
    assert lea.status == 422
    assert status(address) == "empty"
    assert not Upload.objects.exists()


def test_a_thousand_characters_may_be_written_and_one_more_is_kept_on_the_page_to_be_shortened(
    lea, dossier, address
):
    asks(lea, dossier, address, "é" * 1001).sees("1000 caractères au plus")
    assert lea.status == 422
    assert lea.form(having="question").values["question"] == ["é" * 1001]
    assert status(address) == "empty"
    lea.send(having="question", question="é" * 1000).sees("est jointe")
    assert ink(Upload.objects.get(slot=address, current=True)) > 5000


def test_what_was_typed_comes_back_as_it_was_when_it_is_too_long(lea, dossier, address):
    text = "<b>Bonjour</b> & « merci »\n" + "x" * 1000
    asks(lea, dossier, address, text)
    assert lea.form(having="question").values["question"] == [text]
    assert "<b>Bonjour</b>" not in lea.response.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "Ma carte est perdue 😢 que faire ? 👨‍👩‍👧",
        "#let x = 1; *gras* _it_ $math$ @ref <label> \\ ` // /* " * 5,
        "Żółć ąęśćź, ნინო, Ελένη, Юлия, 王, عربي, עברית",
        "a\n" * 39 + "b",
        "\u0001\u0002Bon\u200bjour\u202e",
        "W" * 1000,
        '{"question": "\\u0000"}',
        "e\u0301" * 400,
    ],
    ids=["emoji", "typst", "scripts", "many lines", "hidden signs", "one long word", "json", "accents apart"],
)
def test_any_text_becomes_a_page_that_an_agent_can_open(lea, dossier, address, text):
    asks(lea, dossier, address, text).sees("Votre question est jointe")
    upload = Upload.objects.get(slot=address, current=True)
    assert status(address) == "ready"
    assert 1 <= upload.pages <= 20
    assert ink(upload) > 1000


def test_a_text_of_five_megabytes_is_too_long_and_nothing_worse(lea, dossier, address):
    lea.open(f"/demandes/{dossier.reference}/documents/{address.pk}/question/")
    form = lea.form(having="question")
    body = {"question": "x" * (2 << 20), "csrfmiddlewaretoken": form.values["csrfmiddlewaretoken"][0]}
    answer = lea.client.post(lea.url, body)
    assert answer.status_code in {400, 413, 422}
    assert status(address) == "empty"


def test_nothing_is_decided_without_a_photo_an_identity_a_medical_opinion_or_the_licence_to_exchange():
    assert {piece for piece in PIECES if not question.may_ask(piece)} == {
        Piece.PHOTO,
        Piece.ID,
        Piece.MED,
        Piece.FLIC,
    }


@pytest.mark.parametrize("piece", ["ID", "PHOTO"])
def test_the_page_of_such_a_document_offers_no_question_and_takes_none(lea, dossier, piece):
    slot = dossier.slots.filter(piece=piece).first()
    url = f"/demandes/{dossier.reference}/documents/{slot.pk}/question/"
    lea.open(f"/demandes/{dossier.reference}/documents/")
    assert url not in lea.response.content.decode()
    token = lea.client.cookies["csrf"].value
    answer = lea.client.post(url, {"question": "Sans ?", "csrfmiddlewaretoken": token})
    assert answer.status_code == 302
    assert status(slot) == "empty"
    assert not Upload.objects.exists()


def test_a_question_replaces_a_file_and_a_file_replaces_a_question(lea, dossier, address):
    given(address, Role.CITIZEN, name="facture.jpg")
    asks(lea, dossier, address, "Est-ce la bonne facture ?")
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == [question.NAME]
    given(address, Role.CITIZEN, name="autre.jpg")
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == ["autre.jpg"]


def test_once_the_request_is_sent_no_question_takes_the_place_of_a_document(lea, dossier, address):
    sent(dossier)
    before = Upload.objects.get(slot=address, current=True)
    lea.open(f"/demandes/{dossier.reference}/documents/{address.pk}/question/")
    assert lea.url.endswith(f"/demandes/{dossier.reference}/suivi/")
    with pytest.raises(facts.NotNow):
        question.ask(dossier, type(address).objects.get(pk=address.pk), Role.CITIZEN, "Trop tard ?")
    assert Upload.objects.get(slot=address, current=True).pk == before.pk


def test_somebody_else_asks_nothing_in_her_place(dossier, address):
    tom = signed_in("tom.moreau@demo.telepermis.example")
    assert tom.open(f"/demandes/{dossier.reference}/documents/{address.pk}/question/").status == 404
