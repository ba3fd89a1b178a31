"""Step 2: which categories the request is about, which are held already, and the health of who drives them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from permis.domain.asked.table import Choices, Question, Step, Wording
from permis.domain.conditions import Test, asks
from permis.domain.situation import NONE
from permis.domain.vocabulary import EXCHANGES, SCHOOL_ONLY, Category, Gearbox, Motive

_C, _M = Category, Motive

# What a first licence can be asked for after an exam; the heavy categories come after a B.
FIRST = (_C.B, _C.A1, _C.A2, _C.B1)
BY_EXAM = tuple(c for c in Category if c not in {_C.AM, _C.A})  # AM and A are had by a training
BY_DIPLOMA = (_C.B, _C.BE, _C.C1, _C.C1E, _C.C, _C.CE, _C.D1, _C.D1E, _C.D, _C.DE)
BY_ARMY = tuple(c for c in Category if c is not _C.AM)

ABOUT_CATEGORIES = asks(
    _M.REU, _M.REU_EXT, _M.REU_RET, _M.INS, _M.INS_EXT, _M.INS_RET, *sorted(SCHOOL_ONLY), _M.MED, _M.MED_REST,
    _M.SUSP, *sorted(EXCHANGES), _M.ENR_EU, _M.RETAB, _M.MIL, _M.DIP,
)  # fmt: skip
# Who may hold nothing yet is asked whether it is so; the others hold something by the motive itself.
MAY_HOLD_NOTHING = asks(_M.INS, _M.MIL, _M.DIP)
HOLDS = asks(
    _M.REU_EXT, _M.INS_EXT, _M.FORM_A, _M.FORM_B96, _M.FORM_78, _M.PERTE, _M.VOL, _M.DET, _M.ROSE, _M.EC,
    _M.EXP15, _M.PCI, _M.ERR,
)  # fmt: skip
RENEWS = asks(_M.MED, _M.MED_REST)  # what is renewed is what is held
HAD = asks(_M.SUSP, _M.INS_RET, _M.REU_RET)
NOT_IN_HAND = asks(_M.PERTE, _M.VOL) | HAD  # lost, stolen, or handed over
FOREIGN = asks(*sorted(EXCHANGES))
begun = Test(lambda s: bool(s.motive), "vous avez choisi votre demande", "vous n’avez pas choisi votre demande")


def offered(categories: tuple[Category, ...]) -> Choices:
    """These categories as choices."""
    return tuple((category.value, category.label) for category in categories)


def _objections(answers: Mapping[str, Any], today: dt.date) -> dict[str, str]:
    held = answers.get("held_categories") or []
    if NONE in held and len(held) > 1:
        return {"held_categories": "Décochez « Aucune », ou les catégories."}
    return {}


STEP = Step(
    slug="permis",
    title="Votre permis",
    recap="Votre permis",
    when=begun,
    questions=(
        Question(
            "categories",
            "choices",
            "Pour quelles catégories ?",
            why="Les documents et les règles d’âge dépendent de la catégorie.",
            hint="Cochez toutes celles que vous demandez.",
            choices=offered(tuple(Category)),
            missing="Cochez au moins une catégorie.",
            when=ABOUT_CATEGORIES,
            wordings=(
                Wording(
                    asks(_M.REU),
                    "Quelle catégorie avez-vous réussie ?",
                    "Pour un premier permis. Elle est écrite sur votre certificat d’examen.",
                    "Choisissez la catégorie réussie.",
                    "category",
                    offered(FIRST),
                ),
                Wording(
                    asks(_M.REU_EXT),
                    "Quelle nouvelle catégorie avez-vous réussie ?",
                    "Elle est écrite sur votre certificat d’examen.",
                    "Choisissez la catégorie réussie.",
                    "category",
                    offered(BY_EXAM),
                ),
                Wording(
                    asks(_M.REU_RET),
                    "Quelles catégories avez-vous réussies ?",
                    "Cochez celles de vos certificats d’examen. Après l’épreuve théorique seule, celles que vous aviez.",
                    choices=offered(BY_EXAM),
                ),
                Wording(
                    asks(_M.INS),
                    "Quelles catégories voulez-vous passer ?",
                    "Les poids lourds viennent après le permis B. Les permis AM et A s’obtiennent par une formation.",
                    choices=offered(FIRST),
                ),
                Wording(
                    asks(_M.INS_EXT, _M.INS_RET),
                    "Quelles catégories voulez-vous passer ?",
                    "Cochez toutes celles que vous voulez passer.",
                    choices=offered(BY_EXAM),
                ),
                Wording(
                    asks(_M.FORM_AM),
                    "Pour quelle catégorie ?",
                    "Celle de l’attestation de formation.",
                    kind="category",
                    choices=offered((_C.AM,)),
                    default=_C.AM.value,
                ),
                Wording(
                    asks(_M.FORM_A),
                    "Pour quelle catégorie ?",
                    "Celle de l’attestation de formation.",
                    kind="category",
                    choices=offered((_C.A,)),
                    default=_C.A.value,
                ),
                Wording(
                    asks(_M.FORM_B96, _M.FORM_78),
                    "Pour quelle catégorie ?",
                    "Celle de l’attestation de formation.",
                    kind="category",
                    choices=offered((_C.B,)),
                    default=_C.B.value,
                ),
                Wording(
                    asks(_M.MED),
                    "Quelles catégories renouvelez-vous ?",
                    "Celles de l’avis médical.",
                ),
                Wording(
                    asks(_M.MED_REST),
                    "Quelles catégories sont concernées ?",
                    "Celles de l’avis médical.",
                ),
                Wording(
                    asks(_M.SUSP),
                    "Quelles catégories aviez-vous ?",
                    "Celles de votre permis avant la suspension.",
                    "Cochez au moins une catégorie de votre permis suspendu.",
                ),
                Wording(
                    asks(*EXCHANGES),
                    "Quelles catégories voulez-vous échanger ?",
                    "Celles de votre permis que vous voulez garder. Les poids lourds demandent un avis médical, ou une "
                    "renonciation.",
                ),
                Wording(
                    asks(_M.ENR_EU, _M.RETAB),
                    "Quelles catégories sont sur votre permis étranger ?",
                    "Cochez toutes celles qui y sont écrites.",
                ),
                Wording(
                    asks(_M.MIL),
                    "Quelles catégories voulez-vous convertir ?",
                    "Celles du volet de conversion signé par l’autorité militaire.",
                    choices=offered(BY_ARMY),
                ),
                Wording(
                    asks(_M.DIP),
                    "Quelles catégories votre diplôme donne-t-il ?",
                    "Elles sont écrites sur le diplôme ou le relevé de notes.",
                    choices=offered(BY_DIPLOMA),
                ),
            ),
        ),
        Question(
            "first_licence_promise",
            "promise",
            "Je n’ai jamais eu de permis de conduire, en France ou ailleurs (sauf AM)",
            why="Avec un permis plus ancien, la demande et les documents sont différents.",
            hint="AM est le permis des cyclomoteurs et des voiturettes. Si vous avez déjà un autre permis, revenez en "
            "arrière et choisissez « une nouvelle catégorie ».",
            when=asks(_M.REU),
        ),
        Question(
            "held_categories",
            "choices",
            "Quelles catégories avez-vous déjà ?",
            why="Elles restent sur la nouvelle carte, et certaines demandent un document de plus.",
            hint="Cochez toutes celles de votre permis. Un agent vérifie dans le registre des permis.",
            choices=offered(tuple(Category)),
            missing="Cochez au moins une catégorie de votre permis.",
            when=HOLDS | MAY_HOLD_NOTHING,
            wordings=(
                Wording(
                    asks(_M.PERTE),
                    "Quelles catégories aviez-vous ?",
                    "Cochez toutes celles que vous connaissez. Un agent vérifie dans le registre des permis.",
                    "Cochez au moins une catégorie de votre permis perdu.",
                ),
                Wording(
                    asks(_M.VOL),
                    "Quelles catégories aviez-vous ?",
                    "Cochez toutes celles que vous connaissez. Un agent vérifie dans le registre des permis.",
                    "Cochez au moins une catégorie de votre permis volé.",
                ),
                Wording(
                    MAY_HOLD_NOTHING,
                    "Quelles catégories avez-vous déjà ?",
                    "Si vous n’avez pas de permis français, cochez « Aucune ».",
                    "Cochez ce que vous avez déjà, ou « Aucune ».",
                    choices=((NONE, "Aucune"), *offered(tuple(Category))),
                ),
            ),
        ),
        Question(
            "gearbox",
            "choice",
            "Permis B : avec quelle boîte de vitesses ?",
            why="Un permis passé en boîte automatique le dit sur la carte (code 78).",
            choices=(
                (Gearbox.MANUAL.value, "Une boîte manuelle"),
                (Gearbox.AUTOMATIC.value, "Une boîte automatique"),
            ),
            only_if=("categories", _C.B.value),
            when=asks(_M.REU, _M.REU_EXT, _M.REU_RET, _M.INS, _M.INS_EXT, _M.INS_RET),
            missing="Choisissez la boîte de vitesses.",
        ),
        Question(
            "licence_number",
            "licence_number",
            "Numéro de votre permis",
            why="Il permet de retrouver vos droits plus vite.",
            hint="Si vous l’avez : 12 chiffres au dos, ou 9 caractères devant.",
            required=False,
            width="tp-w-20",
            max_length=20,
            when=HOLDS | RENEWS | HAD,
            wordings=(
                Wording(
                    NOT_IN_HAND,
                    hint="12 chiffres, ou 9 caractères : sur une copie de votre permis, si vous en avez une.",
                ),
            ),
        ),
        Question(
            "sanction",
            "yes_no",
            "Avez-vous un permis suspendu, annulé ou invalidé en ce moment ?",
            why="Une sanction en cours peut empêcher la demande, ou changer les documents.",
            when=(HOLDS & ~asks(_M.ERR)) | RENEWS | asks(_M.MIL, _M.DIP) | FOREIGN,
            wordings=(
                Wording(
                    FOREIGN,
                    "Avez-vous une suspension, une annulation ou un retrait de points, ici ou dans le pays du permis ?",
                ),
            ),
        ),
        Question(
            "medical_flag",
            "yes_no",
            "Avez-vous un problème de santé à signaler pour la conduite ?",
            why="Certaines maladies demandent un avis médical.",
            hint="Par exemple une maladie du cœur, de l’épilepsie, un véhicule aménagé.",
            when=~(HAD | RENEWS | asks(_M.PCI, _M.ERR, _M.ENR_EU)),
        ),
    ),
    objections=_objections,
    helps=(
        (
            NOT_IN_HAND,
            "Où sont écrites les catégories ?",
            ("Sur une copie ou une photo de votre permis, si vous en avez une. Sinon, cochez celles dont vous vous souvenez : "
            "un agent vérifie dans le registre des permis."),
        ),
    ),
    help_title="Où sont écrites les catégories ?",
    help_text="Sur votre permis : au dos de la carte, ou à l’intérieur du permis rose. Sur un certificat d’examen : à "
    "côté de la date.",
)
