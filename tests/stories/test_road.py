"""Léa's road over HTTP, from her account to her letterbox, everybody playing his part."""

from __future__ import annotations

import datetime as dt

import pytest

from permis import clock, journey
from permis.adapters.plant import demo as plant
from permis.dossier.models import Dossier, FollowUp
from permis.dossier.verify import verify
from permis.evidence.verify import verify_documents
from permis.notices.models import Notice
from tests.stories.people import Agent, Citizen, factory, later, postman

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]


def whole(reference: str) -> bool:
    """What `permis verify` says."""
    report = verify(reference)
    verify_documents(report, reference)
    assert report.faults == []
    return True


def subjects(citizen: Citizen) -> list[str]:
    """The subjects received, oldest first, without the codes."""
    return [mail["subject"] for mail in reversed(citizen.inbox()) if "code" not in mail["subject"]]


def test_lea_goes_from_her_account_to_her_letterbox():
    lea = Citizen("lea@exemple.fr").signs_up().sends_all()
    lea.sees("C’est envoyé", lea.reference)

    lea.follows().sees("Un agent va lire votre demande", "Vous avez envoyé votre demande", "conduire")
    camille = Agent()
    camille.sees(lea.reference, "Moreau, Léa Jeanne Inès")
    camille.approves(lea.reference)
    assert camille.url == "/agent/"

    lea.follows().sees("Votre carte est en fabrication", "(CERT) de Rennes")
    assert factory() == [lea.reference]
    lea.follows().sees("La Poste apporte votre permis", "8 RUE DES LICES", "35000 RENNES")
    assert postman("deliver", lea.reference)
    lea.follows().sees("Votre permis vous a été remis")

    assert [s.split(" : ", 1)[1].split(",")[0] for s in subjects(lea)] == [
        f"votre demande {lea.reference} est enregistrée",
        "un agent lit votre demande",
        "votre demande est acceptée",
        "votre carte est en fabrication",
        "votre carte est partie",
        "votre permis vous a été remis",
    ]
    assert whole(lea.reference)
    assert not FollowUp.objects.filter(done=False).exists()
    assert not Notice.objects.filter(done=False).exists()


def test_sami_does_it_all_with_a_mobile_number_alone():
    sami = Citizen("06 39 98 12 99").signs_up().sends_all()
    Agent().approves(sami.reference)
    factory()
    postman("deliver", sami.reference)
    sami.follows().sees("Votre permis vous a été remis")
    said = [text["text"] for text in sami.inbox()]
    assert len(said) == 8  # two codes and six messages
    assert all("http" not in text and text.startswith("Télépermis") for text in said)


def test_the_letter_does_not_fit_waits_15_days_and_is_collected():
    lea = Citizen().signs_up().sends_all()
    Agent().approves(lea.reference)
    factory()
    first_pass = clock.today()
    postman("absent", lea.reference)
    last = first_pass + dt.timedelta(days=15)
    from permis.design.words import french_date

    lea.follows().sees("Votre permis vous attend à La Poste", french_date(last), "C’est à vous d’agir")
    assert french_date(last) in lea.inbox()[0]["subject"]
    later(days=15)
    lea.follows().sees("Votre permis vous attend à La Poste")  # the last day is included
    postman("collect", lea.reference)
    lea.follows().sees("Votre permis vous a été remis")
    assert whole(lea.reference)


def test_a_letter_that_nobody_collects_comes_back_and_is_sent_again_once():
    lea = Citizen().signs_up().sends_all()
    Agent().approves(lea.reference)
    factory()
    postman("absent", lea.reference)
    later(days=16)
    dossier = Dossier.objects.get(reference=lea.reference)
    assert [e.verb for e in dossier.events.all()][-3:] == ["miss", "return", "repost"]
    assert (dossier.state, dossier.letters.count()) == ("POSTED", 2)
    postman("return", lea.reference)
    dossier.refresh_from_db()
    assert dossier.state == "RETURNED"  # two sends in all; an operator sees it now
    Agent().says(lea.reference, "remake", reason="La personne a corrigé sa boîte aux lettres.")
    factory()
    postman("deliver", lea.reference)
    lea.follows().sees("Votre permis vous a été remis")
    assert whole(lea.reference)


def test_one_document_is_refused_with_a_reason_and_replaced_alone():
    lea = Citizen().signs_up().sends_all()
    camille = Agent()
    camille.takes_up(lea.reference).judges(lea.reference)
    camille.judges(
        lea.reference, "ADDR", "refuse", reason="R03", note="Cette facture date de plus de 6 mois."
    )
    camille.says(lea.reference, "ask_for_more")
    lea.follows().sees(
        "Il y a un document à refaire", "Cette facture date de plus de 6 mois.", "C’est à vous d’agir"
    )
    assert "Cette facture date de plus de 6 mois." in lea.inbox()[0]["text"]

    lea.open(f"/demandes/{lea.reference}/documents/")
    open_forms = [form for form in lea.page.forms if "file" in form.names]
    assert len(open_forms) == 1  # only the faulty one
    lea.gives_documents(only="ADDR")
    lea.open(f"/demandes/{lea.reference}/documents/")
    lea.send("/completer/")
    lea.follows().sees("Un agent va lire vos nouveaux documents")

    camille.open("/agent/").sees("Réponse reçue")
    camille.takes_up(lea.reference).judges(lea.reference, "ADDR").says(lea.reference, "approve")
    lea.follows().sees("Votre carte est en fabrication")
    assert whole(lea.reference)


