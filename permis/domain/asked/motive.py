"""Step 1: why the licence is asked for, and for which category."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always
from permis.domain.vocabulary import Category, Motive

# What a first licence can be asked for after an exam; the heavy categories come after a B.
FIRST = (Category.B, Category.A1, Category.A2, Category.B1)

STEP = Step(
    slug="motif",
    title="Votre demande",
    recap="Votre demande",
    when=always,
    questions=(
        Question(
            "motive",
            "choice",
            "Pourquoi demandez-vous un permis ?",
            why="Le motif décide des documents et de la suite.",
            choices=((Motive.REU.value, "Je viens de réussir mon examen : c’est mon premier permis"),),
            default=Motive.REU.value,
        ),
        Question(
            "categories",
            "choice",
            "Quelle catégorie avez-vous réussie ?",
            why="Elle sera imprimée sur la carte.",
            hint="Elle est écrite sur votre certificat d’examen.",
            choices=tuple((category.value, category.label) for category in FIRST),
        ),
    ),
    help_title="Vous avez déjà un permis ?",
    help_text="Cette page est pour un premier permis. Les autres demandes seront ouvertes bientôt.",
)
