"""PERTE: a licence that was lost. It is declared inside the request, and cannot be taken back."""

from __future__ import annotations

from permis.domain.conditions import always, by_school, holds_heavy, in_guyane
from permis.domain.legal import DECRET_2024_1075, DELAYS, F1727, F34118, F34773
from permis.domain.required.common import HOME, IDENTITY, PHOTO, REPRESENTATIVE, RESIDENCE
from permis.domain.required.table import Bar, Delay, Fee, Need, Note, Rules
from permis.domain.vocabulary import Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.PERTE,
    cancellable=False,  # F34773: a licence found again after the declaration is void
    delay=Delay(1, 6, DELAYS),
    fees=(
        Fee("perte-guyane", 1250, in_guyane, "Le timbre coûte moins cher en Guyane.", F34118),
        Fee("perte-stamp", 2500, always, "C’est le timbre demandé quand l’ancien permis ne peut pas être présenté.", F34118),
    ),
    bars=(
        Bar(
            "perte-by-school",
            Outcome.NOT_POSSIBLE,
            by_school,
            "Une auto-école ne peut pas demander un permis perdu à votre place : faites la demande vous-même.",
            F1727,
            Reason.R21,
        ),
    ),
    needs=(
        *IDENTITY,
        *HOME,
        *PHOTO,
        Need("perte-loss", ((P.LOSS,),), always, "vous déclarez la perte dans cette demande", F1727),
        *REPRESENTATIVE,
        *RESIDENCE,
        Need("perte-med", ((P.MED,),), holds_heavy, "si vous voulez prolonger vos catégories de poids lourd en même temps", F1727, recommended=True, who="Si vous aviez une catégorie de poids lourd et voulez la prolonger en même temps"),
        Need("perte-stamp", ((P.STAMP,),), always, "l’ancien permis ne peut pas être présenté", F34118),
    ),
    notes=(
        Note("perte-found", always, "Si vous retrouvez l’ancien permis, il n’est plus valable : détruisez-le.", F34773),
        Note("perte-final", always, "Une déclaration de perte ne peut pas être annulée.", F34773),
        Note("perte-adcs", always, "L’attestation de droits à conduire (ADCS) se télécharge sur le site Mes Points Permis. Elle peut être redemandée.", DECRET_2024_1075),
        Note("perte-heavy", holds_heavy, "Sans avis médical, vos catégories de poids lourd gardent leur date de fin actuelle.", F1727),
    ),
)
