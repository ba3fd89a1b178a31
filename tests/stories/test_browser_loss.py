"""Marie and Madame Roy lost their licence: a phone without JavaScript, and a guardian who signs."""

from __future__ import annotations

import pytest

from tests.stories.browser_people import (
    MOTHER,
    Applicant,
    Camille,
    Representative,
    born,
    bought,
    in_words,
    labels,
    months_later,
    today,
)
from tests.stories.windows import DESK, PHONE, chromium, outside, said, service, window

__all__ = ["chromium", "service", "window"]  # fixtures
pytestmark = pytest.mark.browser


def test_p12_marie_lost_her_licence_and_has_no_javascript(service, window):
    marie = Applicant(
        service,
        window(javascript=False, size=PHONE),
        "marie",
        motif={"motive": "PERTE"},
        identite={**born(45), "given_names": "Marie"},
    )
    marie.steps["timbre"]["stamp_number"] = bought(service, window)
    marie.signs_up().begins().answers()
    assert labels(marie.page) == ["Pièce d’identité", "Justificatif de domicile", "Photo et signature"]
    marie.gives().confirms()
    assert in_words(months_later(today(), 4)) in said(marie.page)
    assert "attestation de droits à conduire (ADCS)" in said(marie.page)
    marie.follows("Un agent va lire votre demande")
    assert "Annuler ma demande" not in marie.page.content()
    camille = Camille(window(javascript=False, size=DESK))
    camille.takes_up(marie.reference).accepts_all().says("approve")
    marie.follows("Votre carte est en fabrication")
    outside(service, "factory", "make", marie.reference)
    marie.follows("La Poste apporte votre permis")
    outside(service, "post", "deliver", marie.reference)
    marie.follows("Votre permis vous a été remis")


def test_p31_madame_roy_is_under_guardianship(service, window):
    roy = Applicant(
        service,
        window(),
        "roy",
        motif={"motive": "PERTE"},
        identite={**born(30), "birth_name": "Roy", "given_names": "Chantal", "guardianship": "yes"},
    )
    guardian = Representative(service, window(), roy.address.replace("roy", "tuteur"))
    roy.steps["representant"] = {**MOTHER, "rep_quality": "guardian", "rep_email": guardian.address}
    roy.steps["timbre"]["stamp_number"] = bought(service, window)
    roy.signs_up().begins().answers()
    assert labels(roy.page) == [
        "Pièce d’identité",
        "Justificatif de domicile",
        "Photo et signature",
        "Signature de votre représentant",
        "Pièce d’identité de votre représentant",
    ]
    roy.gives()  # her own hand gives all the papers; the guardian only signs
    roy.page.goto(f"/demandes/{roy.reference}/signature/")
    roy.press("Envoyer l’invitation")
    guardian.opens().signs()
    roy.confirms()
