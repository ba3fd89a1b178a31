"""Six motives through the browser, one a kind of result and a return after an annulment, from table 0 to the end."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.stories.browser_people import (
    Applicant,
    Camille,
    born,
    bought,
    in_words,
    labels,
    months_later,
    on,
    today,
)
from tests.stories.windows import PHONE, checked, chromium, glanced, office, outside, said, service, window

__all__ = ["chromium", "office", "service", "window"]  # fixtures
pytestmark = pytest.mark.browser

# Other stories look at these steps empty, wrong and filled.
KNOWN = frozenset({"permis", "identite", "adresse", "contact"})
BASE = ["Pièce d’identité", "Justificatif de domicile", "Photo et signature"]


def ago(days: int) -> dt.date:
    """The day so many days before today."""
    return today() - dt.timedelta(days=days)


@pytest.fixture(scope="module")
def camille(office):
    """An agent, at her desk for all the stories of the file."""
    return Camille(office(), looks=glanced)


def shown(applicant: Applicant, stop: str) -> str:
    """What this stop of the request says to who comes back to it."""
    applicant.page.goto(f"/demandes/{applicant.reference}/{stop}/")
    return said(applicant.page)


def opens(applicant: Applicant, link: str) -> bytes:
    """What somebody gets who follows this link, with his own session."""
    href = applicant.page.get_by_role("link", name=link).first.get_attribute("href")
    answer = applicant.page.request.get(href)
    assert answer.ok, (href, answer.status)
    return answer.body()


def test_p13_jean_declares_a_theft_and_drives_two_months_on_the_receipt_until_his_card_comes(
    service, window, camille
):
    receipt = ago(8)
    jean = Applicant(
        service,
        window(size=PHONE),
        "jean",
        known=KNOWN - {"permis"},
        permis={"held_categories": ["B"], "sanction": "no", "medical_flag": "no"},
        identite={**born(51), "sex": "M", "birth_name": "Morel", "given_names": "Jean"},
        adresse={"letterbox": "Morel"},
        vol={
            "theft_declared": "yes",
            **on("theft_receipt_on", receipt),
            "theft_authority": "Commissariat de Rennes",
            "theft_place": "Rennes",
        },
        timbre={"stamp_number": bought(service, window)},
    )
    jean.explores("vole")
    assert "25 €" in said(jean.page)
    assert in_words(months_later(receipt, 2)) in said(jean.page)
    jean.begins_from_the_list()
    here = jean.page.url
    assert "On m’a volé mon permis" in shown(jean, "motif")
    assert jean.page.is_checked("[name=motive][value=VOL]")
    jean.looks_closely().page.goto(here)
    jean.answers()
    assert labels(jean.page) == [*BASE, "Récépissé de déclaration de vol"]
    jean.gives().confirms()
    assert in_words(months_later(receipt, 2)) in said(jean.page)
    camille.takes_up(jean.reference).accepts_all().says("approve")
    jean.follows("Votre carte est en fabrication")
    outside(service, "factory", "make", jean.reference)
    outside(service, "post", "deliver", jean.reference)
    jean.follows("Votre permis vous a été remis")


def test_jules_20_registers_and_has_his_number_and_his_certificate(service, window, camille):
    jules = Applicant(
        service,
        window(),
        at="jules.adam",
        known=KNOWN - {"permis"},
        permis={"categories": ["B"], "held_categories": ["none"], "gearbox": "manual", "medical_flag": "no"},
        identite={**born(20), "sex": "M", "birth_name": "Adam", "given_names": "Jules"},
        adresse={"letterbox": "Adam"},
        examen={"learning_mode": "supervised"},
    )
    jules.explores("passer", "premier").begins_from_the_list().answers()
    assert labels(jules.page) == [
        *BASE,
        "Attestation de sécurité routière (ASSR2)",
        "Journée défense et citoyenneté",
    ]
    assert "Vous le recevez à la fin de cette demande" in shown(jules, "examen")
    jules.gives()
    assert "ils seront écrits sur votre attestation d’inscription" in shown(jules, "recapitulatif")
    jules.confirms()
    camille.takes_up(jules.reference).accepts_all().says("approve")
    jules.follows("Votre inscription à l’examen du permis est faite").looks_closely()
    assert in_words(today().replace(year=today().year + 5)) in said(jules.page)
    number = jules.page.locator("dt", has_text="NEPH").locator("xpath=following-sibling::dd").inner_text()
    assert len(number) == 12
    assert number.startswith(f"{today():%y%m}35")
    assert opens(jules, "Mon attestation (PDF)").startswith(b"%PDF-")
    jules.page.get_by_role("link", name="Attestation d’inscription (AIPC)").click()
    assert number in said(jules.looks_closely().page)


def test_marco_keeps_his_italian_licence_and_has_it_recorded_without_javascript(service, window, camille):
    marco = Applicant(
        service,
        window(javascript=False, size=PHONE),
        at="marco.rossi",
        known=KNOWN | {"sejour"},  # the explorer asked all of it
        permis={"categories": ["B"], "sanction": "no"},
        identite={
            **born(38),
            "sex": "M",
            "birth_name": "Rossi",
            "given_names": "Marco",
            "birth_country": "IT",
            "birth_place": "Torino",
            "nationality": "IT",
        },
        adresse={"letterbox": "Rossi"},
        sejour=on("resident_since", ago(900)),
        **{
            "permis-actuel": {
                "licence_country": "IT",
                **on("licence_obtained_on", ago(6000)),
                "licence_has_end": "yes",
                **on("licence_expires_on", ago(-900)),
            }
        },
    )
    marco.explores("ailleurs", "europe", "enregistrer").begins_from_the_list().answers()
    assert labels(marco.page) == [
        "Pièce d’identité",
        "Justificatif de domicile",
        "Permis étranger",
        "Preuve de votre résidence en France",
    ]
    assert "Vous ne l’envoyez pas" in shown(marco, "permis-actuel")
    assert "Depuis quand vivez-vous en France" in shown(marco, "sejour")
    marco.looks_closely().gives().confirms()
    camille.takes_up(marco.reference).accepts_all().says("approve")
    marco.follows("Gardez votre permis étranger").looks_closely()
    assert "Votre permis étranger est enregistré" in said(marco.page)
    assert opens(marco, "Mon attestation (PDF)").startswith(b"%PDF-")


def test_p34_ben_is_told_that_his_booklet_will_be_late_and_what_to_post(service, window, camille):
    leaves = ago(-79)
    ben = Applicant(
        service,
        window(),
        at="ben.carre",
        known=KNOWN,
        permis={"held_categories": ["B"], "sanction": "no"},
        identite={**born(31), "sex": "M", "birth_name": "Carré", "given_names": "Ben"},
        adresse={"letterbox": "Carré"},
        voyage={**on("needed_on", leaves), "destinations": "Maroc"},
    )
    ben.explores("voyage")
    late = "le permis international risque d’arriver après votre départ"
    assert late in said(ben.page)
    ben.begins_from_the_list().answers()
    assert labels(ben.page) == [*BASE, "Votre permis de conduire"]
    ben.gives().confirms()
    ben.looks_closely()
    envelope = "Dernier jour pour poster la photo et l’enveloppe affranchie"
    for words in (envelope, in_words(ago(-15)), "le certificat de dépôt", "CERT de Rennes"):
        assert words in said(ben.page)
    assert "rien à faire" not in said(ben.page)
    ben.follows("À faire par courrier").looks_closely()
    for words in (envelope, in_words(ago(-15)), "le certificat de dépôt", "CERT de Rennes"):
        assert words in said(ben.page)
    assert "rien à faire" not in said(ben.page)
    assert "Attendu par courrier" in said(checked(camille.takes_up(ben.reference).page))
    camille.accepts_all().says("approve")
    ben.follows("Votre permis international est en fabrication")
    outside(service, "factory", "make", ben.reference)
    outside(service, "post", "deliver", ben.reference)
    ben.follows("Votre permis international vous a été remis")
    assert "signaler une erreur" not in said(ben.page)  # that is for cards


def test_p33_eva_has_a_category_that_was_forgotten_put_on_a_corrected_card(service, window, camille):
    eva = Applicant(
        service,
        window(size=PHONE),
        "eva",
        known=KNOWN,
        permis={"held_categories": ["A1", "B"]},
        identite={**born(24), "birth_name": "Colin", "given_names": "Eva"},
        adresse={"letterbox": "Colin"},
        erreur={
            "error_kind": "category",
            "error_words": "La catégorie A1 manque : je l’ai depuis 2020.",
            **on("received_on", ago(90)),
        },
    )
    eva.explores("erreur")
    assert "0 €" in said(eva.page)
    eva.begins_from_the_list().answers()
    assert labels(eva.page) == ["Votre permis de conduire", "Certificat d’examen (CEPC)"]
    eva.gives().confirms()
    camille.takes_up(eva.reference).accepts_all().says("approve")
    eva.follows("Votre carte corrigée est en fabrication")
    outside(service, "factory", "make", eva.reference)
    outside(service, "post", "deliver", eva.reference)
    eva.follows("détruisez la carte qui portait l’erreur").looks_closely()


def test_marc_comes_back_after_an_invalidation_and_is_told_of_the_theory_and_of_nine_months(
    service, window, camille
):
    surrendered = ago(100)
    marc = Applicant(
        service,
        window(),
        "marc",
        known=KNOWN | {"sanction", "avis-medical"},  # the explorer asked all of it
        permis={"categories": ["B"], "gearbox": "manual"},
        identite={**born(40), "sex": "M", "birth_name": "Vidal", "given_names": "Marc"},
        adresse={"letterbox": "Vidal"},
        examen={"learning_mode": "independent"},
        sanction={
            "was_invalidated": "yes",  # the letter 48SI says neither the first day nor the last
            **on("licence_surrendered_on", surrendered),
            **on("licence_first_issued_on", ago(4000)),
        },
        **{"avis-medical": on("medical_opinion_on", ago(10))},
    )
    marc.explores("sanction", "repasser")
    assert "Vous ne repassez que l’épreuve théorique." in said(marc.page)
    last = in_words(months_later(surrendered, 9))
    assert last in said(marc.page)
    marc.begins_from_the_list().answers()
    assert labels(marc.page) == [*BASE, "Avis médical", "Décision sur votre permis", "Examen psychotechnique"]
    assert "Quand avez-vous remis votre permis" in shown(marc, "sanction")
    marc.looks_closely().gives().confirms()
    camille.takes_up(marc.reference).accepts_all().says("approve")
    marc.follows("Votre inscription à l’examen du permis est faite")
