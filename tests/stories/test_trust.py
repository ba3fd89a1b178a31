"""Nothing typed is lost, in a real browser: kept as one types, there on another device; the session says when it ends."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from permis.demo.people import PASSWORD
from tests.stories.test_browser import PHONE, checked, chromium, service, window

__all__ = ["chromium", "service", "window"]
pytestmark = pytest.mark.browser

LEA = "lea.moreau@demo.telepermis.example"


def signs_in(page, url="/demandes/"):
    """Léa, of the demo, in this browser."""
    page.javascript = True
    page.goto(f"/compte/connexion/?next={url}")
    page.fill("[name=identifier]", LEA)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    page.wait_for_url(f"**{url}")
    return page


def begins(page):
    """A new request, past its first step."""
    page.locator("form[action$='/commencer/'] button").first.click()
    page.wait_for_url("**/motif/")
    page.check("[name=motive][value=REU]")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**/permis/")
    page.check("[name=categories][value=B]")
    page.check("[name=first_licence_promise]")
    page.check("[name=gearbox][value=manual]")
    page.check("[name=medical_flag][value=no]")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**/identite/")
    return page.url


def kept(page):
    """Waits until the page says that it is kept."""
    expect(page.locator("[data-saved]")).to_have_text(re.compile(r"Enregistré à \d+\sh\s\d+\."))


def test_what_is_half_typed_is_kept_and_is_there_on_another_device(window):
    desk = signs_in(window())
    identity = begins(desk)
    line = desk.locator("[data-saved]")
    line.evaluate("e => { e.textContent = '' }")  # what the page said when it came
    desk.fill("[name=birth_name]", "Moreau")
    desk.fill("[name=birth_date_day]", "31")
    desk.fill("[name=birth_date_month]", "02")
    kept(desk)
    checked(desk)

    phone = signs_in(window(size=PHONE))
    phone.goto(identity)
    expect(phone.locator("[name=birth_name]")).to_have_value("Moreau")
    expect(phone.locator("[name=birth_date_day]")).to_have_value("31")
    checked(phone)
    phone.fill("[name=given_names]", "Léa")
    kept(phone)

    # The desk is now an old page: it says so, and overwrites nothing.
    desk.fill("[name=birth_name]", "Martin")
    expect(desk.locator("[data-saved]")).to_contain_text("Une autre fenêtre a enregistré")
    phone.reload()
    expect(phone.locator("[name=birth_name]")).to_have_value("Moreau")
    expect(phone.locator("[name=given_names]")).to_have_value("Léa")


def test_a_link_or_the_button_right_after_the_last_key_loses_nothing_and_asks_nothing(window):
    page = signs_in(window())
    identity = begins(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("[name=birth_name]", "Moreau")
    page.locator("main a").first.click()
    page.wait_for_url("**/permis/")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url(identity)
    expect(page.locator("[name=birth_name]")).to_have_value("Moreau")
    page.fill("[name=given_names]", "Léa")
    page.locator("[name=given_names]").dispatch_event("change")
    page.get_by_role("button", name="Finir plus tard").click()
    page.wait_for_url("**/demandes/")
    page.goto(identity)
    expect(page.locator("[name=given_names]")).to_have_value("Léa")
    page.fill("[name=birth_name]", "Moreau-Lebrun")
    page.close(run_before_unload=True)
    assert asked == []


def test_the_session_says_when_it_ends_and_one_button_keeps_it(window):
    page = window()
    page.clock.install()
    signs_in(page)
    begins(page)
    with page.expect_response("**/brouillon/") as kept_now:
        page.fill("[name=birth_name]", "Moreau")
        page.clock.run_for(2_000)
    assert kept_now.value.json()["left"] > 7000
    kept(page)
    box = page.locator("[data-session]")
    page.clock.fast_forward("01:45:00")
    expect(box).not_to_have_attribute("data-open", "")
    page.clock.fast_forward("06:00")
    expect(box).to_contain_text(
        re.compile(r"Vous serez déconnecté à \d+\sh\s\d\d\. Vos réponses sont enregistrées\.")
    )
    stay = page.get_by_role("button", name="Rester connecté")
    expect(stay).not_to_be_focused()
    checked(page)
    page.clock.fast_forward("07:30")
    expect(stay).to_be_focused()
    page.keyboard.press("Enter")
    expect(box).not_to_have_attribute("data-open", "")
    page.clock.fast_forward("01:45:00")
    expect(box).not_to_have_attribute("data-open", "")


def test_another_tab_that_renews_the_session_closes_the_warning_and_at_the_end_one_signs_in_again(window):
    page = window()
    page.clock.install()
    signs_in(page)
    identity = begins(page)
    page.clock.fast_forward("01:52:00")
    box = page.locator("[data-session]")
    expect(box).to_contain_text("Vous serez déconnecté")
    other = page.context.new_page()
    other.goto("/demandes/")
    expect(box).not_to_have_attribute("data-open", "")
    other.close()

    page.context.clear_cookies(name="session")  # what the server has forgotten
    page.clock.fast_forward("02:01:00")
    expect(box).to_contain_text("Votre session est terminée.")
    checked(page)
    page.get_by_role("link", name="Se connecter").last.click()
    page.fill("[name=identifier]", LEA)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    page.wait_for_url(identity)


def test_without_javascript_what_was_typed_waits_while_one_signs_in_again(window):
    page = signs_in(window(javascript=False))
    page.javascript = False
    identity = begins(page)
    page.fill("[name=birth_name]", "Moreau")
    page.fill("[name=birth_date_day]", "31")
    page.context.clear_cookies(name="session")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**/connexion/**")
    assert "vous attend" in page.locator("main").inner_text()
    page.fill("[name=identifier]", LEA)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    page.wait_for_url(identity)
    assert "Votre session était terminée." in page.locator("main").inner_text()
    assert page.input_value("[name=birth_name]") == "Moreau"
    assert page.input_value("[name=birth_date_day]") == "31"
    page.get_by_role("button", name="Enregistrer et continuer").click()
    assert page.input_value("[name=birth_name]") == "Moreau"
