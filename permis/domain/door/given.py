"""Reads what is asked: a JSON object that nobody believes, made a situation or refused with one French sentence."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from permis.domain.exploring import Aside
from permis.domain.lands import COUNTRIES, DEPARTMENTS
from permis.domain.situation import Situation, deduced, under_ban
from permis.domain.vocabulary import (
    AddressMode,
    Category,
    CivilStatusReason,
    ErrorKind,
    Filer,
    LearningMode,
    Motive,
    Piece,
    Reason,
)

LIMIT = 262_144  # bytes: a hundred times what a whole situation takes
DEEPEST = 8  # nested lists and objects; a situation needs two
FIRST_YEAR, LAST_YEAR = 1900, 2100
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
OTHER_NAMES = {"UK": "GB"}
# Answered without a request: the reason is R19 where somebody may believe that a new card is due.
ASIDES: dict[Aside, Reason | None] = {Aside.ADR: Reason.R19, Aside.NOM_MARIAGE: Reason.R19, Aside.PHOTO: None}


class Wrong(ValueError):
    """The input is no situation: `field` is the key at fault (empty: the whole), `sentence` says what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


class TooBig(Wrong):
    """The input is far longer than any situation."""


# ── Reading JSON, without believing any of it ──────────────────────────────────────────────────────────────


class _Number:
    """A number as it was written. No key of a situation is a number, so it is never worked out."""

    def __init__(self, _written: str) -> None:
        pass


def _shown(text: str) -> str:
    """A key as it may be repeated in a sentence: short, on one line, without half characters."""
    clean = "".join(c if c.isprintable() else "?" for c in text[:60])
    return clean if len(text) <= 60 else f"{clean[:40]}…"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Wrong(_shown(key), f"« {_shown(key)} » est donné deux fois : gardez une seule valeur.")
        found[key] = value
    return found


# Possessive, and a string that never ends is one token: the time grows with the length, not with its square.
_TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[][{}]', re.DOTALL)


def _too_deep(text: str) -> str | None:
    """The key whose value holds too many lists in lists; None when all is well (the text may still be no JSON)."""
    depth, key = 0, ""
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "[{":
            depth += 1
            if depth > DEEPEST:
                return key
        elif word in "]}":
            depth -= 1
        elif depth == 1:
            key = word[1:-1]
    return None


def parse(raw: bytes) -> dict[str, Any]:
    """The JSON object that these bytes hold; numbers are kept as they were written. Raises `Wrong`."""
    if len(raw) > LIMIT:
        raise TooBig("", f"L’entrée dépasse {LIMIT // 1024} Ko : envoyez un seul objet JSON, sans fichier.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong("", "L’entrée n’est pas du texte en UTF-8 : envoyez un objet JSON en UTF-8.") from None
    if not text.strip():
        raise Wrong("", "L’entrée est vide : envoyez un objet JSON avec « motive » et « birth_date ».")
    deep = _too_deep(text)
    if deep is not None:
        what = f"« {_shown(deep)} »" if deep else "L’entrée"
        raise Wrong(_shown(deep), f"{what} contient trop de listes les unes dans les autres : retirez-les.")
    try:
        found = json.loads(
            text, object_pairs_hook=_pairs, parse_int=_Number, parse_float=_Number, parse_constant=_Number
        )
    except json.JSONDecodeError as error:
        raise Wrong(
            "", f"L’entrée n’est pas du JSON lisible à la ligne {error.lineno}, colonne {error.colno}."
        ) from None
    if not isinstance(found, dict):
        raise Wrong("", "L’entrée doit être un objet JSON, avec « motive » et « birth_date ».")
    return found


# ── The keys: what each one takes ──────────────────────────────────────────────────────────────────────────

Reader = Callable[[str, Any], Any]


@dataclass(frozen=True)
class Key:
    """One key of the input: how it is read, what null means (`nothing`; without it null is refused), its words."""

    reads: Reader
    says: str
    schema: Mapping[str, Any]
    null: bool = True
    nothing: Any = None


def _refuse(name: str, hint: str) -> Wrong:
    return Wrong(name, f"« {name} » {hint}.")


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)


def day(name: str, value: Any) -> dt.date:
    """The date that the value writes. Raises `Wrong` with this name."""
    hint = f"doit être une date comme 2026-03-14, entre {FIRST_YEAR} et {LAST_YEAR}"
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise _refuse(name, hint)
    try:
        found = dt.date.fromisoformat(value)
    except ValueError:
        raise _refuse(name, "est une date qui n’existe pas dans le calendrier : corrigez-la") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise _refuse(name, hint)
    return found


