"""What the explorer says of itself, and when a request cannot be filed today."""

from permis.domain.vocabulary import Outcome, Reason

FIND = "Trouver votre demande et vos documents"

OUTCOMES: dict[Outcome | None, str] = {
    Outcome.NOT_BEFORE: "Pas avant le {day}",
    Outcome.NOT_POSSIBLE: "Cette demande n’est pas possible",
    Outcome.NOT_NEEDED: "Vous n’avez rien à demander",
}
# What to do instead, by the reason of table 2.
INSTEAD: dict[Reason | None, str] = {
    Reason.R11: "Si une réponse est fausse, changez-la ci-dessous. Sinon, votre auto-école peut vous dire quelle "
    "catégorie vous est ouverte à votre âge.",
    Reason.R21: "Votre élève peut faire sa demande lui-même, ici.",
    None: "Si une réponse est fausse, changez-la ci-dessous.",
}
