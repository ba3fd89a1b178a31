"""The people of the demo: who they are, how their requests stand, and what one can play on the page."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from permis import clock, journey
from permis.accounts.models import Membership, Person
from permis.adapters import files
from permis.adapters.mail.demo import read_all as mails
from permis.adapters.plant import demo as plant
from permis.adapters.post import demo as post
from permis.adapters.registry import demo as register
from permis.cli import serve, worker
from permis.delivery.verify import verify_letters
from permis.demo import people, population
from permis.demo.applicants import applicants
from permis.demo.models import Arrival
from permis.demo.road import Stuck
from permis.domain.lifecycle import ROWS
from permis.domain.vocabulary import SCHOOL_ONLY, Motive, Role, State, Verb
from permis.dossier.models import Dossier, Due, Event, FollowUp, Unexpected
from permis.dossier.verify import verify
from permis.evidence import ephoto
from permis.evidence.models import EPhoto, Upload
from permis.evidence.verify import verify_documents

# What no road of the demo can show: the first lasts two seconds, the other has no door yet.
NOT_SHOWN = {State.APPROVED, State.AWAITING_PHOTO}


@pytest.fixture(autouse=True)
def nobody_arriving():
    """Nothing of one test's arrivals stays for the next."""
    yield
    shutil.rmtree(population.folder(), ignore_errors=True)


def somebody(slug):
    """The applicant with this slug."""
    return next(who for who in applicants(clock.today()) if who.slug == slug)


def bring(*slugs):
    """Brings these, and gives their requests."""
    people.arrive()
    for slug in slugs:
        assert population.bring(somebody(slug))
    return [Dossier.objects.get(owner=owner_of(slug)) for slug in slugs]


def owner_of(slug):
    """The account of an applicant."""
    who = somebody(slug)
    return Person.objects.by_identifier(who.phone or who.email)


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.once
def test_everybody_arrives_whole_and_stands_where_the_row_says():
    everybody = applicants(clock.today())
    assert population.arrive() == len(everybody) >= 60
    assert {who.slug: owner_of(who.slug).dossiers.get().get_state() for who in everybody} == {
        who.slug: who.state for who in everybody
    }
    report = verify()
    verify_documents(report)
    verify_letters(report)
    assert (report.faults, report.pending, report.checked) == ([], 0, len(everybody))
    assert set(Dossier.objects.values_list("state", flat=True)) == {*State} - NOT_SHOWN
    assert set(Dossier.objects.values_list("motive", flat=True)) == {*Motive} - SCHOOL_ONLY
    assert not Unexpected.objects.exists()
    assert not Due.objects.filter(status=Due.OPEN, day__lt=clock.today()).exists()
    # The factory and the post know the requests that they work for, and no other.
    waiting = {order["reference"] for order in plant.orders() if not order["answered"]}
    assert waiting == set(
        Dossier.objects.filter(state=State.IN_PRODUCTION).values_list("reference", flat=True)
    )
    travelling = [letter for letter in post.letters() if not post.FINAL & set(letter["history"])]
    assert len(travelling) == Dossier.objects.filter(state__in=[State.POSTED, State.AT_POST_OFFICE]).count()
    # Nothing is left to do, and coming again changes nothing.
    assert journey.settle() == 0
    before = Event.objects.count()
    assert population.arrive() == 0
    assert (Event.objects.count(), population.arriving()) == (before, False)


@pytest.mark.django_db
def test_a_letter_on_its_way_has_a_past_of_two_weeks_told_by_mail_at_the_time():
    (lea,) = bring("lea.moreau")
    assert lea.get_state() is State.POSTED
    days = [(clock.today() - clock.in_paris(event.at).date()).days for event in lea.events.order_by("n")]
    assert days == sorted(days, reverse=True)
    assert days[0] >= 14
    assert days[-1] >= 1
    assert (clock.today() - clock.in_paris(lea.created_at).date()).days in {16, 17, 18}
    told = mails("lea.moreau@demo.telepermis.example")
    assert any("votre carte est partie" in mail["subject"] for mail in told)
    assert all(f"{clock.now():%a, %d %b %Y}" not in mail["date"] for mail in told)
    assert clock.offset() == 0