def test_an_answer_that_never_comes_closes_the_request_after_30_days_and_a_reminder():
    lea = Citizen().signs_up().sends_all()
    camille = Agent().takes_up(lea.reference)
    camille.judges(lea.reference, "ADDR", "refuse", reason="R03").says(lea.reference, "ask_for_more")
    later(days=20)
    assert "il nous manque toujours un document" in lea.inbox()[0]["subject"]
    later(days=10)
    lea.follows().sees("Il y a un document à refaire")
    later(days=1)
    lea.follows().sees("Votre demande est classée sans suite")
    assert "classée sans suite" in lea.inbox()[0]["subject"]
    assert whole(lea.reference)


def test_a_refusal_says_why_and_what_can_be_done_and_can_be_undone_by_the_head():
    lea = Citizen().signs_up().sends_all()
    Agent().takes_up(lea.reference).says(
        lea.reference, "refuse", reason="Le certificat d’examen n’est pas le vôtre."
    )
    lea.follows().sees(
        "Votre demande est refusée", "Le certificat d’examen n’est pas le vôtre.", "tribunal administratif"
    )
    mail = lea.inbox()[0]
    assert "Le certificat d’examen n’est pas le vôtre." in mail["text"]
    assert "R421-5" in mail["text"]
    nadia = Agent("nadia.ferrand@demo.telepermis.example")
    nadia.says(lea.reference, "reopen", reason="Le tribunal nous demande de revoir.")
    lea.follows().sees("Un agent lit votre demande")
    assert whole(lea.reference)


def test_lea_cancels_before_an_agent_decides():
    lea = Citizen().signs_up().sends_all()
    lea.open(f"/demandes/{lea.reference}/annuler/")
    lea.send()
    lea.follows().sees("Votre demande est annulée")
    assert "annulée" in lea.inbox()[0]["subject"]


def test_a_letter_said_delivered_that_never_came_is_looked_for_and_remade():
    lea = Citizen().signs_up().sends_all()
    Agent().approves(lea.reference)
    factory()
    postman("deliver", lea.reference)
    lea.follows()
    lea.open(f"/demandes/{lea.reference}/lettre-non-recue/")
    lea.send()
    lea.follows().sees("Nous cherchons votre lettre")
    Agent().says(lea.reference, "remake", reason="La Poste ne la retrouve pas.")
    assert factory() == [lea.reference]
    postman("deliver", lea.reference)
    lea.follows().sees("Votre permis vous a été remis")
    assert len(plant.orders()) == 2
    assert whole(lea.reference)


def test_the_factory_cannot_print_a_card_and_an_agent_looks_again():
    lea = Citizen().signs_up().sends_all()
    camille = Agent().approves(lea.reference)
    factory("rejected")
    lea.follows().sees("Un agent lit votre demande")
    assert "n’a pas pu être fabriquée" in lea.inbox()[0]["subject"]
    camille.judges(lea.reference, "PHOTO", "refuse", reason="R05").says(lea.reference, "ask_for_more")
    lea.gives_documents(only="PHOTO")
    lea.open(f"/demandes/{lea.reference}/documents/").send("/completer/")
    camille.takes_up(lea.reference).judges(lea.reference, "PHOTO").says(lea.reference, "approve")
    assert factory() == [lea.reference]
    postman("deliver", lea.reference)
    lea.follows().sees("Votre permis vous a été remis")


def test_news_of_a_letter_that_nobody_awaits_is_kept_for_an_operator_and_not_retried():
    from permis.adapters.post import demo as post
    from permis.dossier.models import Unexpected

    lea = Citizen().signs_up().sends_all()
    Agent().approves(lea.reference)
    factory()
    number = next(iter(post.letters()))["number"]
    post.scan("absent", {number})
    post.scan("absent", {number})
    journey.settle()
    assert Unexpected.objects.count() == 1
    assert Dossier.objects.get(reference=lea.reference).state == "AT_POST_OFFICE"
    assert journey.beat() == 0


def test_two_months_of_silence_are_said_with_the_rights_they_open():
    lea = Citizen().signs_up().sends_all().follows()
    later(days=63)
    mail = lea.inbox()[0]
    assert "attend depuis deux mois" in mail["subject"]
    assert "tribunal administratif" in mail["text"]
