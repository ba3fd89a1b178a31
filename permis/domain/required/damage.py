"""DET: a damaged licence, replaced free of charge."""

from __future__ import annotations

from permis.domain.conditions import always
from permis.domain.legal import F20109, F34118
from permis.domain.required.common import (
    BASE,
    DESTROY,
    HEALTH,
    HEAVY_HELD,
    IN_ORDER,
    KEEP_END,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    heavy_held,
    held_categories,
    today_of,
)
from permis.domain.required.table import Fee, Need, Note, Right, Rules
from permis.domain.vocabulary import Motive
from permis.domain.vocabulary import Piece as P

DAMAGE_CENTS = 0  # F20109 of June 2024 lists no stamp; law 2016-1918 did (docs/law.md)

RULES = Rules(
    motive=Motive.DET,
    fees=(Fee("det-fee", DAMAGE_CENTS, always, "Un permis abîmé est remplacé gratuitement.", F34118),),
    delay=USUAL_DELAY,
    bars=(*IN_ORDER, *RESIDENT),
    needs=(*BASE, Need("det-lic", ((P.LIC,),), always, "pour voir le permis abîmé, ses deux faces", F20109), *PEOPLE, *HEALTH, *HEAVY_HELD),
    rights=(Right("det-lic", ("LIC",), always, held_categories, today_of, lambda _: None, F20109, within_category=True),),
    notes=(Note("det-legible", always, "Vous pouvez conduire avec le permis abîmé tant qu’il se lit.", F20109), *KEEP_END, *DESTROY),
    renews=heavy_held,
)
