"""The table of checks: which run for which piece, what each compares, and what its failure means.

A machine never refuses a readable file alone: what it can measure is told at once, the person may keep the file
once they have read it, and the agent sees both. Only what cannot be opened, or is dangerous, is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece
from permis.vision import page as pictures


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
    look: Callable[[Check, Seen], Result]


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
)  # fmt: skip
BY_CODE: dict[str, Check] = {check.code: check for check in CHECKS}


def run(seen: Seen) -> list[Result]:
    """Every check that runs for this piece, in the order of the table."""
    return [check.look(check, seen) for check in CHECKS if check.runs_for(seen.piece, seen.side, seen.drawn)]


def failed(results: Sequence[Result], consequence: Consequence) -> list[Result]:
    """Those that failed, and whose failure means this."""
    return [r for r in results if r.outcome is Outcome.FAULT and BY_CODE[r.code].fails is consequence]


def said_now(found: list[dict[str, Any]], *, alone: bool) -> None:
    """Says again the one check that changes with what is given next: whether the other side is there."""
    for one in found:
        if one["code"] == "side_missing":
            one["outcome"] = (Outcome.FAULT if alone else Outcome.OK).value
            one["sentence"] = SIDE_MISSING if alone else ""


def shown(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results that are kept with an upload, in words: what `_checks.html` reads."""
    found = []
    for said in kept.get("results", ()):
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
            }
        )
    return found
