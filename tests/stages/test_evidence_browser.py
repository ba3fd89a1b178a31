"""Signing on the screen and using an e-photo in a real browser: by mouse, by finger, by keyboard, without JavaScript."""

from __future__ import annotations

import base64
import json
import subprocess
import sys

import httpx
import pytest

from bench.report import ROOT
from permis.demo.people import PASSWORD
from tests.conftest import jpeg
from tests.stories.windows import NARROW, checked, chromium, said, service, window

__all__ = ["chromium", "service", "window"]  # fixtures

pytestmark = pytest.mark.browser

# A draft of the demo's Léa whose questions are answered, and the key of a booth.
PREPARE = """
import django; django.setup()
from permis import clock
from permis.accounts import partners
from permis.accounts.models import Person
from permis.domain.vocabulary import Motive, Role
from permis.dossier import facts, move
from tests.stages.test_move import LEA
lea = Person.objects.get(email="lea.moreau@demo.telepermis.example")
dossier = move.start(lea, Motive.REU)
answers = {**LEA, "exam_on": clock.today().isoformat(), "birth_date": f"{clock.today().year - 19}-01-05"}
facts.save_answers(dossier, Role.CITIZEN, answers, revision=0)
print(dossier.reference, partners.issue("Cabines du Ponant"), answers["birth_date"])
"""
SIGNED = ((0.2, 0.6), (0.3, 0.2), (0.4, 0.8), (0.5, 0.4), (0.65, 0.7), (0.85, 0.3))


@pytest.fixture
def prepared(service):
    """(reference, key, birth date)."""
    done = subprocess.run(
        [sys.executable, "-c", PREPARE],
        cwd=ROOT,
        env=service.environment(PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.split()


def lea(page, reference):
    """Léa, signed in, on her documents."""
    page.goto("/compte/connexion/")
    page.fill("[name=identifier]", "lea.moreau@demo.telepermis.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/demandes/")
    page.goto(f"/demandes/{reference}/documents/")
    return page


def looks(page):
    """The page is sound (the tool that says so is a script, and needs them allowed)."""
    return checked(page) if page.javascript else page


def points(page):
    """Where the strokes go on the screen."""
    canvas = page.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    frame = canvas.bounding_box()
    return [(frame["x"] + frame["width"] * x, frame["y"] + frame["height"] * y) for x, y in SIGNED]


def signs_by_mouse(page):
    """One stroke, mouse down."""
    first, *others = points(page)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=6)
    page.mouse.up()


def test_lea_signs_with_the_mouse_on_a_screen_of_320_pixels(window, prepared):
    page = lea(window(size=NARROW), prepared[0])
    checked(page)
    save = page.get_by_role("button", name="Enregistrer ma signature")
    save.click()
    assert "Signez d’abord dans le cadre" in said(page)
    signs_by_mouse(page)
    page.get_by_role("button", name="Effacer").click()
    assert "Le cadre est vide" in said(page)
    save.click()
    assert "Signez d’abord dans le cadre" in said(page)
    signs_by_mouse(page)
    save.click()
    page.wait_for_url("**/documents/#slot-*")
    assert "signature faite à l’écran" in said(page)
    assert page.trouble == []
    checked(page)


def test_lea_signs_with_a_finger_and_the_page_does_not_move(window, prepared):
    page = lea(window(size=NARROW), prepared[0])
    places = points(page)
    before = page.evaluate("scrollY")
    touch = page.context.new_cdp_session(page)
    for n, (x, y) in enumerate(places):
        kind = "touchStart" if n == 0 else "touchMove"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") == before
    page.get_by_role("button", name="Enregistrer ma signature").click()
    page.wait_for_url("**/documents/#slot-*")
    assert "signature faite à l’écran" in said(page)


def test_the_buttons_of_the_frame_and_the_other_way_are_reached_by_keyboard(window, prepared):
    page = lea(window(), prepared[0])
    page.get_by_role("button", name="Enregistrer ma signature").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Effacer"
    page.keyboard.press("Enter")
    assert "Le cadre est vide" in said(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file"


def test_without_javascript_a_photo_of_the_signature_is_given(window, prepared):
    page = lea(window(javascript=False), prepared[0])
    assert not page.locator("canvas").first.is_visible()
    form = page.locator("form:has(canvas)")
    file = {"name": "signature.jpg", "mimeType": "image/jpeg", "buffer": jpeg(600, 300)}
    form.locator("[name=file]").set_input_files(file)
    form.get_by_role("button", name="Ajouter").click()
    page.wait_for_url("**/documents/#slot-*")
    assert "signature.jpg" in said(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_lea_uses_the_code_of_the_booth_and_declares_online(window, service, prepared, javascript):
    reference, key, born = prepared
    deposit = {
        "birth_name": "MOREAU",
        "given_names": "Léa",
        "birth_date": born,
        "photo": base64.b64encode(jpeg(413, 531)).decode(),
        "signature": base64.b64encode(jpeg(600, 240)).decode(),
    }
    answer = httpx.post(
        f"{service.url}/api/v1/ephotos",
        content=json.dumps(deposit),
        headers={
            "Authorization": f"Bearer {key}",
            "Idempotency-Key": f"ticket-{reference}",
            "Content-Type": "application/json",
        },
    )
    assert answer.status_code == 201
    code = answer.json()["code"]
    page = lea(window(javascript=javascript), reference)
    page.get_by_role("link", name="J’ai un code e-photo").click()
    looks(page)
    page.fill("[name=code]", code[:-1])
    page.get_by_role("button", name="Vérifier le code").click()
    page.get_by_text("il en manque 1").first.wait_for()
    looks(page)
    page.fill("[name=code]", code.lower())
    page.get_by_role("button", name="Vérifier le code").click()
    page.get_by_role("button", name="Utiliser ces images").wait_for()
    looks(page)
    page.get_by_role("button", name="Utiliser ces images").click()
    page.wait_for_url("**/documents/#piece-PHOTO")
    assert "Photo du code e-photo" in said(page)
    paper = page.locator("li", has_text="Attestation de sécurité routière (ASSR2)").first
    paper.locator("summary", has_text="Je n’ai pas ce document").click()
    paper.get_by_role("link", name="Faire la déclaration").click()
    looks(page)
    page.check("#honour")
    page.get_by_role("button", name="Faire ma déclaration").click()
    page.wait_for_url("**/documents/#slot-*")
    assert "déclaration faite en ligne" in said(page)
