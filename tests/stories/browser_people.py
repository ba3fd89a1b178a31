"""The people of the browser stories: what each types, and how they go from page to page."""

from __future__ import annotations

import datetime as dt
import re
import uuid

from playwright.sync_api import TimeoutError as TooLate
from playwright.sync_api import expect

from permis.demo.people import PASSWORD, address_of
from tests.conftest import for_side
from tests.stories import people, windows
from tests.stories.windows import code_after, until

Answers = dict[str, "str | list[str]"]


def on(name: str, day: dt.date) -> Answers:
    """A date, in its three boxes."""
    return {f"{name}_day": f"{day.day}", f"{name}_month": f"{day.month}", f"{name}_year": f"{day.year}"}


def today() -> dt.date:
    """The service runs on the machine's own day."""
    return dt.date.today()  # noqa: DTZ011


def born(years: int, days: int = 0) -> Answers:
    """Somebody who had that birthday so many days ago."""
    day = today() - dt.timedelta(days=days + 1)
    return on("birth_date", day.replace(year=day.year - years, day=min(day.day, 28)))


FIRST, LEA, OWN, MOTHER = people.MOTIVE, people.IDENTITY, people.HOME, dict(people.REPRESENTATIVE)
del MOTHER["rep_email"]  # each story has its own address
HOSTED = {**OWN, "address": "hosted", "host_name": "Anne Le Gall"}


def usual() -> dict[str, Answers]:
    """What is typed on each step, unless a story says otherwise."""
    return {
        "motif": FIRST,
        "permis": {**people.CATEGORIES, **people.HELD},
        "identite": LEA,
        "adresse": OWN,
        "examen": {
            **on("exam_on", today() - dt.timedelta(days=3)),
            "exam_department": "35",
            "learning_mode": "traditional",
        },
        "perte": {
            **on("lost_on", today() - dt.timedelta(days=2)),
            "lost_place": "Rennes",
            "lost_story": "Tombé du sac dans le métro.",
            "loss_declared": "on",
        },
        "timbre": {},
        "contact": {},
    }


def labels(page):
    """The names of the documents on the page."""
    return [heading.inner_text().replace("\u00a0", " ") for heading in page.locator(".tp-slot h2").all()]


def months_later(day: dt.date, count: int) -> dt.date:
    """Written again here, by hand: the last day of the right to drive."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    last = (dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month, min(day.day, last))


def in_words(day: dt.date) -> str:
    """« 20 mars 2027 »."""
    names = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    return f"{'1er' if day.day == 1 else day.day} {names[day.month - 1]} {day.year}"


def bought(service, window) -> str:
    """The number of a licence stamp of 25 €, bought on the demo's page."""
    page = window()
    page.goto("/demo/")
    page.locator("button[name=stamp][value=licence]").click()
    page.wait_for_load_state()
    shown = page.locator("[aria-labelledby=timbres] h3").first.inner_text()
    return "".join(c for c in shown if c.isdigit())


