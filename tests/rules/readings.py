"""What the law answers to somebody, written in one line that a lawyer can compare with the text."""

from __future__ import annotations

from permis.domain import rights
from permis.domain.required import deadlines, fee, rules_of
from tests.rules import people
from tests.rules.people import ask, codes, who

DAY = "2026-12-01"
# A French adult of 45 at home, who files alone and is well.
ADULT = {
    "birth_date": "1981-01-01",
    "nationality": "FR",
    "address": "own",
    "postcode": "35000",
    "filer": "self",
    "guardianship": "no",
    "medical_flag": "no",
}

# Who the person is, and what takes the place of {home} and {people} in the documents of a motive.
HOSTED = "HEB ID_HEB ADDR_HEB"
EVERYBODY = [
    ("a French adult at home", {}, "ADDR", ""),
    ("18 today", {"birth_date": "2008-12-01"}, "ADDR", ""),
    ("18 tomorrow", {"birth_date": "2008-12-02"}, HOSTED, "REP ID_REP"),
    ("hosted", {"address": "hosted"}, HOSTED, ""),
    ("without a stable home", {"address": "homeless"}, "DOMICILIATION ADDR", ""),
    ("at a hotel", {"address": "hotel"}, "HOTEL ADDR", ""),
    ("in a caravan", {"address": "caravan"}, "HOTEL ADDR", ""),
    ("on a boat", {"address": "boat"}, "BOAT ADDR", ""),
    ("confirmed by the energy supplier", {"address": "justif_adresse"}, "", ""),
    ("under guardianship", {"guardianship": "yes"}, "ADDR", "REP ID_REP"),
    ("a Spaniard", {"nationality": "ES"}, "ADDR", "RESN"),
    ("a Norwegian", {"nationality": "NO"}, "ADDR", "RESN"),
    ("a Swiss", {"nationality": "CH"}, "ADDR", "RESN"),
    ("an Andorran", {"nationality": "AD"}, "ADDR", "RESN"),
    ("a Moroccan", {"nationality": "MA"}, "ADDR", "STAY"),
    ("a Briton", {"nationality": "GB"}, "ADDR", "STAY"),
]


def line(text, **words):
    """The template of a motive filled in, single-spaced."""
    return " ".join(text.format(**words).split())


def asked_of_everybody(like):
    """The documents asked of each kind of person who makes this request."""
    return {name: codes(ask(like, on=DAY, **facts)) for name, facts, _, _ in EVERYBODY}


def expected_of_everybody(text):
    """The same by a template of the motive."""
    return {name: line(text, home=home, people=papers) for name, _, home, papers in EVERYBODY}


def verdict(like, on=DAY, **changes):
    """What may be done, for which reason, from which day, by which row; "open: …" while facts lack."""
    found = ask(like, on=on, **changes)
    return people.told(found) if found.outcome else f"open: {' '.join(found.unknown)}"


def papers(like, on=DAY, **changes):
    """The documents asked, the recommended ones between brackets."""
    return codes(ask(like, on=on, **changes))


def told(like, on=DAY, **changes):
    """The keys of what the person must know."""
    return people.notes_of(who(like, on=on, **changes))


def terms(like, on=DAY, **changes):
    """The days that count, by the key of their row."""
    somebody = who(like, on=on, **changes)
    return {row.key: str(row.day(somebody)) for row in deadlines(somebody)}


def counted(like, on=DAY, **changes):
    """The keys of the days that count."""
    return " ".join(row.key for row in deadlines(who(like, on=on, **changes)))


def drives(like, on=DAY, **changes):
    """What may be driven meanwhile, a line a right."""
    return people.drives(who(like, on=on, **changes))


def ends(like, on=DAY, **changes):
    """The ends that follow the medical opinion."""
    return {
        str(category): day.isoformat()
        for category, day in rights.validity(who(like, on=on, **changes)).items()
    }


def price(like, on=DAY, **changes):
    """The cents to pay; None when no row says them."""
    try:
        return fee(who(like, on=on, **changes)).cents
    except LookupError:
        return None


def probation(like, on=DAY, **changes):
    """The years of probation that the request opens."""
    return rights.probation_years(who(like, on=on, **changes))


def made(motive):
    """What the request ends with, in how many weeks, and whether it can be taken back."""
    rules = rules_of(motive)
    return f"{rules.result} {rules.delay.low}-{rules.delay.high} {'can' if rules.cancellable else 'cannot'} be taken back"


def because(like, on=DAY, **changes):
    """The key of the text behind the outcome, or behind each document."""
    found = ask(like, on=on, **changes)
    return found.source.key if found.source else " ".join(piece.source.key for piece in found.pieces)


def each(table, read):
    """What is read of each row, and what the row expects, by its name: (name, facts, expected)."""
    found = {name: read(**facts) for name, facts, _ in table}
    assert len(found) == len(table), "two rows of one name"
    return found, {name: expected for name, _, expected in table}
