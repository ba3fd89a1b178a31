"""The legal representative of a minor, or of an adult under guardianship: who signs, and how to reach this person."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import minor, ward
from permis.domain.terms import aged_at_least, latest_day

ADULT = 18  # Code civil, art. 414: who signs for somebody is of age


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    born = answers.get("rep_birth_date")
    if born and not aged_at_least(latest_day(str(born)), ADULT, today):
        return {"rep_birth_date": "Cette personne doit avoir 18 ans ou plus pour signer. Vérifiez l’année."}
    return {}


STEP = Step(
    slug="representant",
    title="La personne qui signe avec vous",
    recap="Votre représentant",
    when=minor | ward,
    questions=(
        Question(
            "rep_quality",
            "choice",
            "Qui est cette personne pour vous ?",
            why="Elle doit avoir l’autorité parentale, ou être votre tuteur.",
            choices=(
                ("mother", "Ma mère"),
                ("father", "Mon père"),
                ("guardian", "Mon tuteur ou ma tutrice"),
                ("institution", "Un service qui me représente (mandataire, aide sociale à l’enfance)"),
            ),
        ),
        Question(
            "rep_birth_name",
            "name",
            "Son nom de naissance",
            why="Un agent le compare avec sa pièce d’identité.",
            width="tp-w-20",
            max_length=120,
            missing="Écrivez son nom de naissance.",
        ),
        Question(
            "rep_given_names",
            "name",
            "Ses prénoms",
            why="Un agent le compare avec sa pièce d’identité.",
            width="tp-w-20",
            max_length=120,
            missing="Écrivez ses prénoms.",
        ),
        Question(
            "rep_birth_date",
            "birth_date",
            "Sa date de naissance",
            why="Un agent la compare avec sa pièce d’identité.",
            hint="Exemple : 02 09 1978",
            missing="Écrivez sa date de naissance. Exemple : 02 09 1978",
        ),
        Question(
            "rep_birth_place",
            "line",
            "Son lieu de naissance",
            why="Un agent le compare avec sa pièce d’identité.",
            hint="La commune, ou la ville et le pays.",
            width="tp-w-20",
            missing="Écrivez la commune ou la ville où cette personne est née.",
        ),
        Question(
            "rep_channel",
            "choice",
            "Comment la joindre ?",
            why="Elle signe avec un code reçu à cette adresse ou à ce numéro, sur son propre appareil.",
            choices=(("email", "Par e-mail"), ("sms", "Par SMS")),
        ),
        Question(
            "rep_email",
            "email",
            "Son adresse e-mail",
            why="Elle reçoit ainsi le lien pour signer.",
            width="tp-w-20",
            max_length=254,
            only_if=("rep_channel", "email"),
            missing="Écrivez son adresse e-mail. Exemple : anne.moreau@exemple.fr",
        ),
        Question(
            "rep_phone",
            "phone",
            "Son numéro de mobile",
            why="Elle reçoit ainsi le code pour signer.",
            width="tp-w-20",
            max_length=20,
            only_if=("rep_channel", "sms"),
            missing="Écrivez son numéro de mobile. Exemple : 06 39 98 12 40",
        ),
    ),
    objections=_objections,
    help_title="Que fera cette personne ?",
    help_text="Elle recevra un message. Sur son téléphone ou son ordinateur, elle relira votre demande, donnera sa "
    "signature et sa pièce d’identité, puis signera avec un code. Elle n’a pas besoin de compte.",
)
