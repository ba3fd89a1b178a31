"""What is wrong on the card that was received."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, before_birth
from permis.domain.conditions import asks
from permis.domain.vocabulary import ErrorKind, Motive


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return before_birth(answers, "received_on")


STEP = Step(
    slug="erreur",
    title="L’erreur sur votre carte",
    recap="L’erreur",
    when=asks(Motive.ERR),
    questions=(
        Question(
            "error_kind",
            "choice",
            "Qu’est-ce qui est faux ?",
            why="Le document qui le prouve n’est pas le même.",
            missing="Choisissez ce qui est faux sur la carte.",
            choices=(
                (ErrorKind.NAME.value, "Mon nom, un prénom, ma date ou mon lieu de naissance"),
                (ErrorKind.CATEGORY.value, "Une catégorie manque, ou n’est pas la bonne"),
                (ErrorKind.VALIDITY.value, "Une date de fin"),
                (ErrorKind.RESTRICTION.value, "Une restriction ou un code"),
            ),
        ),
        Question(
            "error_words",
            "text",
            "Que faut-il lire à la place ?",
            why="Pour qu’un agent corrige exactement ce qui est faux.",
            hint="Ce qui est écrit, puis ce qui devrait l’être.",
            max_length=500,
            missing="Écrivez ce qui est faux, et ce qu’il faut lire à la place.",
        ),
        Question(
            "received_on",
            "past_date",
            "Quand avez-vous reçu cette carte ?",
            why="Une erreur se signale dans les 6 mois après la réception.",
            hint="Exemple : 15 09 2026",
        ),
    ),
    objections=_objections,
    help_title="Gardez cette carte",
    help_text="Elle reste valable pendant la correction, sauf si un agent vous dit autre chose.",
)
