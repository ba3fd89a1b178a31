"""Léa's road in a real browser, on a real installation started by `permis serve`: with and without JavaScript."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
import uuid

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from bench.installation import installed
from permis.demo.people import PASSWORD
from tests.conftest import jpeg
from tests.services.chromium import LAUNCH_FLAGS, chromium_path

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Télépermis, running: web server, worker, demo people."""
    with installed(tmp_path_factory.mktemp("serve") / "serve.log") as installation:
        yield installation


@pytest.fixture(scope="module")
def chromium():
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(service, chromium):
    """Opens windows of the browser, each with its own person; closes them at the end."""
    contexts = []

    def opens(*, javascript=True, size=DESK, scheme="light"):
        context = chromium.new_context(
            base_url=service.url,
            java_script_enabled=javascript,
            viewport=size,
            color_scheme=scheme,
            locale="fr-FR",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on(
            "console",
            lambda m: (
                page.trouble.append(m.text) if m.type == "error" and "status of 4" not in m.text else None
            ),
        )
        return page

    yield opens
    for context in contexts:
        context.close()


def outside(service, *words):
    """`permis outside …`, until it has something to say."""
    for _ in range(60):
        done = service.command("outside", *words)
        if done.returncode == 0:
            return json.loads(done.stdout)
        time.sleep(0.25)
    raise AssertionError(f"permis outside {' '.join(words)}: {done.stdout} {done.stderr}")


def code_after(service, address, previous=""):
    """The newest code sent to this address, once it is another than `previous`."""
    for _ in range(60):
        found = outside(service, "mail", "--last", address)
        if found["codes"] and found["codes"][0] != previous:
            return found["codes"][0]
        time.sleep(0.25)
    raise AssertionError("no code came")


def until(page: Page, url: str, words: str):
    """Opens a page again until the worker has done what it had to."""
    for _ in range(60):
        page.goto(url)
        if words in page.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " "):
            return page
        time.sleep(0.25)
    raise AssertionError(f"{words!r} never came on {url}: {page.locator('main').inner_text()}")


