"""The journey for which an international licence is asked."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import asks
from permis.domain.vocabulary import Motive

STEP = Step(
    slug="voyage",
    title="Votre voyage",
    recap="Le voyage",
    when=asks(Motive.PCI),
    questions=(
        Question(
            "needed_on",
            "coming_date",
            "Quand partez-vous ?",
            why="Le permis international demande souvent plusieurs mois : nous vous disons s’il risque d’arriver trop tard.",
            hint="Une date approchée convient. Exemple : 10 06 2027",
        ),
        Question(
            "destinations",
            "line",
            "Dans quels pays allez-vous conduire ?",
            why="Certains pays n’en demandent pas, d’autres exigent une traduction.",
            hint="Exemple : Maroc, Vietnam",
            width="tp-w-20",
            max_length=200,
            missing="Écrivez le ou les pays. Exemple : Maroc, Vietnam",
        ),
    ),
    help_title="Il accompagne votre permis français",
    help_text="Le permis international ne vaut qu’avec lui, et pendant 3 ans au plus. Il est gratuit.",
)
