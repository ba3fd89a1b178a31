"""The explorer in a real browser: light and dark, on a narrow phone and a desk, with and without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.stories.windows import DESK, NARROW, chromium, service, window

__all__ = ["chromium", "service", "window"]  # fixtures
pytestmark = pytest.mark.browser


def sound(page: Page) -> None:
    """axe finds nothing, nothing scrolls sideways, no script failed."""
    found = Axe().run(page).response["violations"]
    assert not found, (page.url, [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found])
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{page.url} is {wide} px wide"
    assert page.trouble == []


def says(page: Page, name: str, day: dt.date) -> None:
    """Types a day."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.fill(f"[name={name}_{part}]", str(value))


def goes_on(page: Page, url: str) -> None:
    """Presses « Continuer » and waits for the next page."""
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(f"**{url}")


def to_the_list(page: Page, look) -> None:
    """From the home page to the list of somebody of 17 who has just passed; looks at each page on the way."""
    today = dt.date.today()  # noqa: DTZ011  the service runs on the machine's own day
    page.goto("/")
    page.get_by_role("link", name="Je viens de réussir mon examen").click()
    page.wait_for_url("**/precisez/reussi/")
    look(page)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#erreurs")).to_be_visible()
    look(page)
    page.check("[value=premier]")
    goes_on(page, "/pieces/?motif=REU")
    look(page)
    page.check("[name=categories][value=B]")
    goes_on(page, "/question/naissance/")
    page.fill("[name=birth_date_day]", "31")
    page.fill("[name=birth_date_month]", "02")
    page.fill("[name=birth_date_year]", "2001")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#erreurs")).to_be_visible()
    assert page.input_value("[name=birth_date_day]") == "31"
    look(page)
    says(page, "birth_date", today.replace(day=1, year=today.year - 18) + dt.timedelta(days=120))
    goes_on(page, "/question/nationalite/")
    look(page)
    goes_on(page, "/question/examen/")
    look(page)
    says(page, "exam_on", today - dt.timedelta(days=3))
    goes_on(page, "/question/cas/")
    look(page)
    page.check("[value='learning_mode:aac']")
    goes_on(page, "/pieces/liste/")
    expect(page.locator("h1")).to_have_text("Voici ce qu’il vous faut")
    expect(page.locator("main")).to_contain_text("Attestation de fin de conduite accompagnée")
    expect(page.locator("main")).to_contain_text("Un seul papier suffit")
    look(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [NARROW, DESK], ids=["320", "1280"])
def test_each_page_of_the_explorer_is_sound_empty_wrong_and_filled(window, size, scheme):
    page = window(size=size, scheme=scheme)
    to_the_list(page, sound)
    for summary in page.locator("details > summary").all()[:3]:
        summary.click()
    sound(page)
    for url in (
        "/pieces/",
        "/pieces/?motif=FORM_AM",
        "/pieces/?motif=ADR",
        "/pieces/tous/?motif=ECH_HUE",
        "/pieces/?reprise=1",
        "/regles/",
        "/regles/?le=demain",
        "/regles/tableau/",
        "/regles/ECH_HUE/",
    ):
        page.goto(url)
        sound(page)


def test_the_table_of_documents_is_a_table_on_a_desk_and_lists_on_a_telephone(window):
    desk, telephone = window(size=DESK), window(size=NARROW)
    for page in (desk, telephone):
        page.goto("/regles/tableau/")
    expect(desk.get_by_role("table")).to_be_visible()
    assert not desk.locator(".tp-narrow").is_visible()
    assert not telephone.get_by_role("table").is_visible()
    expect(telephone.get_by_role("heading", name="Permis volé")).to_be_visible()
    expect(telephone.locator("section", has=telephone.locator("#m-VOL"))).to_contain_text("Timbre fiscal")


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["320", "1280"])
def test_whoever_has_no_receipt_yet_and_whoever_drives_a_lorry_find_their_buttons(window, size):
    page = window(size=size)
    page.goto("/pieces/?motif=VOL")
    page.select_option("[name=nationality]", "FR")
    goes_on(page, "/question/recepisse/")
    sound(page)
    page.get_by_role("button", name="Je n’ai pas encore de récépissé").click()
    page.wait_for_url("**/pieces/liste/")
    expect(page.locator("h1")).to_have_text("Cette demande n’est pas possible")
    sound(page)
    page.goto("/pieces/?motif=MED")
    goes_on(page, "/question/avis-medical/")
    page.get_by_role("button", name="Je n’ai pas encore vu le médecin").click()
    page.wait_for_url("**/question/categorie/")
    page.check("[name=categories][value=C]")
    goes_on(page, "/question/naissance/")
    says(page, "birth_date", dt.date(1968, 4, 2))
    goes_on(page, "/question/logement/")
    page.check("[name=address][value=own]")
    goes_on(page, "/question/fin-des-categories/")
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#erreurs")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="Je ne sais pas").click()
    page.wait_for_url("**/question/cas/")
    goes_on(page, "/pieces/liste/")
    expect(page.locator("main")).to_contain_text("À vérifier")
    sound(page)


def test_everything_works_without_javascript(window):
    page = window(size=NARROW, javascript=False)
    to_the_list(page, lambda page: None)
    assert not page.get_by_role("button", name="Imprimer").is_visible()  # it could do nothing
    page.get_by_role("link", name="Changer mes réponses").click()
    page.locator("a[href$='/question/cas/']").click()
    assert page.is_checked("[value='learning_mode:aac']")
    page.uncheck("[value='learning_mode:aac']")
    goes_on(page, "/pieces/liste/")
    assert "Attestation de fin de conduite accompagnée" not in page.locator("main").inner_text()


def test_the_button_prints_what_is_folded_too_with_its_pictures(window):
    page = window()
    to_the_list(page, lambda page: None)
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Imprimer cette liste").click()
    page.wait_for_function("window.printed")
    assert page.locator("main details:not([open])").count() == 0
    assert page.evaluate("[...document.querySelectorAll('main img')].every((i) => i.naturalWidth > 0)")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0
