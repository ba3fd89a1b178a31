"""Identity papers bear the reference wherever they are shown: a copy says where it comes from, and stays readable."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from django.db import transaction
from PIL import Image, ImageDraw

from permis.accounts.models import Cert
from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece, Role, Verb
from permis.dossier import move
from permis.dossier.models import Dossier
from permis.evidence import keep, watermark
from permis.evidence.models import Upload
from tests.conftest import given, jpeg
from tests.stages.test_arrivals import AGENT, CAMILLE
from tests.stages.test_ephoto import draft, signed_in

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("centres")]


def pixels(data):
    """A JPEG as numbers."""
    with Image.open(BytesIO(data)) as image:
        return np.array(image.convert("L"), dtype=float)


def differs(one, other):
    """The part of the pixels that are clearly not the same."""
    return float((np.abs(pixels(one) - pixels(other)) > 12).mean())


def white(width=1200, height=900):
    """A white page."""
    out = BytesIO()
    Image.new("RGB", (width, height), (255, 255, 255)).save(out, "JPEG", quality=90)
    return out.getvalue()


def found_in(marked, reference):
    """How well the reference, drawn by hand at its angle, is found in the picture: the best match, 0 to 1."""
    import cv2

    text = f"Copie pour Télépermis {reference}"
    font = watermark._font(1200 // 28)
    left, top, right, bottom = font.getbbox(text)
    size = int(max(right - left, bottom - top)) + 40
    tile = Image.new("L", (size, size), 0)
    ImageDraw.Draw(tile).text((20, size // 2 - bottom // 2), text, fill=255, font=font)
    turned = np.array(tile.rotate(watermark.TILT, resample=Image.Resampling.BILINEAR))
    rows, columns = np.where(turned > 40)
    tile_box = turned[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    picture = 255 - pixels(marked).astype(np.uint8)
    return float(cv2.matchTemplate(picture, tile_box, cv2.TM_CCOEFF_NORMED).max())


@pytest.fixture
def dossier():
    """A draft of Léa with every document."""
    made = draft()
    for slot in made.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    return made


def upload_of(dossier, piece):
    """What was given for a piece."""
    return Upload.objects.filter(slot__dossier=dossier, slot__piece=piece, current=True).first()


def seen(person, url):
    """The bytes of a picture as this person gets them."""
    answer = person.client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    return answer.content


def test_the_words_are_those_of_this_request_and_can_be_read_on_the_page():
    marked = watermark.stamp(white(), "TP-7K4M-92QX")
    assert found_in(marked, "TP-7K4M-92QX") > 0.8
    assert found_in(marked, "TP-0000-0000") < found_in(marked, "TP-7K4M-92QX")


def test_what_stands_on_the_document_is_read_through_it():
    page = jpeg()
    marked = watermark.stamp(page, "TP-7K4M-92QX")
    assert differs(page, marked) > 0.02
    dark = pixels(page) < 60  # what is written
    assert (pixels(marked)[dark] < 130).mean() > 0.97
    light = pixels(page) > 200
    assert (pixels(marked)[light] > 120).mean() > 0.97  # no word of ours is as dark as ink


@pytest.mark.parametrize("size", [(320, 240), (200, 200), (2400, 300), (300, 2400), (2400, 1700)])
def test_every_shape_of_page_is_marked_from_side_to_side(size):
    page = white(*size)
    marked = pixels(watermark.stamp(page, "TP-7K4M-92QX"))
    assert marked.shape == (size[1], size[0])
    for part in (*np.array_split(marked, 3, axis=0), *np.array_split(marked, 3, axis=1)):
        assert (part < 235).mean() > 0.005


def test_the_owner_sees_the_mark_on_her_identity_card_and_none_on_a_bill(dossier):
    lea = signed_in()
    base = f"/demandes/{dossier.reference}/documents/voir"
    card, bill = upload_of(dossier, "ID"), upload_of(dossier, "ADDR")
    stored = keep.page_bytes(card, 1)
    assert differs(stored, seen(lea, f"{base}/{card.pk}/1/")) > 0.02
    assert differs(keep.thumbnail(card), seen(lea, f"{base}/{card.pk}/")) > 0.02
    assert seen(lea, f"{base}/{bill.pk}/1/") == keep.page_bytes(bill, 1)
    assert keep.page_bytes(card, 1) == stored  # what is kept bears nothing: an agent's check reads it


def test_the_agent_sees_the_same_mark(dossier):
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(cert=Cert.objects.get(code="rennes"))
    move.move(dossier, Verb.TAKE_UP, AGENT)
    camille = signed_in(CAMILLE)
    camille.open(f"/agent/dossiers/{dossier.reference}/")
    html = camille.response.content.decode()
    from django.urls import reverse

    card, bill = upload_of(dossier, "ID"), upload_of(dossier, "ADDR")
    at = {u.pk: reverse("instruction:page", args=[dossier.reference, u.pk, 1]) for u in (card, bill)}
    assert all(url in html for url in at.values())
    assert seen(camille, at[card.pk]) == watermark.stamp(keep.page_bytes(card, 1), dossier.reference)
    assert seen(camille, at[bill.pk]) == keep.page_bytes(bill, 1)


def test_no_address_gives_an_identity_card_without_its_mark(dossier):
    lea = signed_in()
    card = upload_of(dossier, "ID")
    base = f"/demandes/{dossier.reference}/documents/voir/{card.pk}"
    stored = keep.page_bytes(card, 1)
    for end in ("/1/?original=1", "/1/", "/?size=full"):
        assert seen(lea, f"{base}{end}") != stored
    assert lea.client.get(f"{base}/0/").status_code in {200, 404}
    assert lea.client.get(f"{base}/2/").status_code == 404


def test_each_paper_with_which_somebody_could_pass_for_another_is_marked():
    cards = {Piece.ID, Piece.ID_HEB, Piece.ID_REP, Piece.STAY, Piece.LIC, Piece.FLIC}
    assert cards <= watermark.MARKED <= set(PIECES)
    assert Piece.PHOTO not in watermark.MARKED  # it goes on the card as it is
