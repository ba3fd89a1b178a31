"""Documents: a signature made on the screen, papers that replace one another, a desk for somebody else, and weight."""

from __future__ import annotations

import gzip
import math
from io import BytesIO

import pytest
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageDraw

from permis import clock
from permis.domain.vocabulary import Piece, Role, State
from permis.dossier.models import Dossier
from permis.evidence import arrivals, intake, keep, work
from permis.evidence import desk as desks
from permis.evidence.desk import Desk
from permis.evidence.models import Upload
from permis.vision import cage
from tests.conftest import given, jpeg, portrait, signed
from tests.stages.test_ephoto import draft, signed_in

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("centres")]


@pytest.fixture
def lea():
    """Léa, signed in."""
    return signed_in()


def drawing(*strokes, ink=(0, 0, 0, 255), size=(1200, 600), paper=(0, 0, 0, 0), width=8):
    """A PNG as a canvas makes it."""
    image = Image.new("RGBA", size, paper)
    for stroke in strokes:
        ImageDraw.Draw(image).line(stroke, fill=ink, width=width)
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


SIGNED = [(200, 300), (300, 120), (380, 330), (520, 200), (700, 320), (900, 180)]


def gives(person, dossier, slot, data, name="signature.png", **fields):
    """Sends a file with the page's own form."""
    person.open(f"/demandes/{dossier.reference}/documents/")
    return person.send(f"/documents/{slot.pk}/", file=(name, data), **fields)


def draws(person, dossier, slot, data):
    """Sends what the script of the page sends: the file, and the button's name."""
    person.open(f"/demandes/{dossier.reference}/documents/")
    form = person.form(f"/documents/{slot.pk}/")
    from django.core.files.uploadedfile import SimpleUploadedFile

    body = {name: values[0] for name, values in form.values.items()}
    body |= {"source": "drawn", "file": SimpleUploadedFile("signature.png", data)}
    person.url = form.action
    return person._land(person.client.post(form.action, body))


def side(dossier, name):
    """The slot of this side."""
    return dossier.slots.get(piece="PHOTO", side=name)


def test_a_signature_made_on_the_screen_comes_out_black_on_white(lea):
    dossier = draft()
    draws(lea, dossier, side(dossier, "signature"), drawing(SIGNED, ink=(30, 30, 120, 255)))
    lea.sees("c’est ajouté", "signature faite à l’écran")
    upload = Upload.objects.get(slot__dossier=dossier, current=True)
    assert upload.source == "drawn"
    kept = Image.open(BytesIO(keep.page_bytes(upload, 1)))
    assert kept.size == (1200, 400)
    assert kept.getpixel((3, 3)) == (255, 255, 255)
    levels = kept.convert("L").histogram()
    black, white = sum(levels[:60]), sum(levels[200:])
    assert black > 3000
    assert (black + white) / (1200 * 400) > 0.97
    left, top, right, bottom = kept.convert("L").point(lambda v: 255 if v < 128 else 0).getbbox()
    assert abs((left + right) / 2 - 600) < 6
    assert abs((top + bottom) / 2 - 200) < 6


@pytest.mark.parametrize(
    ("what", "strokes"),
    [
        ("nothing", []),
        ("one dot", [[(600, 200), (603, 202)]]),
        ("a short scratch", [[(600, 200), (640, 210)]]),
        ("two dots, far from each other", [[(20, 20), (23, 22)], [(1170, 570), (1173, 572)]]),
    ],
)
def test_an_empty_frame_or_a_dot_is_no_signature(lea, what, strokes):
    dossier = draft()
    draws(lea, dossier, side(dossier, "signature"), drawing(*strokes))
    assert lea.status == 422
    lea.sees("Signez dans le cadre comme sur une feuille")
    assert side(dossier, "signature").status == "empty"


@pytest.mark.parametrize(
    ("stroke", "width"),
    [
        ([(100, 300), (1100, 300)], 8),
        ([(0, 300), (1199, 300)], 1),
        ([(600, 20), (600, 580)], 8),
        ([(100, 100), (900, 500)], 8),
        ([(500, 250), (620, 300)], 20),
    ],
    ids=["across", "a hair from edge to edge", "upright", "slanted", "short and thick"],
)
def test_one_straight_line_is_no_signature_and_the_person_reads_what_to_do(lea, stroke, width):
    dossier = draft()
    draws(lea, dossier, side(dossier, "signature"), drawing(stroke, width=width))
    assert lea.status == 422
    lea.sees("Un seul trait droit ne suffit pas", "avec votre nom ou vos initiales")
    assert side(dossier, "signature").status == "empty"


