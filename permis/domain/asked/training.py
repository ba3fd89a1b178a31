"""The training whose certificate takes the place of an exam: a driving school asks for the card."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, before_birth
from permis.domain.conditions import asks
from permis.domain.vocabulary import SCHOOL_ONLY, Motive


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return before_birth(answers, "course_on", "a2_obtained_on")


STEP = Step(
    slug="formation",
    title="La formation",
    recap="La formation",
    when=asks(*sorted(SCHOOL_ONLY)),
    questions=(
        Question(
            "course_on",
            "past_date",
            "Date de fin de la formation",
            why="Certaines attestations permettent de conduire à partir de ce jour.",
            hint="Celle de l’attestation de formation. Exemple : 20 11 2026",
        ),
        Question(
            "a2_obtained_on",
            "past_date",
            "Date d’obtention de la catégorie A2",
            why="Le permis A demande d’avoir le A2 depuis 2 ans.",
            hint="Au dos de la carte, colonne 10. Exemple : 05 09 2024",
            when=asks(Motive.FORM_A),
        ),
    ),
    objections=_objections,
    help_title="Qui fait cette demande ?",
    help_text="L’auto-école qui a donné la formation, avec un mandat signé de son élève.",
)
