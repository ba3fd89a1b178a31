"""The exam, passed or to be passed: how it was learnt, when and where, and what was already given."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step, Wording, before_birth, in_order
from permis.domain.conditions import aged, asks
from permis.domain.vocabulary import LearningMode, Motive, Piece

_M = Motive
PASSED = asks(_M.REU, _M.REU_EXT, _M.REU_RET)
TO_PASS = asks(_M.INS, _M.INS_EXT, _M.INS_RET)


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    return {
        **before_birth(answers, "exam_on", "theory_exam_on"),
        **in_order(
            answers,
            (
                "theory_exam_on",
                "exam_on",
                "L’épreuve de conduite vient après l’épreuve théorique. Vérifiez les deux dates.",
            ),
        ),
    }


STEP = Step(
    slug="examen",
    title="Votre examen",
    recap="Votre examen",
    when=PASSED | TO_PASS,
    questions=(
        Question(
            "theory_only",
            "yes_no",
            "Avez-vous passé seulement l’épreuve théorique (le code) ?",
            why="Après une annulation de moins d’un an, l’épreuve théorique peut suffire.",
            hint="Cela concerne les permis de 3 ans ou plus, après une interdiction de moins d’un an.",
            when=asks(_M.REU_RET),
        ),
        Question(
            "theory_exam_on",
            "past_date",
            "Date de l’épreuve théorique",
            why="Elle dit si la règle de l’épreuve théorique seule vaut pour vous.",
            hint="Celle où vous avez réussi. Exemple : 12 10 2026",
            only_if=("theory_only", "yes"),
            when=asks(_M.REU_RET),
        ),
        Question(
            "exam_on",
            "exam_date",
            "Date de l’épreuve de conduite",
            why="Votre droit de conduire avec le certificat court à partir de ce jour, pendant 4 mois.",
            hint="Exemple : 20 11 2026",
            only_if=("theory_only", ("", "no")),
            none_otherwise=True,
            when=PASSED,
        ),
        Question(
            "exam_department",
            "department",
            "Département de l’examen",
            why="Pour retrouver votre résultat.",
            hint="2 ou 3 caractères. Exemples : 35, 2A, 974",
            width="tp-w-3",
            max_length=3,
            when=PASSED,
        ),
        Question(
            "learning_mode",
            "choice",
            "Comment avez-vous appris à conduire ?",
            why="La conduite accompagnée change l’âge demandé et raccourcit la période probatoire.",
            choices=(
                (LearningMode.TRADITIONAL.value, "En auto-école, formation classique"),
                (LearningMode.AAC.value, "En conduite accompagnée"),
                (LearningMode.SUPERVISED.value, "En conduite supervisée"),
                (LearningMode.ACCOMPANIED_PRO.value, "En conduite encadrée, pendant une formation professionnelle"),
                (LearningMode.INDEPENDENT.value, "En candidat libre"),
            ),
            wordings=(
                Wording(TO_PASS, "Comment allez-vous apprendre à conduire ?", "Si vous hésitez, choisissez la formation classique."),
            ),
        ),
        Question(
            "neph",
            "neph",
            "Numéro d’inscription (NEPH)",
            why="Il permet de retrouver votre inscription.",
            hint="12 chiffres, sur votre certificat d’examen. Exemple : 210692106990",
            required=False,
            width="tp-w-20",
            max_length=20,
            wordings=(
                Wording(TO_PASS, hint="Si vous avez déjà été inscrit : 12 chiffres. Exemple : 210692106990"),
            ),
        ),
        Question(
            "already_given",
            "choices",
            "À l’inscription à l’examen, aviez-vous déjà donné ces documents ?",
            why="Nous ne redemandons pas ce qui a déjà été donné.",
            hint="Si vous ne savez pas, ne cochez rien.",
            choices=(
                (Piece.ASSR2.value, "L’attestation de sécurité routière (ASSR2 ou ASR)"),
                (Piece.JDC.value, "Le certificat de la journée défense et citoyenneté (JDC)"),
            ),
            required=False,
            when=aged(None, 25) & PASSED,
        ),
    ),
    objections=_objections,
    helps=(
        (
            TO_PASS,
            "Pas encore de numéro ?",
            "Vous le recevez à la fin de cette demande. Laissez la case vide, sauf si vous avez déjà été inscrit.",
        ),
    ),
    help_title="Où trouver ces informations ?",
    help_text="Sur votre certificat d’examen du permis de conduire (CEPC), téléchargé le lendemain de l’épreuve, ou sur "
    "les papiers de votre auto-école.",
)
