"""What was read in a document, beside what was typed: rows for a table, and what a check may say of it. Pure.

Only what two supports make certain counts as read: a 2D-Doc whose signature is believed, a zone of which
`permis.vision.mrz_reader` is sure. The rest is shown as a question, and decides nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from permis.domain.required.common import CEPC_MONTHS
from permis.domain.terms import french_day, months
from permis.domain.vocabulary import Piece
from permis.evidence import reading
from permis.standards import compare, mrz, twodoc
from permis.standards.compare import Answer, Compared
from permis.standards.mrz import Kind, Zone
from permis.standards.twodoc import Seal, Verdict
from permis.standards.twodoc_contents import Address, Contents, contents
from permis.vision import mrz_file

PROOF_MONTHS = 6  # of a proof of address: service-public.fr, F31847
PROOFS = frozenset({Piece.ADDR, Piece.ADDR_HEB})
# Of a signature that is not believed: what says that the document is not as its issuer made it. The other reasons are
# ours, or the issuer's (a certificate that we do not have): they are nobody's fault here.
FALSE = frozenset(
    {"signature", "cut", "signature_form", "other_authority", "revoked", "test_issuer", "forbidden_field"}
)

Judge = Callable[[bytes], "tuple[Seal, Verdict] | None"]


@dataclass(frozen=True)
class Row:
    """One datum: as typed, as read, and what came of the comparison. `sure`: what is read is certain."""

    what: str
    typed: str
    read: str
    answer: Answer
    words: str
    source: str
    sure: bool


@dataclass(frozen=True)
class Found:
    """What a check has to say: by the code of its row. `wrong` None: a person must look."""

    code: str
    wrong: bool | None
    sentence: str = ""
    value: str = ""


@dataclass
class Beside:
    """All that was read in one file."""

    heads: list[str] = field(default_factory=list)  # what is certain, in a sentence for the person
    rows: list[Row] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def of(self, code: str) -> list[Found]:
        """What this check says."""
        return [one for one in self.found if one.code == code]


@dataclass(frozen=True)
class Whose:
    """The person whom a piece is about, as typed."""

    surnames: tuple[str, ...]
    given_names: tuple[str, ...]
    whole: str  # in one line, when it was typed so
    birth_date: dt.date | None
    yours: str  # "à votre nom"

    def names(self) -> str:
        """As the table shows them."""
        return self.whole or " ".join((*self.given_names, *self.surnames[:1]))


def whose(piece: Piece, typed: Mapping[str, Any]) -> Whose:
    """Whom the law asks this paper of, with what the request says of them."""
    if piece in (Piece.ID_HEB, Piece.ADDR_HEB):
        return Whose((), (), _text(typed, "host_name"), None, "au nom de qui vous héberge")
    if piece is Piece.ID_REP:
        names = ("rep_birth_name", "rep_given_names", "rep_birth_date")
        return _person(typed, *names, also="", yours="au nom de votre représentant")
    return _person(typed, "birth_name", "given_names", "birth_date", also="use_name", yours="à votre nom")


def _person(typed: Mapping[str, Any], name: str, given: str, birth: str, *, also: str, yours: str) -> Whose:
    surnames = tuple(part for part in (_text(typed, name), _text(typed, also)) if part)
    firsts = tuple(part for part in re.split(r"[\s,]+", _text(typed, given)) if part)
    return Whose(surnames, firsts, "", _day(typed.get(birth)), yours)


def look(
    piece: Piece, read: Mapping[str, Any], typed: Mapping[str, Any], on: dt.date, today: dt.date, judge: Judge
) -> Beside:
    """What `reading.read` said of a file, beside these answers.

    `on`: the day on which the request was sent, or today: what the age of a document is counted to. `judge`: whether
    the signature of a code is believed.
    """
    all_of_it = Beside()
    person = whose(piece, typed)
    if codes := read.get(reading.CODE):
        _code(all_of_it, piece, codes, typed, person, on, judge)
    if zone := read.get(reading.ZONE):
        _zone(all_of_it, piece, zone, typed, person, on, today)
    return all_of_it


# ── 2D-Doc ──────────────────────────────────────────────────────────────────────────────────────────────────
def _code(
    out: Beside,
    piece: Piece,
    codes: Sequence[str],
    typed: Mapping[str, Any],
    person: Whose,
    on: dt.date,
    judge: Judge,
) -> None:
    judged = [one for code in codes if (one := judge(bytes.fromhex(code)))]
    if not judged:
        return
    seal, verdict = next((one for one in judged if one[1].valid), judged[0])
    about = contents(seal)
    kind = seal.kind_in_words or "document"
    if not verdict.valid:
        why = " ".join(twodoc.REASONS[code] for code in verdict.reasons)
        if FALSE & set(verdict.reasons):
            said = f"{why} Donnez le document d’origine, tel que vous l’avez reçu."
            out.found.append(Found("twodoc", wrong=True, sentence=said))
        else:
            out.found.append(Found("twodoc_known", wrong=True, sentence=why))
        return
    out.found.append(Found("twodoc", wrong=False, value=verdict.issuer))
    out.found.append(Found("twodoc_known", wrong=False))
    names = _names_of(about, person)
    date = f" du {french_day(about.issued_on)}" if about.issued_on else ""
    mine = f", {person.yours}" if names and names[1].answer is Answer.SAME else ""
    out.heads.append(f"2D-Doc vérifié : {kind}{date}{mine}.")
    source = "2D-Doc vérifié"
    if names:
        _beside(out, "names", "Nom et prénoms", person.names(), names[0], names[1], source)
    if about.birth_date:
        _dates(out, "birth", "Date de naissance", about.birth_date, person.birth_date, source)
    if about.address and piece in PROOFS:
        _address(out, about.address, typed, source)
    if piece in PROOFS:
        _age(out, about.issued_on, on)
    if piece is Piece.CEPC and about.kind == "AD":
        _exam(out, about, typed, source)


def _names_of(about: Contents, person: Whose) -> tuple[str, Compared] | None:
    """The names as the document has them, beside those typed; None where it has none."""
    if about.whole_names:
        if person.whole:
            tries = [(one, _against_whole(one.split(), person.whole)) for one in about.whole_names]
        else:
            tries = [
                (one, compare.whole_name(one, person.surnames, person.given_names))
                for one in about.whole_names
            ]
        order = (Answer.SAME, Answer.UNKNOWN, Answer.DIFFERS)
        return min(tries, key=lambda one: order.index(one[1].answer))
    surname = about.birth_name or about.surname or about.usage_name
    if not surname:
        return None
    shown = " ".join((*about.given_names, surname))
    if person.whole:
        return shown, _against_whole((surname, *about.given_names), person.whole)
    cut = len(surname) if about.cut & {"60", "61", "62", "6G"} else 0
    return shown, _both(
        compare.surnames(surname, person.surnames, longest=cut),
        compare.given_names(about.given_names, person.given_names, longest=cut),
    )


def _against_whole(parts: Sequence[str], whole: str) -> Compared:
    """The names of a document beside one that was typed in one line (« Anne Petit »)."""
    seen = {word for part in parts for word in compare.folded(part).split()} - compare.CIVILITIES
    known = set(compare.folded(whole).split())
    if not seen or not known:
        return Compared(Answer.UNKNOWN, compare.NOTHING_TO_COMPARE)
    if known <= seen:
        return Compared(Answer.SAME, "Le nom et le prénom sont les mêmes.")
    if known & seen:
        return Compared(Answer.UNKNOWN, "Une partie du nom est la même : une personne doit regarder.")
    return Compared(Answer.DIFFERS, "Le nom du document n’est pas celui de la demande.")


def _both(one: Compared, two: Compared) -> Compared:
    """Two comparisons as one: what differs is said first, then what is not known."""
    for answer in (Answer.DIFFERS, Answer.UNKNOWN):
        words = [part.words for part in (one, two) if part.answer is answer]
        if words:
            return Compared(answer, words[0])
    return Compared(Answer.SAME, "Le nom et les prénoms sont les mêmes.")


def _address(out: Beside, read: Address, typed: Mapping[str, Any], source: str) -> None:
    street, code, town = (_text(typed, name) for name in ("street", "postcode", "town"))
    said = compare.addresses(read.street, read.postcode, read.town, street, code, town)
    shown = " ".join(part for part in (read.street, read.postcode, read.town) if part)
    known = " ".join(part for part in (street, code, town) if part)
    _beside(out, "address", "Adresse", known, shown, said, source)


def _age(out: Beside, issued_on: dt.date | None, on: dt.date) -> None:
    if issued_on is None:
        return
    last = months(issued_on, PROOF_MONTHS)
    if on > last:
        said = (
            f"Ce document est du {french_day(issued_on)} : il doit avoir moins de {PROOF_MONTHS} mois. "
            "Donnez-en un plus récent."
        )
        out.found.append(Found("age", wrong=True, sentence=said, value=french_day(issued_on)))
    else:
        out.found.append(Found("age", wrong=False, value=f"il sert jusqu’au {french_day(last)}"))


def _exam(out: Beside, about: Contents, typed: Mapping[str, Any], source: str) -> None:
    if about.practical is False and typed.get("theory_only") != "yes":
        said = (
            "Ce certificat est celui de l’épreuve théorique (le code). Donnez celui de l’épreuve de conduite, s’il est "
            "demandé ici."
        )
        out.found.append(Found("exam", wrong=True, sentence=said))
    name = "theory_exam_on" if about.practical is False else "exam_on"
    if about.exam_on:
        _dates(out, "exam", "Date de l’examen", about.exam_on, _day(typed.get(name)), source)
        if about.practical:
            last = months(about.exam_on, CEPC_MONTHS)
            out.heads.append(f"Ce certificat vaut permis provisoire jusqu’au {french_day(last)} inclus.")
    asked = [str(code) for code in typed.get("categories") or ()]
    if about.category:
        known = about.category.replace(" ", "") in asked
        answer = Answer.UNKNOWN if not asked else Answer.SAME if known else Answer.DIFFERS
        words = {
            Answer.SAME: "La catégorie est la même.",
            Answer.DIFFERS: f"Le certificat est celui de la catégorie {about.category}.",
            Answer.UNKNOWN: compare.NOTHING_TO_COMPARE,
        }[answer]
        compared = Compared(answer, words)
        _beside(out, "exam", "Catégorie", ", ".join(asked), about.category, compared, source)


# ── Machine-readable zones ──────────────────────────────────────────────────────────────────────────────────
def _zone(
    out: Beside,
    piece: Piece,
    said: Mapping[str, Any],
    typed: Mapping[str, Any],
    person: Whose,
    on: dt.date,
    today: dt.date,
) -> None:
    try:
        zone = mrz.parse(tuple(said["lines"]), today)
    except mrz.NotMrz:
        return
    sure = bool(said.get("certain")) and zone.valid
    source = "zone de lecture" if sure else "zone de lecture, à vérifier"
    if sure:
        out.found.append(Found("mrz", wrong=False))
    else:
        why = [one.message for one in (*zone.reasons, *mrz_file.reasons(said.get("doubts", ())))]
        out.found.append(Found("mrz", wrong=None, sentence=" ".join(why[:1])))
    names = _names_of_zone(zone, person)
    if names:
        shown = " ".join(part for part in (zone.fields.given_names, zone.fields.surname) if part)
        _beside(out, "names", "Nom et prénoms", person.names(), shown, names, source, sure=sure)
    if zone.fields.birth_date and len(zone.fields.birth_date) == 10:
        birth = dt.date.fromisoformat(zone.fields.birth_date)
        _dates(out, "birth", "Date de naissance", birth, person.birth_date, source, sure=sure)
    if zone.kind is Kind.FR_LICENCE and (number := _text(typed, "licence_number")):
        same = compare.folded(number).replace(" ", "") == compare.folded(zone.fields.number).replace(" ", "")
        answer = Answer.SAME if same else Answer.DIFFERS
        words = "Le numéro est le même." if same else "Le numéro n’est pas le même."
        compared = Compared(answer, words)
        _beside(out, "number", "Numéro du permis", number, zone.fields.number, compared, source, sure=sure)
    standing = mrz.standing(zone, on) if piece is not Piece.LIC else None
    if standing and sure:
        if not standing.accepted:
            text = f"{standing.reason.message if standing.reason else ''} Donnez un document encore valable."
            out.found.append(Found("end", wrong=True, sentence=text.strip()))
        else:
            out.found.append(
                Found("end", wrong=False, value=f"accepté jusqu’au {french_day(standing.accepted_to)}")
            )
            mine = f", {person.yours}" if names and names.answer is Answer.SAME else ""
            out.heads.append(
                f"Zone de lecture lue : document valable jusqu’au {french_day(standing.valid_to)}{mine}."
            )


def _names_of_zone(zone: Zone, person: Whose) -> Compared | None:
    fields = zone.fields
    if not fields.surname:
        return None
    firsts = tuple((fields.given_names or "").split())
    if person.whole:
        return _against_whole((fields.surname, *firsts), person.whole)
    cut = len(" ".join((fields.surname, *firsts))) if zone.cut else 0
    surname = compare.surnames(fields.surname, person.surnames, longest=len(fields.surname) if cut else 0)
    if fields.given_names is None:
        return surname
    # A zone has blanks where a first name has a hyphen: JEAN PIERRE may be one name or two.
    return _both(surname, _firsts(firsts, person.given_names, cut))


def _firsts(read: Sequence[str], typed: Sequence[str], cut: int) -> Compared:
    plain = [word for name in typed for word in compare.folded(name).split()]
    return compare.given_names(read, plain, longest=cut and len(" ".join(read)))


# ── One row ─────────────────────────────────────────────────────────────────────────────────────────────────
def _beside(
    out: Beside,
    code: str,
    what: str,
    typed: str,
    read: str,
    said: Compared,
    source: str,
    *,
    sure: bool = True,
) -> None:
    """A row of the table, and what the check of that code says: a difference counts only where the reading is sure."""
    out.rows.append(Row(what, typed, read, said.answer, said.words, source, sure))
    if said.answer is Answer.SAME:
        out.found.append(Found(code, wrong=False))
    elif said.answer is Answer.DIFFERS and sure:
        out.found.append(
            Found(code, wrong=True, sentence=f"{said.words} Vérifiez le document, ou corrigez votre réponse.")
        )
    elif said.words != compare.NOTHING_TO_COMPARE:
        out.found.append(Found(code, wrong=None, sentence=said.words))


def _dates(
    out: Beside, code: str, what: str, read: dt.date, typed: dt.date | None, source: str, *, sure: bool = True
) -> None:
    known = french_day(typed) if typed else ""
    said = compare.dates(read, typed, f"La {what[0].lower()}{what[1:]}")
    _beside(out, code, what, known, french_day(read), said, source, sure=sure)


def _text(typed: Mapping[str, Any], name: str) -> str:
    return str(typed.get(name) or "").strip() if name else ""


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value)) if value else None
    except ValueError:  # only a year, or a year and a month, are known
        return None
