"""The table of checks: which run for which piece, what each compares, and what its failure means.

A machine never refuses a readable file alone: what it can measure is told at once, the person may keep the file
once they have read it, and the agent sees both. Only what cannot be opened, or is dangerous, is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece
from permis.evidence import reading
from permis.evidence.beside import Beside
from permis.vision import page as pictures
from permis.vision import portrait, signature


class Consequence(StrEnum):
    """What the failure of a check means."""

    BLOCK = "block"  # the file is not taken
    WARN = "warn"  # the person is told, and chooses: another file, or this one all the same
    TELL = "tell"  # the agent is told, nobody is stopped

    @property
    def label(self) -> str:
        """The same in French."""
        return {
            "block": "le fichier n’est pas pris",
            "warn": "la personne choisit : refaire, ou garder",
            "tell": "l’agent est prévenu",
        }[self.value]


class Outcome(StrEnum):
    """What came of one check."""

    OK = "ok"
    FAULT = "fault"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Seen:
    """What the checks look at: one file, and what stands around it."""

    piece: Piece
    side: str
    pages: Sequence[Mapping[str, Any]]  # what the cage said of each page: `measures`, `look`
    other_sides: Sequence[str] = ()  # looks of what was given for the other sides of the piece
    refused: Sequence[str] = ()  # looks of what an agent refused here before
    alone: bool = False  # nothing is given yet for the other side of the piece
    drawn: bool = False
    antivirus: str = (
        ""  # the engine that found nothing; empty: none was asked, since we made the picture ourselves
    )
    read: Mapping[str, Any] = field(default_factory=dict)  # what each reader said: see `reading.py`
    beside: Beside = field(default_factory=Beside)  # the same, beside what was typed


@dataclass(frozen=True)
class Result:
    """What came of one check: its measure as text, and the sentence to read when it failed."""

    code: str
    outcome: Outcome
    value: str = ""
    sentence: str = ""
    page: int = 0  # the page at fault, from 1; 0: the file

    def as_json(self) -> dict[str, Any]:
        """What is kept, sealed, with the upload."""
        return {**asdict(self), "outcome": self.outcome.value}


@dataclass(frozen=True)
class Check:
    """One row: what is looked at, for which pieces, compared with what, and what its failure means."""

    code: str
    label: str
    compares: str
    fails: Consequence
    runs_for: Callable[[Piece, str, bool], bool]  # piece, side, drawn on the screen
    look: Callable[[Check, Seen], Result | list[Result]]  # none: there is nothing to say
    live: bool = False  # it compares with answers, which may be corrected: said anew whenever it is shown


# ── For which pieces ────────────────────────────────────────────────────────────────────────────────────────
# Cards whose colours are part of what an agent reads (ANTS: “scannés ou photographiés en couleur”).
IN_COLOUR = frozenset({Piece.ID, Piece.LIC, Piece.FLIC, Piece.STAY, Piece.ID_HEB, Piece.ID_REP})


def _any(_piece: Piece, _side: str, _drawn: bool) -> bool:
    return True


def _given(_piece: Piece, _side: str, drawn: bool) -> bool:
    return not drawn


def _paper(piece: Piece, _side: str, drawn: bool) -> bool:
    # A portrait is no page: these measures look for text, and would be wrong of a face.
    return piece is not Piece.PHOTO and not drawn


def _coloured(piece: Piece, side: str, drawn: bool) -> bool:
    return not drawn and (piece in IN_COLOUR or (piece is Piece.PHOTO and side == "photo"))


def _two_sided(piece: Piece, _side: str, drawn: bool) -> bool:
    return not drawn and len(PIECES[piece].sides) > 1 and piece is not Piece.PHOTO


# ── How ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _opened(check: Check, seen: Seen) -> Result:
    count = len(seen.pages)
    return Result(check.code, Outcome.OK, f"{count} page{'s' if count > 1 else ''}")


def _safe(check: Check, seen: Seen) -> Result:
    return Result(check.code, Outcome.OK if seen.antivirus else Outcome.UNKNOWN, seen.antivirus)


def _measured(check: Check, seen: Seen) -> Result:
    """The first page that fails by `permis.vision.page`, whose fault has the same code."""
    shown = ""
    for n, said in enumerate(seen.pages, 1):
        measures = said.get("measures")
        if not measures:
            return Result(check.code, Outcome.UNKNOWN)
        fault = next((f for f in pictures.judge(measures) if f.code == check.code), None)
        if fault is not None:
            where = f"Page {n} : " if len(seen.pages) > 1 else ""
            return Result(check.code, Outcome.FAULT, _value(check.code, measures), where + fault.message, n)
        shown = shown or _value(check.code, measures)
    return Result(check.code, Outcome.OK, shown)


def _value(code: str, measures: Mapping[str, float]) -> str:
    """The measure behind a code, as people write numbers."""
    row = next((m for m in pictures.MEASURES if m.code == code and m.name in measures), None)
    if row is None:
        return ""
    text = f"{measures[row.name]:.3g}".replace(".", ",")
    return f"{text} {row.unit}".strip()


def _alone(check: Check, seen: Seen) -> Result:
    if seen.alone:
        return Result(check.code, Outcome.FAULT, "", SIDE_MISSING)
    return Result(check.code, Outcome.OK)


def _not_among(others: Callable[[Seen], Sequence[str]], sentence: str) -> Callable[[Check, Seen], Result]:
    def look(check: Check, seen: Seen) -> Result:
        for n, said in enumerate(seen.pages, 1):
            mine = str(said.get("look") or "")
            if mine and any(pictures.distance(mine, other) <= pictures.SAME for other in others(seen)):
                return Result(check.code, Outcome.FAULT, "", sentence, n)
        return Result(check.code, Outcome.OK)

    return look


# ── What was read ───────────────────────────────────────────────────────────────────────────────────────────
def _said(check: Check, seen: Seen) -> list[Result]:
    """What the comparison says under this code: what differs, else what is doubtful, else that it is the same."""
    found = seen.beside.of(check.code)
    for wrong, outcome in ((True, Outcome.FAULT), (None, Outcome.UNKNOWN)):
        if some := [one for one in found if one.wrong is wrong]:
            sentences = dict.fromkeys((one.sentence, one.value) for one in some)
            return [Result(check.code, outcome, value, sentence) for sentence, value in sentences]
    return [Result(check.code, Outcome.OK, found[0].value)] if found else []


UNMEASURED = "Nous n’avons pas pu mesurer cette image : un agent la regardera."


def _judged(reader: str, judge: Callable[..., Any], *, sure: bool) -> Callable[[Check, Seen], list[Result]]:
    """Of the reasons that measures give, those that are sure, or those that a person has to look at."""

    def look(check: Check, seen: Seen) -> list[Result]:
        if reader not in seen.read:
            return []
        measures = seen.read[reader]
        if measures is None:
            return [] if sure else [Result(check.code, Outcome.UNKNOWN, "", UNMEASURED)]
        reasons = [one for one in judge(measures)[1] if one.sure is sure and one.code != "empty"]
        found = [Result(check.code, Outcome.FAULT, "", one.message) for one in reasons]
        return found or [Result(check.code, Outcome.OK)]

    return look


def _not_empty(check: Check, seen: Seen) -> list[Result]:
    measures = seen.read.get(reading.SIGNATURE)
    if measures is None:
        return []
    empty = next((one for one in signature.judge(measures)[1] if one.code == "empty"), None)
    return [Result(check.code, Outcome.FAULT, "", empty.message) if empty else Result(check.code, Outcome.OK)]


def _reads(*readers: str) -> Callable[[Piece, str, bool], bool]:
    def runs_for(piece: Piece, side: str, drawn: bool) -> bool:
        return not drawn and bool(set(readers) & set(reading.readers(piece, side)))

    return runs_for


_BY_CODE_OR_ZONE = _reads(reading.CODE, reading.ZONE)

SIDE_MISSING = "Il manque l’autre côté : ajoutez-le aussi. Une seule face ne suffit pas."
THIS_SIDE_MISSING = "L’autre côté est là : il manque celui-ci. Une seule face ne suffit pas."
_SAME_SIDE = (
    "C’est la même image que pour l’autre côté. Retournez le document, et photographiez le côté demandé ici."
)
_SAME_AGAIN = "C’est la même image que celle qui a été refusée. Lisez ce qui est demandé, puis prenez une nouvelle photo."

B, W, T = Consequence.BLOCK, Consequence.WARN, Consequence.TELL
CHECKS: tuple[Check, ...] = (
    #     code          what is looked at                compared with what                                        failure, for which, how
    Check("opened",     "Le fichier s’ouvre",            "son contenu, avec les formats que nous lisons",                 B, _any, _opened),
    Check("safe",       "Aucun programme dangereux",     "son contenu, avec ce que l’antivirus connaît",                  B, _given, _safe),
    Check("small",      "Assez de détails",              "la taille de l’image, avec celle qu’il faut pour lire",         W, _paper, _measured),
    Check("blank",      "La page n’est pas vide",        "ce qui est écrit, avec une feuille blanche",                    W, _paper, _measured),
    Check("blurred",    "L’image est nette",             "la largeur des bords, avec celle d’un texte de 8 points",       W, _paper, _measured),
    Check("dark",       "Il y a assez de lumière",       "la clarté de l’image, avec celle d’une page lisible",           W, _paper, _measured),
    Check("bright",     "Il n’y a pas trop de lumière",  "la part de l’image qui est toute blanche",                      W, _paper, _measured),
    Check("glare",      "Aucun reflet",                  "les taches de lumière, avec le reste du document",              W, _paper, _measured),
    Check("cut",        "Le document est entier",        "ses bords, avec ceux de l’image",                               W, _paper, _measured),
    Check("tilted",     "Le document est droit",         "la direction des lignes, avec l’horizontale",                   T, _paper, _measured),
    Check("grey",       "L’image est en couleur",        "les couleurs, avec celles d’une copie en noir et blanc",        W, _coloured, _measured),
    Check("side_missing", "Les deux côtés sont là",      "ce qui est donné, avec les deux côtés du document",             T, _two_sided, _alone),
    Check("same_side",  "Ce n’est pas l’autre côté",     "l’image, avec celle qui est donnée pour l’autre côté",          W, _two_sided,
          _not_among(lambda seen: seen.other_sides, _SAME_SIDE)),
    Check("same_again", "C’est une nouvelle image",      "l’image, avec celles qu’un agent a refusées ici",               W, _given,
          _not_among(lambda seen: seen.refused, _SAME_AGAIN)),
    Check("twodoc",     "La signature du 2D-Doc est bonne", "le code signé, avec le certificat de qui l’a émis",          W, _reads(reading.CODE), _said, live=True),
    Check("twodoc_known", "L’émetteur du 2D-Doc est connu", "son certificat, avec la liste de confiance",                 T, _reads(reading.CODE), _said, live=True),
    Check("mrz",        "La zone de lecture est sûre",   "deux lectures, les chiffres de contrôle et la grammaire",       T, _reads(reading.ZONE), _said, live=True),
    Check("names",      "Le nom est le bon",             "le nom lu, avec celui de la demande",                           W, _BY_CODE_OR_ZONE, _said, live=True),
    Check("birth",      "La date de naissance est la bonne", "la date lue, avec celle de la demande",                     W, _BY_CODE_OR_ZONE, _said, live=True),
    Check("address",    "L’adresse est la bonne",        "l’adresse lue, avec celle de la demande",                       W, _reads(reading.CODE), _said, live=True),
    Check("age",        "Le document est assez récent",  "sa date, avec le délai de la loi",                              W, _reads(reading.CODE), _said, live=True),
    Check("end",        "Le document est encore valable", "sa date de fin, avec la date de la demande",                   W, _reads(reading.ZONE), _said, live=True),
    Check("exam",       "L’examen est le bon",           "l’examen du certificat, avec celui de la demande",              W, _reads(reading.CODE), _said, live=True),
    Check("number",     "Le numéro du permis est le bon", "le numéro lu, avec celui de la demande",                       T, _reads(reading.ZONE), _said, live=True),
    Check("photo",      "La photo suit la règle",        "ses mesures, avec celles d’une photo d’identité",               W, _reads(reading.PORTRAIT),
          _judged(reading.PORTRAIT, portrait.judge, sure=True)),
    Check("photo_doubt", "Rien n’est à regarder sur la photo", "ce qui se mesure mal, avec la règle de la photo",         T, _reads(reading.PORTRAIT),
          _judged(reading.PORTRAIT, portrait.judge, sure=False)),
    Check("signed",     "Il y a une signature",          "l’encre, avec une feuille vide",                                B, _reads(reading.SIGNATURE), _not_empty),
    Check("signature",  "La signature est entière et nette", "ses mesures, avec celles d’une signature",                  W, _reads(reading.SIGNATURE),
          _judged(reading.SIGNATURE, signature.judge, sure=True)),
    Check("signature_doubt", "Rien n’est à regarder sur la signature", "ce qui se mesure mal, avec une signature",       T, _reads(reading.SIGNATURE),
          _judged(reading.SIGNATURE, signature.judge, sure=False)),
)  # fmt: skip
BY_CODE: dict[str, Check] = {check.code: check for check in CHECKS}
LIVE = frozenset(check.code for check in CHECKS if check.live)


def run(seen: Seen) -> list[Result]:
    """Every check that runs for this piece, in the order of the table."""
    found: list[Result] = []
    for check in CHECKS:
        if check.runs_for(seen.piece, seen.side, seen.drawn):
            said = check.look(check, seen)
            found += said if isinstance(said, list) else [said]
    return found


def run_live(piece: Piece, side: str, beside: Beside) -> list[Result]:
    """Those that compare with answers, on the answers as they are now."""
    seen = Seen(piece, side, (), beside=beside)
    found: list[Result] = []
    for check in CHECKS:
        if check.live and check.runs_for(piece, side, False):
            found += _said(check, seen)
    return found


def failed(results: Sequence[Result], consequence: Consequence) -> list[Result]:
    """Those that failed, and whose failure means this."""
    return [r for r in results if r.outcome is Outcome.FAULT and BY_CODE[r.code].fails is consequence]


def said_now(found: list[dict[str, Any]], *, alone: bool) -> None:
    """Says again the one check that changes with what is given next: whether the other side is there."""
    for one in found:
        if one["code"] == "side_missing":
            one["outcome"] = (Outcome.FAULT if alone else Outcome.OK).value
            one["sentence"] = SIDE_MISSING if alone else ""


def shown(kept: Mapping[str, Any], live: Sequence[Result] | None = None) -> list[dict[str, Any]]:
    """The results that are kept with an upload, in words: what `_checks.html` reads.

    `live`: what the comparisons with the answers say now, in the place of what they said when the file came.
    """
    found = []
    results = list(kept.get("results", ()))
    if live is not None:
        results = [one for one in results if one["code"] not in LIVE] + [one.as_json() for one in live]
    for said in results:
        check = BY_CODE.get(said["code"])
        if check is None:  # a check of an earlier version of the table
            continue
        found.append(
            {
                "code": check.code,
                "label": check.label,
                "compares": check.compares,
                "outcome": said["outcome"],
                "value": said["value"],
                "sentence": said["sentence"],
                "page": said["page"],
                "consequence": check.fails.label,
                "fails": check.fails.value,
                "live": check.live,
            }
        )
    return found
