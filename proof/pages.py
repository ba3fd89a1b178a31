"""The pages that a person meets, and the people who meet them: the table that `weight` and `accessibility` walk.

A new page is one more row of PAGES. A row of another state (an error, an empty list, a filled form) is the same
page with something done to it first: `fill` and `press`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import Page as Window

from bench.client import (
    AGENTS,
    AGENTS_PASSWORD,
    PASSWORD,
    Agent,
    Citizen,
    Letterbox,
    Page,
    answers_of,
)
from bench.installation import Installation
from bench.papers import of_first_licence

VISITOR, EXPLORER, LEA, ANNE, MOTHER, CAMILLE = "visitor", "explorer", "lea", "anne", "mother", "camille"
NOTE = "La photo est floue. Posez la feuille à plat, près d’une fenêtre, sans flash."
PATIENCE_S = 30.0
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Seen:
    """One page in one state. `{draft}` and the like in its path are references of the cast."""

    name: str
    path: str
    who: str = VISITOR
    state: str = "filled"  # empty, error, filled: what the page has to say
    fill: Mapping[str, str] = field(default_factory=dict)  # by the name of the field
    press: str = ""  # the selector of a button
    main: str = ""  # selectors of controls that must be 44 px high; the solid button always is


_FORM = "main form button[type=submit]"

PAGES: tuple[Seen, ...] = (
    # who anybody is
    Seen("accueil", "/"),
    Seen("qu’est-ce qui vous arrive", "/pieces/", state="empty"),
    Seen("qu’est-ce qui vous arrive, en erreur", "/pieces/", state="error", press=_FORM),
    Seen("une perte, première question", "/pieces/?motif=PERTE", state="empty"),
    Seen("une formation, première question", "/pieces/?motif=FORM_AM", state="empty"),
    Seen("un déménagement", "/pieces/?motif=ADR"),
    Seen("tous les documents", "/pieces/tous/"),
    Seen("tous les documents d’un échange", "/pieces/tous/?motif=ECH_HUE"),
    Seen("les règles", "/regles/"),
    Seen("les règles, en tableau", "/regles/tableau/"),
    Seen("les règles d’un motif", "/regles/ECH_HUE/"),
    Seen("les règles d’un jour", "/regles/REU/?le=2024-01-01"),
    Seen("les règles d’un jour trop ancien", "/regles/?le=2020-01-01", state="error"),
    Seen("numéro inconnu", "/pieces/suivre/?num=abc", state="error"),
    Seen("créer un compte", "/compte/creer/", state="empty"),
    Seen("créer un compte, en erreur", "/compte/creer/", state="error", press=_FORM),
    Seen("se connecter", "/compte/connexion/", state="empty"),
    Seen(
        "se connecter, en erreur",
        "/compte/connexion/",
        state="error",
        fill={"identifier": "lea@exemple.fr", "password": "ce n’est pas lui"},
        press=_FORM,
    ),
    Seen("mot de passe oublié", "/compte/mot-de-passe/", state="empty"),
    Seen("mot de passe oublié, en erreur", "/compte/mot-de-passe/", state="error", press=_FORM),
    Seen("page introuvable", "/nulle-part/", state="error"),
    Seen("signer pour un proche", "/representant/", state="empty"),
    Seen("signer pour un proche, en erreur", "/representant/", state="error", press=_FORM),
    Seen("invitation qui n’ouvre plus rien", "/representant/invitation/AAAA-BBBB-CCCC/", state="error"),
    Seen("démonstration", "/demo/"),
    Seen("composants", "/demo/composants/"),
    # the same without an account, once every question of the explorer has its answer
    Seen("liste, la dernière question", "/pieces/question/cas/", EXPLORER),
    Seen("liste personnelle", "/pieces/liste/", EXPLORER),
    # Léa has an account and nothing else
    Seen("mes demandes, vide", "/demandes/", LEA, "empty"),
    Seen("mon compte", "/compte/", LEA),
    Seen("ajouter un contact", "/compte/joindre/", LEA, "empty"),
    Seen("ajouter un contact, en erreur", "/compte/joindre/", LEA, "error", press=_FORM),
    # Anne has a request in each state
    Seen("accueil, avec une demande", "/", ANNE),
    Seen("mes demandes", "/demandes/", ANNE),
    Seen("étape, le motif", "/demandes/{draft}/motif/", ANNE),
    Seen("étape, le permis", "/demandes/{draft}/permis/", ANNE),
    Seen("étape, l’identité", "/demandes/{draft}/identite/", ANNE, "empty"),
    Seen("étape, l’identité en erreur", "/demandes/{draft}/identite/", ANNE, "error", press=_FORM),
    Seen("étape, la perte", "/demandes/{loss}/perte/", ANNE, "empty"),
    Seen("étape, la perte en erreur", "/demandes/{loss}/perte/", ANNE, "error", press=_FORM),
    Seen("étape, le représentant", "/demandes/{child}/representant/", ANNE),
    Seen("documents, douze à ajouter", "/demandes/{child}/documents/", ANNE, "empty"),
    Seen("déclaration sur l’honneur", "/demandes/{child}/documents/{honour}/declarer/", ANNE),
    Seen(
        "déclaration en erreur", "/demandes/{child}/documents/{honour}/declarer/", ANNE, "error", press=_FORM
    ),
    Seen("code e-photo", "/demandes/{child}/documents/e-photo/", ANNE, "empty"),
    Seen("code e-photo en erreur", "/demandes/{child}/documents/e-photo/", ANNE, "error", press=_FORM),
    Seen("signature du représentant, invité", "/demandes/{child}/signature/", ANNE),
    Seen("documents, à ajouter", "/demandes/{ready}/documents/", ANNE, "empty"),
    Seen("récapitulatif, incomplet", "/demandes/{draft}/recapitulatif/", ANNE, "error"),
    Seen("récapitulatif", "/demandes/{ready}/recapitulatif/", ANNE),
    Seen("retirer un document", "/demandes/{ready}/documents/{given}/retirer/", ANNE),
    Seen("annuler", "/demandes/{draft}/annuler/", ANNE),
    Seen("reçu", "/demandes/{sent}/recu/", ANNE),
    Seen("suivi, envoyée", "/demandes/{sent}/suivi/", ANNE),
    Seen("suivi, à compléter", "/demandes/{asked}/suivi/", ANNE),
    Seen("documents, à refaire", "/demandes/{asked}/documents/", ANNE, "error"),
    Seen("suivi, refusée", "/demandes/{refused}/suivi/", ANNE),
    Seen("lettre de refus", "/demandes/{refused}/courriers/{letter}/", ANNE),
    Seen("suivi, au bureau de poste", "/demandes/{waiting}/suivi/", ANNE),
    Seen("suivi, reçue", "/demandes/{delivered}/suivi/", ANNE),
    Seen("lettre non reçue", "/demandes/{delivered}/lettre-non-recue/", ANNE),
    # the mother of a child of 17, on her own telephone, without an account
    Seen("sa part, à donner", "/representant/{child}/", MOTHER, "empty"),
    # an agent
    Seen("file de travail", "/agent/", CAMILLE),
    Seen("file, rien ici", "/agent/?q=TP-0000-0000", CAMILLE, "empty"),
    Seen("dossier à prendre", "/agent/dossiers/{sent}/", CAMILLE),
    Seen("dossier en cours", "/agent/dossiers/{read}/", CAMILLE),
    Seen("dossier décidé", "/agent/dossiers/{refused}/", CAMILLE),
    Seen("refuser la demande", "/agent/dossiers/{read}/refuse/", CAMILLE, "empty"),
    Seen("refuser la demande, en erreur", "/agent/dossiers/{read}/refuse/", CAMILLE, "error", press=_FORM),
)
SIGN_INS = {
    LEA: ("lea.moreau@demo.telepermis.example", AGENTS_PASSWORD),
    ANNE: ("anne.lebras@exemple.fr", PASSWORD),
    CAMILLE: (AGENTS[0], AGENTS_PASSWORD),
}
# How far each of Anne's requests goes. Four of them need the agent, the factory or the post.
FATES = ("sent", "asked", "refused", "waiting", "delivered", "read", "ready", "child", "loss", "draft")
AT_HOME = {"ready", "child", "loss", "draft", "sent"}  # no agent has them
MOTHERS = "mere.lebras@exemple.fr"
LETTER = re.compile(r"/courriers/(\d+)/")
HONOUR = re.compile(r"/documents/([0-9a-f-]{36})/declarer/")
invitation = {"link": ""}  # the mother's, from her letterbox


def cast(here: Installation) -> dict[str, str]:
    """Makes Anne and her requests, one in each state. Returns the reference of each."""
    letters = Letterbox(here.data)
    made: dict[str, str] = {}
    with Citizen(here.url, letters, SIGN_INS[ANNE][0]) as anne, Agent(here.url, AGENTS[0]) as camille:
        anne.sign_up()
        camille.sign_in()
        # The draft comes last: a draft still open is taken again by the next beginning.
        for fate in FATES:
            made[fate] = _request(anne, fate)
            if fate not in AT_HOME:
                _read(here, camille, made[fate], fate)
        for fate in ("waiting", "delivered"):
            _carry(here, made[fate], fate)
        made["given"] = anne.slots(made["ready"])[0]
        made["honour"] = _first(HONOUR, anne.get(f"/demandes/{made['child']}/documents/").text)
        made["letter"] = _first(LETTER, anne.tracks(made["refused"]).text)
        page = anne.get(f"/demandes/{made['child']}/signature/")
        anne.send(page.form(action=page.path))
    invitation["link"] = _invited(here)
    return made


def _first(sought: re.Pattern[str], text: str) -> str:
    found = sought.search(text)
    if found is None:
        raise LookupError(f"{sought.pattern} is not on the page")
    return found[1]


def _invited(here: Installation) -> str:
    """The path of the mother's invitation, once the message has come."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        said = here.command("outside", "mail", "--last", MOTHERS)
        links = json.loads(said.stdout)["links"] if said.returncode == 0 else []
        found = next((link for link in links if "/invitation/" in link), None)
        if found:
            return str(urlsplit(found).path)
        time.sleep(0.2)
    raise TimeoutError("no invitation came")


