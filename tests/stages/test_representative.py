"""Tom is 17: his mother reads, gives her papers and signs on her own telephone, without an account."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from permis import clock, journey
from permis.accounts import session as visits
from permis.accounts import throttle
from permis.adapters.mail.demo import read_all as mails
from permis.adapters.sms.demo import read_all as texts
from permis.demo.people import PASSWORD
from permis.dossier import mandates
from permis.dossier.models import Dossier, Mandate
from permis.submission.words import first_name
from tests.browser import Person
from tests.conftest import jpeg
from tests.stories.people import Agent, Citizen, Parent, later

TOM = {
    "birth_name": "Moreau",
    "given_names": "Tom",
    "birth_date_day": "2",
    "birth_date_month": "3",
    "birth_date_year": "2009",
    "sex": "M",
}
KEY = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def tom(centres):
    """Tom, all answered, his own papers given."""
    tom = Citizen("tom@exemple.fr").signs_up().begins().answers(identite=TOM, adresse={})
    tom.gives_documents(but=("REP", "ID_REP"))
    return tom


@pytest.mark.django_db
def test_the_mother_gives_her_papers_signs_and_tom_sends(tom, centres):
    tom.open(f"/demandes/{tom.reference}/recapitulatif/")
    tom.sees("Il manque encore quelque chose", "La signature de votre représentant")
    mother = Parent(tom.invites())
    mother.sees(
        "Signer la demande de Tom Moreau", "Bonjour Anne Le Gall. Vous signez comme mère.", "Il manque"
    )
    mother.gives_papers().signs()
    mother.sees("Vous avez signé")
    assert any("votre représentant a signé" in mail["subject"] for mail in tom.inbox())
    tom.confirms()
    tom.sees("Signée aussi par Anne Le Gall (mère), par un code reçu par e-mail")
    camille = Agent()
    camille.open(f"/agent/dossiers/{tom.reference}/")
    camille.sees("Signée avec un représentant", "Anne Le Gall (mère)", "Signature de votre représentant")


@pytest.mark.django_db
def test_the_identity_of_the_parent_who_hosts_and_signs_is_asked_once(tom):
    asked = {piece for piece, _, _ in tom.slots()}
    assert asked >= {"HEB", "ADDR_HEB", "REP", "ID_REP"}
    assert "ID_HEB" not in asked


@pytest.mark.django_db
def test_tom_cannot_send_before_she_signed_nor_after_he_changed_an_answer(tom):
    mother = Parent(tom.invites()).gives_papers().signs()
    tom.open(f"/demandes/{tom.reference}/adresse/")
    tom.send(street="9 rue des Lices")
    tom.open(f"/demandes/{tom.reference}/recapitulatif/")
    tom.sees("Il manque encore quelque chose", "La signature de votre représentant")
    tom.open(f"/demandes/{tom.reference}/signature/")
    tom.sees("Il faut signer à nouveau")
    mother.signs()
    tom.confirms()


@pytest.mark.django_db
def test_an_old_page_of_hers_does_not_sign_what_she_has_not_read(tom):
    mother = Parent(tom.invites()).gives_papers()
    mother.open(f"/representant/{tom.reference}/").send(having="send", press="send")
    tom.open(f"/demandes/{tom.reference}/adresse/")
    tom.send(street="9 rue des Lices")
    journey.settle()
    mother.send(having="code", code=mails("anne@exemple.fr")[0]["codes"][0], agrees="on")
    assert mother.status == 422
    mother.sees("La demande a changé depuis que vous avez ouvert cette page")
    assert mandates.signed(Dossier.objects.get(reference=tom.reference)) is None


@pytest.mark.django_db
def test_a_wrong_code_or_no_declaration_signs_nothing(tom):
    mother = Parent(tom.invites()).gives_papers()
    mother.open(f"/representant/{tom.reference}/").send(having="send", press="send")
    mother.send(having="code", code="000000", agrees="on")
    assert mother.status == 422
    mother.sees("Ce n’est pas le bon code")
    journey.settle()
    mother.send(having="code", code=mails("anne@exemple.fr")[0]["codes"][0], agrees=None)
    mother.sees("Cochez cette case pour signer")
    assert mandates.signed(Dossier.objects.get(reference=tom.reference)) is None


@pytest.mark.django_db
def test_she_sees_only_her_own_papers(tom):
    mother = Parent(tom.invites())
    dossier = Dossier.objects.get(reference=tom.reference)
    identity = dossier.slots.get(piece="ID", side="recto")
    assert (
        mother.client.get(f"/representant/{tom.reference}/documents/{identity.pk}/retirer/").status_code
        == 404
    )
    upload = identity.uploads.get(current=True)
    assert mother.client.get(f"/representant/{tom.reference}/fichiers/{upload.pk}/1.jpg").status_code == 404
    assert (
        mother.client.get(f"/representant/{tom.reference}/fichiers/{upload.pk}/apercu.jpg").status_code == 404
    )
    assert mother.client.get(f"/demandes/{tom.reference}/documents/").status_code == 302


@pytest.mark.django_db
def test_by_sms_no_link_but_a_code_to_write_on_the_site(centres):
    tom = Citizen("tom@exemple.fr").signs_up().begins()
    tom.answers(
        identite=TOM, representant={"rep_channel": "sms", "rep_email": "", "rep_phone": "06 39 98 99 99"}
    )
    tom.open(f"/demandes/{tom.reference}/signature/").send()
    journey.settle()
    text = texts("+33639989999")[0]["text"]
    assert "http" not in text
    mother = Person().open("/representant/")
    mother.send(key=KEY.search(text)[0].lower().replace("-", " "))
    mother.sees("Signer la demande de Tom Moreau")


@pytest.mark.django_db
def test_a_newer_invitation_ends_the_older_and_a_month_ends_both(tom):
    first = tom.invites()
    second = tom.invites()
    assert first != second
    assert Person().open(f"/representant/invitation/{first}/").status == 410
    assert Person().open(f"/representant/invitation/{second}/").status == 200
    later(days=31)
    assert Person().open(f"/representant/invitation/{second}/").status == 410


@pytest.mark.django_db
def test_whoever_guesses_is_slowed_down_and_told_what_to_do(tom):
    stranger = Person().open("/representant/")
    stranger.send(key="AAAA-BBBB-CCCC")
    assert stranger.status == 422
    stranger.sees("Ce code d’invitation n’ouvre rien")
    for _ in range(12):
        stranger.send(key="AAAA-BBBB-CCCC")
    stranger.sees("Trop d’essais")
    elsewhere = Person().open("/representant/")
    elsewhere.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    elsewhere.send(key="AAAA-BBBB-CCCC").sees(
        "Ce code d’invitation n’ouvre rien"
    )  # nobody shuts it to others
    assert not Mandate.objects.exclude(opened_at=None).exists()


@pytest.mark.django_db
def test_somebody_of_eighteen_no_longer_needs_her_and_she_sees_nothing_more(tom):
    mother = Parent(tom.invites())
    later(days=200)  # 2 March 2027 has passed
    assert Dossier.objects.get(reference=tom.reference).state in {"DRAFT", "CANCELLED"}
    assert mother.client.get(f"/representant/{tom.reference}/").status_code == 404


@pytest.mark.django_db
def test_who_signs_must_be_of_age(centres):
    tom = Citizen("tom@exemple.fr").signs_up().begins()
    from tests.stories.people import CATEGORIES, IDENTITY, MOTIVE, REPRESENTATIVE

    tom.send(**MOTIVE).send(**CATEGORIES)

    tom.send(**{**IDENTITY, **TOM})
    tom.send(**{**REPRESENTATIVE, "rep_birth_date_year": "2012"})
    assert tom.status == 422
    tom.sees("Cette personne doit avoir 18 ans ou plus pour signer")


@pytest.mark.django_db
def test_when_her_paper_is_refused_she_gives_it_again_from_her_telephone(tom, centres):
    key = tom.invites()
    mother = Parent(key).gives_papers().signs()
    tom.confirms()
    camille = Agent().takes_up(tom.reference)
    camille.judges(tom.reference).judges(tom.reference, "ID_REP", "refuse", reason="R09")
    camille.says(tom.reference, "ask_for_more")
    mother.open(f"/representant/{tom.reference}/").sees("Un agent demande de refaire")
    mother.gives_papers(only="ID_REP")
    tom.follows().sees("Vos documents sont prêts à envoyer")


@pytest.mark.django_db
def test_an_adult_has_no_signature_page_and_no_step_for_a_representative(centres):
    lea = Citizen().signs_up().begins().answers()
    lea.open(f"/demandes/{lea.reference}/signature/")
    assert not lea.url.endswith("/signature/")
    lea.open(f"/demandes/{lea.reference}/representant/")
    assert not lea.url.endswith("/representant/")


@pytest.mark.django_db
def test_when_another_is_named_the_first_link_opens_nothing_and_the_first_papers_are_set_aside(tom):
    key = tom.invites()
    mother = Parent(key).gives_papers().signs()
    tom.open(f"/demandes/{tom.reference}/representant/")
    tom.send(rep_quality="father", rep_given_names="Yann", rep_email="yann@exemple.fr")
    assert mother.client.get(f"/representant/{tom.reference}/").status_code == 404
    assert Person().open(f"/representant/invitation/{key}/").status == 410
    dossier = Dossier.objects.get(reference=tom.reference)
    assert {s.status for s in dossier.slots.filter(piece__in=["REP", "ID_REP"])} == {"empty"}
    assert mandates.signed(dossier) is None


@pytest.mark.django_db
def test_an_address_of_his_own_that_he_corrects_does_not_sign_for_his_mother(tom):
    """He names himself, keeps the key, then names her: the old key signs nothing under her name."""
    tom.open(f"/demandes/{tom.reference}/representant/").send(rep_email="moi@exemple.fr")
    tom.open(f"/demandes/{tom.reference}/signature/").send()
    journey.settle()
    key = mails("moi@exemple.fr")[0]["links"][0].rstrip("/").rsplit("/", 1)[1]
    himself = Parent(key).gives_papers()
    himself.open(f"/representant/{tom.reference}/").send(having="send", press="send")
    tom.open(f"/demandes/{tom.reference}/representant/").send(rep_email="anne@exemple.fr")
    journey.settle()
    himself.send(having="code", code=mails("moi@exemple.fr")[0]["codes"][0], agrees="on")
    assert himself.status == 404
    assert mandates.signed(Dossier.objects.get(reference=tom.reference)) is None


@pytest.mark.django_db
def test_saving_a_step_again_unchanged_keeps_her_signature_and_replacing_her_paper_does_not(tom):
    Parent(tom.invites()).gives_papers().signs()
    tom.open(f"/demandes/{tom.reference}/adresse/").send()
    dossier = Dossier.objects.get(reference=tom.reference)
    assert mandates.signed(dossier) is not None
    slot = dossier.slots.get(piece="ID_REP", side="recto")
    tom.open(f"/demandes/{tom.reference}/documents/")
    tom.send(f"/documents/{slot.pk}/", file=("autre.jpg", jpeg(900, 1200, "autre")))
    assert mandates.signed(Dossier.objects.get(reference=tom.reference)) is None
    tom.open(f"/demandes/{tom.reference}/signature/").sees("Il faut signer à nouveau")


@pytest.mark.django_db
def test_an_agent_does_not_decide_on_what_she_signed_for_somebody(tom, centres):
    hers = "camille.roux@demo.telepermis.example"
    tom.open(f"/demandes/{tom.reference}/representant/").send(rep_email=hers)
    tom.open(f"/demandes/{tom.reference}/signature/").send()
    journey.settle()
    key = mails(hers)[0]["links"][0].rstrip("/").rsplit("/", 1)[1]
    Parent(key).gives_papers().signs(hers)
    tom.confirms()
    camille = Agent()
    assert tom.reference not in camille.open("/agent/").page.text
    assert camille.open(f"/agent/dossiers/{tom.reference}/").status == 404
    nadia = Agent("nadia.ferrand@demo.telepermis.example")
    assert nadia.open(f"/agent/dossiers/{tom.reference}/").status == 200


@pytest.mark.django_db
def test_the_list_of_documents_is_that_of_the_day_of_the_sending(centres):
    """Sixteen when she answers, seventeen when she sends: the defence and citizenship day is asked then."""
    birthday = clock.today() + dt.timedelta(days=8)
    young = {
        **TOM,
        "given_names": "Zoé",
        "birth_date_day": f"{birthday.day}",
        "birth_date_month": f"{birthday.month}",
        "birth_date_year": f"{birthday.year - 17}",
    }
    zoe = Citizen("tom@exemple.fr").signs_up().begins()
    zoe.answers(permis={"categories": "A1"}, identite=young)
    zoe.gives_documents(but=("REP", "ID_REP"))
    mother = Parent(zoe.invites()).gives_papers().signs()
    assert mother.sees("Vous avez signé")
    assert "JDC" not in {piece for piece, *_ in zoe.slots()}
    later(days=10)
    zoe.open(f"/demandes/{zoe.reference}/recapitulatif/").send(having="send", press="send")
    zoe.sees("Il manque encore")
    assert "JDC" in {piece for piece, *_ in zoe.slots()}


# ── The doors ───────────────────────────────────────────────────────────────────────────────────────────────
LEA = "lea.moreau@demo.telepermis.example"


def enters(password=PASSWORD):
    """Where Léa lands when she signs in."""
    lea = Person().open("/compte/connexion/")
    return lea.send(having="password", identifier=LEA, password=password).url


@pytest.mark.django_db
def test_a_picture_on_any_site_that_points_to_an_invitation_shuts_no_door(tom):
    key = tom.invites()
    passer_by = Person()
    for _ in range(throttle.TRIES_BY_ADDRESS + 5):
        assert passer_by.client.get("/representant/invitation/AAAA-BBBB-CCCC/").status_code == 410
    assert enters() == "/demandes/"
    assert Parent(key).sees("Signer la demande de Tom Moreau")


@pytest.mark.django_db
def test_wrong_keys_of_invitations_stop_nobody_who_signs_in(centres, monkeypatch):
    monkeypatch.setattr(throttle, "TRIES_BY_ADDRESS", 3)
    stranger = Person().open("/representant/")
    for _ in range(5):
        stranger.send(key="AAAA-BBBB-CCCC")
    stranger.sees("Trop d’essais")
    assert enters() == "/demandes/"
    for _ in range(4):
        enters("pas la bonne phrase")
    assert enters() == "/compte/connexion/"  # the door of passwords has its own count


@pytest.mark.django_db
def test_who_pressed_a_wrong_link_too_often_is_told_to_wait_and_not_that_it_is_gone(tom, monkeypatch):
    key = tom.invites()
    stranger = Person().open("/representant/")
    for _ in range(throttle.TRIES):
        stranger.send(key="AAAA-BBBB-CCCC")
    mother = Person().open(f"/representant/invitation/{key}/")
    mother.send()
    assert mother.status == 429
    mother.sees("Trop d’essais. Attendez un quart d’heure")
    real = clock.time.time
    monkeypatch.setattr(clock.time, "time", lambda: real() + throttle.WINDOW_S + 1)
    mother.open("/representant/").send(key=key).sees("Signer la demande de Tom Moreau")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Tom", "Tom"),
        ("Léa Jeanne Inès", "Léa"),
        ("Jean-Noël, Marie", "Jean-Noël"),
        ("D’Arcy", "D’Arcy"),
        ("  N'Golo  ", "N'Golo"),
        ("Gagnez.sur.bit.ly/permis maintenant", "Une personne"),
        ("https://mechant.example", "Une personne"),
        ("0899700000", "Une personne"),
        ("gagnez@mechant.example", "Une personne"),
        ("Том", "Une personne"),
        ("𝐓𝐨𝐦", "Une personne"),
        ("—", "Une personne"),
        ("-'-", "Une personne"),
        ("", "Une personne"),
        ("A" * 80, "A" * 30),
    ],
)
def test_of_a_name_a_message_carries_the_first_one_and_no_address(typed, written):
    assert first_name(typed) == written


@pytest.mark.django_db
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_an_invitation_carries_no_words_that_were_chosen_for_whoever_gets_it(centres, channel):
    evil = {**TOM, "given_names": "Gagnez votre permis sur mechant-exemple", "birth_name": "Appelez-vite"}
    eve = Citizen("eve@exemple.fr").signs_up().begins()
    how = {"rep_channel": "sms", "rep_email": "", "rep_phone": "06 39 98 99 99"}
    eve.answers(identite=evil, representant=how if channel == "sms" else {})
    eve.open(f"/demandes/{eve.reference}/signature/").send()
    journey.settle()
    told = texts("+33639989999")[0] if channel == "sms" else mails("anne@exemple.fr")[0]
    said = f"{told.get('subject', '')} {told['text']}"
    assert "Gagnez vous demande de signer" in said
    for word in ("votre permis sur", "mechant", "Appelez"):
        assert word not in said


def presses(citizen):
    """What the page says when the button of the invitation is pressed."""
    citizen.open(f"/demandes/{citizen.reference}/signature/").send()
    return (
        "L’invitation est partie" in citizen.page.text and "beaucoup d’invitations" not in citizen.page.text
    )


@pytest.mark.django_db
def test_nobody_gets_more_than_five_invitations_in_an_hour_whoever_sends_them(tom):
    assert [presses(tom) for _ in range(6)] == [True] * 5 + [False]
    tom.sees("Attendez une heure")
    lou = Citizen("lou@exemple.fr").signs_up().begins()
    lou.answers(identite={**TOM, "given_names": "Lou"}, adresse={})
    assert not presses(lou)
    journey.settle()
    assert len(mails("anne@exemple.fr")) == 5
    later(minutes=61)
    assert presses(lou)


@pytest.mark.django_db
def test_nobody_gets_more_than_fifteen_invitations_in_a_day(tom):
    for _ in range(3):
        assert [presses(tom) for _ in range(5)] == [True] * 5
        later(minutes=61)
    assert not presses(tom)
    later(days=1)
    assert presses(tom)


@pytest.mark.django_db
def test_one_account_sends_ten_invitations_in_an_hour_over_all_its_requests(tom):
    assert [presses(tom) for _ in range(5)] == [True] * 5
    tom.begins().answers(identite=TOM, adresse={}, representant={"rep_email": "yann@exemple.fr"})
    assert [presses(tom) for _ in range(5)] == [True] * 5
    tom.begins().answers(identite=TOM, adresse={}, representant={"rep_email": "paul@exemple.fr"})
    assert not presses(tom)
    assert mails("paul@exemple.fr") == []


# ── The visit of somebody without an account ────────────────────────────────────────────────────────────────
def visited(person, seconds):
    """Her last visit that counted was so long ago."""
    session = person.client.session
    session[visits.VISITED] = clock.ticks() - seconds
    session.save()
    ends = timezone.now() + dt.timedelta(seconds=7200 - seconds)
    Session.objects.filter(pk=session.session_key).update(expire_date=ends)


def seconds_left(person):
    """Until the server forgets her."""
    ends = Session.objects.get(pk=person.client.session.session_key).expire_date
    return (ends - timezone.now()).total_seconds()


@pytest.mark.django_db
def test_she_is_not_thrown_out_while_she_reads_and_gives_her_papers(tom):
    mother = Parent(tom.invites())
    for _ in range(3):
        visited(mother, 7000)
        mother.open(f"/representant/{tom.reference}/").sees("Signer la demande de Tom Moreau")
        assert seconds_left(mother) > 7190
        assert mother.response.cookies["session"]["max-age"] == 7200
    visited(mother, 200)
    mother.open(f"/representant/{tom.reference}/")
    assert seconds_left(mother) < 7010  # written once in five minutes at most


@pytest.mark.django_db
def test_when_her_visit_has_ended_she_is_told_how_to_come_back_whatever_she_does(tom):
    key = tom.invites()
    mother = Parent(key).gives_papers("REP")
    slot = Dossier.objects.get(reference=tom.reference).slots.get(piece="ID_REP", side="recto")
    Session.objects.all().update(expire_date=timezone.now() - dt.timedelta(seconds=1))
    mother.send(f"/documents/{slot.pk}/", file=("a.jpg", jpeg(900, 1200, "a")))
    assert mother.status == 404
    mother.sees("Votre accès est terminé : écrivez à nouveau le code d’invitation")
    assert ("Écrire le code d’invitation", "/representant/") in mother.page.links
    given = mother.response.content
    nothing = mother.client.get("/representant/TP-0000-0000/")
    assert (nothing.status_code, nothing.content) == (404, given)
    mother.open("/representant/").send(key=key).sees("Signer la demande de Tom Moreau")
    slot.refresh_from_db()
    assert slot.status == "empty"


@pytest.mark.django_db
def test_on_a_shared_computer_she_leaves_and_nobody_after_her_sees_the_request(tom):
    key = tom.invites()
    mother = Parent(key)
    mother.send("/quitter/")
    assert mother.url == "/representant/"
    mother.sees("Vous avez quitté la demande")
    assert mother.open(f"/representant/{tom.reference}/").status == 404
    assert "Tom" not in mother.page.text
    mother.open("/representant/").send(key=key).sees("Signer la demande de Tom Moreau")
