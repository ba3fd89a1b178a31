"""The theft of a licence, declared first to the police or the gendarmerie."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, before_birth
from permis.domain.conditions import asks
from permis.domain.vocabulary import Motive


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return before_birth(answers, "theft_receipt_on")


STEP = Step(
    slug="vol",
    title="Le vol de votre permis",
    recap="Le vol",
    when=asks(Motive.VOL),
    questions=(
        Question(
            "theft_declared",
            "yes_no",
            "Avez-vous le récépissé de la déclaration de vol ?",
            why="Le vol se déclare d’abord à la police ou à la gendarmerie.",
            hint="La police ou la gendarmerie vous le donne après votre déclaration.",
        ),
        Question(
            "theft_receipt_on",
            "past_date",
            "Date du récépissé",
            why="Le récépissé permet de conduire en France pendant 2 mois à partir de ce jour.",
            hint="Exemple : 15 11 2026",
            only_if=("theft_declared", "yes"),
            none_otherwise=True,
        ),
        Question(
            "theft_authority",
            "line",
            "Commissariat ou gendarmerie",
            why="Pour retrouver votre déclaration.",
            hint="Son nom ou sa ville. Exemple : commissariat de Rennes",
            width="tp-w-20",
            only_if=("theft_declared", "yes"),
            missing="Écrivez le nom ou la ville du commissariat ou de la gendarmerie.",
        ),
        Question(
            "theft_report_number",
            "line",
            "Numéro du procès-verbal",
            why="Pour retrouver votre déclaration.",
            hint="Il est écrit sur le récépissé.",
            required=False,
            width="tp-w-20",
            max_length=40,
            only_if=("theft_declared", "yes"),
        ),
        Question(
            "theft_place",
            "line",
            "Où le vol a-t-il eu lieu ?",
            why="Pour comparer avec le récépissé.",
            hint="La commune, ou le pays si c’est à l’étranger.",
            width="tp-w-20",
            only_if=("theft_declared", "yes"),
            missing="Écrivez la commune, ou le pays.",
        ),
    ),
    objections=_objections,
    help_title="Pas encore de récépissé ?",
    help_text="Allez au commissariat ou à la gendarmerie. Une pré-plainte en ligne fait gagner du temps. Votre brouillon "
    "vous attend ici.",
)
