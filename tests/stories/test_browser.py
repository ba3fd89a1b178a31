"""Léa's road in a real browser, on a real installation started by `permis serve`: with and without JavaScript."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from playwright.sync_api import expect

from tests.conftest import jpeg
from tests.stories.browser_people import Applicant, Camille
from tests.stories.windows import DESK, PHONE, checked, chromium, outside, service, window

__all__ = ["chromium", "service", "window"]  # fixtures

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("javascript", "size"),
    [(True, DESK), (False, PHONE)],
    ids=["with JavaScript", "without JavaScript, on a phone"],
)
def test_lea_goes_from_her_account_to_her_letterbox(service, window, javascript, size):
    """One document is redone, the letter waits 15 days at the post office, and she collects it."""
    lea = Applicant(service, window(javascript=javascript, size=size))
    lea.signs_up().begins().answers().gives().confirms()
    reference = lea.reference

    camille = Camille(window(javascript=javascript, size=size))
    camille.takes_up(reference).accepts_all()
    lea.page.goto(f"/demandes/{reference}/suivi/")
    lea.follows("Un agent lit votre demande")
    bad = camille.page.locator("[id^=slot-]").first.get_attribute("id").removeprefix("slot-")
    camille.refuses(
        reference, bad, "R01", "Votre carte est floue : pouvez-vous la photographier à plat ?"
    ).says("ask_for_more")

    lea.follows("Votre carte est floue")
    lea.page.goto(f"/demandes/{reference}/documents/")
    lea.look()
    files = lea.page.locator("input[type=file]")
    assert files.count() == 1  # the faulty one alone
    files.first.set_input_files({"name": "carte.jpg", "mimeType": "image/jpeg", "buffer": jpeg(text="net")})
    if not lea.page.javascript:
        lea.page.locator("[data-plain]").first.click()
    expect(lea.page.locator(".tp-slot__file", has_text="carte.jpg")).to_have_count(1, timeout=30_000)
    lea.page.locator("form[action$='/completer/'] button").first.click()
    lea.follows("Un agent va lire vos nouveaux documents")

    camille.takes_up(reference).accepts_all().says("approve")
    lea.follows("Votre carte est en fabrication")
    outside(service, "factory", "make", reference)
    lea.follows("La Poste apporte votre permis")
    outside(service, "post", "absent", reference)
    lea.follows("Votre permis vous attend à La Poste")
    fifteen = dt.date.today() + dt.timedelta(days=15)  # noqa: DTZ011
    assert f"{fifteen.day} " in lea.page.locator("main").inner_text()
    outside(service, "post", "collect", reference)
    lea.follows("Votre permis vous a été remis")

    verified = service.command("verify", reference)
    assert json.loads(verified.stdout)["whole"], verified.stdout


def test_the_demo_page_plays_the_factory_the_postman_and_the_clock(service, window):
    page = window()
    page.goto("/demo/")
    checked(page)
    expect(page.locator("h1")).to_be_visible()
    page.set_viewport_size(PHONE)
    checked(page)
    page.goto("/demo/composants/")
    checked(page)


@pytest.mark.parametrize(
    "url", ["/", "/pieces/", "/compte/creer/", "/compte/connexion/", "/compte/mot-de-passe/", "/nulle-part/"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_pages_are_sound_on_a_phone_and_on_a_desk_light_and_dark(window, url, scheme):
    for size in (PHONE, DESK):
        page = window(size=size, scheme=scheme)
        page.goto(url)
        checked(page)


def test_the_way_to_the_button_by_keyboard_alone(window):
    page = window()
    page.goto("/compte/creer/")
    seen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            "return [e.name || e.textContent.trim().slice(0, 30), s.outlineStyle + s.boxShadow] })()"
        )
        seen.append(focus[0])
        assert focus[1] != "nonenone", f"no visible focus on {focus[0]}"
        if focus[0] == "password":
            break
    assert seen[0].startswith("Aller au contenu")
    assert "identifier" in seen
    page.keyboard.type("une phrase facile")
    page.keyboard.press("Enter")
    expect(page.locator("#erreurs")).to_be_visible()
