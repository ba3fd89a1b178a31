"""Five people of the domain sheet in a real browser, each page looked at empty, with its errors and filled."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests.stories.browser_people import (
    HOSTED,
    MOTHER,
    Applicant,
    Camille,
    Representative,
    born,
    in_words,
    labels,
    months_later,
    today,
)
from tests.stories.windows import PHONE, chromium, said, service, window

__all__ = ["chromium", "service", "window"]  # fixtures
pytestmark = pytest.mark.browser


def test_p01_lea_18_is_hosted_by_her_parents(service, window):
    lea = Applicant(service, window(), "lea", identite=born(18), adresse=HOSTED)
    lea.signs_up().begins().answers()
    assert labels(lea.page) == [
        "Pièce d’identité",
        "Attestation d’hébergement",
        "Pièce d’identité de la personne qui vous héberge",
        "Justificatif de domicile de la personne qui vous héberge",
        "Photo et signature",
        "Certificat d’examen (CEPC)",
        "Attestation de sécurité routière (ASSR2)",
        "Journée défense et citoyenneté",
    ]
    lea.gives().confirms()
    until = months_later(today() - dt.timedelta(days=3), 4)
    assert in_words(until) in said(lea.page)
    lea.follows("Un agent va lire votre demande")


def test_p02_tom_17_and_his_mother_on_her_own_telephone(service, window):
    tom = Applicant(
        service, window(), "tom", identite={**born(17, days=60), "sex": "M", "given_names": "Tom"}
    )
    mother = Representative(service, window(size=PHONE), tom.address.replace("tom", "anne"))
    tom.steps["representant"] = {**MOTHER, "rep_email": mother.address}
    tom.signs_up().begins().answers()
    assert "Signature de votre représentant" in labels(tom.page)
    assert "Pièce d’identité de la personne qui vous héberge" not in labels(
        tom.page
    )  # her paper counts for both
    tom.page.goto(f"/demandes/{tom.reference}/signature/")
    tom.look().press("Envoyer l’invitation")
    expect(tom.page.locator("h2", has_text="L’invitation est partie")).to_be_visible()
    tom.look()
    mother.opens().signs()
    tom.page.goto(f"/demandes/{tom.reference}/signature/")
    expect(tom.page.locator("h2", has_text="a signé")).to_be_visible()
    tom.look().gives().confirms()
    assert "Signée aussi par Anne Le Gall (mère)" in tom.page.content().replace("\u00a0", " ")
    camille = Camille(window())
    camille.takes_up(tom.reference)
    assert "Signée avec un représentant" in said(camille.page)


def test_p10_youssef_is_moroccan(service, window):
    youssef = Applicant(
        service,
        window(size=PHONE),
        "youssef",
        identite={
            **born(34),
            "sex": "M",
            "birth_name": "El Amrani",
            "given_names": "Youssef",
            "birth_country": "MA",
            "birth_place": "Fès",
            "nationality": "MA",
        },
    )
    youssef.signs_up().begins().answers()
    assert labels(youssef.page) == [
        "Pièce d’identité",
        "Justificatif de domicile",
        "Photo et signature",
        "Certificat d’examen (CEPC)",
        "Titre de séjour",
    ]
    youssef.gives().confirms()


def keys(page, *pressed: str):
    """Presses these keys, one after the other."""
    for key in pressed:
        page.keyboard.press(key)


def tab_to(page, name: str, value: str = ""):
    """Goes to a field by the Tab key alone, the focus seen at each stop."""
    for _ in range(120):
        page.keyboard.press("Tab")
        here, its, seen = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e),"
            " l = e.id && document.querySelector(`label[for='${CSS.escape(e.id)}']`),"
            " b = l ? getComputedStyle(l, '::before') : s;"
            " if (e === document.body) return ['', '', true];"
            " return [e.name || e.dataset.go || e.textContent.trim(), e.value || '',"
            " [s.outlineStyle, s.boxShadow, b.outlineStyle, b.boxShadow].some(v => v && v !== 'none')] })()"
        )
        if here == "":
            continue
        assert seen, f"no visible focus on {here} of {page.url}"
        if here.startswith(name) and (not value or its == value):
            return
    raise AssertionError(f"{name} is not reached by Tab on {page.url}")


def test_p01_by_keyboard_alone(service, window):
    page = window()
    lea = Applicant(service, page, "lea", identite=born(18), adresse=HOSTED)
    page.goto("/compte/creer/")
    tab_to(page, "identifier")
    page.keyboard.type(lea.address)
    tab_to(page, "password")
    page.keyboard.type("une phrase facile")
    page.keyboard.press("Enter")
    page.wait_for_url("**/compte/confirmer/")
    from tests.stories.windows import code_after

    lea.code = code_after(service, lea.address)
    tab_to(page, "code")
    page.keyboard.type(lea.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/demandes/")
    tab_to(page, "Commencer ma demande")
    page.keyboard.press("Enter")
    page.wait_for_url("**/motif/")
    lea.reference = page.url.split("/")[-3]
    for slug in ("motif", "permis", "identite", "adresse", "examen", "contact"):
        page.wait_for_url(f"**/{slug}/")
        for name, value in lea.steps[slug].items():
            field = page.locator(f"[name={name}]").first
            kind = field.evaluate("e => e.type") if field.count() else "select-one"  # not asked: passed over
            if kind == "radio":
                chooses(page, name, value)
            elif kind == "checkbox":
                tab_to(page, name)
                page.keyboard.press("Space")
            elif kind == "select-one":
                continue  # France stands there already
            else:
                tab_to(page, name)
                keys(page, "Control+A")
                page.keyboard.type(value)
        tab_to(page, "Enregistrer et continuer")
        page.keyboard.press("Enter")
    page.wait_for_url("**/documents/")
    lea.gives()  # the choice of a file belongs to the system, not to the page
    page.goto(f"/demandes/{lea.reference}/recapitulatif/")
    tab_to(page, "send")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=code]")
    code = code_after(service, lea.address, lea.code)
    tab_to(page, "sincere")
    page.keyboard.press("Space")
    tab_to(page, "code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/recu/")
    assert "C’est envoyé" in said(page)


def chooses(page, name: str, value: str):
    """Goes to a group of radios by Tab, and to the wanted one by the arrows."""
    tab_to(page, name)
    page.keyboard.press("Space")
    for _ in range(12):
        if page.evaluate("document.activeElement.value") == value:
            page.keyboard.press("Space")
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name} has no {value}")
