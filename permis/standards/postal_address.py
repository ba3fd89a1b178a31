"""Postal addresses of France as NF Z10-011 wants them: six lines of 38 signs, capitals at the end, nothing cut.

What is not modelled: business addresses, foreign addresses (a seventh line with the country), and the reduction
of the words of a street one by one: when the abbreviations of the standard are not enough, the person chooses.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LINES = 6
WIDTH = 38
STREET = 32  # the name of a street (without its number) is abbreviated only above this

# Street types of the standard's own list; others are reduced to their first four letters, at the very end.
TYPES = {
    "ALLEE": "ALL",
    "ALLEES": "ALL",
    "AVENUE": "AV",
    "BOULEVARD": "BD",
    "CENTRE COMMERCIAL": "CCAL",
    "CENTRE": "CTRE",
    "IMMEUBLE": "IMM",
    "IMPASSE": "IMP",
    "LIEU DIT": "LD",
    "LOTISSEMENT": "LOT",
    "PASSAGE": "PAS",
    "PLACE": "PL",
    "RESIDENCE": "RES",
    "ROND POINT": "RPT",
    "ROUTE": "RTE",
    "SQUARE": "SQ",
    "VILLAGE": "VLGE",
    "ZONE D ACTIVITE": "ZA",
    "ZONE INDUSTRIELLE": "ZI",
    "ZONE D AMENAGEMENT CONCERTE": "ZAC",
    "ZONE D AMENAGEMENT DIFFERE": "ZAD",
}
FOUR_LETTERS = frozenset({"CHEMIN", "CHAUSSEE", "ESPLANADE", "PROMENADE", "SENTIER", "TRAVERSE", "FAUBOURG"})
TITLES = {
    "ABBE": "ABE",
    "ADJUDANT": "ADJ",
    "AMIRAL": "AL",
    "CAPITAINE": "CNE",
    "CARDINAL": "CAL",
    "COLONEL": "CNL",
    "COMMANDANT": "CDT",
    "DOCTEUR": "DR",
    "GENERAL": "GAL",
    "LIEUTENANT": "LT",
    "MADAME": "MME",
    "MADEMOISELLE": "MLLE",
    "MARECHAL": "MAL",
    "MONSEIGNEUR": "MGR",
    "MONSIEUR": "M",
    "PRESIDENT": "PDT",
    "PROFESSEUR": "PR",
    "SAINT": "ST",
    "SAINTE": "STE",
    "SERGENT": "SGT",
}
# Given names that many streets bear. A name that is not here stays whole: better long than another street.
GIVEN = frozenset(
    [
        "ALBERT",
        "ALEXANDRE",
        "ALFRED",
        "ANATOLE",
        "ANDRE",
        "ANTOINE",
        "ARISTIDE",
        "AUGUSTE",
        "BENJAMIN",
        "CAMILLE",
        "CHARLES",
        "CLAUDE",
        "DENIS",
        "EDOUARD",
        "EMILE",
        "ETIENNE",
        "EUGENE",
        "FELIX",
        "FERDINAND",
        "FRANCOIS",
        "FREDERIC",
        "GABRIEL",
        "GASTON",
        "GEORGES",
        "GUSTAVE",
        "HENRI",
        "HONORE",
        "HUBERT",
        "JACQUES",
        "JEAN",
        "JOSEPH",
        "JULES",
        "LEON",
        "LEOPOLD",
        "LOUIS",
        "LOUISE",
        "LUCIEN",
        "MARCEL",
        "MARGUERITE",
        "MARIE",
        "MAURICE",
        "MAX",
        "MICHEL",
        "NICOLAS",
        "OLYMPE",
        "PAUL",
        "PHILIPPE",
        "PIERRE",
        "RAYMOND",
        "RENE",
        "ROBERT",
        "ROGER",
        "ROMAIN",
        "SIMONE",
        "THEODORE",
        "VICTOR",
        "VINCENT",
    ]
)
NUMBER = re.compile(r"^(\d{1,4})(?:/\d{1,4})*((?: (?:BIS|TER|QUATER|QUINQUIES|[A-Z])(?= ))?) (?=.)")
GLUED = re.compile(r"^(\d{1,4})(BIS|TER|QUATER|[A-Z])\b")

# What each line is for, and what a person can do when it is too long.
ADVICE = {
    "extra": "Gardez l’essentiel : appartement, étage, bâtiment.",
    "box": "Écrivez seulement le nom qui est sur la boîte.",
    "street": "Abrégez un prénom du nom de la rue, ou écrivez le bâtiment dans la case de l’appartement.",
    "place": "Gardez seulement le lieu-dit ou la boîte postale.",
    "town": "Écrivez la commune seule, sans la région ni le pays.",
}
NAMES = {
    "extra": "de l’appartement, de l’étage ou du bâtiment",
    "box": "du nom sur la boîte aux lettres",
    "street": "du numéro et de la rue",
    "place": "du lieu-dit ou de la boîte postale",
    "town": "du code postal et de la commune",
}


@dataclass(frozen=True)
class Address:
    """One address as it was typed; any part may be empty."""

    given_names: str = ""
    name: str = ""
    box: str = ""
    extra: str = ""
    street: str = ""
    place: str = ""
    postcode: str = ""
    town: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the envelope and the part of the address that it comes from."""

    part: str
    text: str

    @property
    def excess(self) -> int:
        """How many signs do not fit."""
        return max(0, len(self.text) - WIDTH)


