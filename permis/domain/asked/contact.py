"""Step 5: how to reach the person; either an e-mail address or a mobile number is enough (SEED: "et/ou")."""

from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always

STEP = Step(
    slug="contact",
    title="Vous joindre",
    recap="Pour vous joindre",
    when=always,
    questions=(
        Question(
            "notify_by",
            "channel",
            "Comment voulez-vous être prévenu ?",
            why="Nous vous écrivons à chaque étape de votre demande.",
            hint="Vous validez aussi votre demande par un code reçu de cette façon.",
        ),
    ),
    help_title="Nous n’écrivons que pour votre demande",
    help_text="Un SMS ne contient jamais de lien. Nous ne demandons jamais votre mot de passe.",
)
