"""How an agent reads states, actors and history: the citizen's words speak to the citizen."""

from __future__ import annotations

import datetime as dt

from permis.domain.lifecycle import ENDED
from permis.domain.vocabulary import Role, State, Verb
from permis.dossier.models import Dossier, Event

# A state is worded for the person who asks; these are the ones that an agent says otherwise.
AGENT_WORDS: dict[State, str] = {
    State.SUBMITTED: "À instruire",
    State.COMPLETED: "À reprendre",
    State.AWAITING_PHOTO: "Photo attendue par courrier",
    State.INCOMPLETE: "Documents demandés",
    State.ORIGINAL_AWAITED: "Permis original attendu",
    State.AUTHENTICATING: "Permis original à vérifier",
}
WHO: dict[Role, str] = {
    Role.CITIZEN: "la personne",
    Role.REPRESENTATIVE: "son représentant",
    Role.HELPER: "un aidant",
    Role.SCHOOL: "l’auto-école",
    Role.AGENT: "un agent",
    Role.SUPERVISOR: "un responsable",
    Role.FRAUD_REFERENT: "le référent fraude",
    Role.EXPERT: "un expert",
    Role.OPERATOR: "l’exploitant",
    Role.PLANT: "l’usine",
    Role.POST: "La Poste",
    Role.SYSTEM: "le service",
}
# Verbs that leave the state as it is.
STAYS: dict[Verb, str] = {Verb.MAKE_CARD: "Fabrication faite"}
# Verbs that say more than the state they lead to.
ACTS: dict[Verb, str] = {
    Verb.REJECT_CARD: "Fabrication impossible : à corriger avant d’accorder de nouveau",
    Verb.RECEIVE_ORIGINAL: "Permis original reçu",
    Verb.AUTHENTICATE: "Permis original vérifié",
    Verb.SUBMIT: "Demande envoyée",
    Verb.COMPLETE: "Documents renvoyés",
}


def state_words(state: State) -> str:
    """The state as an agent says it."""
    return AGENT_WORDS.get(state, state.label)


def right_left(dossier: Dossier, today: dt.date) -> int | None:
    """Days until the provisional right to drive ends (negative once it is over), None when it matters no more."""
    if dossier.provisional_until is None or dossier.get_state() in ENDED:
        return None
    return (dossier.provisional_until - today).days


def history_label(event: Event) -> str:
    """What an event did, in a line of the history."""
    if event.before == event.after:
        return STAYS.get(Verb(event.verb), State(event.after).label)
    if event.verb == Verb.REJECT_CARD and event.role == Role.SYSTEM:
        return "Numéro refusé par le registre : un nouveau est donné si la demande est accordée de nouveau"
    return ACTS.get(Verb(event.verb)) or state_words(State(event.after))
