"""What a machine sees in a file: told at once, decided by the person, shown to the agent, and never a refusal alone."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from django.db import transaction
from PIL import Image, ImageFilter

from permis.accounts.models import Cert
from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece, Role, SlotStatus, Verb
from permis.dossier import facts, move
from permis.dossier.models import Dossier
from permis.evidence import arrivals, checks, keep, work
from permis.evidence.models import Upload
from permis.vision import page as pictures
from tests.conftest import given, jpeg
from tests.stages.test_arrivals import AGENT, CAMILLE, asked_again, engine, status  # noqa: F401  a fixture
from tests.stages.test_ephoto import draft, signed_in

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("centres")]

WARNING = "Ce fichier n’est pas encore dans votre demande"


def blurred(text="facture", radius=14):
    """A page photographed by a hand that moved: nothing of it can be read."""
    with Image.open(BytesIO(jpeg(text=text))) as image:
        out = BytesIO()
        image.filter(ImageFilter.GaussianBlur(radius)).save(out, "JPEG", quality=90)
    return out.getvalue()


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


def gives(person, dossier, slot, data=None, name="facture.jpg", how=""):
    """Sends a file with a form of the page; `how`: with the one that adds or replaces."""
    person.open(f"/demandes/{dossier.reference}/documents/")
    forms = [f for f in person.page.forms if f.action.endswith(f"/documents/{slot.pk}/")]
    form = next(f for f in forms if not how or f.values.get("how") == [how])
    from django.core.files.uploadedfile import SimpleUploadedFile

    body = {field: values[0] for field, values in form.values.items()}
    body["file"] = SimpleUploadedFile(name, jpeg() if data is None else data)
    person.url = form.action
    return person._land(person.client.post(form.action, body))


def keeps(person, upload):
    """Presses « Garder ce fichier quand même »."""
    return person.send(f"/fichiers/{upload.pk}/garder/")


def sent(dossier):
    """Every other document is there, and the request leaves for Camille's centre."""
    for slot in dossier.slots.filter(asked=True, status="empty"):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(cert=Cert.objects.get(code="rennes"))
    dossier.refresh_from_db()


# ── The table ───────────────────────────────────────────────────────────────────────────────────────────────


def places():
    """Every side of every piece, given as a file or drawn."""
    return [
        (piece, side, drawn) for piece in PIECES for side, _ in PIECES[piece].sides for drawn in (False, True)
    ]


def test_each_check_has_one_code_and_stands_once_in_the_table():
    codes = [check.code for check in checks.CHECKS]
    assert len(codes) == len(set(codes))
    assert set(checks.BY_CODE) == set(codes)


def test_each_check_runs_for_some_piece_and_each_piece_is_looked_at():
    for check in checks.CHECKS:
        assert any(check.runs_for(*place) for place in places()), check.code
    for piece, side, drawn in places():
        run = {check.code for check in checks.CHECKS if check.runs_for(piece, side, drawn)}
        assert "opened" in run
        assert drawn or "safe" in run
        assert ("grey" in run) <= (not drawn)
        assert ("same_side" in run) == (
            not drawn and piece is not Piece.PHOTO and len(PIECES[piece].sides) > 1
        )


def test_whatever_a_picture_can_be_reproached_with_has_its_row_and_every_row_its_measure():
    told = {row.code for row in pictures.MEASURES if row.code}
    assert told <= set(checks.BY_CODE), told - set(checks.BY_CODE)
    measured = {check.code for check in checks.CHECKS if check.look is checks._measured}
    assert measured <= told, measured - told
    for row in pictures.MEASURES:
        if row.code:
            assert row.message.endswith(".")
            assert row.source


def test_each_row_is_said_in_french_for_people():
    for check in checks.CHECKS:
        for text in (check.label, check.compares, check.fails.label):
            assert text.strip()
            assert not re.search(r"\b(the|page is|blur|check|file)\b", text)
            assert "'" not in text  # a French apostrophe
            assert "!" not in text
    for sentence in (checks._SAME_SIDE, checks._SAME_AGAIN, checks.SIDE_MISSING):
        assert sentence.endswith(".")
        assert "veuillez" not in sentence.lower()


# ── Told, and decided by the person ─────────────────────────────────────────────────────────────────────────