def _request(anne: Citizen, fate: str) -> str:
    reference = anne.begin()
    answers = _answers(fate)
    if fate in {"draft", "loss"}:
        page = anne.resume(reference)
        for _ in range(2 if fate == "draft" else 4):
            page = anne.fill_step(page, answers)
        return reference
    anne.fill_steps(reference, answers)
    if fate == "child":
        return reference
    given = of_first_licence(1, 90_000, (900, 1200))
    for number, (slot, paper) in enumerate(zip(anne.slots(reference), given, strict=True)):
        anne.give(reference, slot, f"photo-{number}.jpg", paper)
    if fate != "ready":
        anne.submit(reference)
    return reference


def _read(here: Installation, camille: Agent, reference: str, fate: str) -> None:
    page = camille.opens(reference)
    page = camille.send(page.form(action=f"/agent/dossiers/{reference}/take_up/"))
    page = camille.accept_all(page)
    match fate:
        case "asked":
            page = _refuse_one(camille, page)
            camille.send(page.form(action=f"/agent/dossiers/{reference}/ask_for_more/"))
        case "refused":
            form = camille.get(f"/agent/dossiers/{reference}/refuse/").form(asking="reason")
            camille.send(form, {"reason": "Le certificat donné est celui d’une autre personne."})
        case "waiting" | "delivered":
            camille.approve(page)


