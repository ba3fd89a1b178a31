"""Who is asked what for a stolen, worn or old pink licence: literals written from the law."""

from __future__ import annotations

from permis.domain.required import fee
from tests.rules.people import ask, codes, days_of, differences, drives, notes_of, told, who

STOLEN = {
    "motive": "VOL",
    "birth_date": "1975-01-01",
    "nationality": "FR",
    "held_categories": ["B"],
    "theft_receipt_on": "2026-11-15",
    "address": "own",
    "postcode": "35000",
}
WORN = STOLEN | {"motive": "DET"}
PINK = STOLEN | {"motive": "ROSE"}
LORRY = {"held_categories": ["B", "C"]}

WHO_MAY = [
    ("stolen, declared", STOLEN, "file"),
    ("stolen, not declared", STOLEN | {"theft_receipt_on": "none"}, "not_possible vol-no-receipt"),
    ("stolen, declared today", STOLEN | {"theft_receipt_on": "2026-11-23"}, "file"),
    ("stolen, declared tomorrow", STOLEN | {"theft_receipt_on": "2026-11-24"}, "not_before 2026-11-24 vol-ahead"),
    ("stolen, declared six months ago", STOLEN | {"theft_receipt_on": "2026-05-23"}, "file"),
    ("worn", WORN, "file"),
    ("worn, asked by a school", WORN | {"filer": "school"}, "file"),
    # Open since February 2024
    ("pink, on the last day of January 2024", PINK | {"submitted_on": "2024-01-31"}, "not_before 2024-02-01 rose-closed"),
    ("pink, on the first day of February 2024", PINK | {"submitted_on": "2024-02-01"}, "file"),
]  # fmt: skip


def test_who_may_ask_for_it():
    assert differences(WHO_MAY, lambda facts: told(ask(facts))) == []


def test_without_a_receipt_the_theft_is_declared_first():
    found = ask(STOLEN | {"theft_receipt_on": "none"})
    assert (
        found.because == "Un vol se déclare d’abord à la police ou à la gendarmerie, qui donne un récépissé."
    )
    assert found.bar.instead.startswith("Déclarez le vol à la police ou à la gendarmerie")
    assert found.pieces == ()


DRIVING = [
    ("stolen", STOLEN, ["B with THEFT, 2026-11-15 to 2027-01-15"]),
    ("stolen, declared on a 31 December", STOLEN | {"theft_receipt_on": "2025-12-31"}, ["B with THEFT, 2025-12-31 to 2026-02-28"]),
    ("stolen, not declared", STOLEN | {"theft_receipt_on": "none"}, []),
    ("stolen, a lorry driver", STOLEN | LORRY, ["B C with THEFT, 2026-11-15 to 2027-01-15"]),
    ("worn", WORN, ["B with LIC, 2026-11-23 to None"]),
    ("worn, a lorry driver", WORN | LORRY, ["B C with LIC, 2026-11-23 to None"]),
    ("pink", PINK, ["B with LIC, 2026-11-23 to 2033-01-19"]),
    ("pink, on its last day", PINK | {"submitted_on": "2033-01-19"}, ["B with LIC, 2033-01-19 to 2033-01-19"]),
    ("pink, the day after", PINK | {"submitted_on": "2033-01-20"}, []),
]  # fmt: skip


def test_what_one_may_drive_meanwhile():
    assert differences(DRIVING, lambda facts: drives(who(facts))) == []


NOTES = [
    ("stolen", STOLEN, "vol-france vol-adcs"),
    ("stolen, on 3 December 2024", STOLEN | {"submitted_on": "2024-12-03"}, "vol-france"),
    ("stolen, on 4 December 2024", STOLEN | {"submitted_on": "2024-12-04"}, "vol-france vol-adcs"),
    ("stolen, a lorry driver", STOLEN | LORRY, "vol-france vol-adcs heavy-end"),
    ("worn", WORN, "det-legible destroy"),
    ("worn, a lorry driver", WORN | LORRY, "det-legible heavy-end destroy"),
    ("pink", PINK, "rose-no-hurry rose-no-false-loss destroy"),
    ("pink, a lorry driver", PINK | LORRY, "rose-no-hurry rose-no-false-loss heavy-end destroy"),
    ("pink, on its last day", PINK | {"submitted_on": "2033-01-19"}, "rose-no-hurry rose-no-false-loss destroy"),
    ("pink, the day after", PINK | {"submitted_on": "2033-01-20"}, "rose-no-false-loss destroy"),
]  # fmt: skip


def test_what_one_must_know():
    assert differences(NOTES, lambda facts: notes_of(who(facts))) == []


def test_a_pink_licence_ends_on_19_january_2033():
    assert days_of(who(PINK)) == "rose-end 2033-01-19"
    assert days_of(who(STOLEN)) == days_of(who(WORN)) == ""


PRICES = [
    ("stolen, in Rennes", STOLEN, (2500, "ID ADDR PHOTO THEFT STAMP")),
    ("stolen, in Cayenne", STOLEN | {"postcode": "97300"}, (1250, "ID ADDR PHOTO THEFT STAMP")),
    ("worn, in Rennes", WORN, (0, "ID ADDR PHOTO LIC")),
    ("worn, in Cayenne", WORN | {"postcode": "97300"}, (0, "ID ADDR PHOTO LIC")),
    ("pink, in Cayenne", PINK | {"postcode": "97300"}, (0, "ID ADDR PHOTO LIC")),
]


def test_only_what_cannot_be_shown_costs_a_stamp():
    assert differences(PRICES, lambda facts: (fee(who(facts)).cents, codes(ask(facts)))) == []
