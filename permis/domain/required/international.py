"""PCI: the international licence, a booklet of three years that goes with the French licence."""

from __future__ import annotations

from permis.domain.conditions import Test, always
from permis.domain.legal import ANTS_PCI, DECRET_2024_976, F11534
from permis.domain.required.common import BASE, FREE, IN_ORDER, LICENCE, PEOPLE, RESIDENT
from permis.domain.required.table import Deadline, Delay, Note, Rules
from permis.domain.situation import Situation
from permis.domain.terms import days, months
from permis.domain.vocabulary import Motive, Result

ENVELOPE_DAYS = 15  # ANTS_PCI, the stricter of two readings (F11534: two months)
AHEAD_MONTHS = 6  # ANTS_PCI: ask six months before leaving


def _late(s: Situation) -> bool:
    return s.needed_on is not None and bool(s.needed_on < months(s.submitted_on, AHEAD_MONTHS))


likely_late = Test(_late, "vous partez dans moins de 6 mois", "vous partez dans 6 mois ou plus")

RULES = Rules(
    motive=Motive.PCI,
    result=Result.BOOKLET,
    fees=FREE,
    delay=Delay(8, 26, ANTS_PCI),
    bars=(*IN_ORDER, *RESIDENT),
    needs=(*BASE, *LICENCE, *PEOPLE),
    deadlines=(Deadline("pci-envelope", "Dernier jour pour poster la photo et l’enveloppe affranchie", always, lambda s: days(s.submitted_on, ENVELOPE_DAYS), ANTS_PCI),),
    notes=(
        Note("pci-post", always, "Après l’envoi, postez dans les 15 jours le certificat de dépôt, une photo de moins de 6 mois et une enveloppe affranchie à votre adresse. Sans eux, la demande est rejetée.", ANTS_PCI),
        Note("pci-late", likely_late, "Le délai habituel est de 6 mois : le permis international risque d’arriver après votre départ.", ANTS_PCI),
        Note("pci-three-years", always, "Il vaut 3 ans, avec le permis français seulement, et ne sert pas en France.", DECRET_2024_976),
        Note("pci-not-everywhere", always, "Dans l’Union européenne, le permis français suffit.", F11534),
        Note("pci-ask-embassy", always, "Tous les pays ne le reconnaissent pas : demandez-le à l’ambassade du pays.", F11534),
        Note("pci-keep", always, "Votre permis français reste valable pendant la demande.", DECRET_2024_976, keeps="votre permis actuel"),
    ),
)
