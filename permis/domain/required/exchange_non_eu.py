"""ECH_HUE: a licence of a State outside the EU and the EEA exchanged for a French one, in the year that it serves."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from permis.domain.conditions import (
    EEA,
    Test,
    before,
    comes_from,
    european,
    french,
    lost_abroad,
    none,
    not_yet,
    over,
    sanctioned,
    student,
    wants,
)
from permis.domain.legal import ARR_JAN_2012, F1460, Source
from permis.domain.required.common import (
    BASE,
    FOREIGN_LICENCE,
    HEALTH,
    HEAVY_EXCHANGED,
    LOST_ABROAD_FEES,
    REPRESENTATIVE,
    RESIDENCE,
    RESIDENT,
    SANCTION_ABROAD,
    STAMP_ABROAD,
    STAY,
    asked_categories,
    heavy_asked,
    months_from,
    today_of,
)
from permis.domain.required.exchange_eu import (
    AGES_NOW,
    BIRTH_NAME,
    BRITISH_RECOGNISED,
    EXCHANGE_DELAY,
    EXCHANGE_NOTES,
    MUST,
    SILENCE,
    expired_abroad,
    must_exchange,
    old_british,
)
from permis.domain.required.table import Bar, Deadline, Need, Note, Right, Rules
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.territory import OVERSEAS
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

YEAR_MONTHS = 12  # F1460: within the year
EUROPEAN_FROM_MONTHS = 6  # F1460: a European asks from the sixth month …
EUROPEAN_TO_MONTHS = 18  # … to the eighteenth month of the stay
NOT_OLD_BRITISH = "Sauf si votre permis est britannique et date d’avant 2021"
OLD_BRITISH_OF_A_EUROPEAN = "Si votre permis est britannique d’avant 2021 et que vous êtes européen, mais pas français"
NO_EXCHANGE = "Après ce délai, le permis étranger ne s’échange plus et ne permet plus de conduire en France : inscrivez-vous à l’examen français."

european_not_french = european & ~french
from_europe = comes_from(EEA, "votre permis vient d’un pays européen", "votre permis ne vient pas d’un pays européen")
from_overseas = comes_from(OVERSEAS, "votre permis vient d’une collectivité d’outre-mer", "votre permis vient d’un pays étranger")
stay_over = over("stay_started_on", YEAR_MONTHS, "votre premier titre de séjour date de plus d’un an", "votre premier titre de séjour date de moins d’un an")
home_over = over("resident_since", YEAR_MONTHS, "vous vivez en France depuis plus d’un an", "vous vivez en France depuis moins d’un an")
home_over_18 = over("resident_since", EUROPEAN_TO_MONTHS, "vous vivez en France depuis plus de 18 mois", "vous vivez en France depuis moins de 18 mois")
home_under_6 = not_yet("resident_since", EUROPEAN_FROM_MONTHS, "vous vivez en France depuis moins de 6 mois", "vous vivez en France depuis au moins 6 mois")
obtained_after_arrival = before("resident_since", "licence_obtained_on", "vous avez obtenu ce permis après votre arrivée en France", "vous avez obtenu ce permis avant votre arrivée en France")
obtained_after_stay = before("stay_started_on", "licence_obtained_on", "vous avez obtenu ce permis après votre installation en France", "vous avez obtenu ce permis avant votre installation en France")
no_stay_date = none("stay_started_on", "la date de votre premier titre n’est pas connue", "la date de votre premier titre est connue")
no_home_date = none("resident_since", "la date de votre installation n’est pas connue", "la date de votre installation est connue")
of_the_same_state = Test(lambda s: s.nationality == s.licence_country, "vous avez la nationalité du pays qui a donné le permis", "vous n’avez pas la nationalité du pays qui a donné le permis")


def _too_late(key: str, when: Test, because: str, source: Source = F1460) -> Bar:
    return Bar(key, Outcome.NOT_POSSIBLE, ~old_british & when, because, source, Reason.R17, instead=NO_EXCHANGE, leads_to=(Motive.INS,))


def recognised_to(s: Situation) -> dt.date | None:
    """The last day of the year in which the foreign licence lets drive, and to ask for its exchange; None: not known."""
    if s.nationality == "FR":
        return _after(s.resident_since, YEAR_MONTHS)
    if european(s):
        return _after(s.resident_since, EUROPEAN_TO_MONTHS)
    return _after(s.stay_started_on, YEAR_MONTHS)


def _after(day: dt.date | None, count: int) -> dt.date | None:
    return None if day is None else months(day, count)


def _drives_to(s: Situation) -> dt.date | None:
    """The licence lets drive as long as it is recognised, and as long as it is valid where it was given."""
    days = [day for day in (recognised_to(s), s.licence_expires_on) if day is not None]
    return min(days, default=None)


def _last_day(s: Situation) -> dt.date:
    day = recognised_to(s)
    if day is None:
        raise LookupError("no last day")  # the row asks for a known day first
    return day


year_is_over = (french & home_over) | (european_not_french & home_over_18) | (~european & stay_over)
day_is_known = (european & ~no_home_date) | (~european & ~no_stay_date)

RULES = Rules(
    motive=Motive.ECH_HUE,
    fees=LOST_ABROAD_FEES,
    delay=EXCHANGE_DELAY,
    bars=(
        *BRITISH_RECOGNISED,
        Bar("hue-european", Outcome.NOT_POSSIBLE, from_europe, "Ce permis vient d’un pays de l’Union ou de l’Espace économique européen.", F1460, instead="Choisissez « Échange d’un permis européen ».", leads_to=(Motive.ECH_EU,)),
        Bar("hue-overseas", Outcome.NOT_POSSIBLE, from_overseas, "Ce permis vient d’une collectivité d’outre-mer.", F1460, instead="Choisissez « Échange d’un permis d’une collectivité d’outre-mer ».", leads_to=(Motive.ECH_COM,)),
        Bar(
            "hue-student",
            Outcome.NOT_POSSIBLE,
            ~old_british & student,
            "Un permis étranger ne s’échange pas pendant les études : il permet de conduire en France jusqu’à leur fin.",
            F1460,
            Reason.R17,
            instead="Gardez votre permis et sa traduction. À la fin des études, écrivez au centre qui suit les échanges : un agent regarde votre cas.",
        ),
        Bar("hue-expired", Outcome.NOT_POSSIBLE, ~old_british & expired_abroad, "Un permis expiré ne s’échange pas.", F1460, Reason.R17, instead="Faites-le prolonger par le pays qui l’a donné, puis revenez avant la fin du délai."),
        _too_late("hue-late-french", french & home_over, "Un Français demande l’échange dans l’année qui suit son installation en France."),
        _too_late("hue-late-european", european_not_french & home_over_18, "Un Européen demande l’échange entre le 6e et le 18e mois de sa vie en France."),
        _too_late("hue-late", ~european & stay_over, "L’échange se demande dans l’année qui suit la remise du premier titre de séjour, ou la validation du visa."),
        _too_late("hue-after", obtained_after_arrival | (~european & obtained_after_stay), "Le permis doit avoir été obtenu avant de s’installer en France.", ARR_JAN_2012),
        Bar("hue-early", Outcome.NOT_BEFORE, ~old_british & european_not_french & home_under_6, "Un Européen demande l’échange à partir du 6e mois de sa vie en France.", F1460, Reason.R10, not_before=months_from("resident_since", EUROPEAN_FROM_MONTHS)),
        *AGES_NOW,
        *(replace(bar, when=bar.when & old_british) for bar in RESIDENT),
    ),
    needs=(
        *BASE,
        *FOREIGN_LICENCE,
        Need("hue-trad", ((P.TRAD,),), ~old_british, "pour lire votre permis étranger : une traduction officielle", F1460, who=NOT_OLD_BRITISH),
        *REPRESENTATIVE,
        *STAY,
        *(replace(need, when=need.when & old_british, who=OLD_BRITISH_OF_A_EUROPEAN) for need in (*RESIDENCE, *BIRTH_NAME) if need not in STAY),
        Need("hue-resn", ((P.RESN,), (P.ARRIV,)), european & ~old_british, "pour savoir depuis quand vous vivez en France", F1460, who="Si vous êtes français ou européen"),
        Need("hue-adc", ((P.ADC,),), ~old_british, "elle prouve que vos droits ne sont ni suspendus ni retirés", F1460, who=NOT_OLD_BRITISH),
        Need("hue-resab", ((P.RESAB,),), ~of_the_same_state & ~old_british, "parce que vous n’avez pas la nationalité du pays qui a donné le permis : il faut y avoir vécu", F1460, who="Si vous n’avez pas la nationalité du pays qui a donné le permis"),
        *HEAVY_EXCHANGED,
        *SANCTION_ABROAD,
        *HEALTH,
        *STAMP_ABROAD,
    ),
    rights=(Right("hue-flic", ("FLIC",), ~must_exchange & day_is_known & ~year_is_over, asked_categories, today_of, _drives_to, F1460),),
    deadlines=(Deadline("hue-last", "Dernier jour pour demander l’échange", ~old_british & day_is_known, _last_day, F1460), *SILENCE),
    notes=(
        Note("hue-reciprocity", ~old_british, "Le pays doit échanger aussi les permis français : la liste des accords est sur le site service-public.fr.", ARR_JAN_2012),
        Note("hue-no-restart", ~european & ~old_british, "Le renouvellement du titre de séjour ne fait pas repartir l’année.", F1460),
        Note("hue-a2", ~old_british & wants(Category.A), "La catégorie A s’échange contre A2.", F1460),
        Note("hue-adc-age", ~old_british, "L’attestation des droits à conduire doit avoir moins de 3 mois. Elle se traduit aussi.", F1460),
        Note("hue-ukraine", comes_from({"UA"}, "votre permis est ukrainien", "votre permis n’est pas ukrainien"), "Pour un permis ukrainien, les textes se contredisent : un agent regarde votre demande.", F1460),
        Note("hue-lost", ~old_british & lost_abroad, "Demandez au pays qui l’a donné une attestation de vos droits : elle remplace l’image du permis.", F1460),
        Note("hue-sanction", ~old_british & sanctioned, "Une sanction dans le pays qui a donné le permis empêche l’échange.", F1460),
        *(replace(note, when=note.when & old_british) for note in MUST),
        *EXCHANGE_NOTES,
    ),
    renews=heavy_asked,
)
