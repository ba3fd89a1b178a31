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
            choices=(
                (Motive.REU.value, "Je viens de réussir mon examen : c’est mon premier permis"),
                (Motive.PERTE.value, "J’ai perdu mon permis"),
            ),
        ),
        Question(
            "categories",
            "category",
            "Quelle catégorie avez-vous réussie ?",
            why="Elle sera imprimée sur la carte.",
            hint="Pour un premier permis. Elle est écrite sur votre certificat d’examen.",
            choices=tuple((category.value, category.label) for category in FIRST),
            only_if=("motive", Motive.REU.value),
        ),
        Question(
            "first_licence_promise",
            "promise",
            "Je n’ai jamais eu de permis de conduire, en France ou ailleurs (sauf AM)",
            why="Avec un permis plus ancien, la demande et les documents sont différents.",
            hint="Pour un premier permis. AM est le permis des cyclomoteurs et des voiturettes. Si vous avez déjà un autre permis, cette "
            "demande n’est pas la bonne : elle ouvrira bientôt ici.",
            only_if=("motive", Motive.REU.value),
        ),
        Question(
            "held_categories",
            "choices",
            "Quelles catégories aviez-vous ?",
            why="Elles seront imprimées sur la nouvelle carte.",
            hint="Pour un permis perdu. Cochez toutes celles que vous connaissez. Un agent vérifie dans le registre des permis.",
            choices=tuple((category.value, category.label) for category in Category),
            only_if=("motive", Motive.PERTE.value),
            missing="Cochez au moins une catégorie de votre permis perdu.",
        ),
    ),
    help_title="Une autre raison ?",
    help_text="Pour un permis volé, abîmé ou échangé, la demande ouvrira bientôt ici.",
)