def checked(page: Page) -> Page:
    """axe finds nothing, nothing scrolls sideways at 320 px, and no script failed."""
    size = page.viewport_size
    found = Axe().run(page).response["violations"] if page.javascript else []
    assert not found, [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("document.scrollingElement.scrollWidth") if page.javascript else 320
    page.set_viewport_size(size)
    assert wide <= 320, f"{page.url} is {wide} px wide at 320 px"
    assert page.trouble == []
    return page


class Lea:
    """Léa in front of the browser."""

    def __init__(self, service, page, javascript):
        self.service, self.page = service, page
        page.javascript = javascript
        self.address = f"lea-{uuid.uuid4().hex[:8]}@exemple.fr"
        self.reference = ""
        self.code = ""

    def look(self):
        checked(self.page)
        return self

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=False).first.click()
        return self

    def signs_up(self):
        self.page.goto("/")
        self.look()
        self.page.goto("/compte/creer/")
        self.look()
        self.page.fill("[name=identifier]", self.address)
        self.page.fill("[name=password]", "une phrase facile")
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url("**/compte/confirmer/")
        self.look()
        self.code = code_after(self.service, self.address)
        self.page.fill("[name=code]", self.code)
        self.page.locator("form:has([name=code]) button[type=submit]").first.click()
        self.page.wait_for_url("**/demandes/")
        return self.look()

    def begins(self):
        self.page.locator("form[action$='/commencer/'] button").first.click()
        self.page.wait_for_url("**/motif/")
        self.reference = self.page.url.split("/")[-3]
        return self.look()

    def next(self):
        self.page.get_by_role("button", name="Enregistrer et continuer").click()
        return self

    def answers(self):
        page = self.page
        page.check("[name=categories][value=B]")
        self.next()
        page.wait_for_url("**/identite/")
        self.look().next()  # empty: the errors
        expect(page.locator("#erreurs")).to_be_visible()
        if page.javascript:
            assert page.evaluate("document.activeElement.id") == "erreurs"
        self.look()
        page.check("[name=sex][value=F]")
        page.fill("[name=birth_name]", "Moreau")
        page.fill("[name=given_names]", "Léa Jeanne Inès")
        for part, value in (("day", "14"), ("month", "03"), ("year", "2000")):
            page.fill(f"[name=birth_date_{part}]", value)
        page.fill("[name=birth_place]", "Rennes")
        page.check("[name=guardianship][value=no]")
        self.next()
        page.wait_for_url("**/adresse/")
        self.look()
        page.check("[name=address][value=own]")
        for name, value in (
            ("letterbox", "Moreau"),
            ("street", "8 rue des Lices"),
            ("postcode", "35000"),
            ("town", "Rennes"),
        ):
            page.fill(f"[name={name}]", value)
        self.next()
        page.wait_for_url("**/examen/")
        self.look()
        day = dt.date.today() - dt.timedelta(days=3)  # noqa: DTZ011  the service runs on the machine's own day
        for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
            page.fill(f"[name=exam_on_{part}]", str(value))
        page.fill("[name=exam_department]", "35")
        self.next()
        page.wait_for_url("**/contact/")
        self.look()
        page.check("[name=first_licence_promise]")
        self.next()
        page.wait_for_url("**/documents/")
        return self.look()

    def gives(self):
        page = self.page
        page.goto(f"/demandes/{self.reference}/documents/")
        for _ in range(12):
            empty = page.locator("form:has(input[type=file])")
            todo = [i for i in range(empty.count()) if not self._given(empty.nth(i))]
            if not todo:
                break
            form = empty.nth(todo[0])
            form.locator("input[type=file]").set_input_files(
                {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": jpeg(900, 1200, f"{todo}")}
            )
            form.locator("button[type=submit]").click()
            page.wait_for_load_state()
        return self.look()

    def _given(self, form):
        slot = re.search(r"/documents/([0-9a-f-]+)/", form.get_attribute("action"))[1]
        return self.page.locator(f"#slot-{slot} img").count() > 0

    def confirms(self):
        page = self.page
        page.goto(f"/demandes/{self.reference}/recapitulatif/")
        self.look()
        page.locator("button[name=send], form:has([name=send]) button").first.click()
        page.wait_for_selector("[name=code]")
        self.look()
        self.code = code_after(self.service, self.address, self.code)
        page.check("[name=sincere]")
        page.fill("[name=code]", self.code)
        self.press("Envoyer ma demande")
        page.wait_for_url(re.compile("/recu/"))
        expect(page.locator("h1")).to_contain_text("Léa")
        return self.look()

    def follows(self, words):
        until(self.page, f"/demandes/{self.reference}/suivi/", words)
        return self.look()


class Camille:
    """An agent in front of the browser."""

    def __init__(self, page, javascript):
        self.page = page
        page.javascript = javascript
        page.goto("/compte/connexion/")
        page.fill("[name=identifier]", "camille.roux@demo.telepermis.example")
        page.fill("[name=password]", PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url("**/agent/")
        checked(page)

    def takes_up(self, reference):
        self.page.goto(f"/agent/dossiers/{reference}/")
        self.page.locator("form[action$='/take_up/'] button").click()
        self.page.wait_for_load_state()
        checked(self.page)
        return self

    def accepts_all(self):
        for _ in range(12):
            forms = self.page.locator("form:has(input[name=verdict][value=accept]) button")
            if not forms.count():
                break
            forms.first.click()
            self.page.wait_for_load_state()
        return self

    def refuses(self, reference, slot, reason, words):
        self.page.goto(f"/agent/dossiers/{reference}/")
        form = self.page.locator(f"form[action$='/documents/{slot}/']:has([name=reason])")
        if not form.is_visible():
            self.page.locator("details", has=form).locator("summary").first.click()
        form.locator("[name=reason]").select_option(reason)
        form.locator("[name=note]").fill(words)
        form.locator("button[type=submit]").click()
        self.page.wait_for_load_state()
        checked(self.page)
        return self

    def says(self, verb):
        self.page.locator(f"form[action$='/{verb}/'] button").click()
        self.page.wait_for_load_state()
        return self


@pytest.mark.parametrize(
    ("javascript", "size"),
    [(True, DESK), (False, PHONE)],
    ids=["with JavaScript", "without JavaScript, on a phone"],
)
def test_lea_goes_from_her_account_to_her_letterbox(service, window, javascript, size):
    """One document is redone, the letter waits 15 days at the post office, and she collects it."""
    lea = Lea(service, window(javascript=javascript, size=size), javascript)
    lea.signs_up().begins().answers().gives().confirms()
    reference = lea.reference

    camille = Camille(window(javascript=javascript, size=size), javascript)
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
    files.first.set_input_files(
        {"name": "carte.jpg", "mimeType": "image/jpeg", "buffer": jpeg(800, 1000, "net")}
    )
    lea.page.locator("form:has(input[type=file]) button[type=submit]").first.click()
    lea.page.wait_for_load_state()
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
    page.javascript = True
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
        page.javascript = True
        page.goto(url)
        checked(page)


def test_the_way_to_the_button_by_keyboard_alone(window):
    page = window()
    page.javascript = True
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