CROSS = ([(500, 200), (600, 350)], [(600, 200), (500, 350)])
INITIAL = ([(500, 200), (500, 400), (580, 400)],)
SCRIBBLE = ([(550, 330), (570, 280), (590, 330), (610, 280), (640, 330), (660, 315)],)
WAVE = ([(300 + x, 300 + round(12 * math.sin(x / 13))) for x in range(0, 501, 4)],)
BROKEN = ([(400, 300), (430, 240), (460, 300)], [(560, 300), (590, 240), (620, 300)])


@pytest.mark.parametrize(
    "strokes",
    [CROSS, INITIAL, SCRIBBLE, WAVE, BROKEN],
    ids=["a cross", "one initial", "a short scribble", "a flat wave", "two letters apart"],
)
def test_a_short_or_plain_signature_of_a_real_hand_is_taken(strokes):
    page = cage.read(drawing(*strokes), "signature")[0]
    assert (page.width, page.height) == (1200, 400)


def test_a_photo_sent_as_a_drawing_is_no_signature():
    with pytest.raises(intake.Refused) as refusal:
        cage.read(drawing(paper=(20, 20, 20, 255)), "signature")
    assert "ne ressemble pas" in refusal.value.sentence


def test_a_small_signature_is_drawn_larger_but_not_into_a_brush():
    page = cage.read(drawing([(500, 200), (560, 240), (620, 190)]), "signature")[0]
    box = Image.open(BytesIO(page.jpeg)).convert("L").point(lambda v: 255 if v < 128 else 0).getbbox()
    assert 220 < box[2] - box[0] < 300


def test_a_signature_may_also_be_a_picture_and_that_is_all_there_is_without_javascript(lea):
    dossier = draft()
    slot = side(dossier, "signature")
    html = lea.open(f"/demandes/{dossier.reference}/documents/").response.content.decode()
    block = html[html.index(f'id="slot-{slot.pk}"') :]
    assert "<div data-sign hidden>" in block
    assert "<details" in block
    assert "data-other open>" in block
    assert 'name="source" value="drawn" disabled>' in block
    gives(lea, dossier, slot, signed()).sees("c’est ajouté")
    assert Upload.objects.get(slot=slot, current=True).source == "file"


def test_only_a_signature_can_be_drawn(lea):
    dossier = draft()
    photo = side(dossier, "photo")
    assert (
        f"sign-{photo.pk}"
        not in lea.open(f"/demandes/{dossier.reference}/documents/").response.content.decode()
    )
    draws(lea, dossier, photo, portrait())
    assert Upload.objects.get(slot=photo, current=True).source == "file"


# ── I do not have this paper ────────────────────────────────────────────────────────────────────────────


def young(**changes):
    """A draft of somebody of 19, of whom the ASSR2 and the JDC are asked."""
    return draft(birth_date=f"{clock.today().year - 19}-01-05", **changes)


def slot_of(dossier, piece):
    """The first slot of a piece."""
    return dossier.slots.filter(asked=True, piece=piece).first()


def test_each_paper_says_what_may_replace_it(lea):
    dossier = young()
    lea.open(f"/demandes/{dossier.reference}/documents/")
    lea.sees(
        "Je n’ai pas ce document",
        "Vous pouvez donner à la place",
        "Attestation de sécurité routière (ASR)",
        "Faire la déclaration sur l’honneur en ligne",
        "Attestation d’exemption de la JDC",
    )


def test_the_person_says_which_paper_is_given(lea):
    dossier = young()
    slot = slot_of(dossier, "ASSR2")
    gives(lea, dossier, slot, jpeg(), given_as="ASR").sees("Attestation de sécurité routière (ASR), 1 page")
    assert Upload.objects.get(slot=slot, current=True).given_as == "ASR"
    form = lea.open(f"/demandes/{dossier.reference}/documents/").form(f"/documents/{slot.pk}/")
    assert form.values["given_as"] == ["ASR"]
    assert "given_as" not in lea.form(f"/documents/{slot_of(dossier, 'CEPC').pk}/").names


