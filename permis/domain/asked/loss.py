"""The declaration of a loss, made inside the request, and the stamp that pays for the new card."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import asks
from permis.domain.terms import latest_day
from permis.domain.vocabulary import Motive


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    born, lost = answers.get("birth_date"), answers.get("lost_on")
    if born and lost and dt.date.fromisoformat(str(lost)) < latest_day(str(born)):
        return {"lost_on": "Cette date est avant votre naissance. Vérifiez l’année."}
    return {}


STEP = Step(
    slug="perte",
    title="La perte de votre permis",
    recap="La perte",
    when=asks(Motive.PERTE),
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
            "licence_number",
            "licence_number",
            "Numéro de votre permis",
            why="Il permet de retrouver vos droits plus vite.",
            hint="Si vous en avez une copie : 12 chiffres au dos, ou 9 caractères devant.",
            required=False,
            width="tp-w-20",
            max_length=20,
        ),
        Question(
            "stamp_number",
            "stamp_number",
            "Numéro du timbre fiscal",
            later=True,
            why="Le timbre est demandé quand l’ancien permis ne peut pas être présenté.",
            hint="16 chiffres, reçus par SMS ou sur le PDF du timbre « permis de conduire ». 25 €, ou 12,50 € en Guyane. "
            "Vous pouvez l’acheter et l’ajouter plus tard, avant d’envoyer.",
            width="tp-w-20",
            max_length=24,
        ),
        Question(
            "loss_declared",
            "promise",
            "Je déclare sur l’honneur avoir perdu mon permis de conduire",
            why="Cette déclaration remplace celle que l’on faisait au guichet.",
            hint="Elle ne peut pas être annulée : si vous retrouvez l’ancien permis, détruisez-le. Un permis volé, "
            "retiré ou suspendu ne se déclare pas ici.",
        ),
    ),
    objections=_objections,
    help_title="Avant d’acheter le timbre",
    help_text="Prenez un timbre « permis de conduire » sur le site des timbres de l’État ou dans un bureau de tabac. "
    "Un timbre d’amende ne convient pas. Si la demande est refusée, le timbre vous reste.",
)
