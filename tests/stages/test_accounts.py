"""Creating an account, signing in, choosing a new password: by e-mail or by mobile, without telling who is known."""

from __future__ import annotations

import io
import logging

import pytest
from django.test import Client

from permis import clock, journey
from permis.accounts import throttle
from permis.accounts.identifier import masked, normalise
from permis.accounts.logs import NoKeys
from permis.accounts.models import Person
from permis.adapters.mail.demo import read_all as mails
from permis.demo.people import PASSWORD
from tests.browser import Person as Visitor
from tests.stories.people import Agent, Citizen, later

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" Lea@Exemple.FR ", ("email", "lea@exemple.fr")),
        ("06 12 34 56 78", ("sms", "+33612345678")),
        ("07.12.34.56.78", ("sms", "+33712345678")),
        ("+33 6 12 34 56 78", ("sms", "+33612345678")),
        ("+33 (0)6 12 34 56 78", ("sms", "+33612345678")),
        ("0033612345678", ("sms", "+33612345678")),
        ("+262 692 12 34 56", ("sms", "+262692123456")),
        ("+32 470 12 34 56", ("sms", "+32470123456")),
    ],
)
def test_what_people_type_is_made_one(typed, found):
    assert normalise(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "lea",
        "lea@",
        "@exemple.fr",
        "01 42 00 00 00",
        "06 12 34",
        "06123456789",
        "lea@exemple..fr",
        "a" * 300,
    ],
)
def test_what_cannot_be_reached_is_refused_with_an_example(typed):
    visitor = Visitor().open("/compte/creer/")
    visitor.send(identifier=typed, password="une phrase facile")
    assert visitor.url == "/compte/creer/"
    assert Person.objects.count() == 0
    assert visitor.page.errors


def test_an_address_is_shown_masked():
    assert masked("email", "lea.moreau@exemple.fr") == "le•••@exemple.fr"
    assert masked("sms", "+33612345678").endswith("78")
    assert "1234" not in masked("sms", "+33612345678")


def test_the_link_of_the_mail_shows_a_button_and_a_get_confirms_nothing():
    lea = Citizen()
    lea.open("/compte/creer/").send(identifier=lea.identifier, password="une phrase facile")
    link = lea.inbox()[0]["links"][0]
    path = "/" + link.split("/", 3)[3]
    for _ in range(2):
        lea.open(path)
        assert not Person.objects.get().is_active
    lea.send()
    assert Person.objects.get().email_confirmed
    assert lea.url == "/demandes/"
    assert lea.open(path).status == 410  # used


def test_on_another_device_the_link_wants_the_password():
    lea = Citizen()
    lea.open("/compte/creer/").send(identifier=lea.identifier, password="une phrase facile")
    path = "/" + lea.inbox()[0]["links"][0].split("/", 3)[3]
    phone = Visitor().open(path)
    phone.send(password="pas la bonne phrase")
    assert not Person.objects.get().is_active
    phone.send(password="une phrase facile")
    assert phone.url == "/demandes/"


def test_an_address_that_is_already_known_gets_the_same_answer_and_a_mail_that_says_so():
    Citizen().signs_up()
    eve = Citizen()
    eve.open("/compte/creer/").send(identifier="lea@exemple.fr", password="une autre phrase")
    known_url, known_page = eve.url, eve.page.text
    new = Citizen("autre@exemple.fr")
    new.open("/compte/creer/").send(identifier="autre@exemple.fr", password="une autre phrase")
    assert (known_url, known_page.replace("le•••", "••")) == (new.url, new.page.text.replace("au•••", "••"))
    eve.send(having="code", code="000000")
    eve.sees("Ce n’est pas le bon code")
    journey.settle()
    assert mails("lea@exemple.fr")[0]["subject"] == "Télépermis : vous avez déjà un compte"
    assert mails("lea@exemple.fr")[0]["codes"] == []
    assert Person.objects.get(email="lea@exemple.fr").check_password("une phrase facile")


def test_a_short_or_known_password_is_refused_with_what_to_do():
    visitor = Visitor().open("/compte/creer/")
    visitor.send(identifier="lea@exemple.fr", password="court")
    visitor.sees("12 caractères au moins")
    visitor.send(identifier="lea@exemple.fr", password="administrator")
    visitor.sees("trop connu")
    assert Person.objects.count() == 0


def test_a_wrong_password_and_an_unknown_address_answer_alike():
    Citizen().signs_up()
    pages = []
    for address in ("lea@exemple.fr", "inconnue@exemple.fr"):
        visitor = Visitor().open("/compte/connexion/")
        visitor.send(having="password", identifier=address, password="pas la bonne phrase")
        visitor.sees("n’est pas le bon")
        pages.append((visitor.status, visitor.page.errors, visitor.page.title))
    assert pages[0] == pages[1]


def test_ten_wrong_passwords_slow_down_even_the_right_one():
    Citizen().signs_up()
    visitor = Visitor().open("/compte/connexion/")
    for _ in range(10):
        visitor.send(having="password", identifier="lea@exemple.fr", password="pas la bonne phrase")
    visitor.send(having="password", identifier="lea@exemple.fr", password="une phrase facile")
    assert visitor.sees("trop d’essais")


def test_a_forgotten_password_is_chosen_anew_by_a_code():
    Citizen().signs_up()
    lea = Citizen()
    lea.open("/compte/mot-de-passe/").send(identifier="lea@exemple.fr")
    lea.send(having="code", code=lea.last_code(), password="une phrase toute neuve")
    assert lea.url == "/demandes/"
    visitor = Visitor().open("/compte/connexion/")
    visitor.send(having="password", identifier="lea@exemple.fr", password="une phrase toute neuve")
    assert visitor.url == "/demandes/"


