"""What is typed is kept: on the page before it is saved, on another device, and after the session has ended."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.utils import timezone

from permis import clock
from permis.accounts import session as visits
from permis.accounts.models import Person
from permis.demo.people import PASSWORD
from permis.domain import asked
from permis.domain.vocabulary import Motive, Role
from permis.dossier import facts, move
from permis.dossier.models import Dossier
from permis.form import typed, views
from tests.browser import Page
from tests.stages.test_move import submitted, whole_draft

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LEA = "lea.moreau@demo.telepermis.example"
SAMI = "06 39 98 12 40"
IDENTITY = {
    "sex": "F",
    "birth_name": "Moreau",
    "given_names": "Léa",
    "birth_date_day": "14",
    "birth_date_month": "03",
    "birth_date_year": "2000",
    "birth_country": "FR",
    "birth_place": "Rennes",
    "nationality": "FR",
    "guardianship": "no",
}


@pytest.fixture
def lea(centres):
    """A citizen."""
    return Person.objects.get(email=LEA)


@pytest.fixture
def dossier(lea):
    """Her draft, with its first answer."""
    draft = move.start(lea, Motive.REU)
    return facts.save_answers(
        draft, Role.CITIZEN, {"categories": ["B"], "first_licence_promise": True}, revision=0
    )


class Device:
    """A browser of somebody, on one dossier, at the step of the identity."""

    def __init__(self, dossier, identifier=LEA, **how):
        self.client = Client(**how)
        self.dossier, self.step = dossier, f"/demandes/{dossier.reference}/identite/"
        if identifier:
            self.signs_in(identifier)

    def signs_in(self, identifier, to=""):
        data = {"identifier": identifier, "password": PASSWORD, "next": to}
        if self.client.handler.enforce_csrf_checks:
            page = Page(self.client.get("/compte/connexion/").content.decode())
            form = next(f for f in page.forms if "password" in f.names)
            data["csrfmiddlewaretoken"] = form.values["csrfmiddlewaretoken"][0]
        return self.client.post("/compte/connexion/", data)

    def form(self):
        """(the form of the step, the words of the page)."""
        response = self.client.get(self.step)
        assert response.status_code == 200, (response.status_code, response.headers)
        page = Page(response.content.decode())
        return next(f for f in page.forms if "revision" in f.names), page.text

    def holds(self, name):
        """What is in a box when the step is opened."""
        return self.form()[0].values.get(name, [""])[0]

    def types(self, revision=None, **fields):
        """The page keeps what is typed, with the revision that it has."""
        revision = Dossier.objects.get(pk=self.dossier.pk).revision if revision is None else revision
        return self.client.post(f"{self.step}brouillon/", {**fields, "revision": revision})

    def saves(self, **fields):
        """« Enregistrer et continuer »."""
        revision = Dossier.objects.get(pk=self.dossier.pk).revision
        return self.client.post(self.step, {"revision": revision, **fields})


def answers(dossier):
    """Every answer in the database."""
    return Dossier.objects.get(pk=dossier.pk).all_answers()


def test_a_half_written_step_comes_back_on_another_device(dossier):
    typed = {"birth_name": "Moreau", "birth_date_day": "31", "birth_date_month": "02", "birth_place": "R2"}
    said = Device(dossier).types(**typed)
    assert said.status_code == 200
    assert said.json()["sentence"].startswith("Enregistré à ")
    phone = Device(dossier)
    form, words = phone.form()
    assert {name: form.values[name][0] for name in typed} == typed
    assert "Ce que vous aviez commencé à écrire ici est ci-dessous." in words
    assert "à corriger" not in words  # it is not judged before it is saved


def test_what_is_valid_is_an_answer_and_what_is_not_waits_beside(dossier):
    Device(dossier).types(
        birth_name="Moreau", birth_date_day="31", birth_date_month="02", birth_date_year="2000"
    )
    kept = answers(dossier)
    assert kept["birth_name"] == "Moreau"
    assert "birth_date" not in kept
    assert typed.typed(kept, "identite") == {"birth_date": ["31", "02", "2000"]}
    assert "Moreau" not in str(asked.read({typed.RESERVED + "identite": {"birth_name": "Moreau"}}))


def test_nothing_of_it_stands_in_clear_in_the_database(dossier):
    Device(dossier).types(birth_name="Zyxwv7")
    assert b"Zyxwv7" not in bytes(Dossier.objects.get(pk=dossier.pk).answers)


def test_each_save_gives_the_next_revision_and_an_unchanged_page_writes_nothing(dossier):
    device = Device(dossier)
    first = device.types(birth_name="Moreau").json()["revision"]
    assert first == dossier.revision + 1
    assert device.types(birth_name="Moreau").json()["revision"] == first
    assert device.types(birth_name="Moreau", given_names="Léa").json()["revision"] == first + 1


def test_an_old_page_is_told_so_and_overwrites_nothing(dossier):
    device = Device(dossier)
    device.types(birth_name="Moreau")
    late = device.types(revision=dossier.revision, birth_name="Martin")
    assert late.status_code == 409
    assert late.json()["sentence"].startswith("Une autre fenêtre a enregistré cette demande à ")
    assert answers(dossier)["birth_name"] == "Moreau"
    for revision in ("", "abc", "-1", "9" * 40):
        assert device.types(revision=revision, birth_name="Martin").status_code == 409
    assert answers(dossier)["birth_name"] == "Moreau"


def test_an_answer_that_came_by_another_way_since_is_the_one_shown(dossier):
    device = Device(dossier)
    device.types(birth_place="R2", birth_name="M4")
    now = Dossier.objects.get(pk=dossier.pk)
    facts.save_answers(now, Role.CITIZEN, {"birth_place": "Rennes"}, revision=now.revision)
    assert device.holds("birth_place") == "Rennes"
    assert device.holds("birth_name") == "M4"


def test_once_the_step_is_saved_nothing_is_left_of_what_was_typed(dossier):
    device = Device(dossier)
    device.saves(**IDENTITY)
    device.types(**{**IDENTITY, "birth_name": "Moreau2"})
    assert device.holds("birth_name") == "Moreau2"
    assert typed.unsaved_steps(answers(dossier)) == {"identite"}
    assert device.saves(**IDENTITY).status_code == 302
    assert device.holds("birth_name") == "Moreau"
    assert "Moreau2" not in str(answers(dossier))
    assert typed.unsaved_steps(answers(dossier)) == frozenset()


def test_a_step_that_does_not_pass_keeps_what_was_typed_before(dossier):
    device = Device(dossier)
    device.types(birth_name="M4")
    assert device.saves(birth_name="M4").status_code == 422
    assert device.holds("birth_name") == "M4"


def test_to_finish_later_keeps_what_is_not_right_yet(dossier):
    device = Device(dossier)
    device.types(birth_name="M4")
    assert device.saves(birth_name="M4", later="1").status_code == 302
    assert device.holds("birth_name") == "M4"


def test_a_box_that_was_emptied_comes_back_empty_and_its_answer_is_kept_until_it_is_saved(dossier):
    device = Device(dossier)
    device.saves(**IDENTITY)
    device.types(**{**IDENTITY, "given_names": ""})
    assert device.holds("given_names") == ""
    assert answers(dossier)["given_names"] == "Léa"


def test_a_declaration_that_is_unticked_is_taken_back_at_once(lea):
    draft = whole_draft(lea)
    slug = next(s.slug for s in asked.STEPS if any(q.name == "first_licence_promise" for q in s.questions))
    device = Device(draft)
    device.step = f"/demandes/{draft.reference}/{slug}/"
    form, _ = device.form()
    data = {name: values[0] for name, values in form.values.items() if values}
    data.pop("first_licence_promise")
    assert device.types(**{k: v for k, v in data.items() if k != "revision"}).status_code == 200
    assert not answers(draft)["first_licence_promise"]


@pytest.mark.parametrize("text", ["x" * 200_000, "\x00\u202e", "😀" * 50, "<script>alert(1)</script>"])
def test_whatever_is_typed_is_no_fault_of_ours(dossier, text):
    device = Device(dossier)
    assert device.types(birth_name=text, birth_country=text, birth_date_year=text).status_code == 200
    assert "<script>alert" not in device.client.get(device.step).content.decode()


def test_of_a_request_that_is_sent_nothing_changes_any_more(lea):
    draft = whole_draft(lea)
    device = Device(draft)
    submitted(draft)
    late = device.types(birth_name="Martin")
    assert late.status_code == 409
    assert "rechargez" in late.json()["sentence"]
    assert answers(draft)["birth_name"] == "Moreau"


def test_a_step_that_does_not_exist_and_a_dossier_of_somebody_else_are_nothing(dossier):
    device = Device(dossier)
    assert device.client.post(f"/demandes/{dossier.reference}/nulle-part/brouillon/").status_code == 404
    assert Device(dossier, SAMI).types(birth_name="Martin").status_code == 404
    assert device.client.get(f"{device.step}brouillon/").status_code == 405


def test_a_stranger_page_cannot_keep_anything_for_us(dossier):
    device = Device(dossier, enforce_csrf_checks=True)
    assert device.types(birth_name="Martin").status_code == 403


# ── The session has ended ───────────────────────────────────────────────────────────────────────────────────
TYPED = {"birth_name": "M4rtin", "birth_date_day": "31", "birth_date_month": "02", "given_names": "Léa"}
NOTICE = "Votre session était terminée. Ce que vous aviez écrit est ci-dessous : vérifiez, puis enregistrez."


def ends(device):
    """Two hours have passed: the server has forgotten the session."""
    Session.objects.all().update(expire_date=timezone.now() - dt.timedelta(seconds=1))


def plain(words):
    """Without no-break spaces."""
    return words.replace("\u00a0", " ").replace("\u202f", " ")


def test_what_was_posted_after_the_end_of_the_session_is_there_after_signing_in(dossier):
    device = Device(dossier)
    ends(device)
    sent_away = device.saves(**TYPED)
    assert sent_away.status_code == 302
    assert sent_away["Location"] == f"/compte/connexion/?next={device.step}"
    sign_in = device.client.get(sent_away["Location"]).content.decode()
    assert "ce que vous avez écrit vous attend" in sign_in
    back = device.signs_in(LEA, to=device.step)
    assert back["Location"] == device.step
    form, words = device.form()
    assert {name: form.values[name][0] for name in TYPED} == TYPED
    assert NOTICE in plain(words)
    assert "birth_name" not in answers(dossier)  # not saved before she has checked
    device.form()
    assert device.saves(**IDENTITY).status_code == 302
    assert NOTICE not in plain(device.form()[1])


def test_with_its_csrf_token_a_form_whose_session_has_ended_still_passes(dossier):
    device = Device(dossier, enforce_csrf_checks=True)
    token = device.form()[0].values["csrfmiddlewaretoken"][0]
    ends(device)
    assert device.saves(**TYPED, csrfmiddlewaretoken=token)["Location"].startswith("/compte/connexion/")
    device.signs_in(LEA, to=device.step)
    assert device.holds("birth_name") == "M4rtin"
    stranger = Device(dossier, None, enforce_csrf_checks=True)
    assert stranger.client.post(stranger.step, TYPED).status_code == 403


def test_somebody_else_who_signs_in_there_never_sees_it(dossier):
    device = Device(dossier)
    ends(device)
    device.saves(**TYPED)
    device.signs_in(SAMI)
    assert device.client.get(device.step).status_code == 404
    sami = Person.objects.get(phone="+33639981240")
    own = move.start(sami, Motive.REU)
    own = facts.save_answers(
        own, Role.CITIZEN, {"categories": ["B"], "first_licence_promise": True}, revision=0
    )
    page = device.client.get(f"/demandes/{own.reference}/identite/").content.decode()
    assert "M4rtin" not in page
    device.client.post("/compte/deconnexion/")
    device.signs_in(LEA)
    assert device.holds("birth_name") == ""  # dropped, and not kept for the next one


def test_it_is_sealed_and_opens_with_the_cookie_of_that_browser_alone(dossier):
    device = Device(dossier)
    ends(device)
    device.saves(**TYPED)
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert "form-typed" in kept
    assert "M4rtin" not in kept
    assert device.client.cookies["typed"]["httponly"]
    assert device.client.cookies["typed"]["max-age"] == 3600
    device.client.cookies["typed"] = "another"
    device.signs_in(LEA)
    assert device.holds("birth_name") == ""


def test_what_comes_back_replaces_nothing_that_was_saved_meanwhile_before_it_is_pressed_twice(dossier):
    device, phone = Device(dossier), Device(dossier)
    old = Dossier.objects.get(pk=dossier.pk).revision
    Session.objects.filter(pk=device.client.session.session_key).update(expire_date=timezone.now())
    assert (
        device.client.post(device.step, {**IDENTITY, "birth_name": "Martin", "revision": old}).status_code
        == 302
    )
    assert phone.saves(**IDENTITY).status_code == 302
    device.signs_in(LEA, to=device.step)
    form, words = device.form()
    assert "Cette étape a été enregistrée ailleurs, à " in plain(words)
    assert "n’a rien remplacé" in words
    posted = {name: values[0] for name, values in form.values.items() if values}
    assert posted["birth_name"] == "Martin"
    kept_alone = device.client.post(f"{device.step}brouillon/", posted)
    assert kept_alone.status_code == 409  # the page keeps nothing by itself
    first = device.client.post(device.step, posted)
    assert first.status_code == 409
    assert answers(dossier)["birth_name"] == "Moreau"
    assert device.holds("birth_name") == "Martin"  # whoever goes away now has lost nothing
    again = next(f for f in Page(first.content.decode()).forms if "revision" in f.names)
    posted = {name: values[0] for name, values in again.values.items() if values}
    assert device.client.post(device.step, posted).status_code == 302
    assert answers(dossier)["birth_name"] == "Martin"
    assert "ailleurs" not in device.form()[1]


def test_after_an_hour_it_is_gone(dossier, monkeypatch):
    device = Device(dossier)
    ends(device)
    device.saves(**TYPED)
    device.signs_in(LEA)
    later = clock.ticks() + 3601
    monkeypatch.setattr(clock, "ticks", lambda: later)
    assert device.holds("birth_name") == ""


@pytest.mark.parametrize("path", ["/demandes/TP-0000-0000/identite/", "/demandes/%00/identite/"])
def test_nothing_is_put_aside_for_a_request_that_cannot_be(db, path):
    client = Client()
    assert client.post(path, TYPED).status_code == 302
    if "0000" not in path:
        assert "typed" not in client.cookies


def test_a_flood_of_posts_without_a_session_is_not_kept(dossier, monkeypatch):
    monkeypatch.setattr("permis.accounts.throttle.CODES_BY_ADDRESS", 2)
    kept = []
    for _ in range(4):
        stranger = Device(dossier, None)
        assert stranger.saves(**TYPED).status_code == 302
        kept.append("typed" in stranger.client.cookies)
    assert kept == [True, True, False, False]


def test_too_much_is_not_put_aside(dossier):
    stranger = Device(dossier, None)
    assert stranger.saves(birth_name="x" * 150_000).status_code == 302
    assert "typed" not in stranger.client.cookies


# ── Two hours after the last visit ──────────────────────────────────────────────────────────────────────────
def gone(device, seconds):
    """So much time has passed since the last visit that counted."""
    session = device.client.session
    session[visits.VISITED] = clock.ticks() - seconds
    session.save()
    left = timezone.now() + dt.timedelta(seconds=7200 - seconds)
    Session.objects.filter(pk=session.session_key).update(expire_date=left)


def left(device):
    """Seconds until the server forgets the session."""
    return (
        Session.objects.get(pk=device.client.session.session_key).expire_date - timezone.now()
    ).total_seconds()


def test_an_active_person_is_not_thrown_out_after_two_hours(dossier):
    device = Device(dossier)
    for _ in range(3):
        gone(device, 7000)
        response = device.client.get("/demandes/")
        assert left(device) > 7190
        assert response.cookies["session"]["max-age"] == 7200


def test_to_type_is_a_visit(dossier):
    device = Device(dossier)
    gone(device, 7000)
    assert device.types(birth_name="Moreau").json()["left"] == 7200
    assert left(device) > 7190


def test_the_session_is_written_once_in_five_minutes_at_most(dossier):
    device = Device(dossier)
    device.client.get("/demandes/")
    gone(device, 290)
    assert "session" not in device.client.get("/demandes/").cookies
    assert left(device) < 6920
    gone(device, 310)
    assert "session" in device.client.get("/demandes/").cookies


def test_asking_how_long_is_left_is_no_visit_and_the_button_is_one(dossier):
    device = Device(dossier)
    gone(device, 7000)
    assert 190 <= device.client.get("/compte/rester/").json()["left"] <= 200
    assert left(device) < 210
    assert device.client.post("/compte/rester/").json() == {"left": 7200}
    assert left(device) > 7190
    ends(device)
    assert device.client.get("/compte/rester/").status_code == 302


def test_somebody_who_is_not_signed_in_gets_no_session_and_no_warning(db):
    client = Client()
    page = client.get("/pieces/")
    assert "session" not in page.cookies
    assert b"data-session" not in page.content


def test_a_page_says_to_the_script_how_long_is_left(dossier):
    device = Device(dossier)
    gone(device, 200)
    html = device.client.get("/demandes/").content.decode()
    assert 'data-left="6999"' in html or 'data-left="7000"' in html
    assert "Rester connecté" in html


# ── To begin ────────────────────────────────────────────────────────────────────────────────────────────────
def begins(client, motive=""):
    """« Commencer »; where it leads."""
    response = client.post("/demandes/commencer/", {"motive": motive} if motive else {})
    assert response.status_code == 302
    return response["Location"]


def test_a_second_press_while_the_first_is_being_written_leads_to_the_same_request(lea, monkeypatch):
    client = Device(move.start(lea, Motive.REU)).client
    led = []

    def slow(*args, **kwargs):
        monkeypatch.setattr(views, "save_answers", facts.save_answers)
        led.append(begins(client, "PERTE"))  # the other press is done before this one writes
        return facts.save_answers(*args, **kwargs)

    monkeypatch.setattr(views, "save_answers", slow)
    led.append(begins(client, "PERTE"))
    assert led[0] == led[1]
    assert Dossier.objects.filter(owner=lea, motive="PERTE").count() == 1
    assert begins(client, "PERTE") == led[0]


@pytest.mark.django_db(transaction=True)
def test_pressed_by_several_windows_at_once_no_more_than_five_drafts_are_made(centres, monkeypatch):
    lea = Person.objects.get(email=LEA)
    for _ in range(4):
        draft = move.start(lea, Motive.REU)
        facts.save_answers(draft, Role.CITIZEN, {"categories": ["B"]}, revision=0)
    windows = [Device(draft).client for _ in range(4)]
    ready = threading.Barrier(4)
    real = views.explored

    def together(request):
        known = real(request)
        ready.wait(10)
        return known

    monkeypatch.setattr(views, "explored", together)

    def press(client):
        try:
            return begins(client)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        led = set(pool.map(press, windows))
    assert len(led) == 1
    assert Dossier.objects.filter(owner=lea, state="DRAFT").count() == 5
