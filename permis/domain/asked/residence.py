"""Since when the person lives in France, and under which right: foreigners, and whoever brings a licence."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, Wording, before_birth
from permis.domain.conditions import asks, european, french
from permis.domain.vocabulary import EXCHANGES, Motive

_M = Motive
# A European has no title of stay: studies only shorten the wait (common.settled_on). Who exchanges a licence from outside
# Europe is not asked: there the rules read a student's title of stay, which bars the exchange.
EUROPEAN_STUDENT = european & ~french & ~asks(_M.ERR, _M.ENR_EU, _M.ECH_HUE)
BRINGS_A_LICENCE = asks(*sorted(EXCHANGES), _M.ENR_EU, _M.RETAB)


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return before_birth(answers, "resident_since", "stay_started_on")


STEP = Step(
    slug="sejour",
    title="Votre vie en France",
    recap="Le séjour",
    when=(european & ~french & ~asks(_M.ERR)) | BRINGS_A_LICENCE,
    questions=(
        Question(
            "resident_since",
            "past_date",
            "Depuis quand vivez-vous en France ?",
            why="Il faut vivre en France depuis au moins 185 jours, et les délais d’échange courent de ce jour.",
            hint="Le jour de votre installation. Exemple : 15 01 2026",
        ),
        Question(
            "stay_started_on",
            "past_date",
            "Date de remise de votre premier titre de séjour",
            why="L’échange se demande dans l’année qui suit ce jour.",
            hint="Ou le jour de la validation de votre visa long séjour. Exemple : 20 02 2026",
            when=~european & asks(_M.ECH_HUE),
        ),
        Question(
            "student",
            "yes_no",
            "Avez-vous un titre de séjour d’étudiant ?",
            why="Un permis étranger ne s’échange pas pendant les études.",
            when=(~european & asks(_M.ECH_HUE)) | EUROPEAN_STUDENT,
            wordings=(
                Wording(
                    EUROPEAN_STUDENT,
                    "Êtes-vous en France pour vos études ?",
                    why="Un étudiant peut demander un permis après 6 mois en France.",
                ),
            ),
        ),
    ),
    objections=_objections,
    helps=(
        (
            ~european & asks(_M.ECH_HUE),
            "Où trouver ces dates ?",
            ("Celle de votre installation : sur votre bail ou votre contrat de travail. Pour le titre de séjour, écrivez la "
            "date du tout premier, même s’il a été renouvelé depuis."),
        ),
    ),
    help_title="Où trouver ces dates ?",
    help_text="Sur votre bail, votre contrat de travail ou votre titre de séjour. Après plusieurs séjours, écrivez la date "
    "du dernier.",
)
