"""What the explorer says of itself, and when a request cannot be filed today."""

from permis.domain.vocabulary import Outcome, Reason

FIND = "Trouver votre demande et vos documents"

OUTCOMES: dict[Outcome | None, str] = {
    Outcome.NOT_BEFORE: "Pas avant le {day}",
    Outcome.NOT_POSSIBLE: "Cette demande n’est pas possible",
    Outcome.NOT_NEEDED: "Vous n’avez rien à demander",
}
NOT_YET = "Pas encore"  # not before a day that cannot be worked out
# What to do instead, by the reason of table 2, where the row itself does not say it.
INSTEAD: dict[Reason | None, str] = {
    Reason.R06: "Si une réponse est fausse, changez-la ci-dessous. Sinon, revenez avec votre certificat.",
    Reason.R10: "Si une date est fausse, changez-la ci-dessous. Sinon, attendez ce jour, ou demandez conseil à la "
    "préfecture de votre département.",
    Reason.R11: "Si une réponse est fausse, changez-la ci-dessous. Sinon, votre auto-école peut vous dire quelle "
    "catégorie vous est ouverte à votre âge.",
    Reason.R12: "Prenez rendez-vous avec un médecin agréé par la préfecture, puis revenez avec son avis.",
    Reason.R13: "Attendez la fin de la mesure. Si elle est finie, changez votre réponse ci-dessous.",
    Reason.R17: "Si une réponse est fausse, changez-la ci-dessous. Sinon, il reste l’examen français : inscrivez-vous, "
    "ici ou avec une auto-école.",
    Reason.R19: "Gardez votre permis : il reste valable. Si une réponse est fausse, changez-la ci-dessous.",
    Reason.R21: "Votre élève peut faire sa demande lui-même, ici.",
    None: "Si une réponse est fausse, changez-la ci-dessous.",
}
