"""ERR: an error on the card that was received, mended free of charge within six months."""

from __future__ import annotations

from permis.domain.conditions import ahead, always, is_wrong, none, over
from permis.domain.legal import F173
from permis.domain.required.common import (
    FREE,
    NOT_BY_SCHOOL,
    REPRESENTATIVE,
    USUAL_DELAY,
    day_of,
    months_from,
)
from permis.domain.required.table import Bar, Deadline, Need, Note, Rules
from permis.domain.vocabulary import ErrorKind, Motive, Outcome, Result
from permis.domain.vocabulary import Piece as P

REPORT_MONTHS = 6  # F173

never_received = none("received_on", "vous n’avez pas encore reçu la carte", "vous avez reçu la carte")
received_ahead = ahead("received_on", "la date de réception est à venir", "vous avez reçu la carte")
too_late = over("received_on", REPORT_MONTHS, "vous avez reçu la carte il y a plus de 6 mois", "vous avez reçu la carte il y a moins de 6 mois")

RULES = Rules(
    motive=Motive.ERR,
    result=Result.CORRECTED_CARD,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(
        *NOT_BY_SCHOOL,
        Bar("err-not-received", Outcome.NOT_POSSIBLE, never_received, "Une erreur se signale une fois la carte reçue.", F173, instead="Si la lettre n’arrive pas, ouvrez le suivi de votre demande : vous pouvez y dire que vous ne l’avez pas reçue."),
        Bar("err-ahead", Outcome.NOT_BEFORE, received_ahead, "Une erreur se signale une fois la carte reçue.", F173, not_before=day_of("received_on")),
        Bar(
            "err-late",
            Outcome.NOT_POSSIBLE,
            too_late,
            "Une erreur se signale dans les 6 mois qui suivent la réception de la carte.",
            F173,
            instead="Faites une demande complète : « Changement d’état civil » pour un nom, « Renouvellement après un avis médical » pour une durée, « Nouvelle catégorie » pour une catégorie qui manque.",
            leads_to=(Motive.EC, Motive.MED, Motive.REU_EXT),
        ),
    ),
    needs=(
        Need("err-lic", ((P.LIC,),), always, "pour voir l’erreur, sur les deux faces", F173),
        Need("err-civil", ((P.CIVIL,),), is_wrong(ErrorKind.NAME, yes="l’erreur porte sur votre nom"), "il prouve comment votre nom s’écrit", F173, who="Si l’erreur porte sur le nom"),
        Need("err-cepc", ((P.CEPC,),), is_wrong(ErrorKind.CATEGORY, yes="l’erreur porte sur une catégorie"), "il prouve la catégorie qui manque", F173, who="Si une catégorie manque ou est fausse"),
        Need("err-med", ((P.MED,),), is_wrong(ErrorKind.VALIDITY, ErrorKind.RESTRICTION, yes="l’erreur porte sur une date de fin ou une restriction"), "il prouve la date de fin ou la restriction", F173, who="Si l’erreur porte sur une date de fin ou une restriction"),
        *REPRESENTATIVE,
    ),
    deadlines=(Deadline("err-last", "Dernier jour pour signaler une erreur sur la carte", ~never_received, months_from("received_on", REPORT_MONTHS), F173),),
    notes=(Note("err-keep", always, "Gardez la carte : vous pouvez conduire avec elle. Détruisez-la quand vous recevrez la carte corrigée.", F173, keeps="votre permis actuel"),),
)
