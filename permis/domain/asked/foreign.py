"""The licence to exchange, to record, or at the end of its fifteen years: where from, since when, until when."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, Wording, before_birth, in_order
from permis.domain.conditions import asks
from permis.domain.vocabulary import EXCHANGES, Motive

_M = Motive
OVERSEAS = (
    ("NC", "Nouvelle-Calédonie"),
    ("PF", "Polynésie française"),
    ("WF", "Wallis-et-Futuna"),
    ("PM", "Saint-Pierre-et-Miquelon"),
    ("BL", "Saint-Barthélemy"),
    ("MF", "Saint-Martin"),
)
FROM_ELSEWHERE = asks(*sorted(EXCHANGES), _M.ENR_EU, _M.RETAB)


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return {
        **before_birth(answers, "licence_obtained_on"),
        **in_order(
            answers,
            (
                "licence_obtained_on",
                "licence_expires_on",
                "La fin vient après l’obtention. Vérifiez les deux dates.",
            ),
        ),
    }


STEP = Step(
    slug="permis-actuel",
    title="Votre permis actuel",
    recap="Le permis actuel",
    when=FROM_ELSEWHERE | asks(_M.EXP15),
    questions=(
        Question(
            "licence_country",
            "licence_country",
            "Quel pays l’a donné ?",
            why="Les règles d’échange dépendent du pays.",
            hint="Le pays ou le territoire écrit sur le permis.",
            width="tp-w-20",
            when=FROM_ELSEWHERE,
            wordings=(
                Wording(
                    asks(_M.ECH_COM),
                    "Quelle collectivité l’a donné ?",
                    "Celle qui est écrite sur le permis.",
                    "Choisissez la collectivité qui a donné le permis.",
                    "choice",
                    OVERSEAS,
                ),
            ),
        ),
        Question(
            "licence_obtained_on",
            "past_date",
            "Date d’obtention",
            why="Un permis s’échange s’il a été obtenu avant de vivre en France.",
            hint="Celle de la catégorie la plus ancienne. Exemple : 04 06 2018",
            when=FROM_ELSEWHERE,
        ),
        Question(
            "licence_has_end",
            "yes_no",
            "Porte-t-il une date de fin ?",
            why="Un permis terminé ne suit pas les mêmes règles.",
            when=FROM_ELSEWHERE & ~asks(_M.RETAB),
        ),
        Question(
            "licence_expires_on",
            "any_date",
            "Date de fin du permis",
            why="Un permis terminé ne suit pas les mêmes règles.",
            hint="Exemple : 04 06 2028",
            only_if=("licence_has_end", ("", "yes")),
            none_otherwise=True,
            when=~asks(_M.RETAB),
            wordings=(
                Wording(
                    asks(_M.EXP15),
                    "Date de fin de la carte",
                    "Sur la face avec la photo, ligne 4b. Exemple : 04 06 2028",
                ),
            ),
        ),
        Question(
            "licence_lost",
            "yes_no",
            "Ce permis est-il perdu ou volé ?",
            why="Un timbre est alors demandé, et une déclaration à la place du permis.",
            when=asks(*sorted(EXCHANGES)),
        ),
    ),
    objections=_objections,
    helps=(
        (
            asks(_M.EXP15),
            "Où est cette date ?",
            "Sur la face avec la photo, à côté de « 4b ». Les dates du dos sont celles de vos catégories.",
        ),
        (
            asks(_M.ENR_EU),
            "Gardez votre permis",
            "Vous ne l’envoyez pas : des photos de ses deux faces suffisent. C’est avec lui que vous conduisez.",
        ),
    ),
    help_title="Gardez l’original",
    help_text="Pour un échange, un agent vous dira quand envoyer l’original. Vous recevrez une attestation de dépôt.",
)