def _bool(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refuse(name, "doit être true ou false, sans guillemets")
    return value


def _one_of(kind: type[StrEnum]) -> Reader:
    codes = tuple(member.value for member in kind)

    def read(name: str, value: Any) -> StrEnum:
        if not isinstance(value, str) or value not in codes:
            raise _refuse(name, f"doit être l’un de ces codes : {_listed(codes)}")
        return kind(value)

    return read


def _several_of(kind: type[StrEnum]) -> Reader:
    codes = tuple(member.value for member in kind)

    def read(name: str, value: Any) -> frozenset[StrEnum]:
        if not isinstance(value, list):
            raise _refuse(name, f'doit être une liste, comme ["{codes[0]}"]')
        if not all(isinstance(code, str) and code in codes for code in value):
            raise _refuse(name, f"ne doit contenir que ces codes : {_listed(codes)}")
        return frozenset(kind(code) for code in value)

    return read


def _country(name: str, value: Any) -> str:
    code = OTHER_NAMES.get(value, value) if isinstance(value, str) else None
    if code not in COUNTRIES:
        raise _refuse(name, "doit être un code de pays de deux lettres majuscules (ISO 3166), comme FR")
    return str(code)


def _department(name: str, value: Any) -> str:
    if not isinstance(value, str) or value not in DEPARTMENTS:
        raise _refuse(name, "doit être un numéro de département entre guillemets, comme 35, 2A ou 973")
    return value


def _ends(name: str, value: Any) -> dict[Category, dt.date]:
    codes = tuple(member.value for member in Category)
    if not isinstance(value, dict):
        raise _refuse(name, 'doit être un objet qui donne une date par catégorie, comme {"C": "2027-01-15"}')
    if not all(code in codes for code in value):
        raise _refuse(name, f"ne doit nommer que ces catégories : {_listed(codes)}")
    return {Category(code): day(name, ends_on) for code, ends_on in value.items() if ends_on is not None}


def _motive(name: str, value: Any) -> Motive | Aside:
    codes = (*(m.value for m in Motive), *(a.value for a in ASIDES))
    if not isinstance(value, str) or value not in codes:
        raise _refuse(name, f"doit être l’un de ces motifs : {_listed(codes)}")
    return Motive(value) if value in set(Motive) else Aside(value)


_DATE = {"type": "string", "format": "date", "pattern": f"^{DAY.pattern}$"}


def _day(says: str, **more: Any) -> Key:
    return Key(day, says, _DATE, **more)


def _flag(says: str) -> Key:
    return Key(_bool, says, {"type": "boolean"}, nothing=False)


def _code(kind: type[StrEnum], says: str, **more: Any) -> Key:
    return Key(_one_of(kind), says, {"type": "string", "enum": [m.value for m in kind]}, **more)


def _codes(kind: type[StrEnum], says: str) -> Key:
    items = {"type": "string", "enum": [m.value for m in kind]}
    return Key(_several_of(kind), says, {"type": "array", "items": items}, nothing=frozenset())


def _land(says: str) -> Key:
    return Key(_country, says, {"type": "string", "pattern": "^[A-Z]{2}$"})


KEYS: dict[str, Key] = {
    "motive": Key(
        _motive,
        "Motif de la demande",
        {"type": "string", "enum": [*(m.value for m in Motive), *(a.value for a in ASIDES)]},
        null=False,
    ),
    "birth_date": _day("Date de naissance", null=False),
    "nationality": _land("Nationalité (ISO 3166, deux lettres) ; null : apatride"),
    "submitted_on": _day("Jour de la demande ; aujourd’hui à Paris s’il manque", null=False),
    "categories": _codes(Category, "Catégories sur lesquelles porte la demande"),
    "held_categories": _codes(Category, "Catégories du permis actuel"),
    "learning_mode": _code(LearningMode, "Mode d’apprentissage", null=False),
    "exam_on": _day("Date de l’épreuve pratique"),
    "theory_exam_on": _day("Date de l’épreuve théorique"),
    "theory_only": _flag("Retour au permis sans épreuve pratique"),
    "course_on": _day("Date de la fin de la formation"),
    "address": _code(AddressMode, "Logement", null=False),
    "department": Key(
        _department, "Département de résidence", {"type": "string", "enum": sorted(DEPARTMENTS)}, nothing=""
    ),
    "guardianship": _flag("Sous tutelle"),
    "filer": _code(Filer, "Qui fait la demande", null=False),
    "resident_since": _day("Début de la résidence en France"),
    "student": _flag("Titre de séjour d’étudiant"),
    "stay_started_on": _day("Remise du premier titre de séjour, ou validation du visa de long séjour"),
    "licence_country": _land("Pays qui a donné le permis (ISO 3166, deux lettres)"),
    "licence_obtained_on": _day("Date d’obtention du permis étranger"),
    "licence_lost": _flag("Permis étranger perdu ou volé"),
    "licence_expires_on": _day("Fin de validité du permis étranger"),
    "category_ends_on": Key(
        _ends,
        "Fin de validité de chaque catégorie du permis actuel",
        {
            "type": "object",
            "propertyNames": {"enum": [c.value for c in Category]},
            "additionalProperties": {
                "type": ["string", "null"],
                "format": "date",
                "pattern": f"^{DAY.pattern}$",
            },
        },
        nothing={},
    ),
    "medical_opinion_on": _day("Date de l’avis médical"),
    "medical_flag": _flag("Problème de santé à signaler"),
    "lost_on": _day("Date de la perte"),
    "theft_receipt_on": _day("Date du récépissé de déclaration de vol ; null : pas de récépissé"),
    "civil_status_reason": _code(CivilStatusReason, "Ce qui a changé dans l’état civil"),
    "error_kind": _code(ErrorKind, "Ce qui est faux sur la carte"),
    "ban_starts_on": _day("Début de l’interdiction de conduire"),
    "ban_ends_on": _day("Fin de l’interdiction de conduire"),
    "licence_surrendered_on": _day("Remise du permis à l’administration"),
    "licence_first_issued_on": _day("Première délivrance du permis"),
    "sanction": _flag("Suspension ou annulation en cours"),
    "already_given": _codes(Piece, "Documents déjà donnés à l’inscription"),
    "a2_obtained_on": _day("Date d’obtention de la catégorie A2"),
    "received_on": _day("Réception de la carte"),
    "needed_on": _day("Jour du départ, pour le permis international"),
}
COMPULSORY = ("motive", "birth_date")
# Days that are over when somebody asks: after the day of the request they contradict it.
PAST = (
    "lost_on",
    "theft_receipt_on",
    "received_on",
    "licence_obtained_on",
    "licence_first_issued_on",
    "licence_surrendered_on",
    "resident_since",
    "stay_started_on",
)
# The motives that follow an exam.
PASSED = frozenset({Motive.REU, Motive.REU_EXT, Motive.REU_RET})


@dataclass(frozen=True)
class Asked:
    """What the input asks, of whom and for which day; `aside`: it needs no request at all."""

    on: dt.date
    situation: Situation
    aside: Aside | None = None


def read(given: Mapping[str, Any], today: dt.date, *, presume: bool = True) -> Asked:
    """The question that this object of facts asks on that day. Raises `Wrong`: unknown key, code, date, contradiction."""
    for name in given:
        if name not in KEYS:
            raise Wrong(_shown(name), _no_such_key(name))
    for name in COMPULSORY:
        if name not in given:
            raise Wrong(name, f"Il manque « {name} » : {KEYS[name].says.lower()}.")
    known: dict[str, Any] = {"submitted_on": today}
    for name, key in KEYS.items():
        if name not in given:
            continue
        if given[name] is not None:
            known[name] = key.reads(name, given[name])
        elif key.null:
            known[name] = key.nothing
        else:
            raise _refuse(name, "ne peut pas être null : donnez une valeur, ou retirez cette clé")
    _consistent(known)
    known |= deduced(known)
    aside = known.pop("motive") if isinstance(known["motive"], Aside) else None
    return Asked(known["submitted_on"], Situation(presume=presume, **known), aside)


def _no_such_key(name: str) -> str:
    # Only somebody who misspelt needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(name[:60], KEYS, n=1)
    hint = f"vouliez-vous dire « {close[0]} » ?" if close else "retirez-la, ou voyez la liste des clés."
    return f"La clé « {_shown(name)} » n’existe pas : {hint}"


def _consistent(known: Mapping[str, Any]) -> None:
    """Raises `Wrong` for two facts that cannot both be true."""
    born, filed = known["birth_date"], known["submitted_on"]
    if born > filed:
        raise _refuse("birth_date", "est après le jour de la demande : corrigez l’une des deux dates")
    for name, value in known.items():
        if isinstance(value, dt.date) and value < born:
            raise _refuse(name, "est avant la naissance : corrigez l’une des deux dates")
        if name in PAST and value is not None and value > filed:
            raise _refuse(name, "est après le jour de la demande : corrigez l’une des deux dates")
    leaves = known.get("needed_on")
    if known["motive"] is Motive.PCI and leaves is not None and leaves < filed:
        raise _refuse("needed_on", "est avant le jour de la demande : corrigez l’une des deux dates")
    for first, last in (("ban_starts_on", "ban_ends_on"), ("licence_obtained_on", "licence_expires_on")):
        start, end = known.get(first), known.get(last)
        if start is not None and end is not None and end < start:
            raise _refuse(last, f"est avant « {first} » : corrigez l’une des deux dates")
    if under_ban(known) and known.get("sanction") is False:
        raise _refuse(
            "sanction",
            "ne peut pas être false pendant l’interdiction que disent ban_starts_on et ban_ends_on",
        )
    if known["motive"] in PASSED and known.get("categories") == frozenset():
        raise _refuse("categories", "ne peut pas être vide : dites la catégorie réussie")
    if known["motive"] is Motive.REU and known.get("held_categories", frozenset()) - {Category.AM}:
        raise _refuse(
            "held_categories",
            "contient plus que AM : pour une nouvelle catégorie, le motif est REU_EXT et non REU",
        )