def test_a_blurred_page_is_told_at_once_and_does_not_count_until_lea_says_so(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    lea.sees(WARNING, "L’image est floue", "reprenez la photo", "Garder ce fichier quand même")
    upload = Upload.objects.get(slot=address)
    assert (upload.current, upload.held, upload.insisted, status(address)) == (False, True, False, "empty")
    keeps(lea, upload).sees("c’est gardé", "Vous avez choisi de le garder")
    upload.refresh_from_db()
    assert (upload.current, upload.held, upload.insisted, status(address)) == (True, False, True, "ready")
    assert WARNING not in lea.page.text


def test_said_twice_it_is_kept_once_and_the_second_time_changes_nothing(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    upload = Upload.objects.get(slot=address)
    form = lea.form(f"/fichiers/{upload.pk}/garder/")
    keeps(lea, upload)
    given_at = Upload.objects.values().get(pk=upload.pk)
    body = {name: values[0] for name, values in form.values.items()}
    again = lea.client.post(form.action, body, follow=True)
    assert again.status_code == 200
    assert Upload.objects.values().get(pk=upload.pk) == given_at
    assert Upload.objects.filter(slot=address).count() == 1


def test_somebody_else_keeps_nothing_of_hers(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    upload = Upload.objects.get(slot=address)
    tom = signed_in("tom.moreau@demo.telepermis.example")
    tom.open("/demandes/")
    token = tom.client.cookies["csrf"].value
    for reference in (dossier.reference, draft().reference):
        answer = tom.client.post(
            f"/demandes/{reference}/documents/fichiers/{upload.pk}/garder/", headers={"X-CSRFToken": token}
        )
        assert answer.status_code == 404
    upload.refresh_from_db()
    assert upload.held


def test_a_new_file_takes_the_place_of_the_one_that_waits_for_an_answer(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    held = Upload.objects.get(slot=address)
    gives(lea, dossier, address, name="sharp.jpg").sees("c’est ajouté")
    held.refresh_from_db()
    assert (held.current, held.held, held.set_aside_at is not None) == (False, False, True)
    assert status(address) == "ready"
    # The page that was open before still has the button: it brings nothing back.
    assert keep.insist(held, Role.CITIZEN) is False
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == ["sharp.jpg"]


def test_a_second_blurred_page_replaces_the_first_that_waits(lea, dossier, address):
    gives(lea, dossier, address, blurred("one"))
    gives(lea, dossier, address, blurred("two"), name="two.jpg")
    waiting = Upload.objects.get(slot=address, held=True)
    assert waiting.read_name() == "two.jpg"


def test_of_two_files_chosen_together_the_blurred_one_waits_and_is_not_lost(lea, dossier, address):
    rows = [
        arrivals.receive(address, Role.CITIZEN, data, name=name, channel="tus", adds=adds)
        for data, name, adds in (
            (blurred("1"), "1.jpg", False),
            (jpeg(), "2.jpg", True),
            (blurred("3"), "3.jpg", True),
        )
    ]
    for row in rows:
        work.run(row.pk)
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("1.jpg", "2.jpg", "3.jpg", WARNING)
    assert {u.read_name() for u in Upload.objects.filter(slot=address, held=True)} == {"1.jpg", "3.jpg"}


def test_a_file_that_waits_for_an_answer_can_be_taken_out(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    upload = Upload.objects.get(slot=address)
    lea.open(f"/demandes/{dossier.reference}/documents/fichiers/{upload.pk}/retirer/").send()
    assert status(address) == "empty"
    assert WARNING not in lea.page.text


def test_a_file_of_a_slot_that_counts_stays_while_a_blurred_one_waits(lea, dossier, address):
    gives(lea, dossier, address, name="good.jpg")
    gives(lea, dossier, address, blurred(), how="replace")
    assert status(address) == "ready"
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == ["good.jpg"]
    keeps(lea, Upload.objects.get(slot=address, held=True))
    assert [u.read_name() for u in Upload.objects.filter(slot=address, current=True)] == ["facture.jpg"]


# ── Against what was given before ───────────────────────────────────────────────────────────────────────────


def test_the_same_picture_for_both_sides_of_a_card_is_told(lea, dossier):
    recto, verso = (dossier.slots.get(piece="ID", side=side) for side in ("recto", "verso"))
    gives(lea, dossier, recto, jpeg(text="recto")).sees(checks.SIDE_MISSING)
    gives(lea, dossier, verso, jpeg(text="recto"), name="le même.jpg")
    lea.sees(checks._SAME_SIDE, WARNING)
    assert (status(recto), status(verso)) == ("ready", "empty")
    gives(lea, dossier, verso, jpeg(text="verso")).sees("c’est ajouté")
    assert checks.SIDE_MISSING not in lea.page.text


def test_the_same_picture_again_that_an_agent_refused_is_told(lea, dossier, address):
    gives(lea, dossier, address, jpeg(text="refused"))
    asked_again(dossier, address)
    gives(lea, dossier, address, jpeg(text="refused", quality=55))
    lea.sees(checks._SAME_AGAIN, WARNING)
    assert status(address) == "refused"
    gives(lea, dossier, address, jpeg(text="another")).sees("c’est ajouté")
    assert status(address) == "ready"


def test_the_same_picture_again_is_no_fault_where_nobody_refused_it(lea, dossier, address):
    gives(lea, dossier, address, jpeg(text="one"))
    gives(lea, dossier, address, jpeg(text="one"), how="replace").sees("c’est ajouté")
    assert status(address) == "ready"


def test_a_picture_refused_and_kept_all_the_same_reaches_the_agent_as_such(lea, dossier, address):
    gives(lea, dossier, address, jpeg(text="refused"))
    asked_again(dossier, address)
    gives(lea, dossier, address, jpeg(text="refused"))
    keeps(lea, Upload.objects.get(slot=address, held=True))
    assert status(address) == "ready"
    move.move(dossier, Verb.COMPLETE, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    move.move(Dossier.objects.get(pk=dossier.pk), Verb.TAKE_UP, AGENT)
    signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/").sees(
        "La personne a été prévenue, et l’a gardé.", "C’est une nouvelle image : à revoir"
    )


# ── The agent ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_agent_reads_that_the_person_was_told_and_kept_it(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    keeps(lea, Upload.objects.get(slot=address))
    sent(dossier)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    camille = signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/")
    camille.sees("La personne a été prévenue, et l’a gardé.", "L’image est nette : à revoir")


def test_a_file_that_still_waits_for_an_answer_is_not_shown_to_the_agent(lea, dossier, address):
    gives(lea, dossier, address, name="good.jpg")
    gives(lea, dossier, address, blurred(), name="held.jpg", how="replace")
    held = Upload.objects.get(slot=address, held=True)
    sent(dossier)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    camille = signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/")
    camille.sees("good.jpg")
    assert "held.jpg" not in camille.page.text
    assert str(held.pk) not in camille.response.content.decode()


def test_after_the_request_is_sent_a_warning_stops_nobody_and_only_tells_the_agent(dossier, address, engine):  # noqa: F811
    arrivals.receive(address, Role.CITIZEN, blurred(), name="facture.jpg", channel="tus")
    sent(dossier)
    engine.down = False
    work.sweep()
    upload = Upload.objects.get(slot=address)
    assert (status(address), upload.current, upload.held, upload.insisted) == ("ready", True, False, False)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    camille = signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/")
    camille.sees("Vu par nos contrôles.", "L’image est nette : à revoir")
    assert "La personne a été prévenue" not in camille.page.text


def results_read(person):
    """Each check as the page says it: its label and what came of it."""
    return re.findall(
        r"<strong>([^<:]+?)(?:&nbsp;|\s)+: (bon|à revoir|pas encore su)</strong>",
        person.response.content.decode().replace("\u00a0", " "),
    )


def test_the_page_what_a_script_reads_again_and_the_agent_say_the_same_of_a_file(lea, dossier, address):
    gives(lea, dossier, address, blurred())
    upload = Upload.objects.get(slot=address)
    keeps(lea, upload)
    kept = [(r["label"], r["outcome"]) for r in checks.shown(upload.read_checks())]
    words = {"ok": "bon", "fault": "à revoir", "unknown": "pas encore su"}
    expected = [(label, words[outcome]) for label, outcome in kept]
    assert ("L’image est nette", "à revoir") in expected
    assert ("Aucun programme dangereux", "bon") in expected
    lea.open(f"/demandes/{dossier.reference}/documents/")
    assert results_read(lea) == expected
    lea.open(f"/demandes/{dossier.reference}/documents/etat/")
    assert results_read(lea) == expected
    sent(dossier)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    camille = signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/")
    html = camille.response.content.decode()
    start = html.index(f'id="slot-{address.pk}"')
    block = html[start : html.index("</section>", start)]
    for label, outcome in expected:
        assert re.search(rf"{label}(&nbsp;|\s)+: {outcome}", block.replace("\u00a0", " ")), (label, outcome)


def test_a_check_of_an_earlier_table_is_left_out_and_the_page_still_opens(lea, dossier, address):
    gives(lea, dossier, address)
    upload = Upload.objects.get(slot=address)
    said = upload.read_checks()
    said["results"].append({"code": "gone", "outcome": "fault", "value": "", "sentence": "x", "page": 0})
    upload.seal_checks(upload.key(), said)
    with transaction.atomic():
        upload.save(update_fields=["checks"])
    lea.open(f"/demandes/{dossier.reference}/documents/")
    assert lea.status == 200
    assert len(checks.shown(said)) == len(said["results"]) - 1


def test_once_the_document_is_accepted_nobody_insists(lea, dossier, address):
    gives(lea, dossier, address, name="good.jpg")
    gives(lea, dossier, address, blurred(), how="replace")
    held = Upload.objects.get(slot=address, held=True)
    sent(dossier)
    with pytest.raises(facts.NotNow):
        keep.insist(held, Role.CITIZEN)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    facts.decide(address, SlotStatus.ACCEPTED, Role.AGENT)
    with pytest.raises(facts.NotNow):
        keep.insist(held, Role.CITIZEN)
    held.refresh_from_db()
    assert (held.current, held.held) == (False, True)
