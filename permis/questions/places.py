"""Countries, departments and communes, from the lists shipped beside; communes are read when first asked for."""

from __future__ import annotations

import difflib
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from permis.standards.postal_address import without_accents

_DATA = Path(__file__).parent / "data"
MOST = 8  # suggestions at a time
NAMED = 6  # communes named in an error


def _pairs(name: str) -> tuple[tuple[str, str], ...]:
    rows = (line.split(";", 1) for line in (_DATA / name).read_text("utf-8").splitlines() if line)
    return tuple((code, label) for code, label in rows)


_ALL = _pairs("countries.csv")
COUNTRY_NAMES: dict[str, str] = dict(_ALL)
COUNTRIES: tuple[tuple[str, str], ...] = (
    ("FR", COUNTRY_NAMES["FR"]),
    *(pair for pair in _ALL if pair[0] != "FR"),
)
# Codes that ISO 3166 gives to parts of France: whoever was born there was born in France, and is French.
FRENCH_LANDS = frozenset({"BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"})
DEPARTMENTS: dict[str, str] = dict(_pairs("departments.csv"))
# Departments that are no more: a paper may still name them as the place of a birth.
GONE = frozenset({"20"})
ARTICLE = re.compile(r"^(?:LA|LE|LES|L) ")  # « (Réunion) » is said as well as « (La Réunion) »
ROUND_TOWNS = {"PARIS": "75", "LYON": "69", "MARSEILLE": "13"}  # births are registered by arrondissement
CEDEX = re.compile(r"^(?P<town>.*\S) CEDEX(?P<n> \d{1,2})?$")
ARRONDISSEMENT = re.compile(
    r"^(?P<town>PARIS|LYON|MARSEILLE) (?P<n>\d{1,2}|[XVI]{1,5}) ?(?:ER?|E?ME)?(?: ARR(?:ONDISSEMENT)?)?$"
)
ROMAN = {
    roman: n
    for n, roman in enumerate(
        [
            "I",
            "II",
            "III",
            "IV",
            "V",
            "VI",
            "VII",
            "VIII",
            "IX",
            "X",
            "XI",
            "XII",
            "XIII",
            "XIV",
            "XV",
            "XVI",
            "XVII",
            "XVIII",
            "XIX",
            "XX",
        ],
        1,
    )
}


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, a municipal arrondissement, or a commune that has merged."""

    code: str  # INSEE
    postcodes: tuple[str, ...]
    kind: str  # C: a commune of today; A: an arrondissement; O: a commune that has merged
    name: str

    @property
    def department(self) -> str:
        """The code of its department or collectivity."""
        return self.code[:3] if self.code[:2] in {"97", "98"} else self.code[:2]

    @property
    def label(self) -> str:
        """The name that tells it from the others: Saint-Denis (93)."""
        return f"{self.name} ({self.department})"


def fold(text: str) -> str:
    """The spelling that two ways of writing the same commune share: « St-Étienne » is « Saint Etienne ».

    The data file holds the names folded by this same function (tools/places.py): a test keeps them equal.
    """
    text = re.sub(r"(?i)\bs/ *", "sur ", without_accents(text)).upper()
    words = re.sub(r"[^A-Z0-9]+", " ", text).split()
    return " ".join({"SAINT": "ST", "SAINTE": "STE"}.get(word, word) for word in words)


@cache
def _atlas() -> bytes:
    """Every commune, one a line, kept as one text that is searched: an index of it would take ten times more."""
    return b"\n" + lzma.decompress((_DATA / "communes.csv.xz").read_bytes())


def _found(pattern: bytes) -> Iterator[Place]:
    """The places whose line has this, the most inhabited first. The pattern begins at the start of a line."""
    text = _atlas()
    for match in re.finditer(rb"\n" + pattern, text):
        start = match.start() + 1
        code, postcodes, kind, _, name = text[start : text.index(b"\n", start)].decode().split(";")
        yield Place(code, tuple(postcodes.split()), kind, name)


def communes_of(postcode: str, kinds: str = "C") -> list[Place]:
    """The places that have this postcode of five digits, the most inhabited first."""
    if not re.fullmatch(r"\d{5}", postcode, re.ASCII):
        return []
    pattern = rb"[^;\n]+;[0-9 ]*\b%b\b[0-9 ]*;[%b];" % (postcode.encode(), kinds.encode())
    return list(_found(pattern))


def named(text: str, kinds: str = "CAO") -> list[Place]:
    """The places that bear this name, however it is spelt, the most inhabited first."""
    name = fold(text)
    return list(_found(rb"[^;\n]+;[^;]*;[%b];%b;" % (kinds.encode(), re.escape(name.encode()))))


# Where somebody lives ------------------------------------------------------------------------------------------
def cedex(town: str) -> str:
    """The town line of a CEDEX, « Rennes CEDEX 7 »; empty when it is none."""
    match = CEDEX.match(fold(town))
    if not match:
        return ""
    words = re.split(r"(?i)[\s-]+cedex", town)[0].strip()
    return f"{words} CEDEX{match['n'] or ''}"


def town_of(town: str, postcode: str) -> str | None:
    """The official name of the commune that has this name and this postcode; None when there is none."""
    name = fold(town)
    if match := ARRONDISSEMENT.match(name):
        name = match["town"]
    there = communes_of(postcode, "CO")
    return next(
        (place.name for kind in "CO" for place in there if place.kind == kind and fold(place.name) == name),
        None,
    )


def wrong_town(town: str, postcode: str) -> tuple[str, str]:
    """("postcode" or "town", the French sentence) for a pair that `town_of` does not know."""
    there = communes_of(postcode)
    if not there:
        return "postcode", f"Aucune commune n’a le code postal {postcode}. Vérifiez les 5 chiffres."
    names = [place.name for place in there]
    if len(names) == 1:
        return "town", (
            f"{postcode} est le code postal de : {names[0]}. Choisissez-la, ou vérifiez le code postal."
        )
    near = difflib.get_close_matches(town, names, NAMED, 0.5)
    shown = [*near, *(name for name in names if name not in near)][:NAMED]
    rest = len(names) - len(shown)
    more = f" et {rest} autre{'s' if rest > 1 else ''}" if rest else ""
    return "town", (
        f"{postcode} est le code postal de : {', '.join(shown)}{more}. "
        "Choisissez la vôtre, ou vérifiez le code postal."
    )


# Where somebody was born in France -----------------------------------------------------------------------------
@dataclass(frozen=True)
class Birth:
    """What became of a birth place: the text to keep and its INSEE code, or the sentence of what to do."""

    text: str = ""
    code: str = ""
    error: str = ""


def department_named(text: str) -> str:
    """The code of a department told by its code or its name; empty when there is none."""
    code = text.strip().upper()
    if re.fullmatch(r"\d", code, re.ASCII):
        code = f"0{code}"
    if code in DEPARTMENTS or code in GONE:
        return code
    bare = ARTICLE.sub("", fold(text))
    return next((c for c, name in DEPARTMENTS.items() if ARTICLE.sub("", fold(name)) == bare), "")


def birth_place(text: str) -> Birth:
    """The commune of France that was typed as a place of birth, made official, or why it is not clear."""
    text = text.strip()
    if re.fullmatch(r"\d[\dABab]\d{3}", text, re.ASCII):
        return _by_code(text.upper())
    name, department = text, ""
    if match := re.fullmatch(r"(.*\S)\s*\(([^()]+)\)\s*", text):
        department = department_named(match[2])
        name = match[1] if department else text
    if round_town := _arrondissement(name, department):
        return round_town
    there = named(name, "CO")
    if department:
        there = [place for place in there if place.department == department]
        if not there:
            # It has merged, changed its name or its department: the paper is right, whatever our list says.
            return Birth(f"{name} ({department})")
    if not there:
        return Birth(error=_not_found(name))
    labels = {place.label for place in there}
    if len(labels) > 1:
        return Birth(error=_which(name, there))
    today = [place for place in there if place.kind == "C"] or there
    return Birth(today[0].label, today[0].code if len(today) == 1 else "")


def birth_code(text: str) -> str:
    """The INSEE code of a place of birth as it is kept, « Rennes (35) »; empty when our list has none."""
    return birth_place(text).code


def _by_code(code: str) -> Birth:
    places = list(_found(rb"%b;" % code.encode()))
    if not places:
        return Birth(error=f"Nous ne connaissons pas de commune de code {code}. Écrivez plutôt son nom.")
    if places[0].name.upper() in ROUND_TOWNS:
        return _arrondissement(places[0].name, "") or Birth()
    return Birth(places[0].label, code)


def _arrondissement(name: str, department: str) -> Birth | None:
    """Paris, Lyon and Marseille: with an arrondissement, or with the department when the paper tells none."""
    folded = fold(name)
    match = ARRONDISSEMENT.match(folded)
    town = match["town"] if match else folded
    if town not in ROUND_TOWNS or (department and department != ROUND_TOWNS[town]):
        return None
    said = town.capitalize()
    places = list(_found(rb"[^;\n]+;[^;]*;A;%b " % town.encode()))
    if match:
        rank = int(match["n"]) if match["n"].isdigit() else ROMAN.get(match["n"], 0)
        if not 1 <= rank <= len(places):
            return Birth(error=f"{said} a {len(places)} arrondissements. Vérifiez le numéro.")
        place = sorted(places, key=lambda p: p.code)[rank - 1]
        return Birth(place.label, place.code)
    commune = next(p for p in named(town, "C") if p.department == ROUND_TOWNS[town])
    if department:
        return Birth(commune.label, commune.code)
    return Birth(
        error=f"Ajoutez l’arrondissement. Exemple : {said} 3e. Si les papiers ne le disent pas, écrivez "
        f"« {commune.label} »."
    )


def _which(name: str, there: list[Place]) -> str:
    labels = list(dict.fromkeys(place.label for place in there))
    shown = [f"« {label} »" for label in labels[: 2 * NAMED]]
    more = "… Précisez le département entre parenthèses." if len(labels) > len(shown) else "."
    return f"Plusieurs communes s’appellent {there[0].name}. Écrivez la vôtre comme ceci : {', '.join(shown)}{more}"


def _not_found(name: str) -> str:
    near = _near(name)
    like = f" Peut-être : {', '.join(f'« {label} »' for label in near)}." if near else ""
    return (
        f"Nous ne trouvons pas cette commune en France. Vérifiez l’orthographe.{like} Si elle a changé de nom ou "
        "n’existe plus, ajoutez son département entre parenthèses, comme dans « Rennes (35) »."
    )


def _near(name: str) -> list[str]:
    """Up to three communes of today whose name looks like this one and begins with the same letter."""
    folded = fold(name)
    if not folded:
        return []
    size = len(folded)
    shape = b"[^;\n]{%d,%d}" % (max(0, size - 3), size + 1)
    places = _found(rb"[^;\n]+;[^;]*;C;%b%b;" % (re.escape(folded[:1].encode()), shape))
    by_name: dict[str, str] = {}
    for place in places:
        by_name.setdefault(fold(place.name), place.label)
    return [by_name[found] for found in difflib.get_close_matches(folded, by_name, 3, 0.8)]


# Suggestions ---------------------------------------------------------------------------------------------------
def suggest(text: str, postcode: str = "", *, birth: bool = False) -> list[Place]:
    """At most 8 places for what was typed so far, the likeliest first; `birth` offers arrondissements and old communes."""
    name = re.escape(fold(text)[:60].encode())
    kinds = b"CAO" if birth else b"C"
    if re.fullmatch(r"\d{5}", postcode, re.ASCII):
        there = rb"[0-9 ]*\b%b\b[0-9 ]*" % postcode.encode()
    elif len(name) < 2:
        return []
    else:
        there = rb"[^;]*"
    found: dict[str, Place] = {}
    for start in (name, rb"[^;\n]* " + name):  # beginning so, then holding a word that does
        for place in _found(rb"[^;\n]+;%b;[%b];%b" % (there, kinds, start)):
            if not (birth and place.kind == "C" and place.name.upper() in ROUND_TOWNS):
                found.setdefault(place.label, place)
            if len(found) == MOST:
                return list(found.values())
    return list(found.values())
