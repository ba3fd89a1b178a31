"""Marie lost her licence: she declares it inside the request, pays with a stamp, and cannot take it back."""

from __future__ import annotations

import pytest

from permis import journey
from permis.adapters.mail.demo import read_all as mails
from permis.adapters.stamps import FINE, demo
from permis.adapters.stamps.demo import DemoStamps
from permis.domain.vocabulary import Role
from permis.dossier import facts
from permis.dossier.models import Dossier, FollowUp
from permis.submission import receipt
from tests.stories.people import CATEGORIES, MOTIVE, Agent, Citizen, exam, factory, later, postman

PERTE = {"motive": "PERTE"}
MARIE = {"birth_name": "Le Bihan", "given_names": "Marie", "birth_date_year": "1981"}


def marie(stamp, **steps):
    """Marie at the documents page, her stamp typed."""
    person = Citizen("marie@exemple.fr").signs_up().begins()
    return person.answers(motif=PERTE, identite=MARIE, timbre={"stamp_number": stamp}, **steps)


def state_of(number):
    """What the shop knows of the stamp."""
    return next(stamp["state"] for stamp in demo.stamps() if stamp["number"] == number)


@pytest.mark.django_db
def test_marie_goes_from_the_loss_to_her_letterbox(centres):
    number = demo.sell(2500)
    person = marie(number)
    assert [piece for piece, *_ in person.slots()] == ["ID", "ID", "ADDR", "PHOTO", "PHOTO"]
    person.gives_documents().confirms()
    person.sees("attestation de droits à conduire (ADCS)", "Timbre fiscal de 25 €", "Permis perdu")
    person.sees("Si vous retrouvez l’ancien permis, il n’est plus valable : détruisez-le.")
    assert state_of(number) == "reserved"
    assert "Permis perdu" in person.inbox()[0]["subject"]
    camille = Agent()
    camille.open(f"/agent/dossiers/{person.reference}/").sees("Permis perdu", "Tombé du sac dans le métro.")
    camille.approves(person.reference)
    assert factory() == [person.reference]
    assert state_of(number) == "used"
    assert postman("deliver", person.reference)
    person.follows().sees("Votre permis vous a été remis")


@pytest.mark.django_db
def test_a_loss_that_was_sent_cannot_be_cancelled(centres):
    person = marie(demo.sell(2500)).gives_documents().confirms()
    person.follows()
    assert "Annuler ma demande" not in person.page.text
    person.open(f"/demandes/{person.reference}/annuler/")
    person.send(having="seen")
    person.sees("Une déclaration de perte ne peut pas être annulée")
    assert Dossier.objects.get(reference=person.reference).state == "SUBMITTED"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: "1234567890123456", "Ce numéro de timbre n’existe pas"),
        (lambda: demo.sell(3500, FINE), "Un timbre d’amende ne convient pas"),
        (lambda: demo.sell(1250), "Ce timbre vaut 12,50 € : pour cette demande, il faut 25 €"),
        (lambda: "1234", "16 chiffres"),
    ],
    ids=["unknown", "a fine's", "of Guyane", "too short"],
)
def test_a_stamp_that_will_not_do_is_said_when_its_number_is_typed(centres, made, says):
    person, number = Citizen("marie@exemple.fr").signs_up().begins(), made()
    with pytest.raises(AssertionError):
        person.answers(motif=PERTE, identite=MARIE, timbre={"stamp_number": number})
    assert person.status == 422
    person.sees(says)
    assert person.form().values["stamp_number"] == [number]  # nothing typed is lost


@pytest.mark.django_db
def test_in_guyane_the_stamp_costs_half(centres):
    home = {"postcode": "97300", "town": "Cayenne"}
    person = marie(demo.sell(1250), adresse=home)
    person.gives_documents().confirms().sees("Timbre fiscal de 12,50 €")


@pytest.mark.django_db
def test_the_stamp_of_a_refused_request_serves_for_the_next_one(centres):
    number = demo.sell(2500)
    first = marie(number).gives_documents().confirms()
    camille = Agent().takes_up(first.reference)
    camille.says(first.reference, "refuse", reason="Une suspension est en cours.", reason_code="R13")
    journey.settle()
    assert state_of(number) == "unused"
    refusal = next(m for m in mails("marie@exemple.fr") if "refusée" in m["subject"])
    assert refusal["subject"].startswith("Permis perdu")
    first.begins().answers(motif=PERTE, identite=MARIE, timbre={"stamp_number": number})
    first.gives_documents().confirms()
    assert state_of(number) == "reserved"


@pytest.mark.django_db
def test_the_decision_is_a_letter_on_a_page_and_on_paper(centres):
    person = marie(demo.sell(2500)).gives_documents().confirms()
    camille = Agent().takes_up(person.reference)
    camille.judges(person.reference).judges(
        person.reference, "ADDR", "refuse", reason="R03", note="Trop ancien."
    )
    camille.says(person.reference, "ask_for_more")
    person.follows()
    url = next(url for name, url in person.page.links if "Documents à refaire" in name)
    person.open(url).sees("Il manque un document à votre demande", "Justificatif de domicile", "Trop ancien.")
    paper = person.client.get(url.rstrip("/") + ".pdf")
    assert (paper.status_code, paper["Content-Type"]) == (200, "application/pdf")
    assert paper.content.startswith(b"%PDF")
    later(days=31)
    person.follows().sees("classée sans suite")
    closing = next(url for name, url in person.page.links if "Classement sans suite" in name)
    person.open(closing).sees("Nous n’avons pas reçu les documents demandés")


