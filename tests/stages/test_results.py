"""What a request ends with: a card, a registration, a record, a booklet, a corrected card; from the decision to the end."""

from __future__ import annotations

import html
import re

import pytest
from django.db import transaction
from django.test import Client

from permis import clock, journey
from permis.accounts.models import Cert, Person
from permis.adapters.mail.demo import read_all as mails
from permis.adapters.plant import demo as plant
from permis.adapters.post import demo as post
from permis.adapters.registry import demo as register
from permis.cli.outside import letters_of
from permis.database.leases import ATTEMPTS
from permis.demo import world
from permis.domain.lifecycle import Refusal
from permis.domain.terms import days, months
from permis.domain.vocabulary import Motive, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.followups import sweep_dues
from permis.dossier.models import Due, FollowUp
from permis.dossier.verify import verify
from permis.production import work
from tests.conftest import given

MAIL = "lea.moreau@demo.telepermis.example"
AGENT = "camille.roux@demo.telepermis.example"
LEA = {
    "sex": "F",
    "birth_name": "Moreau",
    "given_names": "Léa",
    "birth_date": "1990-03-14",
    "birth_country": "FR",
    "birth_place": "Rennes",
    "nationality": "FR",
    "guardianship": "no",
    "address": "own",
    "letterbox": "Moreau",
    "street": "8 rue des Lices",
    "postcode": "35000",
    "town": "Rennes",
    "medical_flag": "no",
    "sanction": "no",
    "notify_by": "email",
}
HELD = {"held_categories": ["B"]}
ABROAD = {
    "categories": ["B"],
    "licence_country": "DE",
    "licence_obtained_on": "2015-05-05",
    "licence_has_end": "no",
    "licence_lost": "no",
    "resident_since": "2024-01-10",
}

pytestmark = pytest.mark.once


def ago(count):
    """The day so many days before today."""
    return days(clock.today(), -count).isoformat()


def told(motive):
    """What Léa answers for this motive, on top of who she is."""
    return {
        Motive.INS: {"categories": ["B"], "gearbox": "manual"},
        Motive.INS_RET: {
            "categories": ["B"],
            "licence_number": "091135101234",
            "was_invalidated": "yes",
            "ban_starts_on": ago(100),
            "ban_ends_on": ago(-83),
            "licence_surrendered_on": ago(100),
            "licence_first_issued_on": "2009-11-20",
            "medical_opinion_on": ago(10),
        },
        Motive.ENR_EU: {k: v for k, v in ABROAD.items() if k != "licence_lost"} | {"nationality": "FR"},
        Motive.PCI: {**HELD, "needed_on": ago(-300), "destinations": "Maroc"},
        Motive.ERR: {
            **HELD,
            "error_kind": "name",
            "error_words": "Morreau au lieu de Moreau.",
            "received_on": ago(20),
        },
        Motive.DET: HELD,
        Motive.ECH_EU: ABROAD,
        Motive.ECH_HUE: {
            **ABROAD,
            "licence_country": "JP",
            "resident_since": ago(90),
        },
        Motive.ECH_COM: {**ABROAD, "licence_country": "NC"},
        Motive.RETAB: {**ABROAD, "licence_country": "CA"},
        Motive.PERTE: {**HELD, "lost_on": ago(3), "lost_place": "Rennes", "loss_declared": True},
    }[motive]


@pytest.fixture
def lea(centres):
    """A citizen."""
    return Person.objects.get(email=MAIL)


@pytest.fixture
def in_review(lea):
    """Makes a request of Léa for a motive, and brings it before an agent with every document accepted."""

    def make(motive, *, accept=True, **more):
        dossier = move.start(lea, motive)
        answers = {**LEA, **told(motive), **more, "motive": motive.value}
        dossier = facts.save_answers(dossier, Role.CITIZEN, answers, revision=0)
        for slot in dossier.slots.filter(asked=True):
            given(slot, Role.CITIZEN)

        def centre(here, _event):
            type(here).objects.filter(pk=here.pk).update(
                cert=Cert.objects.get(code="rennes"), department="35"
            )

        move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(lea.pk)), also=centre)
        move.move(dossier, Verb.TAKE_UP, agent())
        if accept:
            for slot in dossier.slots.filter(asked=True):
                facts.decide(slot, SlotStatus.ACCEPTED, Role.AGENT)
        dossier.refresh_from_db()
        return dossier

    return make


