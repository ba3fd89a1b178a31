"""EXP15: the card reaches the end of its fifteen years; the right to drive goes on."""

from __future__ import annotations

from permis.domain.conditions import always, before, none, not_yet
from permis.domain.legal import F31133, PARAMETER
from permis.domain.required.common import (
    BASE,
    DESTROY,
    FREE,
    HEALTH,
    IN_ORDER,
    LICENCE,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    day_of,
    light_held,
    months_from,
    today_of,
)
from permis.domain.required.table import Bar, Deadline, Note, Right, Rules
from permis.domain.vocabulary import Motive, Outcome

WINDOW_MONTHS = 6  # [D] no text says from when it may be asked (docs/law.md)

too_early = not_yet("licence_expires_on", -WINDOW_MONTHS, "votre carte est valable encore plus de 6 mois", "votre carte arrive à sa fin")
no_end = none("licence_expires_on", "votre permis ne porte pas de date de fin", "votre carte porte une date de fin")
has_ended = before("licence_expires_on", "submitted_on", "la date de fin de votre carte est passée", "votre carte est encore valable")

RULES = Rules(
    motive=Motive.EXP15,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(
        Bar("exp-no-end", Outcome.NOT_NEEDED, no_end, "Votre permis ne porte pas de date de fin : ce renouvellement ne le concerne pas.", F31133, instead="Pour changer un permis rose contre une carte, choisissez « Remplacement d’un permis rose ».", leads_to=(Motive.ROSE,)),
        Bar("exp-early", Outcome.NOT_BEFORE, too_early, "La nouvelle carte se demande dans les 6 mois qui précèdent la fin de l’ancienne.", PARAMETER, not_before=months_from("licence_expires_on", -WINDOW_MONTHS)),
        *IN_ORDER,
        *RESIDENT,
    ),
    needs=(*BASE, *LICENCE, *PEOPLE, *HEALTH),
    rights=(Right("exp-lic", ("LIC",), ~has_ended & ~no_end, light_held, today_of, day_of("licence_expires_on"), F31133),),
    deadlines=(Deadline("exp-end", "Dernier jour de validité de la carte", ~no_end, day_of("licence_expires_on"), F31133),),
    notes=(Note("exp-no-exam", always, "Ce renouvellement ne demande ni examen ni visite médicale.", F31133), Note("exp-ended", has_ended, "Votre droit de conduire n’est pas perdu, mais conduire avec une carte expirée est une contravention : attendez la nouvelle carte.", F31133), *DESTROY),
)
