"""Step 3: where the person lives, and where the letter goes."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always

STEP = Step(
    slug="adresse",
    title="Votre adresse",
    recap="Votre adresse",
    when=always,
    questions=(
        Question(
            "address",
            "choice",
            "Votre logement",
            why="Il décide des justificatifs de domicile.",
            choices=(
                ("own", "J’ai une facture ou une quittance à mon nom"),
                ("hosted", "Une autre personne m’héberge (parents, proche, ami)"),
            ),
        ),
        Question(
            "letterbox",
            "postal_line",
            "Nom sur la boîte aux lettres",
            why="Le facteur ne laisse la lettre que si le nom est sur la boîte.",
            hint="Par exemple « Moreau » ou « chez M. Le Gall ». 38 caractères au plus.",
            width="tp-w-20",
            max_length=38,
        ),
        Question(
            "address_extra",
            "postal_line",
            "Appartement, étage, bâtiment",
            why="Pour que la lettre arrive.",
            required=False,
            width="tp-w-20",
            max_length=38,
        ),
        Question(
            "street",
            "postal_line",
            "Numéro et rue",
            why="Pour que la lettre arrive.",
            autocomplete="street-address",
            width="tp-w-20",
            max_length=38,
        ),
        Question(
            "address_place",
            "postal_line",
            "Lieu-dit ou boîte postale",
            why="Pour que la lettre arrive.",
            required=False,
            width="tp-w-20",
            max_length=38,
        ),
        Question(
            "postcode",
            "postcode",
            "Code postal",
            why="Pour que la lettre arrive, et pour choisir le centre qui lit votre demande.",
            hint="5 chiffres. Exemple : 35000",
            autocomplete="postal-code",
            width="tp-w-5",
            max_length=5,
        ),
        Question(
            "town",
            "postal_line",
            "Commune",
            why="Pour que la lettre arrive.",
            autocomplete="address-level2",
            width="tp-w-20",
            max_length=32,
        ),
    ),
    help_title="Pourquoi cette adresse compte",
    help_text="Votre permis part à cette adresse, en lettre suivie. Vérifiez que votre nom est bien sur la boîte "
    "aux lettres.",
)
