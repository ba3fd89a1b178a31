"""A person and an agent, as the server sees them: pages read, forms filled, codes taken from the letterbox.

It needs the addresses of the pages, the hidden fields of their forms and the names of the questions; no words,
no classes. What was answered is told by where the browser stands afterwards.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cached_property
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import httpx

PATIENCE_S = 20.0
PASSWORD = "une-route-de-campagne"
AGENTS = ("camille.roux@demo.telepermis.example", "nadia.ferrand@demo.telepermis.example")  # Rennes
AGENTS_PASSWORD = "la-route-est-belle"
REFERENCE = re.compile(r"TP-[0-9A-Z]{4}-[0-9A-Z]{4}")
SLOT = re.compile(r"/documents/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
TAG = re.compile(r"<(form|/form|input|button|select|textarea)\b([^>]*)>", re.I)
ATTRIBUTE = re.compile(r"""([\w:-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")


class NoAnswer(Exception):
    """The server did not answer, or answered that it cannot: nothing is acknowledged. A person tries again."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status  # 500 and more: it did answer


class Unexpected(Exception):
    """An answer that a person would not understand: the drill must not hide it."""


@dataclass
class Form:
    """One form of a page: where it goes, what it carries by itself, and the names that can be filled."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


@dataclass
class Page:
    """Where the browser stands."""

    path: str
    status: int
    text: str

    @cached_property
    def forms(self) -> list[Form]:
        """The forms, in order; a form without an address goes where the page is."""
        found: list[Form] = []
        here: Form | None = None
        for tag, inside in TAG.findall(self.text):
            said = {name.lower(): html.unescape(a or b or c) for name, a, b, c in ATTRIBUTE.findall(inside)}
            if tag.lower() == "form":
                here = Form(said.get("action", "").partition("#")[0] or self.path)
                found.append(here)
            elif tag.lower() == "/form":
                here = None
            elif here is not None and "name" in said:
                here.names.add(said["name"])
                if said.get("type") == "hidden":
                    here.hidden[said["name"]] = said.get("value", "")
        return found

    def form(self, *, action: str | None = None, asking: str | None = None) -> Form:
        """The form that goes there, or that asks this. Raises `Unexpected`."""
        for form in self.forms:
            if (action is None or form.action == action) and (asking is None or asking in form.names):
                return form
        raise Unexpected(f"{self.path} ({self.status}) has no form for {action or asking}")

    def has_form(self, action: str) -> bool:
        """Whether this can be done from here."""
        return any(form.action == action for form in self.forms)

    @property
    def references(self) -> list[str]:
        """Every reference on the page, once, in order."""
        return list(dict.fromkeys(REFERENCE.findall(self.text)))


class Browser:
    """One browser: its cookies, and where it stands."""

    def __init__(self, url: str, patience: float = PATIENCE_S) -> None:
        self._http = httpx.Client(base_url=url, follow_redirects=True, timeout=patience)
        self._last: Callable[[], httpx.Response] | None = None
        self.page = Page("/", 200, "")  # what is on the screen
        self.sent_form = False  # whether the last request was a form
        self.requests = 0  # answered ones, redirections included

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str) -> Page:
        """Reads a page. Raises `NoAnswer`."""
        self.sent_form = False
        return self._ask(lambda: self._http.get(path))

    def send(
        self, form: Form, fields: Mapping[str, str] | None = None, file: tuple[str, bytes] | None = None
    ) -> Page:
        """Sends a form with what it carries and these answers. Raises `NoAnswer`."""
        self.sent_form = True
        data = {**form.hidden, **(fields or {})}
        files = {"file": (file[0], file[1], "image/jpeg")} if file else None
        return self._ask(lambda: self._http.post(form.action, data=data, files=files))

    def again(self) -> Page:
        """Sends the last request once more, as the browser's reload button does. Raises `NoAnswer`."""
        assert self._last is not None
        return self._ask(self._last)

    def _ask(self, call: Callable[[], httpx.Response]) -> Page:
        self._last = call
        try:
            response = call()
        except httpx.TransportError as error:
            raise NoAnswer(type(error).__name__) from error
        self.requests += 1 + len(response.history)
        if response.status_code >= 500:
            raise NoAnswer(f"{response.status_code} at {response.url.path}", response.status_code)
        self.page = Page(response.url.path, response.status_code, response.text)
        return self.page


class Letterbox:
    """The mails of the demo's outside world, read as the person reads them: their own, the newest first."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "outside" / "mail"

    def codes(self, address: str, since: float) -> Iterator[str]:
        """The codes of the mails to this address that came after this instant, the newest first."""
        for path in sorted(self.folder.glob("[0-9]*.eml"), reverse=True):
            if float(path.name.partition("-")[0]) < since:
                return
            message = message_from_bytes(path.read_bytes(), policy=policy.default)
            if str(message["To"]).lower() == address:
                yield from CODE.findall(str(message["Subject"]))

    def wait(self, address: str, since: float, used: set[str], patience: float = PATIENCE_S) -> str:
        """The newest code not used yet. Raises `NoAnswer` when none comes."""
        end = time.monotonic() + patience
        while True:
            code = next((code for code in self.codes(address, since) if code not in used), None)
            if code is not None:
                used.add(code)
                return code
            if time.monotonic() > end:
                raise NoAnswer("no code came")
            time.sleep(0.03)


def answers_of(name: str, given: str) -> dict[str, dict[str, str]]:
    """What a person of 36 answers to the six steps: B, passed last week, at their own address."""
    exam = dt.datetime.now(ZoneInfo("Europe/Paris")).date() - dt.timedelta(days=7)
    return {
        "motif": {"motive": "REU"},
        "permis": {
            "categories": "B",
            "first_licence_promise": "on",
            "gearbox": "manual",
            "medical_flag": "no",
        },
        "identite": {
            "sex": "F",
            "birth_name": name,
            "given_names": given,
            **_date("birth_date", dt.date(exam.year - 36, 3, 14)),
            "birth_country": "FR",
            "birth_place": "Rennes",
            "nationality": "FR",
            "guardianship": "no",
        },
        "adresse": {
            "address": "own",
            "letterbox": name,
            "street": "8 rue des Lices",
            "postcode": "35000",
            "town": "Rennes",
        },
        "examen": {
            **_date("exam_on", exam),
            "exam_department": "35",
            "learning_mode": "traditional",
            "neph": "210692106990",
        },
        "contact": {"notify_by": "email"},
    }


def _date(name: str, day: dt.date) -> dict[str, str]:
    return {f"{name}_day": f"{day.day:02}", f"{name}_month": f"{day.month:02}", f"{name}_year": str(day.year)}


class Citizen(Browser):
    """Somebody who asks for a first licence, once or several times."""

    def __init__(self, url: str, letterbox: Letterbox, address: str, patience: float = PATIENCE_S) -> None:
        super().__init__(url, patience)
        self.letterbox = letterbox
        self.address = address
        self.used: set[str] = set()  # codes already tried

    def sign_up(self) -> None:
        """Creates the account and confirms its address with the code of the mail."""
        since = time.time()
        page = self.get("/compte/creer/")
        form = page.form(asking="password")
        page = self.send(form, {"identifier": self.address, "password": PASSWORD})
        _stands_at(page, "/compte/confirmer/")
        code = self.letterbox.wait(self.address, since, self.used)
        page = self.send(page.form(asking="code"), {"code": code})
        _stands_at(page, "/demandes/")

    def sign_in(self) -> bool:
        """Comes back. False when there is no such account, or not yet confirmed."""
        page = self.get("/compte/connexion/")
        if page.path == "/compte/connexion/":
            form = page.form(asking="password")
            page = self.send(form, {"identifier": self.address, "password": PASSWORD})
        return page.path == "/demandes/"

    def begin(self) -> str:
        """Begins a request; a draft still empty is taken again. Returns its reference."""
        page = self.send(self.get("/demandes/").form(action="/demandes/commencer/"))
        match = REFERENCE.search(page.path)
        _stands(match is not None and page.status == 200, page)
        assert match is not None
        return match[0]

    def resume(self, reference: str) -> Page:
        """To the first page that is not done, or to the tracking once it is sent."""
        return self.get(f"/demandes/{reference}/")

    def fill_step(self, page: Page, answers: Mapping[str, Mapping[str, str]]) -> Page:
        """Answers the step that is on the page, and saves it; the page that follows comes back."""
        slug = page.path.rstrip("/").rpartition("/")[2]
        saved = self.send(page.form(asking=next(iter(answers[slug]))), answers[slug])
        if saved.status == 409:
            raise NoAnswer("an older save of this step had arrived")
        _stands(saved.path != page.path, saved)
        return saved

    def fill_steps(self, reference: str, answers: Mapping[str, Mapping[str, str]]) -> Page:
        """The steps that are not done, from the one on the screen; ends on the page after them."""
        page = self.page if self.page.path.startswith(f"/demandes/{reference}/") else self.resume(reference)
        while page.path.rstrip("/").rpartition("/")[2] in answers:
            page = self.fill_step(page, answers)
        return page

    def slots(self, reference: str) -> list[str]:
        """The places where a document can be given, in the order of the page."""
        path = f"/demandes/{reference}/documents/"
        page = self.page if self.page.path == path else self.get(path)
        return list(dict.fromkeys(SLOT.findall(page.text)))

    def give(self, reference: str, slot: str, name: str, picture: bytes) -> Page:
        """Gives a picture for one place; what comes back is the page of the documents."""
        base = f"/demandes/{reference}/documents/"
        page = self.page if self.page.path == base else self.get(base)
        page = self.send(page.form(action=f"{base}{slot}/"), file=(name, picture))
        _stands_at(page, base)
        return page

    def ask_code(self, reference: str) -> None:
        """Asks for the code that is worth a signature."""
        page = self.get(f"/demandes/{reference}/recapitulatif/")
        page = self.send(page.form(asking="send"), {"send": "email"})
        _stands_at(page, f"/demandes/{reference}/recapitulatif/")

    def confirm(self, reference: str, code: str) -> bool:
        """Sends the request. True when its receipt is on the screen; False when the code was not the right one."""
        page = self.send(self.page.form(asking="code"), {"code": code, "sincere": "on"})
        if page.path == f"/demandes/{reference}/recu/" and page.status == 200:
            return True
        _stands(page.path == f"/demandes/{reference}/recapitulatif/" and page.status == 422, page)
        return False

    def submit(self, reference: str, patience: float = PATIENCE_S) -> None:
        """Asks for a code, waits for it, and sends. Raises `NoAnswer` when no code that works came in time."""
        since, end = time.time(), time.monotonic() + patience
        self.ask_code(reference)
        while not self.confirm(
            reference, self.letterbox.wait(self.address, since, self.used, end - time.monotonic())
        ):
            continue  # an older code had come late: the next mail has the right one

    def is_sent(self, reference: str) -> bool:
        """Whether the receipt can be read: what a person looks at after a doubt."""
        page = self.get(f"/demandes/{reference}/recu/")
        return page.status == 200 and page.path.endswith("/recu/")

    def tracks(self, reference: str) -> Page:
        """The tracking page."""
        page = self.get(f"/demandes/{reference}/suivi/")
        _stands_at(page, f"/demandes/{reference}/suivi/")
        return page


class Agent(Browser):
    """Somebody who reads the requests of a centre."""

    def __init__(self, url: str, address: str, patience: float = PATIENCE_S) -> None:
        super().__init__(url, patience)
        self.address = address

    def sign_in(self) -> None:
        """To the queue."""
        page = self.get("/compte/connexion/?next=/agent/")
        if page.path == "/compte/connexion/":
            fields = {"identifier": self.address, "password": AGENTS_PASSWORD}
            page = self.send(page.form(asking="password"), fields)
        _stands_at(page, "/agent/")

    def in_hand(self) -> list[str]:
        """What this agent has already taken up."""
        return self.get("/agent/?vue=en-cours").references

    def take_next(self) -> Page | None:
        """Takes up the request that has waited longest; None when nothing waits."""
        queue = self.get("/agent/")
        if not queue.has_form("/agent/suivant/"):
            return None
        page = self.send(queue.form(action="/agent/suivant/"))
        return None if page.path == "/agent/" else page

    def opens(self, reference: str) -> Page:
        """One request."""
        return self.get(f"/agent/dossiers/{reference}/")

    def accept_all(self, page: Page) -> Page:
        """Accepts every document of the request on the page."""
        for _ in range(60):  # the check of a file may end meanwhile: then there is one more to accept
            waiting = (form for form in page.forms if form.hidden.get("verdict") == "accept")
            form = next(waiting, None)
            if form is None:
                return page
            page = self.send(form)
            _stands(page.status == 200, page)
        raise Unexpected(f"still documents to accept at {page.path}")

    def approve(self, page: Page) -> bool:
        """Grants the request on the page. True when that is acknowledged."""
        reference = REFERENCE.search(page.path)
        action = f"/agent/dossiers/{reference[0] if reference else ''}/approve/"
        return page.has_form(action) and self.send(page.form(action=action)).path == "/agent/"


def _stands_at(page: Page, path: str) -> None:
    _stands(page.path == path and page.status == 200, page)


def _stands(true: object, page: Page) -> None:
    if not true:
        raise Unexpected(f"stands at {page.path} with {page.status}")