class Applicant:
    """Somebody in front of the browser, looked at on every page.

    `at`: the account of the demo that she has, else she makes one. `known`: the steps that another story looks at in
    every state; with them, what is not this story's own is only glanced at.
    """

    def __init__(
        self,
        service,
        page,
        who: str = "lea",
        at: str = "",
        known: frozenset[str] = frozenset(),
        **steps: Answers,
    ):
        self.service, self.page, self.known = service, page, known
        self.has_account = bool(at)
        self.address = address_of(at) if at else f"{who}-{uuid.uuid4().hex[:8]}@exemple.fr"
        self.steps = {slug: {**typed, **steps.get(slug, {})} for slug, typed in usual().items()}
        self.steps |= {slug: typed for slug, typed in steps.items() if slug not in self.steps}
        self.reference = ""
        self.code = ""

    def look(self):
        """The page is sound as it is now."""
        (windows.glanced if self.known else windows.checked)(self.page)
        return self

    def looks_closely(self):
        """The page, new to all stories, is sound at both widths and in both colours."""
        windows.checked(self.page)
        return self

    def press(self, name):
        """Presses the first button that says so."""
        self.page.get_by_role("button", name=name, exact=False).first.click()
        return self

    def signs_up(self):
        """Creates an account, the form empty first."""
        page = self.page
        page.goto("/")
        self.look()
        page.goto("/compte/creer/")
        self.look()
        page.locator("main form button[type=submit]").first.click()
        expect(page.locator("#erreurs")).to_be_visible()
        self.look()
        page.fill("[name=identifier]", self.address)
        page.fill("[name=password]", "une phrase facile")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url("**/compte/confirmer/")
        self.look()
        self.code = code_after(self.service, self.address)
        page.fill("[name=code]", self.code)
        page.locator("form:has([name=code]) button[type=submit]").first.click()
        page.wait_for_url("**/demandes/")
        return self.look()

    def explores(self, *events: str):
        """From the first question of table 0 to the list: what happens, then what this motive still asks."""
        page = self.page
        page.goto("/pieces/")
        for event in events:
            self.look().fills({"choix": event}).goes_on()
        typed = {name: value for step in self.steps.values() for name, value in step.items()}
        for _ in range(15):
            if page.url.endswith("/pieces/liste/"):
                return self.looks_closely()
            self.fills(typed).look().goes_on()
        raise AssertionError(f"no list, but {page.url}: {windows.said(page)}")

    def goes_on(self):
        """Presses « Continuer » in the explorer; the answer is taken."""
        page, here = self.page, self.page.url
        page.get_by_role("button", name="Continuer").click()
        page.wait_for_load_state()
        assert page.url != here, windows.said(page)
        return self

    def begins_from_the_list(self):
        """Signs in (with an account of one's own, or of the demo), and begins what the list was made for."""
        page = self.page
        page.get_by_role("link", name="Commencer ma demande").click()
        page.wait_for_url(re.compile("/compte/creer/"))
        if not self.has_account:
            page.fill("[name=identifier]", self.address)
            page.fill("[name=password]", "une phrase facile")
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(re.compile("/compte/confirmer/"))
            self.code = code_after(self.service, self.address)
            page.fill("[name=code]", self.code)
            page.locator("form:has([name=code]) button[type=submit]").first.click()
        else:
            page.get_by_role("link", name="Se connecter").last.click()
            page.wait_for_url(re.compile("/compte/connexion/"))
            page.fill("[name=identifier]", self.address)
            page.fill("[name=password]", PASSWORD)
            page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url("**/demandes/")
        page.locator("form[action$='/commencer/'] button").first.click()
        page.wait_for_url(re.compile(r"/demandes/TP-"))
        self.reference = page.url.split("/")[4]
        return self

    def begins(self):
        """Begins a request."""
        self.page.locator("form[action$='/commencer/'] button").first.click()
        self.page.wait_for_url("**/motif/")
        self.reference = self.page.url.split("/")[-3]
        return self

    def next(self):
        """Saves the step."""
        self.page.get_by_role("button", name="Enregistrer et continuer").click()
        self.page.wait_for_load_state()
        return self

    def fills(self, typed: Answers):
        """Fills what the page shows: radios, boxes, lists and lines."""
        page = self.page
        for name, value in typed.items():
            for one in value if isinstance(value, list) else [value]:
                field = page.locator(f"[name={name}]")
                if not field.count():
                    continue
                kind = field.first.evaluate("e => e.tagName + ' ' + e.type") if page.javascript else ""
                kind = kind or f"{field.first.get_attribute('type') or ''}"
                if "radio" in kind or "checkbox" in kind:
                    chosen = page.locator(f"[name={name}][value='{one}']") if one != "on" else field.first
                    if chosen.count() and not chosen.first.is_visible():
                        for folded in page.locator("details:not([open])", has=chosen).all():
                            folded.locator("summary").first.click()
                    if chosen.count() and chosen.first.is_visible():
                        chosen.first.check()
                elif field.first.locator("option").count():
                    field.first.select_option(one)
                elif field.first.is_visible():
                    field.first.fill(one)
        return self

    def answers(self):
        """Each step as it comes: looked at empty, with its errors, then filled."""
        page = self.page
        for _ in range(12):
            slug = page.url.rstrip("/").rsplit("/", 1)[1].split("#")[0]
            if slug not in self.steps:
                break
            if slug in self.known:
                self.fills(self.steps[slug]).look().next()
            else:
                self._tries(slug)
            try:  # the next page may take its time on a busy machine
                page.wait_for_url(lambda url, here=slug: here not in url.rsplit("/", 2)[1])
            except TooLate:
                raise AssertionError(f"{slug}: {windows.said(page)}") from None
        page.wait_for_url("**/documents/")
        return self.look()

    def _tries(self, slug):
        """Looks at a step as it comes, tries to pass without an answer, then answers."""
        page = self.page
        self.look()
        if slug not in {"contact", "timbre"}:  # nothing has to be answered there
            self.next()
            expect(page.locator("#erreurs")).to_be_visible()
            if page.javascript:
                assert page.evaluate("document.activeElement.id") == "erreurs"
            self.look()
        self.fills(self.steps[slug]).looks_closely().next()

    def gives(self, at: str = ""):
        """Gives a picture for each side that has none."""
        page = self.page
        page.goto(at or f"/demandes/{self.reference}/documents/")
        for _ in range(20):
            forms = page.locator("form:has(input[type=file])")
            todo = [n for n in range(forms.count()) if not self._given(forms.nth(n))]
            if not todo:
                break
            self._gives_one(forms.nth(todo[0]), f"{todo}")
        return self.look()

    def _gives_one(self, form, text):
        """Draws the signature where one can, else chooses a file."""
        canvas = form.locator("canvas")
        if canvas.count() and self.page.javascript:
            expect(canvas).to_be_visible()
            canvas.scroll_into_view_if_needed()
            box = canvas.bounding_box()
            x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 2
            self.page.mouse.move(x, y)
            self.page.mouse.down()
            for n in range(12):
                self.page.mouse.move(x + n * 10, y + (25 if n % 2 else -25))
            self.page.mouse.up()
            with self.page.expect_navigation():
                form.get_by_role("button", name="Enregistrer ma signature").click()
            return
        there = self._files(form)
        slot = re.search(r"/documents/([0-9a-f-]+)/", form.get_attribute("action"))[1]
        heading = self.page.locator(f"#slot-{slot}").inner_text().lower()
        side = (
            "photo"
            if heading.startswith("photo d’identité")
            else "signature"
            if "signature" in heading.split("\n")[0]
            else ""
        )
        form.locator("[name=file]").set_input_files(
            {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": for_side("", side, text)}
        )
        if self.page.javascript:  # it leaves at once, and the page shows it
            expect(there).to_have_count(1, timeout=30_000)
            return
        with self.page.expect_navigation():
            form.locator("[data-plain]").click()

    def _files(self, form):
        slot = re.search(r"/documents/([0-9a-f-]+)/", form.get_attribute("action"))[1]
        return self.page.locator(f"#slot-{slot} .tp-slot__file")

    def _given(self, form):
        return self._files(form).count() > 0

    def confirms(self):
        """Reads the summary, asks for a code, declares and sends."""
        page = self.page
        page.goto(f"/demandes/{self.reference}/recapitulatif/")
        assert "Il manque encore" not in windows.said(page), windows.said(page)
        self.look()
        page.locator("button[name=send], form:has([name=send]) button").first.click()
        page.wait_for_selector("[name=code]")
        self.look()
        self.press("Envoyer ma demande")
        expect(page.locator("#erreurs")).to_be_visible()
        self.look()
        self.code = code_after(self.service, self.address, self.code)
        page.check("[name=sincere]")
        page.fill("[name=code]", self.code)
        self.press("Envoyer ma demande")
        page.wait_for_url(re.compile("/recu/"))
        return self.look()

    def follows(self, words):
        """Opens the tracking page until it says so."""
        until(self.page, f"/demandes/{self.reference}/suivi/", words)
        return self.look()


class Representative(Applicant):
    """The one who signs, on a device of his own, by the link that he received."""

    def __init__(self, service, page, address):
        super().__init__(service, page)
        self.address = address

    def opens(self):
        """Follows the link of the last message."""
        link = next(
            link
            for link in windows.outside(self.service, "mail", "--last", self.address)["links"]
            if "/invitation/" in link
        )
        self.page.goto(link)
        self.look()
        self.press("Ouvrir la demande")
        self.page.wait_for_load_state()
        self.reference = self.page.url.rstrip("/").rsplit("/", 1)[1]
        return self.look()

    def signs(self):
        """Gives the papers, asks for a code, signs."""
        page = self.page
        self.gives(f"/representant/{self.reference}/")
        self.press("Recevoir mon code")
        page.wait_for_selector("[name=code]")
        self.look()
        self.press("Signer")
        expect(page.locator("#erreurs")).to_be_visible()
        self.look()
        self.code = code_after(self.service, self.address)
        page.check("[name=agrees]")
        page.fill("[name=code]", self.code)
        page.locator("#signer form button[type=submit]").first.click()
        page.wait_for_load_state()
        assert "Vous avez signé" in windows.said(page)
        return self.look()


class Camille:
    """An agent in front of the browser; `looks`: how closely each page is looked at."""

    def __init__(self, page, looks=windows.checked):
        self.page, self.looks = page, looks
        page.goto("/compte/connexion/")
        page.fill("[name=identifier]", "camille.roux@demo.telepermis.example")
        page.fill("[name=password]", PASSWORD)
        page.locator("form:has([name=password]) button[type=submit]").click()
        page.wait_for_url("**/agent/")
        self.looks(page)

    def takes_up(self, reference):
        self.page.goto(f"/agent/dossiers/{reference}/")
        self.page.locator("form[action$='/take_up/'] button").click()
        self.page.wait_for_load_state()
        self.looks(self.page)
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
        self.looks(self.page)
        return self

    def says(self, verb):
        came_by_post = self.page.locator("input[name=arrived]")
        if verb == "approve" and came_by_post.count():
            came_by_post.check()
        self.page.locator(f"form[action$='/{verb}/'] button").click()
        self.page.wait_for_load_state()
        return self
