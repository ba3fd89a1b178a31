"""Step 4: the exam that was passed."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import aged, asks
from permis.domain.vocabulary import LearningMode, Motive, Piece

STEP = Step(
    slug="examen",
    title="Votre examen",
    recap="Votre examen",
    when=asks(Motive.REU),
    questions=(
        Question(
            "exam_on",
            "exam_date",
            "Date de l’épreuve de conduite",
            why="Votre droit de conduire avec le certificat court à partir de ce jour, pendant 4 mois.",
            hint="Exemple : 20 11 2026",
        ),
        Question(
            "exam_department",
            "department",
            "Département de l’examen",
            why="Pour retrouver votre résultat.",
            hint="2 ou 3 caractères. Exemples : 35, 2A, 974",
            width="tp-w-3",
            max_length=3,
        ),
        Question(
            "learning_mode",
            "choice",
            "Comment avez-vous appris à conduire ?",
            why="La conduite accompagnée raccourcit la période probatoire.",
            choices=(
                (LearningMode.TRADITIONAL.value, "En auto-école, formation classique"),
                (LearningMode.AAC.value, "En conduite accompagnée, dès 15 ans"),
                (LearningMode.SUPERVISED.value, "En conduite supervisée"),
                (LearningMode.INDEPENDENT.value, "En candidat libre"),
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
            when=aged(None, 25),
        ),
        Question(
            "medical_flag",
            "yes_no",
            "Avez-vous un problème de santé à signaler pour la conduite ?",
            why="Certaines maladies demandent un avis médical.",
            hint="Par exemple une maladie du cœur, de l’épilepsie, un véhicule aménagé.",
        ),
    ),
    help_title="Où trouver ces informations ?",
    help_text="Sur votre certificat d’examen du permis de conduire (CEPC), téléchargé le lendemain de l’épreuve.",
)
