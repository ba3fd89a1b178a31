"""The pages that a person meets, and the people who meet them: the table that `weight` and `accessibility` walk.

A new page is one more row of PAGES. A row of another state (an error, an empty list, a filled form) is the same
page with something done to it first: `fill` and `press`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

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
    picture,
)
from bench.installation import Installation

VISITOR, LEA, ANNE, CAMILLE = "visitor", "lea", "anne", "camille"
NOTE = "La photo est floue. Posez la feuille à plat, près d’une fenêtre, sans flash."
PATIENCE_S = 30.0


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
    Seen("un motif pas encore ouvert", "/pieces/?motif=DIP"),
    Seen("tous les documents", "/pieces/tous/"),
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
    Seen("démonstration", "/demo/"),
    Seen("composants", "/demo/composants/"),
    # Léa has an account and nothing else
    Seen("mes demandes, vide", "/demandes/", LEA, "empty"),
    Seen("mon compte", "/compte/", LEA),
    Seen("ajouter un contact", "/compte/joindre/", LEA, "empty"),
    Seen("ajouter un contact, en erreur", "/compte/joindre/", LEA, "error", press=_FORM),
    # Anne has a request in each state
    Seen("accueil, avec une demande", "/", ANNE),
    Seen("mes demandes", "/demandes/", ANNE),
    Seen("étape, le motif", "/demandes/{draft}/motif/", ANNE),
    Seen("étape, l’identité", "/demandes/{draft}/identite/", ANNE, "empty"),
    Seen("étape, l’identité en erreur", "/demandes/{draft}/identite/", ANNE, "error", press=_FORM),
    Seen("documents, à ajouter", "/demandes/{ready}/documents/", ANNE, "empty"),
    Seen("récapitulatif, incomplet", "/demandes/{draft}/recapitulatif/", ANNE, "error"),
    Seen("récapitulatif", "/demandes/{ready}/recapitulatif/", ANNE),
    Seen("annuler", "/demandes/{draft}/annuler/", ANNE),
    Seen("reçu", "/demandes/{sent}/recu/", ANNE),
    Seen("suivi, envoyée", "/demandes/{sent}/suivi/", ANNE),
    Seen("suivi, à compléter", "/demandes/{asked}/suivi/", ANNE),
    Seen("documents, à refaire", "/demandes/{asked}/documents/", ANNE, "error"),
    Seen("suivi, refusée", "/demandes/{refused}/suivi/", ANNE),
    Seen("suivi, au bureau de poste", "/demandes/{waiting}/suivi/", ANNE),
    Seen("suivi, reçue", "/demandes/{delivered}/suivi/", ANNE),
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
# How far each of Anne's requests goes. The last ones need the agent, the factory and the post.
FATES = ("sent", "asked", "refused", "waiting", "delivered", "read", "ready", "draft")


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
            if fate not in {"ready", "draft", "sent"}:
                _read(here, camille, made[fate], fate)
        for fate in ("waiting", "delivered"):
            _carry(here, anne, made[fate], fate)
    return made


def _request(anne: Citizen, fate: str) -> str:
    reference = anne.begin()
    if fate == "draft":
        anne.fill_step(anne.resume(reference), answers_of("Lebras", "Anne"))
        return reference
    anne.fill_steps(reference, answers_of("Lebras", "Anne"))
    for number, slot in enumerate(anne.slots(reference)):
        anne.give(reference, slot, f"photo-{number}.jpg", picture(number, 40_000, (640, 480)))
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


def _carry(here: Installation, anne: Citizen, reference: str, fate: str) -> None:
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
    """Signs this person in; a visitor stays who they are."""
    if who == VISITOR:
        return
    identifier, password = SIGN_INS[who]
    page.goto("/compte/connexion/")
    page.fill("[name=identifier]", identifier)
    page.fill("[name=password]", password)
    page.locator(_FORM).first.click()
    page.wait_for_url(lambda url: "/connexion/" not in url)