@pytest.mark.parametrize("code", ["JDC", "ASSR1", "<b>", "x" * 500])
def test_a_paper_that_the_rule_does_not_allow_is_refused(lea, code):
    dossier = young()
    slot = slot_of(dossier, "ASSR2")
    gives(lea, dossier, slot, jpeg(), given_as=code).sees("Choisissez dans la liste")
    assert lea.status == 422
    assert not Upload.objects.filter(slot=slot).exists()


def test_the_choice_comes_back_with_a_file_that_was_refused(lea):
    dossier = young()
    slot = slot_of(dossier, "ASSR2")
    gives(lea, dossier, slot, b"no picture", given_as="ASR").sees("n’est pas une photo")
    assert lea.form(f"/documents/{slot.pk}/").values["given_as"] == ["ASR"]


def test_the_declaration_on_honour_is_written_online_once(lea):
    dossier = young()
    slot = slot_of(dossier, "ASSR2")
    url = f"/demandes/{dossier.reference}/documents/{slot.pk}/declarer/"
    lea.open(url).sees(
        "Je soussignée, Léa Moreau, née le 5 janvier",
        "à Rennes,",
        "déclare sur l’honneur avoir obtenu l’attestation scolaire de sécurité routière de second niveau (ASSR2)",
        "article L224-18 du Code de la route",
    )
    lea.send(having="honour").sees("Cochez la case")
    assert lea.status == 422
    assert not Upload.objects.filter(slot=slot).exists()
    lea.send(having="honour", honour="on").sees("Votre déclaration sur l’honneur est faite")
    slot.refresh_from_db()
    upload = Upload.objects.get(slot=slot, current=True)
    assert (slot.status, upload.source, upload.given_as, upload.pages) == ("ready", "declared", "HONOUR", 1)
    assert upload.read_name() == "Déclaration sur l’honneur"
    page = Image.open(BytesIO(keep.page_bytes(upload, 1)))
    assert page.height > 2000
    assert sum(page.convert("L").histogram()[:100]) > 10_000  # it is written on
    lea.sees("déclaration faite en ligne")


def test_no_declaration_stands_for_an_identity_card(lea):
    dossier = young()
    slot = slot_of(dossier, "ID")
    lea.open(f"/demandes/{dossier.reference}/documents/{slot.pk}/declarer/")
    assert lea.url.endswith(f"/documents/#slot-{slot.pk}")
    assert not Upload.objects.exists()


# ── A desk for somebody else ────────────────────────────────────────────────────────────────────────────


def other_desk(dossier):
    """Somebody who may give the identity document alone, at addresses that exist."""
    return Desk(
        dossier, Role.REPRESENTATIVE, "evidence", (dossier.reference,), "/", only=frozenset({Piece.ID})
    )


def test_another_desk_shows_and_takes_its_own_pieces_only():
    dossier = draft()
    desk = other_desk(dossier)
    context = desk.context()
    assert [piece["code"] for piece in context["pieces"]] == ["ID"]
    assert (context["total"], context["left"]) == (2, 2)
    assert not any(piece["ephoto"] or piece["declare"] for piece in context["pieces"])
    desk.slot(slot_of(dossier, "ID").pk)
    with pytest.raises(Http404):
        desk.slot(slot_of(dossier, "CEPC").pk)


def test_another_desk_does_not_show_what_it_does_not_take():
    dossier = draft()
    slot = slot_of(dossier, "CEPC")
    upload = given(slot, Role.CITIZEN)
    assert desks.picture(dossier, upload.pk, 1).status_code == 200
    with pytest.raises(Http404):
        desks.picture(dossier, upload.pk, 1, only=frozenset({Piece.ID}))


