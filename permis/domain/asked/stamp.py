"""The stamp that pays for a request that is not free: its number, which may wait until the sending."""

from permis.domain import required
from permis.domain.asked.table import Question, Step
from permis.domain.conditions import Test

costs = Test(
    lambda s: required.fee(s).cents > 0,
    "un timbre fiscal est demandé",
    "la demande est gratuite",
)

STEP = Step(
    slug="timbre",
    title="Le timbre fiscal",
    recap="Le timbre",
    when=costs,
    questions=(
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
    ),
    help_title="Avant d’acheter le timbre",
    help_text="Prenez un timbre « permis de conduire » sur le site des timbres de l’État ou dans un bureau de tabac. "
    "Un timbre d’amende ne convient pas. Si la demande est refusée, le timbre vous reste.",
)
