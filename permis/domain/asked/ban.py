"""The suspension, the annulment or the invalidation that kept the person from driving."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, before_birth, in_order
from permis.domain.conditions import asks
from permis.domain.vocabulary import Motive

_M = Motive


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return {
        **before_birth(answers, "licence_first_issued_on", "ban_starts_on"),
        **in_order(
            answers,
            ("ban_starts_on", "ban_ends_on", "La fin vient après le début. Vérifiez les deux dates."),
            (
                "licence_first_issued_on",
                "ban_starts_on",
                "Cette date est avant celle de votre premier permis. Vérifiez les deux dates.",
            ),
            (
                "licence_first_issued_on",
                "licence_surrendered_on",
                "Cette date est avant celle de votre premier permis. Vérifiez les deux dates.",
            ),
        ),
    }


STEP = Step(
    slug="sanction",
    title="La suspension ou l’annulation",
    recap="La sanction",
    when=asks(_M.INS_RET, _M.REU_RET, _M.SUSP),
    questions=(
        Question(
            "ban_starts_on",
            "any_date",
            "Premier jour de la mesure",
            why="La durée de la mesure décide des examens demandés.",
            hint="Le jour où vous n’avez plus eu le droit de conduire. Exemple : 15 05 2026",
            missing="Écrivez le premier jour de la mesure. Exemple : 15 05 2026",
            when=asks(_M.INS_RET, _M.SUSP),
        ),
        Question(
            "ban_ends_on",
            "any_date",
            "Dernier jour de la mesure",
            why="La carte ne peut pas être rendue avant ce jour.",
            hint="Il est écrit sur la décision. Exemple : 15 12 2026",
            missing="Écrivez le dernier jour de la mesure. Exemple : 15 12 2026",
        ),
        Question(
            "was_invalidated",
            "yes_no",
            "Avez-vous perdu tous vos points (lettre 48SI) ?",
            why="Pour une invalidation, les délais courent du jour où le permis a été remis.",
            hint="Répondez non si un juge a annulé votre permis.",
            when=asks(_M.INS_RET),
        ),
        Question(
            "licence_surrendered_on",
            "past_date",
            "Quand avez-vous remis votre permis ?",
            why="Pour une invalidation, les délais courent du jour où le permis a été remis.",
            hint="À la police, à la gendarmerie ou à la préfecture. Exemple : 15 05 2026",
            only_if=("was_invalidated", "yes"),
            none_otherwise=True,
            when=asks(_M.INS_RET),
        ),
        Question(
            "licence_first_issued_on",
            "past_date",
            "Depuis quand aviez-vous votre premier permis ?",
            why="Avec 3 ans de permis, l’épreuve théorique seule peut suffire.",
            hint="La date la plus ancienne de votre permis. Exemple : 02 07 2012",
            when=asks(_M.INS_RET),
        ),
    ),
    objections=_objections,
    help_title="Où trouver ces dates ?",
    help_text="Sur la décision : arrêté de suspension, jugement, lettre 48SI, référence 7 ou référence 44.",
)
