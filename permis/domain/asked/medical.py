"""The medical opinion, and until when each category is valid."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, Wording, before_birth
from permis.domain.conditions import asks, asks_heavy, holds_heavy, wants
from permis.domain.vocabulary import EXCHANGES, Category, Motive

_M = Motive
ALL_ENDS = "category_ends_on"  # the fact that the ends of the categories make together
ENDS: dict[str, str] = {category.value: f"category_ends_on_{category.value}" for category in Category}

SEEN = asks(_M.MED, _M.MED_REST, _M.SUSP, _M.INS_RET, _M.REU_RET) | (
    asks(_M.INS, _M.INS_EXT, _M.REU, _M.REU_EXT, _M.MIL, _M.DIP) & asks_heavy
)
# The opinion may be left out: the heavy categories keep their end, or are given up.
OFFERED = (asks(_M.RETAB, *sorted(EXCHANGES)) & asks_heavy) | (
    asks(_M.PERTE, _M.VOL, _M.DET, _M.ROSE, _M.EC) & holds_heavy
)


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return before_birth(answers, "medical_opinion_on")


STEP = Step(
    slug="avis-medical",
    title="L’avis médical",
    recap="L’avis médical",
    when=SEEN | OFFERED,
    questions=(
        Question(
            "medical_opinion_on",
            "past_date",
            "Date de l’avis médical",
            why="Un avis vaut 2 ans, et la fin des catégories se compte à partir de ce jour.",
            hint="Celle du formulaire cerfa 14880. Exemple : 20 11 2026",
            wordings=(
                Wording(
                    OFFERED,
                    hint="Si vous avez un avis pour vos poids lourds (cerfa 14880). Sinon, laissez vide. Exemple : 20 11 2026",
                    optional=True,
                ),
            ),
        ),
        *(
            Question(
                ENDS[category.value],
                "any_date",
                f"Fin de validité de la catégorie {category.label}",
                why="Si l’avis est donné avant cette fin, vous pouvez continuer à conduire jusqu’à la décision.",
                hint="Au dos de la carte, colonne 11. Exemple : 15 01 2027",
                when=asks(_M.MED) & wants(category),
                missing=f"Écrivez la fin de validité de la catégorie {category.value}. Exemple : 15 01 2027",
            )
            for category in Category
        ),
    ),
    objections=_objections,
    help_title="Pas encore d’avis médical ?",
    help_text="Prenez rendez-vous avec un médecin agréé par la préfecture : ce n’est pas votre médecin traitant. "
    "« Finir plus tard » garde votre brouillon.",
)