def _refuse_one(camille: Agent, page: Page) -> Page:
    form = next(form for form in page.forms if form.hidden.get("verdict") == "refuse")
    return camille.send(form, {"reason": "R01", "note": NOTE})


def _answers(fate: str) -> dict[str, dict[str, str]]:
    """Those of somebody of 36, but for a loss, and for a child of 17 whose mother signs."""
    answers = answers_of("Lebras", "Anne")
    if fate == "loss":
        answers["motif"] = {"motive": "PERTE"}
        answers["permis"] = {"held_categories": "B", "sanction": "no", "medical_flag": "no"}
    if fate == "child":
        del answers["adresse"]["address"]  # a minor lives where their parents do: it is not asked
        answers["identite"]["birth_date_year"] = str(dt.datetime.now(PARIS).year - 17)
        answers["identite"] |= {"birth_date_day": "01", "birth_date_month": "01", "given_names": "Tom"}
        answers["representant"] = {
            "rep_quality": "mother",
            "rep_birth_name": "Lebras",
            "rep_given_names": "Anne",
            "rep_birth_date_day": "14",
            "rep_birth_date_month": "03",
            "rep_birth_date_year": "1980",
            "rep_birth_place": "Brest",
            "rep_channel": "email",
            "rep_email": MOTHERS,
        }
    return answers


def _carry(here: Installation, reference: str, fate: str) -> None:
    """The factory makes the card and the postman comes, each as soon as there is something for them."""
    _until_done(here, "factory", "make", reference)
    acts = ("absent",) if fate == "waiting" else ("absent", "collect")
    for act in acts:
        _until_done(here, "post", act, reference)


def _until_done(here: Installation, *words: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while here.command("outside", *words).returncode != 0:
        if time.monotonic() > end:
            raise TimeoutError(f"permis outside {' '.join(words)} had nothing to act on")
        time.sleep(0.5)


def enter(page: Window, who: str) -> None:
    """Signs this person in, or brings them where they may see their pages; a visitor stays who they are."""
    if who == VISITOR:
        return
    if who == EXPLORER:
        _explore(page)
        return
    if who == MOTHER:
        page.goto(invitation["link"])
        page.locator(_FORM).first.click()
        page.wait_for_url("**/representant/TP-*/")
        return
    identifier, password = SIGN_INS[who]
    page.goto("/compte/connexion/")
    page.fill("[name=identifier]", identifier)
    page.fill("[name=password]", password)
    page.locator(_FORM).first.click()
    page.wait_for_url(lambda url: "/connexion/" not in url)


def _explore(page: Window) -> None:
    """Answers every question of the explorer for a first licence, as somebody of 18 housed by their parents."""
    page.goto("/pieces/?motif=REU")
    exam = dt.datetime.now(PARIS).date() - dt.timedelta(days=7)
    for _ in range(10):
        if "/liste/" in page.url:
            return
        boxes = page.locator("main form input[type=text]")
        if boxes.count():
            day = exam if "/examen/" in page.url else dt.date(exam.year - 18, 1, 2)
            for rank, number in enumerate((day.day, day.month, day.year)):
                boxes.nth(rank).fill(str(number))
        radios = page.locator("main form input[type=radio]")
        if radios.count():
            radios.nth(1 if "/logement/" in page.url else 0).check()
        page.locator(_FORM).first.click()
        page.wait_for_load_state()
    raise LookupError(f"the explorer has not ended: {page.url}")
