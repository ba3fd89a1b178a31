"""Compares what a document says with what a person typed: the same, another, or not to be told, with the words for it.

Codes and readable zones write names in capitals without accents, cut them, and turn hyphens into blanks: names are
folded before they are compared. An answer is never a decision: what differs is shown, and a person looks.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from permis.standards.postal_address import FOUR_LETTERS, TITLES, TYPES


class Answer(StrEnum):
    """What came of a comparison."""

    SAME = "same"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Compared:
    """The answer, and why in French: shown to the person and to the agent."""

    answer: Answer
    words: str


NOTHING_TO_COMPARE = "Rien à comparer : l’un des deux est vide."
# Letters that no decomposition opens, as passports write them (ICAO 9303-3, section 6), and those that people exchange.
_LETTERS = str.maketrans({"ß": "SS", "ẞ": "SS", "æ": "AE", "Æ": "AE", "œ": "OE", "Œ": "OE", "ø": "O", "Ø": "O", "đ": "D",
                          "Đ": "D", "ð": "D", "Ð": "D", "þ": "TH", "Þ": "TH", "ł": "L", "Ł": "L", "ı": "I"})  # fmt: skip
PARTICLES = frozenset({"DE", "DU", "DES", "D", "LE", "LA", "LES", "L", "VON", "VAN", "DER", "DEN", "DI", "DA", "DO", "DOS", "DEL", "EL", "AL", "BEN", "BINT", "ET"})  # fmt: skip
CIVILITIES = frozenset({"M", "MR", "MME", "MLLE", "MONSIEUR", "MADAME", "MADEMOISELLE", "MM"})
# What people and documents put between a name and another: born, married, widow of, usually called.
_LINKS = re.compile(r"\b(NEE?|EPOUSE|EPOUX|EP|EPSE|VEUVE|VVE|DIVORCEE?|USAGE)\b")


def folded(text: str) -> str:
    """Capitals, digits and single blanks: without accents, hyphens, apostrophes or points."""
    opened = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    plain = "".join(sign for sign in opened if not unicodedata.combining(sign)).upper()
    return " ".join(re.findall(r"[A-Z0-9]+", plain))


def _bare(name: str) -> str:
    """A name without its particles and blanks: DE LA TOUR = LATOUR = TOUR. The whole when nothing else would stay."""
    words = name.split()
    kept = [word for word in words if word not in PARTICLES]
    return "".join(kept or words)


def _tight(name: str) -> str:
    return name.replace(" ", "")


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────
def surnames(read: str, typed: Sequence[str], *, longest: int = 0) -> Compared:
    """A surname as read with those that a person typed (of birth, of use): one of them is enough.

    `longest`: how many signs the document has room for; a name that fills them may have been cut.
    """
    seen = folded(_LINKS.sub(" ", folded(read)))
    known = [folded(one) for one in typed if folded(one)]
    if not seen or not known:
        return Compared(Answer.UNKNOWN, NOTHING_TO_COMPARE)
    words = _surname_words(seen, known, longest)
    if words:
        return Compared(Answer.SAME, words)
    if any(set(seen.split()) & set(one.split()) - PARTICLES for one in known):
        return Compared(Answer.UNKNOWN, "Les deux noms ont un mot en commun : une personne doit regarder.")
    return Compared(Answer.DIFFERS, "Le nom du document n’est pas celui de la demande.")


def _surname_words(seen: str, known: Sequence[str], longest: int) -> str:
    """How a surname is one of those known; empty when it is none."""
    tight = [_tight(one) for one in known]
    if _tight(seen) in tight:
        return "Le nom est le même."
    if any(_tight(seen) == one + two for one in tight for two in tight if one != two):
        return "Le document porte le nom de naissance et le nom d’usage."
    if _bare(seen) in [_bare(one) for one in known]:
        return "Le nom est le même, à une particule près."
    if longest and len(seen) >= longest - 1 and any(one.startswith(_tight(seen)) for one in tight):
        return "Le nom est le même, coupé faute de place."
    return ""


def given_names(read: Sequence[str], typed: Sequence[str], *, longest: int = 0) -> Compared:
    """First names as read, in their order, with those typed. The first must agree; the others may be fewer."""
    seen, known = ([folded(one) for one in names if folded(one)] for names in (read, typed))
    if not seen or not known:
        return Compared(Answer.UNKNOWN, NOTHING_TO_COMPARE)
    one, two = _tight("".join(seen)), _tight("".join(known))
    if one == two:
        return Compared(Answer.SAME, "Les prénoms sont les mêmes.")
    if _tight(seen[0]) == _tight(known[0]):
        few, many = sorted((seen, known), key=len)
        if all(name in many for name in few):
            return Compared(Answer.SAME, "Le premier prénom est le même.")
        return Compared(Answer.UNKNOWN, "Le premier prénom est le même, les autres diffèrent.")
    if longest and len(" ".join(seen)) >= longest - 1 and two.startswith(one):
        return Compared(Answer.SAME, "Les prénoms sont les mêmes, coupés faute de place.")
    words, other = " ".join(seen).split(), " ".join(known).split()
    shared = min(len(words), len(other))
    if words[:shared] == other[:shared]:  # JEAN PIERRE and JEAN-PIERRE, one of them with more names after it
        if shared >= max(len(seen[0].split()), len(known[0].split())):
            return Compared(Answer.SAME, "Le premier prénom est le même.")
        return Compared(Answer.UNKNOWN, "Le document ne porte pas tout le premier prénom.")
    if set(seen) & set(known):
        return Compared(
            Answer.UNKNOWN, "Les prénoms ne sont pas dans le même ordre : une personne doit regarder."
        )
    if any(len(a) == 1 and b.startswith(a) for a, b in ((seen[0], known[0]), (known[0], seen[0]))):
        return Compared(Answer.UNKNOWN, "Le document ne porte que l’initiale du prénom.")
    return Compared(Answer.DIFFERS, "Le prénom du document n’est pas celui de la demande.")


def whole_name(read: str, surnames_typed: Sequence[str], given_typed: Sequence[str]) -> Compared:
    """A name in one line, whatever the order (« M LEGALL JEAN », « Jean LE GALL et Anne PETIT »), with those typed.

    The surname and the first first name must stand there; a household may stand there with them.
    """
    words = [word for word in folded(_LINKS.sub(" ", folded(read))).split() if word not in CIVILITIES]
    known = [folded(one) for one in surnames_typed if folded(one)]
    given = [folded(one) for one in given_typed if folded(one)]
    if not words or not known or not given:
        return Compared(Answer.UNKNOWN, NOTHING_TO_COMPARE)
    surname = any(_stands(words, one) for one in known)
    first = _stands(words, given[0])
    if surname and first:
        return Compared(Answer.SAME, "Le nom et le prénom sont les mêmes.")
    if surname and any(word == given[0][0] for word in words):
        return Compared(Answer.UNKNOWN, "Le nom est le même ; le document ne porte que l’initiale du prénom.")
    if surname and len(words) <= max(len(one.split()) for one in known):
        return Compared(Answer.UNKNOWN, "Le nom est le même ; le document ne porte pas de prénom.")
    if surname:
        return Compared(Answer.DIFFERS, "Le document est au même nom, et à un autre prénom.")
    if first:
        return Compared(Answer.DIFFERS, "Le nom du document n’est pas celui de la demande.")
    return Compared(Answer.DIFFERS, "Le document n’est pas au nom de la demande.")


def _stands(words: Sequence[str], name: str) -> bool:
    """Whether a name stands among the words, written in one or in several of them."""
    wanted, longest = _tight(name), len(words)
    bare = _bare(name)
    for start in range(longest):
        for end in range(start + 1, longest + 1):
            together = words[start:end]
            if "".join(together) == wanted:
                return True
            if _bare(" ".join(together)) == bare and not set(together) <= PARTICLES:
                return True
    return False


# ── Dates ───────────────────────────────────────────────────────────────────────────────────────────────────
def dates(read: dt.date | None, typed: dt.date | None, what: str = "La date") -> Compared:
    """Two days. `what` begins the sentence: « La date de naissance »."""
    if read is None or typed is None:
        return Compared(Answer.UNKNOWN, NOTHING_TO_COMPARE)
    if read == typed:
        return Compared(Answer.SAME, f"{what} est la même.")
    if (read.day, read.month, read.year) == (typed.month, typed.day, typed.year):
        return Compared(
            Answer.DIFFERS, f"{what} a le jour et le mois échangés : {_said(read)} sur le document."
        )
    return Compared(Answer.DIFFERS, f"{what} n’est pas la même : {_said(read)} sur le document.")


def _said(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


# ── Addresses ───────────────────────────────────────────────────────────────────────────────────────────────
_LONG = {short: long for words in (TYPES, TITLES) for long, short in words.items()}
_LONG |= {word[:4]: word for word in FOUR_LETTERS}
_LONG |= {
    "BLD": "BOULEVARD", "BVD": "BOULEVARD", "CHE": "CHEMIN", "CH": "CHEMIN", "R": "RUE", "AVE": "AVENUE", "FG": "FAUBOURG",
    "PASS": "PASSAGE",
}  # fmt: skip
_SAINT = {"ST": "SAINT", "STE": "SAINTE"}
_SMALL = frozenset({"DE", "DU", "DES", "D", "LA", "LE", "LES", "L", "A", "AU", "AUX", "ET"})
_NUMBER = re.compile(r"^(\d{1,5}) ?(BIS|TER|QUATER|[A-E])?\b(?! ?EME\b)")
_CEDEX = re.compile(r"\bCEDEX( \d+)?$")


def addresses(
    read_street: str,
    read_postcode: str,
    read_town: str,
    typed_street: str,
    typed_postcode: str,
    typed_town: str,
) -> Compared:
    """A street with its number, a postcode and a town. Abbreviations, CEDEX and small words do not count."""
    one = folded(read_postcode), _town(read_town), _street(read_street)
    two = folded(typed_postcode), _town(typed_town), _street(typed_street)
    if not (one[0] or one[1]) or not (two[0] or two[1]):
        return Compared(Answer.UNKNOWN, NOTHING_TO_COMPARE)
    cedex = any(_CEDEX.search(folded(town)) for town in (read_town, typed_town))
    if one[0] and two[0] and one[0] != two[0] and not (cedex and one[0][:2] == two[0][:2]):
        return Compared(Answer.DIFFERS, "Le code postal n’est pas le même.")
    towns_agree = not one[1] or not two[1] or one[1] == two[1]
    if not towns_agree and not (one[0] and one[0] == two[0]):
        return Compared(Answer.DIFFERS, "La commune n’est pas la même.")
    (number, rest), (other_number, other_rest) = one[2], two[2]
    if not rest or not other_rest:
        return Compared(Answer.UNKNOWN, "La commune est la même ; la voie n’est pas écrite des deux côtés.")
    if rest != other_rest:
        if set(rest) <= set(other_rest) or set(other_rest) <= set(rest):
            return Compared(Answer.UNKNOWN, "Les deux voies se ressemblent : une personne doit regarder.")
        return Compared(Answer.DIFFERS, "La voie n’est pas la même.")
    if number != other_number:
        if not number or not other_number:
            return Compared(Answer.UNKNOWN, "La voie est la même ; le numéro n’est pas écrit des deux côtés.")
        return Compared(Answer.DIFFERS, "La voie est la même, le numéro non.")
    if not towns_agree:  # one postcode, two towns: places that joined, or a hamlet
        return Compared(
            Answer.UNKNOWN, "La voie et le code postal sont les mêmes, la commune est écrite autrement."
        )
    return Compared(Answer.SAME, "L’adresse est la même.")


def _town(text: str) -> str:
    """A town without CEDEX, its saints written out, its small words away."""
    words = _CEDEX.sub("", folded(text)).split()
    return " ".join(_without_small(_SAINT.get(word, word) for word in words))


def _street(text: str) -> tuple[str, tuple[str, ...]]:
    """The number with its letter, then the words of the street, written out."""
    line = folded(text)
    found = _NUMBER.match(line)
    number = (found.group(1).lstrip("0") + (found.group(2) or "")[:1]) if found else ""
    rest = line[found.end() :] if found else line
    words = []
    for word in rest.split():
        whole = _SAINT.get(word) or (word if word in _SAINT.values() else _LONG.get(word, word))
        words += whole.split()
    return number, tuple(_without_small(words))


def _without_small(words: Iterable[str]) -> list[str]:
    every = list(words)
    kept = [word for word in every if word not in _SMALL]
    return kept or every
