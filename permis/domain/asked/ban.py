"""The suspension, the annulment or the invalidation that keeps the person from driving."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, Wording, before_birth, in_order
from permis.domain.conditions import asks
from permis.domain.vocabulary import Motive

_M = Motive


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return {
        **before_birth(answers, "licence_first_issued_on", "ban_starts_on", "licence_surrendered_on"),
        **in_order(
            answers,
            ("ban_starts_on", "ban_ends_on", "La fin vient après le début. Vérifiez les deux dates."),
            (
                "licence_surrendered_on",
                "ban_ends_on",
                "La fin vient après le jour où vous avez remis votre permis. Vérifiez les deux dates.",
            ),
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
    title="Suspension, annulation ou invalidation",
    recap="La sanction",
    when=asks(_M.INS_RET, _M.REU_RET, _M.SUSP),
    questions=(
        Question(
            "was_invalidated",
            "yes_no",
            "Avez-vous perdu tous vos points (lettre 48SI) ?",
            why="Pour une invalidation, les délais courent du jour où le permis a été remis.",
            hint="Répondez non si un juge a annulé votre permis.",
            when=asks(_M.INS_RET),
        ),
        Question(
            "ban_starts_on",
            "any_date",
            "Premier jour de l’interdiction",
            why="La durée de l’interdiction décide des examens demandés.",
            hint="Le jour où vous n’avez plus eu le droit de conduire. Exemple : 15 05 2026",
            missing="Écrivez le premier jour de l’interdiction. Exemple : 15 05 2026",
            # After an invalidation it is the day of the hand-over (situation.deduced).
            only_if=("was_invalidated", ("", "no")),
            when=asks(_M.INS_RET, _M.SUSP),
        ),
        Question(
            "ban_ends_on",
            "any_date",
            "Dernier jour de l’interdiction",
            why="La carte ne peut pas être rendue avant ce jour.",
            hint="Il est écrit sur la décision. Exemple : 15 12 2026",
            missing="Écrivez le dernier jour de l’interdiction. Exemple : 15 12 2026",
            optional_if=("was_invalidated", "yes"),  # the letter does not say it
            wordings=(
                Wording(
                    asks(_M.INS_RET),
                    hint="Il est écrit sur le jugement. Une lettre 48SI ne le dit pas : laissez vide, nous comptons 6 mois "
                    "à partir de la remise du permis. Écrivez-le si c’est votre deuxième invalidation en 5 ans : "
                    "l’interdiction dure alors 12 mois. Exemple : 15 12 2026",
                    missing="Écrivez le dernier jour de l’interdiction : il est sur le jugement. Exemple : 15 12 2026",
                ),
                Wording(
                    asks(_M.REU_RET),
                    hint="Il est écrit sur le jugement. Après une lettre 48SI, comptez 6 mois à partir de la remise du "
                    "permis, ou 12 mois si c’est la deuxième fois en 5 ans. Exemple : 15 12 2026",
                ),
            ),
        ),
        Question(
            "licence_surrendered_on",
            "past_date",
            "Quand avez-vous remis votre permis ?",
            why="Pour une invalidation, les délais courent du jour où le permis a été remis.",
            hint="Après une lettre 48SI : à la police, à la gendarmerie ou à la préfecture. Exemple : 15 05 2026",
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