def test_a_code_for_an_unknown_address_is_never_right():
    visitor = Visitor().open("/compte/mot-de-passe/")
    visitor.send(identifier="inconnue@exemple.fr")
    visitor.send(having="code", code="123456", password="une phrase toute neuve")
    assert visitor.status == 200
    assert Person.objects.count() == 0


def test_a_code_runs_out_after_fifteen_minutes():
    lea = Citizen()
    lea.open("/compte/creer/").send(identifier=lea.identifier, password="une phrase facile")
    code = lea.last_code()
    later(minutes=16)
    lea.send(having="code", code=code)
    assert lea.sees("n’est plus valable")


def test_too_many_codes_are_not_sent():
    lea = Citizen()
    lea.open("/compte/creer/").send(identifier=lea.identifier, password="une phrase facile")
    for _ in range(10):
        lea.send(having="again")
    lea.sees("beaucoup de codes")
    assert len(lea.inbox()) == 8


def test_the_page_that_was_wanted_comes_after_sign_in_and_never_one_of_another_site(centres):
    visitor = Visitor().open("/compte/connexion/?next=https://mechant.example/")
    visitor.send(having="password", identifier="lea.moreau@demo.telepermis.example", password=PASSWORD)
    assert visitor.url == "/demandes/"
    visitor = Visitor().open("/demandes/")
    assert "/compte/connexion/" in visitor.url


def test_a_mobile_number_is_added_to_an_account_by_a_code():
    lea = Citizen().signs_up()
    lea.open("/compte/joindre/").send(identifier="06 12 34 56 78")
    from permis.adapters.sms.demo import read_all

    journey.settle()
    lea.send(having="code", code=read_all("+33612345678")[0]["codes"][0])
    person = Person.objects.get()
    assert (person.phone, person.phone_confirmed, person.channels) == ("+33612345678", True, ("email", "sms"))


def test_signing_out_shuts_the_door(centres):
    camille = Agent()
    camille.send("/compte/deconnexion/")
    assert "/compte/connexion/" in camille.open("/agent/").url


def test_whoever_asks_after_cannot_put_his_own_password_on_an_address_that_another_confirms():
    lea, eve = Citizen(), Citizen()
    lea.open("/compte/creer/").send(identifier="lea@exemple.fr", password="la phrase de léa")
    eve.open("/compte/creer/").send(identifier="lea@exemple.fr", password="la phrase d’ève !")
    lea.send(having="code", code=lea.last_code())
    assert lea.url == "/demandes/"
    person = Person.objects.get()
    assert person.check_password("la phrase de léa")
    assert not person.check_password("la phrase d’ève !")


def test_an_unconfirmed_account_does_not_keep_a_number_from_its_owner():
    Citizen("06 12 34 56 78").open("/compte/creer/").send(
        identifier="06 12 34 56 78", password="une phrase facile"
    )
    lea = Citizen().signs_up()
    lea.open("/compte/joindre/").send(identifier="06 12 34 56 78")
    from permis.adapters.sms.demo import read_all

    journey.settle()
    lea.send(having="code", code=read_all("+33612345678")[0]["codes"][0])
    assert Person.objects.get().phone == "+33612345678"


def test_one_network_cannot_ask_for_codes_without_end(monkeypatch):
    from permis.accounts import throttle

    monkeypatch.setattr(throttle, "CODES_BY_ADDRESS", 5)
    visitor = Visitor()
    statuses = []
    for n in range(7):
        visitor.open("/compte/mot-de-passe/").send(identifier=f"somebody-{n}@exemple.fr")
        statuses.append(visitor.status)
    assert statuses == [200] * 5 + [429] * 2


def test_the_wait_is_a_quarter_of_an_hour_and_does_not_grow(monkeypatch):
    Citizen().signs_up()
    real, gone = clock.time.time, [0]
    monkeypatch.setattr(clock.time, "time", lambda: real() + gone[0])
    visitor = Visitor().open("/compte/connexion/")

    def tries(password):
        visitor.open("/compte/connexion/")
        visitor.send(having="password", identifier="lea@exemple.fr", password=password)
        return visitor.url

    for _ in range(throttle.TRIES):
        tries("pas la bonne phrase")
    for gone[0] in (0, 400, 880):  # seconds
        assert tries("une phrase facile") == "/compte/connexion/"
        visitor.sees("trop d’essais")
    gone[0] = 901
    assert tries("une phrase facile") == "/demandes/"


@pytest.fixture
def log():
    """What our log would have on its lines."""
    handler = next(h for h in logging.getLogger().handlers if any(isinstance(f, NoKeys) for f in h.filters))
    written = io.StringIO()
    before = handler.setStream(written)
    yield written
    handler.setStream(before)


@pytest.mark.parametrize(
    "path", ["/representant/invitation/4F7K9Q2MXT3B/", "/compte/confirmer/4F7K9Q2MXT3B/"]
)
def test_a_key_that_stands_in_an_address_is_never_in_our_log(log, path):
    assert Client(enforce_csrf_checks=True).post(path).status_code == 403
    assert path.replace("4F7K9Q2MXT3B", "…") in log.getvalue()  # the line is there
    assert "4F7K9Q2MXT3B" not in log.getvalue()


def test_a_fault_of_ours_on_such_a_page_does_not_write_the_key_either(log, monkeypatch):
    def breaks(*_):
        raise RuntimeError("lost at /representant/invitation/4F7K9Q2MXT3B/")

    monkeypatch.setattr("permis.dossier.mandates.by_key", breaks)
    client = Client(raise_request_exception=False)
    assert client.get("/representant/invitation/4F7K9Q2MXT3B/").status_code == 500
    assert "RuntimeError" in log.getvalue()
    assert "4F7K9Q2MXT3B" not in log.getvalue()