def test_a_file_given_at_another_desk_is_written_under_its_role():
    dossier = draft()
    slot = slot_of(dossier, "ID")
    from django.core.files.uploadedfile import SimpleUploadedFile

    request = RequestFactory().post("/", {"file": SimpleUploadedFile("carte.jpg", jpeg())})
    shown = []
    request._messages = type("Quiet", (), {"add": lambda *_: None})()
    answer = desks.take(request, other_desk(dossier), slot.pk, shown.append)
    assert (answer.status_code, shown) == (302, [])
    assert answer["Location"].endswith(f"/documents/#slot-{slot.pk}")
    assert Upload.objects.get(slot=slot, current=True).read_name() == "carte.jpg"
    empty = RequestFactory().post("/", {})
    desks.take(empty, other_desk(dossier), slot.pk, shown.append)
    assert list(shown[0]) == [str(slot.pk)]


# ── Weight and queries ──────────────────────────────────────────────────────────────────────────────────


def counted(person, url):
    """How many statements a GET makes in the main file, once the visit is on record."""
    person.client.get(url)
    with CaptureQueriesContext(connection) as queries:
        answer = person.client.get(url)
    assert answer.status_code == 200
    return len(queries), answer


def heaviest():
    """A draft to which as many pieces as can be are asked, all given."""
    dossier = young(
        address="hosted",
        learning_mode="aac",
        medical_flag="yes",
        guardianship="yes",
        host_name="Claire Moreau",
    )
    for slot in dossier.slots.filter(asked=True):
        work.give(slot, Role.CITIZEN, data=jpeg(), size=1_234_567, name="IMG_20261123_144812.jpg")
    return dossier


def test_the_number_of_queries_does_not_grow_with_the_documents(lea):
    few = draft(guardianship="yes")  # whose representative signs too, as in the other one
    many = heaviest()
    assert many.slots.filter(asked=True).count() >= few.slots.filter(asked=True).count() + 5
    page = "/demandes/{}/documents/"
    few_queries, _ = counted(lea, page.format(few.reference))
    many_queries, _ = counted(lea, page.format(many.reference))
    assert few_queries == many_queries
    assert many_queries <= 11


def test_the_number_of_queries_does_not_grow_with_the_files_of_a_document(lea):
    one, many = draft(), draft()
    given(slot_of(one, "ADDR"), Role.CITIZEN)
    here = slot_of(many, "ADDR")
    for n in range(6):
        given(here, Role.CITIZEN, name=f"{n}.jpg", adds=n > 0)
    here.refresh_from_db()
    for n in range(4):  # on their way, waiting for their check, and not taken
        row = arrivals.begin(here, Role.CITIZEN, name=f"{n}.jpg", length=2000, channel="tus", adds=True)
        arrivals.append(row, 0, [b"x" * (1000 if n < 2 else 2000)])
    work.run(row.pk)
    for page in ("/demandes/{}/documents/", "/demandes/{}/documents/etat/"):
        assert counted(lea, page.format(one.reference))[0] == counted(lea, page.format(many.reference))[0]


def test_a_thumbnail_costs_the_same_whatever_else_was_given(lea):
    dossier = heaviest()
    uploads = list(Upload.objects.filter(slot__dossier=dossier, current=True))
    found = {counted(lea, f"/demandes/{dossier.reference}/documents/voir/{u.pk}/")[0] for u in uploads[:3]}
    assert len(found) == 1
    assert found.pop() <= 5


def test_the_page_of_the_documents_stays_light_in_its_largest_state(lea):
    dossier = heaviest()
    pieces = set(dossier.slots.filter(asked=True).values_list("piece", flat=True))
    assert len(pieces) >= 9
    _, answer = counted(lea, f"/demandes/{dossier.reference}/documents/")
    html = answer.content
    assert len(gzip.compress(html, 6)) <= 15_000
    thumbnails = html.count(b'width="72" height="72" loading="lazy"')
    assert thumbnails == dossier.slots.filter(asked=True).count()
    assert html.count(b"<img") == html.count(b'loading="lazy"')  # nor are the drawn examples fetched at once


def test_a_draft_that_was_sent_shows_no_way_to_declare_or_to_use_a_code(lea):
    from permis.domain.vocabulary import Verb
    from permis.dossier import move

    dossier = draft()
    for slot in dossier.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    assert Dossier.objects.get(pk=dossier.pk).get_state() is State.SUBMITTED
    for end in ("e-photo/", f"{slot.pk}/declarer/"):
        lea.open(f"/demandes/{dossier.reference}/documents/{end}")
        assert lea.url == f"/demandes/{dossier.reference}/suivi/"
