"""A photo and a signature by post: chosen, printed, glued, scanned, confirmed, read by an agent."""

from __future__ import annotations

import html
import re

import numpy as np
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from permis import clock, journey
from permis.accounts.models import Person
from permis.adapters.antivirus import TEST_FILE, Unknown
from permis.adapters.mail.demo import read_all
from permis.demo.people import PASSWORD
from permis.domain.lifecycle import Refusal
from permis.domain.vocabulary import Motive, Piece, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.facts import NotNow
from permis.dossier.models import Dossier, Due, Look
from permis.dossier.photo import choose_post
from permis.dossier.verify import verify
from permis.evidence import fps, keep
from permis.evidence.models import Source, Upload
from permis.instruction import scan
from permis.instruction.models import Sheet
from permis.vision import layout
from tests.conftest import given
from tests.stages.test_move import LEA, citizen
from tests.vision import sheets

EMAILS = {
    "lea": "lea.moreau@demo.telepermis.example",
    "camille": "camille.roux@demo.telepermis.example",
    "hugo": "hugo.lemoine@demo.telepermis.example",
}


@pytest.fixture
def people(centres):
    """A browser for each of them."""
    clients = {}
    for name, email in EMAILS.items():
        clients[name] = Client()
        answer = clients[name].post(reverse("accounts:sign_in"), {"identifier": email, "password": PASSWORD})
        assert answer.status_code == 302
    return clients


@pytest.fixture
def lea(centres):
    return Person.objects.get(email=EMAILS["lea"])


def draft_of(owner, **answers):
    """A draft where everything is given but the photo and the signature."""
    dossier = move.start(owner, Motive.REU)
    told = {**LEA, "gearbox": "manual", "exam_on": clock.today().isoformat(), **answers}
    dossier = facts.save_answers(dossier, Role.CITIZEN, told, revision=0)
    for slot in dossier.slots.filter(asked=True).exclude(piece=Piece.PHOTO):
        given(slot, Role.CITIZEN)
    return dossier


def awaiting(owner, centre, **answers):
    """A request that was sent, and whose photo must come by post."""
    dossier = draft_of(owner, **answers)
    choose_post(dossier, Role.CITIZEN, True)
    move.move(
        dossier,
        Verb.SUBMIT,
        citizen(dossier),
        key="submit",
        also=lambda here, _e: Dossier.objects.filter(pk=here.pk).update(cert=centre),
    )
    dossier.refresh_from_db()
    assert dossier.get_state() is State.AWAITING_PHOTO
    return dossier


def scanned(*dossiers, dpi=150, **how):
    """The printed sheets of these dossiers, with photo and signature, as one scan."""
    pages = [sheets.tilted(sheets.filled(fps.pdf(one), dpi, **how), 2) for one in dossiers]
    return sheets.as_pdf(*pages, dpi=dpi)


def give(client, data, name="scan.pdf"):
    """An agent gives a scan."""
    file = SimpleUploadedFile(name, data, content_type="application/pdf")
    return client.post(reverse("instruction:scan"), {"file": file}, follow=True)


