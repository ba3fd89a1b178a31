"""What changed in the civil status."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import asks
from permis.domain.vocabulary import CivilStatusReason, Motive

STEP = Step(
    slug="etat-civil",
    title="Votre changement d’état civil",
    recap="L’état civil",
    when=asks(Motive.EC),
    questions=(
        Question(
            "civil_status_reason",
            "choice",
            "Qu’est-ce qui a changé ?",
            why="Le document à donner n’est pas le même.",
            missing="Choisissez ce qui a changé.",
            choices=(
                (CivilStatusReason.CHANGE.value, "Mon nom de naissance, un prénom ou mon sexe"),
                (CivilStatusReason.DIVORCE.value, "J’ai divorcé, et la carte porte mon nom d’usage"),
                (CivilStatusReason.MARRIAGE.value, "Je me suis marié ou mariée"),
            ),
        ),
        Question(
            "civil_status_before",
            "name",
            "Nom et prénoms écrits sur votre permis actuel",
            why="Pour retrouver votre permis dans le registre.",
            hint="Comme ils y sont imprimés.",
            width="tp-w-20",
            max_length=120,
            missing="Recopiez le nom et les prénoms de votre permis actuel.",
        ),
    ),
    help_title="Quel nom sera sur la carte ?",
    help_text="Votre nom de naissance, celui de votre état civil d’aujourd’hui. Le mariage ne change pas ce nom.",
)
