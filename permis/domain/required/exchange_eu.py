"""ECH_EU: a licence of the EU or the EEA (and a British one of before 2021) exchanged for a French one."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import (
    EEA,
    Test,
    aged,
    always,
    asks_heavy,
    before,
    comes_from,
    european,
    french,
    lost_abroad,
    sanctioned,
    unwell,
    wants,
)
from permis.domain.legal import ARR_1999, DECRET_2014_1294, F1460, F1758
from permis.domain.required.common import (
    AGE_FOR_A2,
    AGE_FOR_B,
    AGE_FOR_C1,
    AGE_FOR_D,
    AGE_FOR_HEAVY,
    AGE_FOR_LIGHT,
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
    months_from,
    today_of,
)
from permis.domain.required.table import Bar, Deadline, Delay, Need, Note, Right, Rules
from permis.domain.situation import Situation
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Category as C
from permis.domain.vocabulary import Piece as P

BREXIT = dt.date(2021, 1, 1)  # F1460: a British licence of before 2021 is recognised while it is valid
SILENCE_MONTHS = 2  # DECRET_2014_1294: two months of silence are a refusal

from_eea = comes_from(EEA - {"FR"}, "votre permis vient d’un pays de l’Union ou de l’Espace économique européen", "votre permis ne vient pas d’un pays européen")
from_uk = comes_from({"GB"}, "votre permis est britannique", "votre permis n’est pas britannique")


def _before_brexit(s: Situation) -> bool:
    obtained: dt.date | None = s.licence_obtained_on
    return obtained is not None and obtained < BREXIT


obtained_before_brexit = Test(_before_brexit, "votre permis date d’avant 2021", "votre permis date de 2021 ou d’après")
old_british = from_uk & obtained_before_brexit
expired_abroad = before("licence_expires_on", "submitted_on", "votre permis étranger est expiré", "votre permis étranger est en cours de validité")
must_exchange = lost_abroad | expired_abroad | sanctioned

BRITISH_RECOGNISED = (Bar("uk-recognised", Outcome.NOT_NEEDED, old_british & ~must_exchange, "Un permis britannique d’avant 2021 est reconnu en France tant qu’il est valable : il n’y a rien à demander.", F1460, instead="Gardez-le. L’échange se demande s’il est perdu, volé, expiré, ou après une infraction."),)


def _too_young(key: str, age: int, *categories: Category) -> Bar:
    names = ", ".join(categories)
    return Bar(key, Outcome.NOT_BEFORE, wants(*categories) & ~aged(age, None), f"En France, il faut avoir {age} ans pour conduire avec {names}.", F1758, Reason.R11, not_before=lambda s: reaches_age(s.birth_date, age))


# The age that the category asks for in France, on the day of the request: no exam is passed here. The highest first:
# on the day that it says, no other one bars.
AGES_NOW = (
    _too_young("exchange-age-d", AGE_FOR_D, C.D, C.DE),
    _too_young("exchange-age-heavy", AGE_FOR_HEAVY, C.C, C.CE, C.D1, C.D1E),
    _too_young("exchange-age-c1", AGE_FOR_C1, C.C1, C.C1E),
    _too_young("exchange-age-a2", AGE_FOR_A2, C.A2, C.A, C.BE),
    _too_young("exchange-age-b", AGE_FOR_B, C.B),
    _too_young("exchange-age-light", AGE_FOR_LIGHT, C.A1, C.B1),
)
EXCHANGE_DELAY = Delay(13, 52, F1758)
SILENCE = (Deadline("exchange-silence", "Sans réponse à cette date, la demande est refusée", always, months_from("submitted_on", SILENCE_MONTHS), DECRET_2014_1294),)
EXCHANGE_NOTES = (
    Note("exchange-original", ~lost_abroad, "L’original du permis étranger vous sera demandé. Une attestation de dépôt (ADS) le remplacera, en France, tant qu’il aurait été reconnu.", F1758),
    Note("exchange-code", always, "La carte française portera le code 70 et le pays qui a donné le permis.", F1758, code="70"),
    Note("exchange-waiver", asks_heavy & ~unwell & ~sanctioned, "Sans avis médical, vous pouvez renoncer aux catégories de poids lourd et garder les autres.", F1758),
)

MUST = (Note("eu-must", must_exchange, "Cet échange est obligatoire : votre permis est perdu, volé, expiré, ou une infraction a été commise en France.", ARR_1999),)
BIRTH_NAME = (Need("eu-birth-name", ((P.CIVIL,),), european & ~french, "elle prouve votre nom de naissance, le seul imprimé sur la carte", F1758, who="Si vous avez la nationalité d’un pays européen autre que la France"),)

RULES = Rules(
    motive=Motive.ECH_EU,
    fees=LOST_ABROAD_FEES,
    delay=EXCHANGE_DELAY,
    bars=(*BRITISH_RECOGNISED, Bar("eu-not-eu", Outcome.NOT_POSSIBLE, ~from_eea & ~old_british, "Ce permis ne vient pas d’un pays de l’Union ou de l’Espace économique européen.", F1758, instead="Choisissez « Échange d’un permis non européen ».", leads_to=(Motive.ECH_HUE,)), *AGES_NOW, *RESIDENT),
    needs=(*BASE, *FOREIGN_LICENCE, *PEOPLE, *BIRTH_NAME, *HEAVY_EXCHANGED, *SANCTION_ABROAD, *HEALTH, *STAMP_ABROAD),
    rights=(Right("eu-flic", ("FLIC",), ~must_exchange, asked_categories, today_of, day_of("licence_expires_on"), F1758),),
    deadlines=SILENCE,
    notes=(Note("eu-voluntary", ~must_exchange, "Cet échange n’est pas obligatoire : un permis européen valable permet de conduire en France.", F1758), *MUST, *EXCHANGE_NOTES),
    renews=heavy_asked,
)
