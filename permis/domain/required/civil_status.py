"""EC: the civil status has changed; a marriage changes nothing on the card."""

from __future__ import annotations

from permis.domain.conditions import always, changed
from permis.domain.legal import F2695
from permis.domain.required.common import (
    BASE,
    DESTROY,
    FREE,
    HEALTH,
    HEAVY_HELD,
    IN_ORDER,
    KEEP_END,
    LICENCE,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    heavy_held,
    held_categories,
    today_of,
)
from permis.domain.required.table import Bar, Need, Note, Right, Rules
from permis.domain.vocabulary import CivilStatusReason, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

nothing_changed = changed(None, "votre état civil n’a pas changé", "votre état civil a changé")
marriage = changed(CivilStatusReason.MARRIAGE, "vous vous êtes marié", "le changement n’est pas un mariage")
divorce = changed(CivilStatusReason.DIVORCE, "vous avez divorcé", "le changement n’est pas un divorce")

RULES = Rules(
    motive=Motive.EC,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(
        Bar("ec-marriage", Outcome.NOT_NEEDED, marriage, "La carte porte votre nom de naissance, qui ne change pas avec le mariage : votre permis reste valable.", F2695, Reason.R19, instead="Gardez votre permis : il n’y a rien à demander."),
        Bar("ec-nothing", Outcome.NOT_NEEDED, nothing_changed, "Votre état civil n’a pas changé : votre permis reste valable.", F2695, instead="Gardez votre permis : il n’y a rien à demander."),
        *IN_ORDER,
        *RESIDENT,
    ),
    needs=(
        *BASE,
        *LICENCE,
        *PEOPLE,
        Need("ec-divorce", ((P.CIVIL,),), divorce, "le jugement ou la convention de divorce, parce que la carte portait un nom d’usage", F2695, who="Si vous avez divorcé et que la carte porte un nom d’usage"),
        Need("ec-act", ((P.CIVIL,),), ~divorce & ~marriage & ~nothing_changed, "l’acte, le décret ou le jugement qui change votre état civil", F2695, who="Si votre nom de naissance, votre prénom ou votre sexe a changé"),
        *HEALTH,
        *HEAVY_HELD,
    ),
    rights=(Right("ec-lic", ("LIC",), always, held_categories, today_of, lambda _: None, F2695, within_category=True),),
    notes=(Note("ec-keep", always, "Votre permis actuel reste valable pendant la demande.", F2695, keeps="votre permis actuel"), Note("ec-divorce-name", divorce, "Si votre carte ne porte pas de nom d’usage, il n’y a rien à demander après un divorce.", F2695), *KEEP_END, *DESTROY),
    renews=heavy_held,
)