def text(response):
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def words_of(pdf):
    """The words of a paper."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in pages).split())


def statuses(dossier):
    """What became of the photo and of the signature."""
    return dict(dossier.slots.filter(piece=Piece.PHOTO).values_list("side", "status"))


# ── The choice ──────────────────────────────────────────────────────────────────────────────────────────────
def sends(browser, dossier):
    """The person reads everything again, types the code, and reads the receipt."""
    summary = reverse("submission:summary", args=[dossier.reference])
    shown = text(browser.get(summary))
    assert "Il manque encore quelque chose" not in shown
    assert "Signature : par courrier" in shown
    browser.post(summary, {"send": "email"})
    dossier.refresh_from_db()
    journey.beat()
    code = re.search(r"\b\d{6}\b", last_mail(dossier.owner)).group()
    answer = browser.post(summary, {"code": code, "sincere": "on", "revision": dossier.revision}, follow=True)
    dossier.refresh_from_db()
    return text(answer)


@pytest.mark.django_db
def test_lea_chooses_the_post_prints_the_sheet_sends_and_an_agent_reads_her_request(people, lea, centres):
    dossier = draft_of(lea)
    browser, documents = people["lea"], reverse("evidence:documents", args=[dossier.reference])
    url = reverse("evidence:fps", args=[dossier.reference])
    assert "Envoyer ma photo et ma signature par courrier" in text(browser.get(documents))
    page = browser.post(url, {"by": "post"}, follow=True)
    assert "viendront par courrier" in text(page)
    assert "Tout est là" in text(page)
    assert browser.get(url).headers["Content-Type"] == "application/pdf"

    receipt = sends(browser, dossier)
    assert dossier.get_state() is State.AWAITING_PHOTO, receipt
    assert "Un agent la lira quand nous aurons votre photo et votre signature" in receipt
    assert "La feuille à imprimer (PDF)" in receipt
    journey.beat()
    assert "postez votre photo et votre signature" in last_mail(lea)

    track = text(browser.get(reverse("tracking:page", args=[dossier.reference])))
    assert "Envoyez-nous votre photo et votre signature" in track
    assert "La feuille à envoyer (PDF)" in track
    assert dossier.cert.name in track
    printed = browser.get(url).content
    due = Due.objects.get(dossier=dossier, what="photo_by_post")
    assert str(due.day.year) in words_of(printed)
    assert dossier.reference in words_of(printed)
    assert dossier.cert == centres["rennes"]


@pytest.mark.django_db
def test_the_sheet_that_came_finds_its_slots_and_an_agent_reads_the_request(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    browser, agent = people["lea"], people["camille"]
    printed = browser.get(reverse("evidence:fps", args=[dossier.reference])).content
    data = sheets.as_pdf(sheets.quarter(sheets.tilted(sheets.filled(printed, 200), 4), 3), dpi=200)
    page = give(agent, data)
    assert "Léa Moreau" in text(page)
    row = Sheet.objects.get()
    assert (row.dossier_id, row.by_code) == (dossier.pk, True)
    assert statuses(dossier) == {"photo": "empty", "signature": "empty"}
    done = agent.post(
        reverse("instruction:scan_settle", args=[row.pk]),
        {"confirm": "yes", "photo": "on", "signature": "on"},
        follow=True,
    )
    assert "la photo et la signature sont dans le dossier" in text(done)
    dossier.refresh_from_db()
    assert dossier.get_state() is State.SUBMITTED
    assert statuses(dossier) == {"photo": "ready", "signature": "ready"}
    assert not Sheet.objects.exists()
    uploads = Upload.objects.filter(slot__dossier=dossier, slot__piece=Piece.PHOTO, current=True)
    assert {upload.source for upload in uploads} == {Source.PAPER}
    for upload in uploads:
        assert (
            agent.get(reverse("instruction:page", args=[dossier.reference, upload.pk, 1])).status_code == 200
        )
    assert Due.objects.get(dossier=dossier, what="photo_by_post").status == Due.LAPSED
    assert "Nous avons reçu votre photo et votre signature" in text(
        browser.get(reverse("tracking:page", args=[dossier.reference]))
    )
    agent.post(reverse("instruction:act", args=[dossier.reference, "take_up"]), {"seen": dossier.version})
    dossier.refresh_from_db()
    assert dossier.get_state() is State.IN_REVIEW
    assert verify(dossier.reference).faults == []


def last_mail(person):
    """The text of the last message to this person."""
    letter = read_all(person.email, most=1)[0]
    return f"{letter['subject']}\n{letter['text']}"


@pytest.mark.django_db
def test_the_choice_is_undone_before_sending_and_the_files_are_asked_again(people, lea):
    dossier = draft_of(lea)
    url = reverse("evidence:fps", args=[dossier.reference])
    people["lea"].post(url, {"by": "post"})
    page = people["lea"].post(url, {"by": "files"}, follow=True)
    assert "Il en reste 2" in text(page)
    dossier.refresh_from_db()
    assert not dossier.photo_by_post
    assert people["lea"].get(url).status_code == 302
    with pytest.raises(Refusal):
        move.move(dossier, Verb.SUBMIT, citizen(dossier))


@pytest.mark.django_db
def test_both_given_online_after_all_nothing_is_awaited_by_post(lea):
    dossier = draft_of(lea)
    choose_post(dossier, Role.CITIZEN, True)
    for slot in dossier.slots.filter(piece=Piece.PHOTO):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, citizen(dossier))
    dossier.refresh_from_db()
    assert dossier.get_state() is State.SUBMITTED


@pytest.mark.django_db
def test_once_sent_the_choice_stands_and_a_paper_that_lacks_still_stops_the_sending(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    with pytest.raises(NotNow):
        choose_post(dossier, Role.CITIZEN, False)
    answer = people["lea"].post(
        reverse("evidence:fps", args=[dossier.reference]), {"by": "files"}, follow=True
    )
    assert answer.status_code == 200
    dossier.refresh_from_db()
    assert dossier.photo_by_post
    other = draft_of(lea)
    choose_post(other, Role.CITIZEN, True)
    keep.take_back(other.slots.filter(piece=Piece.ID).first(), Role.CITIZEN)
    with pytest.raises(Refusal):
        move.move(other, Verb.SUBMIT, citizen(other))


@pytest.mark.django_db
def test_nothing_in_the_code_of_a_sheet_but_the_reference_and_it_cannot_be_altered(lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    code = fps.payload(dossier.reference)
    assert re.fullmatch(rf"TP1;FPS;{dossier.reference};1;[A-Z2-7]{{10}}", code)
    assert fps.read(code) == dossier.reference
    other = "TP-0000-0000"
    for altered in (
        code.replace(dossier.reference, other),
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        code.rpartition(";")[0],
        code.replace(";1;", ";2;"),
        code.lower(),
        f"{code};{code}",
        f"TP1;FPS;{dossier.reference};1;",
        "TP1;FPS;",
        "",
    ):
        assert fps.read(altered) is None, altered


# ── The scan ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_two_sheets_of_one_scan_each_find_their_dossier(people, lea, centres):
    first, second = awaiting(lea, centres["rennes"]), awaiting(lea, centres["rennes"], given_names="Inès")
    page = give(people["camille"], scanned(first, second))
    assert "2 feuilles à confirmer" in text(page)
    rows = {row.dossier_id: row for row in Sheet.objects.all()}
    assert set(rows) == {first.pk, second.pk}
    people["camille"].post(
        reverse("instruction:scan_settle", args=[rows[second.pk].pk]), {"photo": "on", "signature": "on"}
    )
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.get_state(), second.get_state()) == (State.AWAITING_PHOTO, State.SUBMITTED)
    assert list(Sheet.objects.all()) == [rows[first.pk]]


@pytest.mark.django_db
def test_the_same_sheet_twice_is_confirmed_once(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    data = scanned(dossier, dossier)
    give(people["camille"], data)
    rows = list(Sheet.objects.all())
    assert len(rows) == 2
    confirm = {"photo": "on", "signature": "on"}
    for row in rows:
        answer = people["camille"].post(
            reverse("instruction:scan_settle", args=[row.pk]), confirm, follow=True
        )
        assert answer.status_code == 200
    assert "c’est déjà fait" in text(answer)
    assert dossier.events.filter(verb=Verb.RECEIVE_PHOTO).count() == 1
    page = give(people["camille"], data)
    assert "n’attend plus de photo" in text(page)
    assert not Sheet.objects.exists()


@pytest.mark.django_db
def test_an_empty_frame_is_said_and_the_rest_waits_for_it(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    page = give(people["camille"], scanned(dossier, signature=False))
    assert "Le cadre de la signature est vide" in text(page)
    row = Sheet.objects.get()
    settle = reverse("instruction:scan_settle", args=[row.pk])
    none = people["camille"].post(settle, {"signature": "on"})
    assert none.status_code == 422
    assert "Cochez la photo" in text(none)
    done = people["camille"].post(settle, {"photo": "on", "signature": "on"}, follow=True)
    assert "Il manque encore la signature" in text(done)
    dossier.refresh_from_db()
    assert dossier.get_state() is State.AWAITING_PHOTO
    assert statuses(dossier) == {"photo": "ready", "signature": "empty"}
    track = text(people["lea"].get(reverse("tracking:page", args=[dossier.reference])))
    assert "Nous avons votre photo. Il manque votre signature." in track
    give(people["camille"], scanned(dossier, photo=False))
    people["camille"].post(
        reverse("instruction:scan_settle", args=[Sheet.objects.get().pk]), {"signature": "on"}
    )
    dossier.refresh_from_db()
    assert dossier.get_state() is State.SUBMITTED


@pytest.mark.django_db
def test_an_agent_of_another_centre_learns_nothing_of_the_sheet_and_keeps_nothing_of_it(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    page = give(people["hugo"], scanned(dossier))
    said = text(page)
    assert "n’est pas d’un dossier que vous pouvez ouvrir" in said
    assert dossier.reference not in said
    assert "Moreau" not in said
    assert not Sheet.objects.exists()


@pytest.mark.django_db
def test_what_one_agent_scanned_is_shown_to_no_other(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    give(people["camille"], scanned(dossier))
    row = Sheet.objects.get()
    url = reverse("instruction:scan_picture", args=[row.pk, "photo"])
    picture = people["camille"].get(url)
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert "no-store" in picture.headers["Cache-Control"]
    assert Look.objects.filter(target=dossier.pk, what="instruction:scan_picture").exists()
    for other in ("hugo", "lea"):
        assert people[other].get(url).status_code == 404
    people["hugo"].post(reverse("instruction:scan_settle", args=[row.pk]), {"drop": "yes"})
    assert Sheet.objects.filter(pk=row.pk).exists()
    assert dossier.reference not in text(people["hugo"].get(reverse("instruction:scan")))
    assert bytes(row.pictures).find(b"jpeg") == -1


def spoilt(dossier):
    """The sheet of this dossier with its main code under a stamp."""
    page = sheets.filled(fps.pdf(dossier), 150).copy()
    px = 150 / 25.4
    x, y, side = (int(v * px) for v in (layout.MAIN.x - 1, layout.MAIN.y - 1, layout.MAIN.width + 2))
    page[y : y + side, x : x + side] = 90
    return sheets.as_pdf(page, dpi=150)


@pytest.mark.django_db
def test_with_an_unreadable_code_the_agent_types_the_number(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    agent = people["camille"]
    page = give(agent, spoilt(dossier))
    assert "dossier inconnu" in text(page)
    row = Sheet.objects.get()
    settle = reverse("instruction:scan_settle", args=[row.pk])
    wrong = agent.post(settle, {"number": "yes", "reference": "TP-1111-1111"})
    assert wrong.status_code == 422
    assert "Aucun dossier de votre centre" in text(wrong)
    assert "TP-1111-1111" in wrong.content.decode()
    early = agent.post(settle, {"photo": "on", "signature": "on"})
    assert early.status_code == 422
    page = agent.post(settle, {"number": "yes", "reference": dossier.reference.lower()}, follow=True)
    assert "d’après le numéro que vous avez écrit" in text(page)
    agent.post(settle, {"photo": "on", "signature": "on"})
    dossier.refresh_from_db()
    assert dossier.get_state() is State.SUBMITTED


@pytest.mark.django_db
def test_a_sheet_whose_code_was_made_by_somebody_else_names_nobody(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    forged = sheets.printed(f"TP1;FPS;{dossier.reference};1;AAAAAAAAAA")
    page = give(people["camille"], sheets.as_pdf(sheets.filled(forged, 150), dpi=150))
    assert "dossier inconnu" in text(page)
    assert Sheet.objects.get().dossier is None


@pytest.mark.django_db
def test_a_page_without_a_code_is_shown_whole_and_put_away(people, centres):
    page = give(people["camille"], sheets.as_pdf(np.full((900, 700, 3), 240, np.uint8)))
    assert "Nous n’avons trouvé aucun code" in text(page)
    row = Sheet.objects.get()
    assert (
        people["camille"].get(reverse("instruction:scan_picture", args=[row.pk, "page"])).status_code == 200
    )
    people["camille"].post(reverse("instruction:scan_settle", args=[row.pk]), {"drop": "yes"})
    assert not Sheet.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "vide"),
        (b"PK\x03\x04" + b"x" * 900, "traitement de texte"),
        (b"%PDF-1.7\nnothing", "abîmé"),
    ],
)
def test_what_is_no_scan_is_refused_with_what_to_do(people, data, says):
    answer = give(people["camille"], data)
    assert answer.status_code == 422
    assert says in text(answer)
    none = people["camille"].post(reverse("instruction:scan"))
    assert none.status_code == 422
    assert "Choisissez d’abord un fichier" in text(none)


@pytest.mark.django_db
def test_a_scan_that_the_antivirus_stops_or_cannot_look_at_is_not_read(people, lea, centres, monkeypatch):
    dossier = awaiting(lea, centres["rennes"])
    stopped = give(people["camille"], TEST_FILE)
    assert stopped.status_code == 422
    assert "antivirus" in text(stopped)

    class Down:
        def look(self, chunks):
            raise Unknown("down")

    monkeypatch.setattr(scan, "adapter", lambda name: Down())
    down = give(people["camille"], scanned(dossier))
    assert down.status_code == 503
    assert "L’antivirus ne répond pas" in text(down)
    assert not Sheet.objects.exists()


@pytest.mark.django_db
def test_a_sheet_that_nobody_confirms_is_forgotten_after_30_days(people, lea, centres):
    give(people["camille"], scanned(awaiting(lea, centres["rennes"])))
    assert scan.forget() == 0
    clock.offset_file().parent.mkdir(parents=True, exist_ok=True)
    clock.offset_file().write_text(str(31 * 86400), "ascii")
    assert scan.forget() == 1
    assert not Sheet.objects.exists()


@pytest.mark.django_db
def test_a_request_closed_meanwhile_takes_nothing(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    give(people["camille"], scanned(dossier))
    move.move(dossier, Verb.CANCEL, citizen(dossier))
    answer = people["camille"].post(
        reverse("instruction:scan_settle", args=[Sheet.objects.get().pk]), {"photo": "on", "signature": "on"}
    )
    assert answer.status_code == 422
    assert statuses(dossier) == {"photo": SlotStatus.EMPTY, "signature": SlotStatus.EMPTY}


@pytest.mark.django_db
def test_an_agent_prints_a_blank_sheet_for_whoever_sent_a_photo_without_one(people, lea, centres):
    dossier = awaiting(lea, centres["rennes"])
    url = reverse("instruction:sheet", args=[dossier.reference])
    page = text(people["camille"].get(reverse("instruction:dossier", args=[dossier.reference])))
    assert "doivent arriver par courrier" in page
    assert dossier.reference in words_of(people["camille"].get(url).content)
    assert people["hugo"].get(url).status_code == 404
