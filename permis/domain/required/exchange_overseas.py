"""ECH_COM: a licence of an overseas collectivity (Polynesia, New Caledonia …) exchanged for a national one."""

from __future__ import annotations

from permis.domain.conditions import always, comes_from, lost_abroad
from permis.domain.legal import F32134
from permis.domain.required.common import (
    BASE,
    FOREIGN_LICENCE,
    HEALTH,
    HEAVY_EXCHANGED,
    LOST_ABROAD_FEES,
    PEOPLE,
    RESIDENT,
    SANCTION_ABROAD,
    STAMP_ABROAD,
    asked_categories,
    day_of,
    heavy_asked,
    today_of,
)
from permis.domain.required.exchange_eu import EXCHANGE_DELAY, EXCHANGE_NOTES, SILENCE, must_exchange
from permis.domain.required.table import Bar, Need, Note, Right, Rules
from permis.domain.territory import OVERSEAS
from permis.domain.vocabulary import Motive, Outcome
from permis.domain.vocabulary import Piece as P

from_overseas = comes_from(OVERSEAS, "votre permis vient d’une collectivité d’outre-mer", "votre permis ne vient pas d’une collectivité d’outre-mer")

RULES = Rules(
    motive=Motive.ECH_COM,
    fees=LOST_ABROAD_FEES,
    delay=EXCHANGE_DELAY,
    bars=(Bar("com-elsewhere", Outcome.NOT_POSSIBLE, ~from_overseas, "Ce permis ne vient pas d’une collectivité d’outre-mer.", F32134, instead="Choisissez « Échange d’un permis européen » ou « Échange d’un permis non européen ».", leads_to=(Motive.ECH_EU, Motive.ECH_HUE)), *RESIDENT),
    needs=(*BASE, *FOREIGN_LICENCE, *PEOPLE, Need("com-adc", ((P.ADC,),), always, "elle prouve que vos droits ne sont ni suspendus ni retirés", F32134), *HEAVY_EXCHANGED, *SANCTION_ABROAD, *HEALTH, *STAMP_ABROAD),
    rights=(Right("com-flic", ("FLIC",), ~must_exchange, asked_categories, today_of, day_of("licence_expires_on"), F32134),),
    deadlines=SILENCE,
    notes=(
        Note("com-must", must_exchange, "Cet échange est obligatoire : votre permis est perdu, volé, expiré, ou une infraction a été commise.", F32134),
        Note("com-adc-age", always, "L’attestation des droits à conduire doit avoir moins de 3 mois.", F32134),
        Note("com-lost", lost_abroad, "Déclarez d’abord la perte ou le vol.", F32134),
        *EXCHANGE_NOTES,
    ),
    renews=heavy_asked,
)