@pytest.mark.django_db
def test_who_did_not_answer_in_thirty_days_was_closed_the_day_after():
    (rayan,) = bring("rayan.mercier")
    asked = rayan.events.get(verb=Verb.ASK_FOR_MORE)
    closed = rayan.events.get(verb=Verb.CLOSE)
    assert (closed.day - asked.day).days == 31
    assert closed.role == Role.SYSTEM
    assert clock.in_paris(closed.at).date() == closed.day


@pytest.mark.django_db
def test_the_factory_can_make_at_once_what_waits_there(centres):
    (camille,) = bring("camille.leroux")
    assert plant.answer("made", camille.reference) == [camille.reference]
    journey.settle()
    camille.refresh_from_db()
    assert camille.get_state() is State.POSTED


@pytest.mark.django_db
def test_who_registered_at_the_demo_has_a_number_that_nobody_else_is_given():
    jules, greta = bring("jules.adam", "greta.vogel")
    numbers = [
        dossier.events.get(verb=Verb.REGISTER).read_detail(dossier.key())["number"]
        for dossier in (jules, greta)
    ]
    assert sorted(entry["number"] for entry in register.entries()) == sorted(numbers)
    assert (files.outside("registry", "numbers") / numbers[0]).exists()


@pytest.mark.django_db
def test_tom_waits_for_his_mother_whose_link_is_in_her_box_on_the_page():
    (tom,) = bring("tom.moreau")
    page = Client().get("/demo/?boite=anne.moreau").content.decode()
    link = re.search(r"/representant/invitation/[0-9A-Z-]{12,14}/", page)
    assert link
    assert Client().get(link[0]).status_code == 200
    assert tom.get_state() is State.DRAFT
    assert {s.piece for s in tom.slots.filter(asked=True, status="empty")} == {"REP", "ID_REP"}


@pytest.mark.django_db
def test_what_they_gave_is_marked_as_a_specimen_and_can_be_seen_by_the_agent():
    (youssef,) = bring("youssef.elamrani")
    assert [s.piece for s in youssef.slots.filter(status="refused")] == ["STAY", "STAY"]
    agent = Client()
    agent.force_login(Person.objects.get(email=somebody("youssef.elamrani").reader))
    upload = Upload.objects.filter(slot__dossier=youssef, slot__piece="ID", current=True).first()
    seen = agent.get(f"/agent/dossiers/{youssef.reference}/voir/{upload.pk}/1/")
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")


@pytest.mark.django_db
def test_each_comes_whole_or_not_at_all(monkeypatch):
    people.arrive()
    before = (Dossier.objects.count(), FollowUp.objects.count())

    def fall(*_):
        raise Stuck("the lights went out")

    monkeypatch.setattr("permis.demo.road.Road.scan", fall)
    assert not population.bring(somebody("ana.ferreira"))
    assert (Dossier.objects.count(), FollowUp.objects.count()) == before
    assert not Arrival.objects.exists()
    assert (plant.orders(), post.letters(), mails()) == ([], [], [])
    monkeypatch.undo()
    assert population.bring(somebody("ana.ferreira"))


@pytest.mark.django_db
def test_killed_before_its_letters_joined_the_world_they_join_at_the_next_start(monkeypatch):
    people.arrive()
    monkeypatch.setattr(population, "_join", lambda apart: None)  # the kill: committed, and nothing moved
    population.bring(somebody("didier.masson"))
    assert post.letters() == []
    unborn = population.folder() / "nobody" / "post" / "letters"
    unborn.mkdir(parents=True)
    files.write_json(unborn / "x.json", {"number": "x", "taken": ""})
    monkeypatch.undo()
    assert population.arrive(stop=lambda: True) == 0
    assert len(post.letters()) == 1
    assert not (population.folder() / "nobody").exists()


@pytest.mark.django_db
def test_nobody_comes_twice():
    bring("chloe.guillou")
    assert not population.bring(somebody("chloe.guillou"))
    assert Dossier.objects.count() == 1


