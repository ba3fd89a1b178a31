"""Step 2: who the person is, as on the identity paper."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always

STEP = Step(
    slug="identite",
    title="Votre identité",
    recap="Vous",
    when=always,
    questions=(
        Question(
            "sex",
            "choice",
            "Sexe",
            why="Il figure dans le registre des permis.",
            choices=(("F", "Féminin"), ("M", "Masculin")),
        ),
        Question(
            "birth_name",
            "name",
            "Nom de naissance",
            why="C’est le nom imprimé sur la carte.",
            hint="Celui de votre acte de naissance, même si vous en utilisez un autre.",
            autocomplete="family-name",
            width="tp-w-20",
            max_length=120,
        ),
        Question(
            "use_name",
            "name",
            "Nom d’usage",
            why="Pour vous écrire sous le nom que vous utilisez.",
            hint="Par exemple celui de votre époux ou de votre épouse.",
            required=False,
            width="tp-w-20",
            max_length=120,
        ),
        Question(
            "given_names",
            "name",
            "Prénoms",
            why="Ils sont imprimés sur la carte.",
            hint="Tous, dans l’ordre de votre pièce d’identité, séparés par une espace.",
            autocomplete="given-name",
            width="tp-w-20",
            max_length=120,
        ),
        Question(
            "birth_date",
            "past_date",
            "Date de naissance",
            why="Plusieurs règles dépendent de l’âge.",
            hint="Exemple : 14 03 2000",
            autocomplete="bday",
        ),
        Question(
            "birth_country",
            "country",
            "Pays de naissance",
            why="Il figure dans le registre des permis.",
            default="FR",
            width="tp-w-20",
        ),
        Question(
            "birth_place",
            "line",
            "Commune ou ville de naissance",
            why="Elle est imprimée sur la carte.",
            hint="Pour Paris, Lyon et Marseille, indiquez l’arrondissement.",
            width="tp-w-20",
        ),
        Question(
            "nationality",
            "country",
            "Nationalité",
            why="Elle décide des documents de séjour et de la journée défense et citoyenneté.",
            hint="Si vous en avez plusieurs dont la française, choisissez France.",
            default="FR",
            width="tp-w-20",
        ),
        Question(
            "guardianship",
            "yes_no",
            "Êtes-vous sous tutelle ?",
            why="Un tuteur signe alors avec vous.",
            default="no",
        ),
    ),
    help_title="Où trouver ces informations ?",
    help_text="Sur votre carte d’identité ou votre passeport. Un agent compare vos réponses avec le document : "
    "une seule lettre différente peut retarder votre demande.",
)
