"""The declaration of a loss, made inside the request."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, Wording, before_birth
from permis.domain.conditions import asks, lost_abroad
from permis.domain.vocabulary import EXCHANGES, Motive

ABROAD = asks(*sorted(EXCHANGES)) & lost_abroad


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return before_birth(answers, "lost_on")


STEP = Step(
    slug="perte",
    title="La perte de votre permis",
    recap="La perte",
    when=asks(Motive.PERTE) | ABROAD,
    questions=(
        Question(
            "lost_on",
            "past_date",
            "Depuis quand ne le trouvez-vous plus ?",
            why="Elle figure dans votre déclaration de perte.",
            hint="La date exacte, ou celle où vous vous en êtes aperçu. Exemple : 20 11 2026",
        ),
        Question(
            "lost_place",
            "line",
            "Où l’avez-vous perdu ?",
            why="Elle figure dans votre déclaration de perte.",
            hint="La commune, ou le pays si c’est à l’étranger. « Je ne sais pas » convient.",
            width="tp-w-20",
        ),
        Question(
            "lost_story",
            "text",
            "Comment l’avez-vous perdu ?",
            why="Elle figure dans votre déclaration de perte.",
            hint="Une ou deux phrases suffisent.",
            required=False,
            max_length=500,
        ),
        Question(
            "loss_declared",
            "promise",
            "Je déclare sur l’honneur avoir perdu mon permis de conduire",
            why="Cette déclaration remplace celle que l’on faisait au guichet.",
            hint="Elle ne peut pas être annulée : si vous retrouvez l’ancien permis, détruisez-le. Un permis volé, "
            "retiré ou suspendu ne se déclare pas ici.",
            wordings=(
                Wording(
                    ABROAD,
                    "Je déclare sur l’honneur que mon permis étranger est perdu, ou qu’il m’a été volé",
                    "Cette déclaration remplace le permis dans votre demande d’échange.",
                ),
            ),
        ),
    ),
    objections=_objections,
    help_title="Vous l’avez peut-être prêté ou laissé quelque part ?",
    help_text="Cherchez d’abord : une déclaration de perte ne peut pas être annulée. Un permis volé se déclare à la "
    "police ou à la gendarmerie ; revenez alors à la première étape et choisissez « On m’a volé mon permis ».",
)