def agent():
    """Somebody who decides in Rennes."""
    return move.Actor.of(Role.AGENT, Person.objects.get(email=AGENT))


def granted(dossier):
    """The request is granted, and the worker does what follows."""
    move.move(dossier, Verb.APPROVE, agent())
    journey.settle()
    dossier.refresh_from_db()
    return dossier


def again(row, **changes):
    """The row is due now, as after a wait or a kill."""
    with transaction.atomic():
        FollowUp.objects.filter(pk=row.pk).update(next_try=clock.ticks(), **changes)


def text_of(response):
    """The words of a page, without marks and with plain spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode())).split())


def page(dossier, path="suivi/"):
    """What Léa reads of her request."""
    client = Client()
    client.force_login(dossier.owner)
    response = client.get(f"/demandes/{dossier.reference}/{path}")
    assert response.status_code == 200, response.status_code
    return text_of(response)


def desk(dossier):
    """What the agent reads of it."""
    client = Client()
    client.force_login(Person.objects.get(email=AGENT))
    response = client.get(f"/agent/dossiers/{dossier.reference}/")
    assert response.status_code == 200
    return text_of(response)


def entry_of(dossier):
    """What the event of the registration keeps, sealed."""
    return dossier.events.get(verb=Verb.REGISTER).read_detail(dossier.key())


def subjects():
    """The subjects of the messages that Léa got, newest first."""
    return [" ".join(mail["subject"].split()) for mail in mails(MAIL)]


def carried_home(dossier):
    """The factory makes it, the postman delivers it."""
    assert plant.answer("made", dossier.reference) == [dossier.reference]
    journey.settle()
    assert post.scan("deliver", letters_of(dossier.reference))
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.DELIVERED


# ── The register ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_who_registers_for_the_exam_gets_a_number_of_twelve_digits_and_a_certificate_of_five_years(in_review):
    dossier = granted(in_review(Motive.INS))
    assert dossier.get_state() is State.REGISTERED
    detail = entry_of(dossier)
    today = clock.today()
    assert re.fullmatch(rf"{today:%y%m}3510\d{{4}}", detail["number"])
    assert detail["valid_until"] == months(today, 60).isoformat()
    assert not detail["kept"]
    seen = page(dossier)
    assert detail["number"] in seen
    assert "Votre inscription à l’examen du permis est faite" in seen
    assert "carte" not in seen.split("Le chemin de votre demande")[1].split("Mon reçu")[0]
    n = dossier.events.get(verb=Verb.REGISTER).n
    letter = page(dossier, f"courriers/{n}/")
    assert "Attestation d’inscription au permis de conduire" in letter
    assert detail["number"] in letter
    client = Client()
    client.force_login(dossier.owner)
    paper = client.get(f"/demandes/{dossier.reference}/courriers/{n}.pdf")
    assert (paper["Content-Type"], paper.content[:5]) == ("application/pdf", b"%PDF-")
    assert subjects()[0] == "Inscription à l’examen du permis : c’est fait"
    assert detail["number"] not in mails(MAIL)[0]["text"]
    assert plant.orders() == []
    assert verify(dossier.reference).faults == []


@pytest.mark.django_db
def test_the_number_that_somebody_had_already_is_kept(in_review):
    dossier = granted(in_review(Motive.INS_RET))
    assert (entry_of(dossier)["number"], entry_of(dossier)["kept"]) == ("091135101234", True)
    assert "C’est celui que vous aviez déjà" in page(dossier)


@pytest.mark.django_db
def test_a_number_that_is_somebody_elses_brings_the_request_back_to_an_agent(in_review):
    register.DemoRegistry().enter(
        "another",
        work.Entry("registration", "Tanguy", "Yves", "1970-01-01", "Brest", "29", ("B",), "091135101234"),
    )
    dossier = granted(in_review(Motive.INS_RET))
    assert dossier.get_state() is State.IN_REVIEW
    assert "celui d’une autre personne" in page(dossier)
    assert subjects()[0].endswith("votre numéro est à vérifier")
    assert not FollowUp.objects.filter(event__dossier=dossier, done=False).exists()
    assert "vous recevez un nouveau numéro" in page(dossier)
    assert "la demande part sans ce numéro" in desk(dossier)
    assert "Numéro refusé par le registre" in desk(dossier)
    granted(dossier)
    assert dossier.get_state() is State.REGISTERED
    fresh = entry_of(dossier)
    assert re.fullmatch(rf"{clock.today():%y%m}3510\d{{4}}", fresh["number"])
    assert not fresh["kept"]
    assert dossier.events.filter(verb=Verb.REJECT_CARD).count() == 1
    assert verify(dossier.reference).faults == []


@pytest.mark.django_db
def test_a_register_that_gives_one_number_to_two_people_is_not_believed(in_review, monkeypatch):
    monkeypatch.setattr(register, "_draw", lambda _department: "261135100007")
    first = granted(in_review(Motive.INS))
    assert entry_of(first)["number"] == "261135100007"
    again_hers = granted(
        in_review(Motive.INS, given_names="Léa, Anne")
    )  # the same person, all her names written
    assert again_hers.get_state() is State.REGISTERED
    twin = granted(in_review(Motive.INS, given_names="Zoé"))
    assert twin.get_state() is State.APPROVED
    row = FollowUp.objects.get(event__dossier=twin, follower="order_card")
    assert (row.done, row.last_error) == (False, "Unavailable")
    assert work.GivenNumber.objects.count() == 1
    kept = work.GivenNumber.objects.get()
    assert "261135100007" not in str(kept.__dict__)
    assert "MOREAU" not in str(kept.__dict__).upper()
    assert verify(twin.reference).faults == []


@pytest.mark.django_db
def test_while_the_register_is_down_the_request_waits_and_then_has_one_number(in_review):
    register.shut().touch()
    dossier = granted(in_review(Motive.INS))
    assert dossier.get_state() is State.APPROVED
    row = FollowUp.objects.get(event__dossier=dossier, follower="order_card")
    assert (row.done, row.last_error) == (False, "Unavailable")
    assert "Nous vous écrivons dès que vous avez votre numéro" in page(dossier)
    register.shut().unlink()
    again(row)
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.REGISTERED
    assert [e["number"] for e in register.entries()] == [entry_of(dossier)["number"]]
    assert row.attempts < ATTEMPTS


@pytest.mark.django_db
def test_killed_between_the_register_and_the_move_that_says_it_somebody_has_still_one_number(
    in_review, monkeypatch
):
    dossier = in_review(Motive.INS)
    real = work.move
    monkeypatch.setattr(work, "move", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
    granted(dossier)
    monkeypatch.setattr(work, "move", real)
    (before,) = register.entries()
    row = FollowUp.objects.get(event__dossier=dossier, follower="order_card")
    again(row)
    journey.settle()
    assert entry_of(dossier)["number"] == before["number"]
    assert len(register.entries()) == 1


@pytest.mark.django_db
def test_a_european_licence_is_recorded_and_stays_with_its_owner(in_review):
    dossier = granted(in_review(Motive.ENR_EU))
    assert dossier.get_state() is State.REGISTERED
    assert "valid_until" not in entry_of(dossier)
    n = dossier.events.get(verb=Verb.REGISTER).n
    letter = page(dossier, f"courriers/{n}/")
    assert "Attestation d’enregistrement d’un permis européen" in letter
    assert "Allemagne" in letter
    assert entry_of(dossier)["number"] in letter


# ── The factory ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_an_international_licence_is_ordered_as_a_booklet_and_said_so_to_the_end(in_review):
    dossier = in_review(Motive.PCI)
    last = days(clock.today(), 15)
    assert "Dernier jour pour poster la photo et l’enveloppe affranchie" in page(dossier)
    assert f"{last.day} " in page(dossier).split("À faire par courrier")[1][:200]
    assert "Attendu par courrier" in desk(dossier)
    granted(dossier)
    (order,) = plant.orders()
    assert order["product"] == "booklet"
    assert "Votre permis international est en fabrication" in page(dossier)
    client = Client()
    client.force_login(dossier.owner)
    mine = text_of(client.get("/demandes/"))
    assert "Permis international en fabrication" in mine
    assert "Carte en fabrication" not in mine
    assert "À faire par courrier" not in page(dossier)
    carried_home(dossier)
    seen = page(dossier)
    assert "Votre permis international vous a été remis" in seen
    assert "Il y a une erreur sur la carte" not in seen
    assert "Permis de conduire international : votre permis international vous a été remis" in subjects()
    assert "votre carte" not in " ".join(subjects())


@pytest.mark.django_db
def test_a_booklet_is_granted_once_its_photo_and_its_envelope_have_come(in_review):
    dossier = in_review(Motive.PCI)
    client = Client()
    client.force_login(Person.objects.get(email=AGENT))
    here = f"/agent/dossiers/{dossier.reference}/approve/"
    early = client.post(here, {"seen": dossier.version, "key": "1"})
    assert early.status_code == 422
    assert "La demande n’est pas accordée" in text_of(early)
    assert "Si elles ne sont pas là, attendez-les" in text_of(early)
    dossier.refresh_from_db()
    assert dossier.get_state() is State.IN_REVIEW
    assert client.post(here, {"seen": dossier.version, "key": "1", "arrived": "on"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.get_state() is State.APPROVED
    assert dossier.events.get(verb=Verb.APPROVE).read_detail(dossier.key())["arrived"] is True
    journey.settle()
    plant.answer("rejected", dossier.reference)
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.IN_REVIEW
    assert "enveloppe affranchie sont arrivées" not in desk(dossier)  # they came once
    assert client.post(here, {"seen": dossier.version, "key": "2"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.get_state() is State.APPROVED


@pytest.mark.django_db
def test_nobody_is_asked_for_an_envelope_of_a_card(in_review):
    assert "enveloppe affranchie" not in desk(in_review(Motive.DET))


@pytest.mark.django_db
def test_the_envelope_and_the_address_are_in_the_message_of_a_booklet(in_review):
    in_review(Motive.PCI)
    journey.settle()
    text = next(mail["text"] for mail in mails(MAIL) if "enregistrée" in mail["subject"])
    assert "l’enveloppe affranchie" in text
    assert "CERT de Rennes" in text


@pytest.mark.django_db
def test_a_rejected_booklet_comes_back_to_an_agent_and_is_ordered_again(in_review):
    dossier = granted(in_review(Motive.PCI))
    plant.answer("rejected", dossier.reference)
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.IN_REVIEW
    assert "Le permis international n’a pas pu être fabriqué" in page(dossier)
    assert "À faire par courrier" not in page(dossier)  # it was there before the request was granted
    granted(dossier)
    assert [(o["product"], o["answered"]) for o in plant.orders()] == [
        ("booklet", "rejected"),
        ("booklet", None),
    ]
    carried_home(dossier)


@pytest.mark.django_db
def test_an_error_is_mended_by_a_corrected_card_without_a_new_photo(in_review):
    dossier = granted(in_review(Motive.ERR))
    (order,) = plant.orders()
    assert (order["product"], order["photo"], order["categories"]) == ("corrected_card", "", ["B"])
    assert "Votre carte corrigée est en fabrication" in page(dossier)
    carried_home(dossier)
    assert "détruisez la carte qui portait l’erreur" in page(dossier)


@pytest.mark.django_db
def test_killed_after_the_order_the_factory_hears_it_twice_and_makes_one_card(in_review, monkeypatch):
    dossier = in_review(Motive.DET)
    real = work.move
    monkeypatch.setattr(work, "move", lambda *_, **__: (_ for _ in ()).throw(RuntimeError))
    granted(dossier)
    monkeypatch.setattr(work, "move", real)
    assert len(plant.orders()) == 1
    again(FollowUp.objects.get(event__dossier=dossier, follower="order_card"))
    journey.settle()
    assert len(plant.orders()) == 1
    assert dossier.events.filter(verb=Verb.ORDER_CARD).count() == 1
    carried_home(dossier)
    assert "Votre permis vous a été remis" in page(dossier)


@pytest.mark.django_db
def test_a_motorcycle_licence_of_elsewhere_is_printed_as_a2_with_the_code_of_an_exchange(in_review):
    dossier = in_review(Motive.ECH_HUE, categories=["A", "B"], licence_lost="yes")
    granted(dossier)
    (order,) = plant.orders()
    assert order["categories"] == ["A2", "B"]
    assert "70" in order["codes"]


# ── The original of a foreign licence ───────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.parametrize("motive", [Motive.ECH_EU, Motive.ECH_HUE, Motive.ECH_COM, Motive.RETAB])
def test_a_foreign_licence_is_seen_before_it_is_exchanged(in_review, motive):
    dossier = in_review(motive)
    with pytest.raises(Refusal, match="original doit être reçu et vérifié"):
        move.move(dossier, Verb.APPROVE, agent())
    client = Client()
    client.force_login(Person.objects.get(email=AGENT))
    here = f"/agent/dossiers/{dossier.reference}/"
    assert "Demander le permis original" in desk(dossier)
    assert "RESPER" not in desk(dossier)
    assert "Refusez d’abord le document à refaire" not in desk(dossier)
    decision = client.get(here).content.decode().split('id="decision"')[1]
    behind = decision.split("<details")[1].split("</details>")[0]
    assert "Classer sans suite" in behind
    assert "Demander le permis original" not in behind
    assert client.post(f"{here}ask_original/", {"seen": dossier.version, "key": "1"}).status_code == 302
    dossier.refresh_from_db()
    assert dossier.get_state() is State.ORIGINAL_AWAITED
    journey.settle()
    seen = page(dossier)
    assert "Envoyez-nous votre permis original" in seen
    assert "35000 RENNES" in seen
    assert "35000 RENNES" in mails(MAIL)[0]["text"]
    assert dossier.dues.get(what="original").day == days(clock.today(), 30)
    client.post(f"{here}receive_original/", {"seen": dossier.version, "key": "2"})
    dossier.refresh_from_db()
    n = dossier.events.get(verb=Verb.RECEIVE_ORIGINAL).n
    deposit = page(dossier, f"courriers/{n}/")
    assert "Attestation de dépôt de votre permis étranger (ADS)" in deposit
    assert "pièce d’identité" in deposit
    assert "Attestation de dépôt (ADS)" in page(dossier)
    assert "avec votre permis étranger" not in page(dossier)  # we have it
    assert dossier.dues.filter(what="silence", status=Due.OPEN).count() == 1
    dossier.refresh_from_db()
    client.post(f"{here}authenticate/", {"seen": dossier.version, "key": "3"})
    dossier.refresh_from_db()
    assert dossier.get_state() is State.IN_REVIEW
    assert "Demander le permis original" not in desk(dossier)
    assert "Vérifié le" in desk(dossier)
    assert dossier.dues.filter(what="silence", status=Due.OPEN).count() == 1
    granted(dossier)
    assert plant.orders()[0]["product"] == "card"
    carried_home(dossier)
    assert verify(dossier.reference).faults == []


@pytest.mark.django_db
def test_a_foreign_licence_that_was_lost_is_not_asked_for(in_review):
    dossier = in_review(Motive.ECH_EU, licence_lost="yes", stamp_number="")
    assert "Demander le permis original" not in desk(dossier)
    assert "il n’est pas demandé" in desk(dossier)
    assert "à vérifier dans RESPER avant d’accorder" in desk(dossier)
    with pytest.raises(Refusal):
        move.move(dossier, Verb.ASK_ORIGINAL, agent())
    assert move.move(dossier, Verb.APPROVE, agent()).after == State.APPROVED


@pytest.mark.django_db
def test_nobody_asks_for_an_original_of_who_damaged_a_card(in_review):
    dossier = in_review(Motive.DET)
    assert "Demander le permis original" not in desk(dossier)
    assert "Permis étranger original" not in desk(dossier)
    with pytest.raises(Refusal, match="pas de permis original"):
        move.move(dossier, Verb.ASK_ORIGINAL, agent())


@pytest.mark.django_db
def test_an_original_that_does_not_come_in_thirty_days_closes_the_request(in_review):
    dossier = in_review(Motive.ECH_EU)
    move.move(dossier, Verb.ASK_ORIGINAL, agent(), detail={"send_to": ["CERT de Rennes"]})
    world.set_offset(31 * 86400.0)
    sweep_dues()
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.CLOSED
    assert "permis original" in page(dossier)


@pytest.mark.django_db
def test_while_the_original_is_awaited_the_person_may_give_up(in_review):
    dossier = in_review(Motive.ECH_EU)
    move.move(dossier, Verb.ASK_ORIGINAL, agent(), detail={"send_to": ["CERT de Rennes"]})
    assert "Annuler ma demande" in page(dossier)
    client = Client()
    client.force_login(dossier.owner)
    dossier.refresh_from_db()
    here = f"/demandes/{dossier.reference}/annuler/"
    assert client.post(here, {"seen": dossier.version}).status_code == 302
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.CANCELLED
    assert dossier.dues.filter(status=Due.OPEN).count() == 0
    assert "annulé votre demande" in page(dossier)


@pytest.mark.django_db
def test_while_the_original_is_awaited_an_agent_may_close_and_says_why(in_review):
    dossier = in_review(Motive.ECH_EU)
    move.move(dossier, Verb.ASK_ORIGINAL, agent(), detail={"send_to": ["CERT de Rennes"]})
    dossier.refresh_from_db()
    assert "Classer sans suite" in desk(dossier)
    client = Client()
    client.force_login(Person.objects.get(email=AGENT))
    here = f"/agent/dossiers/{dossier.reference}/close/"
    assert client.post(here, {"seen": dossier.version, "key": "1"}).status_code == 422
    words = {"seen": dossier.version, "key": "1", "reason": "Vous avez déjà un permis français."}
    assert client.post(here, words).status_code == 302
    journey.settle()
    dossier.refresh_from_db()
    assert dossier.get_state() is State.CLOSED
    seen = page(dossier)
    assert "Vous avez déjà un permis français." in seen
    assert "Nous n’avons pas reçu votre permis original" not in seen


@pytest.mark.django_db
def test_two_months_without_an_answer_to_an_exchange_are_a_refusal_that_is_told(in_review):
    dossier = in_review(Motive.ECH_EU)
    move.move(dossier, Verb.ASK_ORIGINAL, agent(), detail={"send_to": ["CERT de Rennes"]})
    move.move(dossier, Verb.RECEIVE_ORIGINAL, agent())
    assert "considérée comme refusée" in page(dossier)
    last = dossier.dues.get(what="silence", status=Due.OPEN).day
    world.set_offset((last - clock.today()).days * 86400.0)
    journey.settle()
    assert "attend depuis deux mois" in subjects()[0]
    assert "vaut refus" in mails(MAIL)[0]["text"]


@pytest.mark.django_db
def test_an_original_that_is_false_is_refused_by_the_head_of_the_centre_alone(in_review):
    dossier = in_review(Motive.ECH_EU)
    move.move(dossier, Verb.ASK_ORIGINAL, agent(), detail={"send_to": ["CERT de Rennes"]})
    move.move(dossier, Verb.RECEIVE_ORIGINAL, agent())
    words = {"reason": "Le pays ne reconnaît pas ce permis."}
    with pytest.raises(Refusal):
        move.move(dossier, Verb.REFUSE, agent(), detail=words)
    head = move.Actor.of(Role.SUPERVISOR, Person.objects.get(email="nadia.ferrand@demo.telepermis.example"))
    assert move.move(dossier, Verb.REFUSE, head, detail=words).after == State.REFUSED


# ── The agent's screen ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("motive", "said", "not_said"),
    [
        (Motive.DET, {"R01", "R13", "R16"}, {"R06", "R14", "R17", "R18", "R20"}),
        (Motive.PERTE, {"R13", "R14", "R16"}, {"R06", "R17", "R18"}),
        (Motive.ECH_EU, {"R11", "R17"}, {"R06", "R14", "R18", "R20", "R21"}),
        (Motive.INS, {"R11"}, {"R06", "R14", "R17", "R18", "R21"}),
    ],
)
def test_the_reasons_of_a_refusal_are_those_of_the_request(in_review, motive, said, not_said):
    dossier = in_review(
        motive, accept=False, **({"stamp_number": "1" * 16} if motive is Motive.PERTE else {})
    )
    client = Client()
    client.force_login(Person.objects.get(email=AGENT))
    shown = client.get(f"/agent/dossiers/{dossier.reference}/refuse/").content.decode()
    codes = set(re.findall(r'<option value="(R\d\d)"', shown))
    assert said <= codes
    assert not codes & not_said


@pytest.mark.django_db
def test_the_agent_reads_what_the_law_said_and_the_price_with_a_masked_stamp(in_review):
    dossier = in_review(Motive.PERTE, stamp_number="1234567890123456")
    seen = desk(dossier)
    assert "La demande peut être faite." in seen
    assert "25" in seen.split("Résultat")[1].split("Prix")[1][:30]
    assert "3456" in seen
    assert "1234567890123456" not in seen
    assert "Gratuit." in desk(in_review(Motive.ERR))


@pytest.mark.django_db
def test_the_agent_reads_what_the_law_says_otherwise_today(in_review):
    dossier = in_review(Motive.ERR)
    assert "À regarder" not in desk(dossier)
    world.set_offset(200 * 86400.0)
    seen = desk(dossier)
    assert "La demande peut être faite." in seen
    assert "Aujourd’hui : la demande n’est pas possible. Une erreur se signale dans les 6 mois" in seen