@pytest.mark.django_db
def test_while_they_arrive_nobody_elses_clock_or_world_moves():
    with clock.behind(86400 * 30), files.apart(Path(settings.PERMIS_DATA) / "arriving" / "x"):
        early = clock.now()
        assert files.outside("mail").parent.name == "x"
    assert (clock.now() - early).days == 30
    assert files.outside("mail").parent.name == "outside"
    assert not clock.offset_file().exists()


def test_requests_come_only_where_they_are_asked_for():
    assert "--people" not in serve.commands("127.0.0.1", 8000, 1, with_worker=True)["worker"]
    assert serve.commands("127.0.0.1", 8000, 1, with_worker=True, people=True)["worker"][-1] == "--people"
    makefile = (settings.BASE_DIR / "Makefile").read_text("utf-8")
    assert "permis serve --people" in makefile
    assert worker.PEOPLE_WAIT_S > 0


@pytest.mark.django_db
def test_two_centres_have_each_agents_a_head_and_somebody_for_fraud(centres):
    found = Counter(Membership.objects.values_list("cert__code", "role"))
    assert found == {
        (code, role): n
        for code in ("rennes", "limoges")
        for role, n in ((Role.AGENT, 2), (Role.SUPERVISOR, 1), (Role.FRAUD_REFERENT, 1))
    }


@pytest.mark.django_db
def test_whoever_is_on_the_page_can_sign_in_with_the_password_of_the_page(centres):
    page = Client().get("/demo/").content.decode()
    for _, login, password in people.SIGN_INS:
        assert login in page
        assert password in page
        answer = Client().post("/compte/connexion/", {"identifier": login, "password": password})
        assert answer.status_code == 302, login


@pytest.mark.django_db
def test_the_page_says_how_each_request_stands(centres):
    assert "Aucune pour le moment" in Client().get("/demo/").content.decode()
    (sami,) = bring("sami.haddad")
    page = Client().get("/demo/").content.decode()
    assert sami.reference in page
    assert "Brouillon à compléter" in page


@pytest.mark.django_db
@pytest.mark.parametrize(("asked", "words"), [("licence", "25"), ("guyane", "12,50"), ("fine", "amende")])
def test_the_shop_sells_a_stamp_and_says_its_sixteen_digits(centres, asked, words):
    page = Client().post("/demo/timbres/", {"stamp": asked}, follow=True).content.decode()
    numbers = re.findall(r"\d{4}[  ]\d{4}[  ]\d{4}[  ]\d{4}", page)
    assert len(set(numbers)) == 1
    assert words in page


@pytest.mark.django_db
def test_the_shop_sells_nothing_else(centres):
    page = Client().post("/demo/timbres/", {"stamp": "gold"}, follow=True).content.decode()
    assert "La boutique ne vend pas ce timbre" in page


@pytest.mark.django_db
def test_the_photographer_gives_a_code_that_opens_to_that_person(centres):
    (sami,) = bring("sami.haddad")
    born = sami.read_answers()["birth_date"].split("-")
    typed = {"birth_name": "Haddad", "given_names": "Sami"}
    typed |= dict(zip(("birth_date_year", "birth_date_month", "birth_date_day"), born, strict=True))
    page = Client().post("/demo/photo/", typed, follow=True).content.decode()
    code = re.search(r"code e-photo[^A-Z0-9]*((?:[A-Z0-9]{4}\s){5}[A-Z0-9]{2})", page)
    assert code, page[:2000]
    assert ephoto.find(sami, code[1]).pk == EPhoto.objects.get().pk


@pytest.mark.django_db
def test_the_photographer_keeps_what_was_typed_and_says_what_to_mend(centres):
    answer = Client().post("/demo/photo/", {"birth_name": "Haddad2", "given_names": "Sami"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Haddad2" in page
    assert "Un nom ne contient pas de chiffre" in page
    assert not EPhoto.objects.exists()


@pytest.mark.django_db
def test_a_box_that_nobody_has_is_not_found(centres):
    assert Client().get("/demo/?boite=quelqu-un").status_code == 404


def test_the_rows_show_each_state_that_has_a_door():
    ends = {row.after for row in ROWS} | {State.DRAFT}
    assert {who.state for who in applicants(clock.today())} == ends - NOT_SHOWN
    assert len({who.slug for who in applicants(clock.today())}) == len(applicants(clock.today()))