@pytest.mark.django_db
def test_a_lorry_driver_may_leave_the_medical_opinion_out(centres):
    person = Citizen("jean@exemple.fr").signs_up().begins()
    person.answers(
        motif=PERTE,
        permis={"held_categories": ["B", "C"]},
        identite=MARIE,
        timbre={"stamp_number": demo.sell(2500)},
    )
    assert "MED" in {piece for piece, *_ in person.slots()}
    person.gives_documents(but=("MED",)).confirms()
    person.sees("Sans avis médical, vos catégories de poids lourd gardent leur date de fin actuelle.")
    Agent().approves(person.reference)
    assert factory() == [person.reference]


@pytest.mark.django_db
def test_marie_reads_when_her_card_should_come_and_that_it_is_late(centres):
    person = marie(demo.sell(2500)).gives_documents().confirms()
    person.follows().sees("Elle devrait arriver", "Entre le", "D’après les délais habituels")
    later(days=43)  # six weeks and a day
    person.follows().sees("Plus tard que d’habitude", "Votre demande n’est pas oubliée")


@pytest.mark.django_db
def test_who_finds_the_licence_again_and_asks_for_a_first_one_keeps_the_stamp(centres):
    number = demo.sell(2500)
    person = marie(number)
    person.open(f"/demandes/{person.reference}/motif/").send(**MOTIVE)
    person.open(f"/demandes/{person.reference}/permis/").send(**CATEGORIES)
    person.open(f"/demandes/{person.reference}/examen/").send(**exam())
    person.gives_documents().confirms()
    assert state_of(number) == "unused"
    Agent().approves(person.reference)
    assert factory() == [person.reference]
    assert FollowUp.objects.get(follower="use_stamp").done
    assert state_of(number) == "unused"


def sends_while(person, monkeypatch, happens):
    """Sends the request; this happens in another tab before the service has reserved the stamp."""
    person.open(f"/demandes/{person.reference}/recapitulatif/").send(having="send", press="send")
    code, reserve = person.last_code(), DemoStamps.reserve

    def slow(self, number, key):
        monkeypatch.setattr(DemoStamps, "reserve", reserve)
        happens()
        return reserve(self, number, key)

    monkeypatch.setattr(DemoStamps, "reserve", slow)
    person.send(having="code", code=code, sincere="on")


@pytest.mark.django_db
def test_marie_changes_her_stamp_in_another_tab_while_she_sends_and_then_gives_up(centres, monkeypatch):
    first, second = demo.sell(2500), demo.sell(2500)
    person = marie(first).gives_documents()

    def types_another():
        dossier = Dossier.objects.get(reference=person.reference)
        facts.save_answers(dossier, Role.CITIZEN, {"stamp_number": second}, revision=dossier.revision)

    sends_while(person, monkeypatch, types_another)
    assert person.status == 422
    person.sees("Vos réponses ont changé")
    assert state_of(first) == "unused"
    person.open(f"/demandes/{person.reference}/annuler/").send(having="seen")
    journey.settle()
    assert (state_of(first), state_of(second)) == ("unused", "unused")


@pytest.mark.django_db
def test_marie_gives_up_in_another_tab_while_her_stamp_is_being_reserved(centres, monkeypatch):
    number = demo.sell(2500)
    person = marie(number).gives_documents()
    other = Citizen("marie@exemple.fr")
    other.client.cookies = person.client.cookies

    def gives_up():
        other.open(f"/demandes/{person.reference}/annuler/").send(having="seen")
        journey.settle()

    sends_while(person, monkeypatch, gives_up)
    assert Dossier.objects.get(reference=person.reference).state == "CANCELLED"
    assert state_of(number) == "unused"


@pytest.mark.django_db
def test_the_number_of_her_stamp_is_whole_in_her_own_box_and_nowhere_else(centres):
    number = demo.sell(2500)
    person = marie(number)
    person.open(f"/demandes/{person.reference}/timbre/")
    assert person.form().values["stamp_number"] == [number]
    person.gives_documents().confirms()
    camille = Agent()
    agent = camille.open(f"/agent/dossiers/{person.reference}/").page.text
    own = person.open(f"/demandes/{person.reference}/recu/").page.text
    rows = [
        r
        for s in receipt.content(Dossier.objects.get(reference=person.reference))["sections"]
        for r in s["rows"]
    ]
    paper = " ".join(row["value"] for row in rows)
    for text in (agent, own, paper):
        assert number not in "".join(text.split())
    for text in (agent, paper):
        assert f"•••• •••• •••• {number[-4:]}" in text.replace("\u00a0", " ")


@pytest.mark.django_db
def test_marie_may_buy_the_stamp_last(centres):
    person = Citizen("marie@exemple.fr").signs_up().begins()
    person.answers(motif=PERTE, identite=MARIE).gives_documents()
    person.open(f"/demandes/{person.reference}/recapitulatif/")
    person.sees("Il manque encore quelque chose", "Le timbre fiscal")
    person.open(f"/demandes/{person.reference}/timbre/").sees("Numéro du timbre fiscal (peut attendre)")
    person.send(stamp_number=demo.sell(2500))
    person.confirms().sees("Téléchargez d’abord cette attestation sur le site Mes Points Permis")


@pytest.mark.django_db
def test_a_refusal_is_signed_by_name_and_says_how_to_contest(centres):
    person = marie(demo.sell(2500)).gives_documents().confirms()
    camille = Agent().takes_up(person.reference)
    camille.says(person.reference, "refuse", reason="Une suspension est en cours.", reason_code="R13")
    person.follows()
    url = next(url for name, url in person.page.links if "Décision de refus" in name)
    person.open(url).sees("Camille Roux", "pendant 2 mois", "tribunal administratif")