def without_accents(text: str) -> str:
    """The text with plain Latin letters: é → e, œ → oe. Letters of other scripts stay as they are."""
    text = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    text = text.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L").replace("ß", "ss")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def capitals(text: str) -> str:
    """As lines 4 to 6 want it: capitals, digits and single spaces, neither accents nor punctuation."""
    upper = without_accents(text).upper()
    return " ".join("".join(c if c.isalnum() else " " for c in upper).split())


def name_line(given_names: str, name: str) -> str:
    """The name of the person within 38 signs: whole, else one given name, else its initial, else cut at the end."""
    given = given_names.split()
    tries = [given, given[:1], [given[0][0]] if given else []]
    for kept in tries:
        line = " ".join([*kept, name]).strip()
        if len(line) <= WIDTH:
            return line
    return name[:WIDTH].rstrip()


def box_line(box: str, whole_name: str) -> str:
    """« chez … » when the name on the box is another; without the word when the line would be too long."""
    if not box.strip() or box.lower() in whole_name.lower():
        return ""
    line = box if re.match(r"(chez|c/o)\b", box, re.I) else f"chez {box}"
    return line if len(line) <= WIDTH else box


def street_line(street: str) -> str:
    """Number and street, in capitals; abbreviated in the order of the standard only if the name is over 32.

    The line may still be longer than 38: nothing that tells one street from another is dropped.
    """
    upper = without_accents(street).upper()
    upper = GLUED.sub(r"\1 \2", " ".join(re.sub(r"[^\w/]|_", " ", upper).split()))
    found = NUMBER.match(upper)
    number = f"{found[1]}{found[2]} " if found else ""
    label = capitals(upper[found.end() :] if found else upper)
    for shorten in (_type, _titles, _given_names, _articles, _rare_type):
        if len(label) <= STREET and len(number + label) <= WIDTH:
            break
        label = shorten(label)
    return number + label


def _type(label: str) -> str:
    for words in sorted(TYPES, key=len, reverse=True):
        if label.startswith(f"{words} "):
            return TYPES[words] + label[len(words) :]
    return label


def _titles(label: str) -> str:
    *words, last = label.split()
    return " ".join([*(TITLES.get(word, word) for word in words), last])


def _given_names(label: str) -> str:
    # Never the first word (the type of the street) nor the last (the name it is known by).
    words = label.split()
    return " ".join(
        word[0] if 0 < rank < len(words) - 1 and word in GIVEN else word for rank, word in enumerate(words)
    )


def _articles(label: str) -> str:
    # The article after the type of the street; the particle of a name (DE LATTRE) stays.
    return re.sub(r"^(\S+) (?:DE LA|DE L|DES|DU|LES|LE|LA|L) (?=\S)", r"\1 ", label)


def _rare_type(label: str) -> str:
    first, _, rest = label.partition(" ")
    return f"{first[:4]} {rest}" if first in FOUR_LETTERS and rest else label


def lines(address: Address) -> tuple[Line, ...]:
    """The lines of the envelope, empty ones dropped: at most six. A line may be too long: see `too_long`."""
    name = name_line(address.given_names, address.name)
    whole_name = f"{address.given_names} {address.name}".strip()
    made = (
        Line("name", name),
        Line("box", box_line(address.box, whole_name)),
        Line("extra", address.extra),
        Line("street", street_line(address.street)),
        Line("place", capitals(address.place)),
        Line("town", capitals(f"{address.postcode} {address.town}")),
    )
    return tuple(line for line in made if line.text.strip())


def too_long(address: Address) -> dict[str, str]:
    """The French sentence for each part whose line does not fit: which line, by how much, what to do."""
    return {
        line.part: f"La ligne {NAMES[line.part]} a {len(line.text)} caractères, et une enveloppe en prend {WIDTH} : "
        f"il y en a {line.excess} de trop. {ADVICE[line.part]}"
        for line in lines(address)
        if line.excess
    }
