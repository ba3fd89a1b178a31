"""Whether a photo will do for a licence: a table of measures, and the verdict that follows from them.

Measures are made by `likeness.py`; here is what they mean, as a pure function. Three outcomes: conform, to be checked
by a person, not conform. A machine says "not conform" only past the outer limit of a row that has one: what it measures
with an error larger than the band of the rule (where the skull ends under hair, a face that looks up, a shadow, a
ground that is nearly white, an expression) has no outer limit, and goes to a person. Figures: `make bench-photo`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from permis.vision import files
from permis.vision.files import Made

Verdict = Literal["conform", "to_check", "not_conform"]

WIDE, HIGH = 35.0, 45.0  # mm of the photo
SHAPE = WIDE / HIGH
LEAST, MOST = 32.0, 36.0  # mm from the chin to the top of the skull

LAW = "arrêté du 5 février 2009, annexe"
ISO = "ISO/IEC 39794-5"
BENCH = "bench-photo"


@dataclass(frozen=True)
class Measure:
    """One row: within `low` and `high` it is conform, past `under` or `over` it is not, between them a person looks.

    A row without `under` and `over` never refuses. `below` and `above` are codes of `REASONS`; empty: nothing to say.
    """

    name: str
    label: str
    unit: str
    low: float | None
    high: float | None
    under: float | None
    over: float | None
    below: str
    above: str
    source: str


@dataclass(frozen=True)
class Reason:
    """Something to do better, with the sentence of what to do. `sure`: it is not conform; else a person looks."""

    code: str
    message: str
    sure: bool


# fmt: off
MEASURES: tuple[Measure, ...] = (
    #       name            what it is                                         unit     low    high   under  over   codes
    Measure("faces",        "Visages sur la photo",                            "",      1,     1,     1,     1,     "no_face", "several_faces", LAW),
    Measure("turned",       "Quarts de tour pour la remettre droite",          "",      None,  0,     None,  0,     "", "turned", LAW),
    Measure("eye_distance", "Points de l’image entre les deux yeux",           "points", 80,   None,  60,    None,  "small", "", ISO),
    Measure("shape",        "Largeur de l’image pour une hauteur de 1",        "",      0.755, 0.80,  0.70,  0.86,  "frame", "frame", LAW),
    Measure("margin",       "Place entre le visage et le bord de l’image",     "écarts d’yeux", 0.02, None, 0.02, None, "cut", "", LAW),
    Measure("head_most",    "Du menton au sommet du crâne, au plus",           "mm",    31.0,  38.7,  27.9,  None,  "far", "near", LAW),
    Measure("head_least",   "Du menton au sommet du crâne, au moins",          "mm",    None,  36.0,  None,  38.7,  "", "near", LAW),
    Measure("centre",       "Milieu du visage, de gauche à droite",            "%",     45.0,  55.0,  40.0,  60.0,  "off_centre", "off_centre", ISO),
    Measure("eyes_height",  "Hauteur des yeux, à partir du haut",              "%",     33.0,  60.0,  28.0,  68.0,  "too_high", "too_low", ISO),
    Measure("roll",         "Tête penchée sur le côté",                        "°",     -5.0,  5.0,   -8.0,  8.0,   "tilted", "tilted", ISO),
    Measure("yaw",          "Tête tournée à gauche ou à droite",               "°",     -8.0,  8.0,   -15.0, 15.0,  "aside", "aside", ISO),
    Measure("pitch",        "Tête levée ou baissée",                           "°",     -14.0, 14.0,  None,  None,  "up_or_down", "up_or_down", ISO),
    Measure("colour",       "Écart entre les couleurs du visage",              "",      0.9,   None,  0.6,   None,  "grey", "", LAW),
    Measure("light",        "Clarté des parties claires du visage, yeux compris (L*)",       "",      60.0,  None,  35.0,  None,  "dark", "", LAW),
    Measure("burnt",        "Part du visage sans aucun détail, trop claire",   "%",     None,  5.0,   None,  20.0,  "", "bright", LAW),
    Measure("sides",        "Écart de lumière entre les moitiés du visage (L*)", "",    None,  12.0,  None,  None,  "", "shadow", LAW),
    Measure("cast",         "Couleur de ce qui devrait être sans couleur",     "",      None,  20.0,  None,  28.0,  "", "cast", LAW),
    Measure("sharp",        "Netteté du visage",                               "",      0.09,  None,  0.06,  None,  "blurred", "", LAW),
    Measure("compression",  "Qualité d’enregistrement du JPEG",                "",      45.0,  None,  20.0,  None,  "compressed", "", BENCH),
    Measure("eyes_open",    "Ouverture de l’œil le plus fermé",                "",      0.20,  None,  0.10,  None,  "eyes_closed", "", LAW),
    Measure("eyes_seen",    "Contraste de l’œil le moins visible (L*)",        "",      20.0,  None,  9.0,   None,  "eyes_hidden", "", LAW),
    Measure("glare",        "Part d’un œil sous un reflet",                    "%",     None,  12.0,  None,  None,  "", "glare", LAW),
    Measure("mouth",        "Ouverture de la bouche",                          "",      None,  0.10,  None,  0.20,  "", "mouth_open", LAW),
    Measure("teeth",        "Part de la bouche où l’on voit les dents",        "%",     None,  8.0,   None,  15.0,  "", "teeth", LAW),
    Measure("lips",         "Écart de couleur entre les lèvres et la peau",    "",      4.0,   None,  1.5,   None,  "covered", "", LAW),
    Measure("lower_face",   "Écart de couleur entre le bas et le haut du visage", "",   None,  14.0,  None,  18.0,  "", "covered", LAW),
    Measure("ground_light", "Clarté du fond (L*)",                             "",      68.0,  None,  50.0,  None,  "ground_dark", "", LAW),
    Measure("ground_white", "Clarté d’un fond sans couleur (L*)",              "",      None,  90.0,  None,  97.5,  "", "ground_white", LAW),
    Measure("ground_colour", "Couleur du fond",                                "",      None,  20.0,  None,  38.0,  "", "ground_colour", LAW),
    Measure("ground_even",  "Écarts de lumière dans le fond (L*)",             "",      None,  5.0,   None,  12.0,  "", "ground_uneven", LAW),
    Measure("ground_hues",  "Écarts de couleur dans le fond",                  "",      None,  4.0,   None,  10.0,  "", "ground_uneven", LAW),
    Measure("ground_sides", "Écart entre la gauche et la droite du fond (L*)", "",      None,  8.0,   None,  15.0,  "", "ground_uneven", LAW),
    Measure("ground_seen",  "Part du fond que l’on voit de chaque côté",       "%",     55.0,  None,  None,  None,  "ground_hidden", "", BENCH),
)
# fmt: on
BY_NAME = {row.name: row for row in MEASURES}

REASONS = {
    "no_face": "Nous ne voyons pas de visage sur cette image. Choisissez une photo de vous, de face et bien éclairée.",
    "several_faces": "Il y a plusieurs visages sur cette image. Choisissez une photo où vous êtes seul ou seule.",
    "turned": "La photo n’est pas dans le bon sens. Tournez-la pour que la tête soit en haut, puis envoyez-la à nouveau.",
    "small": "Le visage a trop peu de détails. Envoyez la photo d’origine, sans la réduire, ou prenez-en une de plus près.",
    "frame": "L’image n’a pas la forme d’une photo d’identité (35 mm sur 45 mm). Recadrez-la avec le cadre que nous "
    "proposons.",
    "cut": "Une partie du visage sort de l’image. Reprenez la photo en laissant de la place autour de la tête.",
    "far": "Le visage est trop petit dans l’image. Recadrez la photo, ou approchez-vous : du menton au sommet du crâne, il "
    "faut 32 à 36 mm sur 45.",
    "near": "Le visage est trop grand dans l’image. Reculez un peu, ou recadrez plus large : du menton au sommet du crâne, "
    "il faut 32 à 36 mm sur 45.",
    "off_centre": "Le visage n’est pas au milieu de l’image. Recadrez la photo pour le centrer.",
    "too_high": "Le visage est trop haut dans l’image. Recadrez la photo en laissant un peu de place au-dessus de la tête.",
    "too_low": "Le visage est trop bas dans l’image. Recadrez la photo en laissant moins de place au-dessus de la tête.",
    "tilted": "La tête penche d’un côté. Tenez-la droite, l’appareil à la hauteur des yeux, puis reprenez la photo.",
    "aside": "La tête est tournée. Mettez-vous bien en face de l’appareil, puis reprenez la photo.",
    "up_or_down": "La tête semble levée ou baissée. Regardez droit devant vous, l’appareil à la hauteur des yeux.",
    "grey": "La photo est en noir et blanc. Envoyez une photo en couleur.",
    "dark": "La photo semble trop sombre. Mettez-vous face à une fenêtre ou à une lampe, puis reprenez la photo.",
    "bright": "La photo est trop claire : les détails du visage se perdent. Éloignez la lampe ou coupez le flash, puis "
    "reprenez la photo.",
    "shadow": "Une ombre couvre peut-être un côté du visage. Mettez-vous face à la lumière, sans lampe sur le côté.",
    "cast": "Les couleurs ne sont pas naturelles. Prenez la photo à la lumière du jour, sans filtre.",
    "blurred": "Le visage est flou. Posez l’appareil, faites la mise au point sur le visage, ne bougez plus, puis reprenez "
    "la photo.",
    "compressed": "La photo a été trop compressée : des carrés se voient. Envoyez le fichier d’origine, sans passer par "
    "une messagerie.",
    "eyes_closed": "Les yeux semblent fermés, ou presque. Ouvrez-les et regardez l’appareil, puis reprenez la photo.",
    "eyes_hidden": "Les yeux ne se voient pas bien. Écartez les cheveux, retirez les lunettes teintées, puis reprenez la "
    "photo.",
    "glare": "Un reflet cache peut-être un œil. Retirez vos lunettes ou éloignez la lampe, puis reprenez la photo.",
    "mouth_open": "La bouche est ouverte. Fermez-la, gardez une expression neutre, puis reprenez la photo.",
    "teeth": "On voit les dents. Ne souriez pas : bouche fermée et expression neutre, puis reprenez la photo.",
    "covered": "Le bas du visage semble couvert. Retirez le masque ou l’écharpe, puis reprenez la photo.",
    "ground_dark": "Le fond est trop sombre. Mettez-vous devant un mur clair et uni, bleu clair ou gris clair.",
    "ground_white": "Le fond semble blanc, ce qui n’est pas accepté. Mettez-vous devant un mur uni, bleu clair ou gris "
    "clair.",
    "ground_colour": "Le fond est d’une couleur trop vive. Mettez-vous devant un mur uni, bleu clair ou gris clair.",
    "ground_uneven": "Le fond n’est pas uni. Mettez-vous devant un mur nu, sans ombre ni objet, bleu clair ou gris clair.",
    "ground_hidden": "Le fond se voit à peine autour de la tête. Recadrez plus large, ou reculez un peu.",
    "unmeasured": "Une partie de la photo n’a pas pu être mesurée : une personne la regardera.",
}

# A fault that spoils other measures: when it is sure, what they say would be a false reason.
_SPOILS: dict[str, frozenset[str]] = {
    "turned": frozenset({"frame", "aside", "tilted", "up_or_down", "off_centre"}),
    "dark": frozenset({"cast", "eyes_closed", "eyes_hidden", "covered", "blurred", "shadow", "ground_dark", "grey",
                       "ground_uneven"}),
    "bright": frozenset({"cast", "eyes_hidden", "covered", "blurred", "shadow", "glare", "teeth", "grey"}),
    "grey": frozenset({"cast", "covered"}),
    "cast": frozenset({"ground_colour", "covered", "ground_dark", "grey"}),
    "small": frozenset({"blurred", "eyes_closed", "eyes_hidden", "teeth", "mouth_open", "compressed", "covered", "glare"}),
    "blurred": frozenset({"eyes_hidden", "compressed", "glare", "teeth"}),
    "compressed": frozenset({"blurred", "ground_uneven", "covered", "cast"}),
    "aside": frozenset({"shadow", "eyes_closed", "eyes_hidden", "covered", "up_or_down", "tilted", "glare",
                        "mouth_open", "teeth", "off_centre"}),
    "cut": frozenset({"off_centre", "too_high", "too_low", "covered", "far", "up_or_down", "shadow", "ground_hidden",
                      "ground_dark", "ground_uneven"}),
    "near": frozenset({"ground_hidden", "too_high", "too_low"}),
    "eyes_hidden": frozenset({"eyes_closed", "glare", "tilted", "up_or_down"}),
    "covered": frozenset({"mouth_open", "teeth", "up_or_down", "shadow"}),
    "teeth": frozenset({"covered"}),
    "mouth_open": frozenset({"up_or_down", "covered"}),
}  # fmt: skip
# A fault is sure only when another measure says the same: a dark face before a light ground is perhaps a dark skin, and
# what hides the chin and leaves the lips is perhaps a beard.
_AGREED = {"dark": ("ground_light", 50.0), "covered": ("lips", 4.0)}
_LIPS_SEEN = 8.0
_ALONE = ("no_face", "several_faces")  # nothing else can be said then


def judge(measures: Mapping[str, float | None]) -> tuple[Verdict, list[Reason]]:
    """What these measures mean: the verdict, and the reasons, the first to mend first.

    A measure of None could not be made: a person looks. One that is absent is not asked of this photo.
    """
    found: dict[str, Reason] = {}
    for row in MEASURES:
        if row.name not in measures:
            continue
        value = measures[row.name]
        if value is None or value != value:  # noqa: PLR0124  not a number
            found.setdefault("unmeasured", Reason("unmeasured", REASONS["unmeasured"], False))
            continue
        code, sure = _said(row, value)
        if code and (code not in found or (sure and not found[code].sure)):
            found[code] = Reason(code, REASONS[code], sure)
    for code, agreed in _AGREED.items():
        if code in found and not _low(measures, *agreed):
            found[code] = Reason(code, REASONS[code], False)
    lips = measures.get("lips")
    if (
        "covered" in found and lips is not None and lips >= _LIPS_SEEN
    ):  # a beard: what covers a face covers the lips
        del found["covered"]
    if "cast" in found and _low(
        measures, "ground_colour", 20.0
    ):  # the ground has its own colour: a lamp tints both
        found["cast"] = Reason("cast", REASONS["cast"], False)
    found = _only_true(found)
    if not found:
        return "conform", []
    reasons = sorted(found.values(), key=lambda reason: not reason.sure)
    return ("not_conform" if reasons[0].sure else "to_check"), reasons


def _low(measures: Mapping[str, float | None], name: str, limit: float) -> bool:
    value = measures.get(name)
    return value is not None and value < limit


def _said(row: Measure, value: float) -> tuple[str, bool]:
    """The code of the fault that a value is, if it is one, and whether it is sure."""
    if row.low is not None and value < row.low:
        return row.below, row.under is not None and value < row.under
    if row.high is not None and value > row.high:
        return row.above, row.over is not None and value > row.over
    return "", False


def _only_true(found: dict[str, Reason]) -> dict[str, Reason]:
    for code in _ALONE:
        if code in found:
            return {code: found[code]}
    spoilt = {other for code, reason in found.items() if reason.sure for other in _SPOILS.get(code, ())}
    if any(reason.sure for reason in found.values()):
        spoilt.add("unmeasured")  # there is something better to say
    return {code: reason for code, reason in found.items() if code not in spoilt}


@dataclass(frozen=True)
class Frame:
    """Where a photo of 35 by 45 mm stands in a wider picture, in parts of its width and height once turned."""

    turn: int  # quarter turns to the left, first
    angle: float  # degrees by which the frame leans
    x: float  # its middle
    y: float
    width: float
    height: float


def pages(data: bytes) -> list[Made]:
    """The photo as a page of ours with what was measured on it, then the same with the measures drawn on it.

    What is said of the first: `portrait` (name → value) and `frame` (the frame to propose, or None).
    Raises `Refused`. Called in the cage alone.
    """
    from permis.vision import likeness  # noqa: PLC0415  the decoders are loaded in the cage and nowhere else

    return likeness.pages(data)


def framed(data: bytes) -> list[Made]:
    """As `pages`, of the part of the picture that the proposed frame shows. Raises `Refused` when there is none."""
    from permis.vision import likeness  # noqa: PLC0415  the same

    return likeness.framed(data)


NO_FRAME = "Nous ne pouvons pas recadrer cette image. Reprenez la photo de face, en laissant de la place autour de la tête."
SENTENCES = frozenset({NO_FRAME})


def prepare() -> None:
    """Loads the decoders and the models, and uses each once: in the cage nothing can be loaded any more."""
    from permis.vision import faces, likeness  # noqa: PLC0415  the same

    files.prepare()
    faces.prepare()
    likeness.prepare()
