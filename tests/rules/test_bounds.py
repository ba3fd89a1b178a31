"""Each row by itself: of whom it holds and of whom not, whatever the rows before it say; and what no motive shares."""

from __future__ import annotations

import pytest

from permis.domain.conditions import lives, wants
from permis.domain.required import holds, rules_of
from permis.domain.required.registration_after_loss_of_rights import in_time
from permis.domain.rights import PERIODS
from permis.domain.situation import NotYetKnown
from permis.domain.vocabulary import AddressMode, Category, Motive
from tests.rules.people import ask, told, who

# A French adult of 36, at home in Rennes, in good health, whom nothing stops.
ADULT = {
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "address": "own",
    "postcode": "35000",
    "filer": "self",
    "guardianship": "no",
    "learning_mode": "traditional",
    "medical_flag": "no",
    "sanction": "no",
    "categories": ["B"],
    "held_categories": ["B"],
    "resident_since": "2010-01-01",
}
AT_17 = {"birth_date": "2006-06-15", "learning_mode": "aac"}
BRITISH = {"licence_country": "GB", "licence_obtained_on": "2015-05-01", "licence_lost": "yes"}
MOROCCAN = {"nationality": "MA", "licence_country": "MA", "licence_obtained_on": "2015-05-01"}
SPANIARD = {"nationality": "ES", "licence_country": "MA", "licence_obtained_on": "2015-05-01"}
THEORY = {"ban_starts_on": "2026-01-10", "ban_ends_on": "2026-07-10", "licence_surrendered_on": "2026-01-10"}
IN_TIME = {"on": "2026-10-10"}  # nine months after the licence was handed over
LATE = {"on": "2026-10-11"}

ROWS = [
    # motive, row, of whom, whether it holds
    # Home, age and guardian (domain 3.2, 3.4)
    ("REU", "rep-ward", {"guardianship": "yes"}, True),
    ("REU", "rep-ward", {"guardianship": "yes", "birth_date": "2010-01-01"}, False),
    ("REU", "rep-ward", {}, False),
    ("REU", "jdc", {"birth_date": "2008-11-23"}, True),
    ("REU", "jdc", {"birth_date": "2008-11-24"}, False),
    ("REU", "jdc-17", {"birth_date": "2008-11-24"}, True),
    ("REU", "jdc-17", {"birth_date": "2008-11-23"}, False),
    # The car before 2024: 18 years, or 17 after accompanied driving (domain 2.2, 3.7)
    ("REU", "age-b", {**AT_17, "exam_on": "2023-06-14"}, False),
    ("REU", "age-b", {"birth_date": "2007-06-15", "exam_on": "2024-06-14"}, True),
    ("REU", "age-b-2023", {"birth_date": "2006-06-15", "exam_on": "2023-12-31"}, True),
    ("REU", "age-b-2023", {"birth_date": "2006-06-15", "exam_on": "2024-01-01"}, False),
    ("REU", "age-b-2023", {**AT_17, "exam_on": "2023-12-31"}, False),
    ("REU", "age-b-2023", {"birth_date": "2005-06-15", "exam_on": "2023-12-31"}, False),
    ("REU", "age-b-aac-2023", {**AT_17, "exam_on": "2023-06-14"}, True),
    ("REU", "age-b-aac-2023", {**AT_17, "exam_on": "2023-06-15"}, False),
    ("REU", "age-b-aac-2023", {"birth_date": "2006-06-15", "exam_on": "2023-06-14"}, False),
    ("REU", "age-b-aac-2023", {"learning_mode": "aac", "birth_date": "2007-06-15", "exam_on": "2023-12-31"}, True),
    ("REU", "age-b-aac-2023", {"learning_mode": "aac", "birth_date": "2007-06-15", "exam_on": "2024-01-01"}, False),
    ("REU", "cepc", {"exam_on": "2023-12-31"}, False),
    ("REU", "cepc", {"exam_on": "2024-01-01"}, True),
    ("REU", "cepc", {"exam_on": "none"}, False),
    ("REU", "cepc-2023", {"exam_on": "2023-12-31"}, True),
    ("REU", "cepc-2023", {"exam_on": "2024-01-01"}, False),
    ("REU", "cepc-2023", {**AT_17, "exam_on": "2023-12-31"}, False),
    ("REU", "cepc-2023", {**AT_17, "exam_on": "2023-12-31", "learning_mode": "traditional"}, True),
    ("REU", "cepc-2023", {"learning_mode": "aac", "exam_on": "2023-12-31"}, True),
    ("REU", "cepc-2023", {**AT_17, "categories": ["A1"], "exam_on": "2023-12-31"}, True),
    ("REU", "cepc-2023", {"exam_on": "none"}, False),
    ("REU", "cepc-aac-2023", {**AT_17, "exam_on": "2023-12-31"}, True),
    ("REU", "cepc-aac-2023", {**AT_17, "exam_on": "2024-01-01"}, False),
    ("REU", "cepc-aac-2023", {"learning_mode": "aac", "exam_on": "2023-12-31"}, False),
    ("REU", "cepc-aac-2023", {**AT_17, "learning_mode": "traditional", "exam_on": "2023-12-31"}, False),
    ("REU", "cepc-aac-2023", {**AT_17, "categories": ["A1"], "exam_on": "2023-12-31"}, False),
    ("REU", "cepc-aac-2023", {"exam_on": "none"}, False),
    # The registration (domain 2.2)
    ("INS", "ins-age-aac", {"birth_date": "2012-01-01"}, False),
    ("INS", "ins-age-aac", {"birth_date": "2012-01-01", "learning_mode": "aac"}, True),
    ("INS", "ins-age", {"birth_date": "2012-01-01"}, True),
    ("INS", "ins-age", {"birth_date": "2012-01-01", "learning_mode": "aac"}, False),
    ("INS_RET", "insret-theory", {**THEORY, "licence_first_issued_on": "2023-01-10"}, True),
    ("INS_RET", "insret-theory", {**THEORY, "licence_first_issued_on": "2023-01-11"}, False),
    ("INS_RET", "insret-theory-only", {**THEORY, **IN_TIME, "licence_first_issued_on": "2020-01-10"}, True),
    ("INS_RET", "insret-theory-only", {**THEORY, **LATE, "licence_first_issued_on": "2020-01-10"}, False),
    ("INS_RET", "insret-theory-only", {**THEORY, **IN_TIME, "licence_first_issued_on": "2024-01-10"}, False),
    ("INS_RET", "insret-too-late", {**THEORY, **LATE, "licence_first_issued_on": "2020-01-10"}, True),
    ("INS_RET", "insret-too-late", {**THEORY, **LATE, "licence_first_issued_on": "2024-01-10"}, False),
    ("INS_RET", "insret-too-late", {**THEORY, **IN_TIME, "licence_first_issued_on": "2020-01-10"}, False),
    # What may be driven meanwhile, once the paper is there (domain 2.4)
    ("REU_RET", "right ret-cepc", {"theory_only": "no", "exam_on": "2026-10-01"}, True),
    ("REU_RET", "right ret-cepc", {"theory_only": "yes", "exam_on": "2026-10-01"}, False),
    ("REU_RET", "right ret-cepc", {"theory_only": "no", "exam_on": "none"}, False),
    ("VOL", "vol-receipt", {"theft_receipt_on": "2026-10-01"}, True),
    ("VOL", "vol-receipt", {"theft_receipt_on": "none"}, False),
    ("FORM_AM", "right am-form", {"course_on": "2026-10-01"}, True),
    ("FORM_AM", "right am-form", {"course_on": "none"}, False),
    ("FORM_78", "right m78-form", {"course_on": "2026-10-01"}, True),
    ("FORM_78", "right m78-form", {"course_on": "none"}, False),
    ("FORM_78", "m78-wait", {"licence_first_issued_on": "2024-01-10", "on": "2024-02-29"}, True),
    ("FORM_78", "m78-wait", {"licence_first_issued_on": "2023-01-10", "on": "2024-02-29"}, False),
    ("FORM_78", "m78-wait", {"licence_first_issued_on": "none", "on": "2024-02-29"}, False),
    ("FORM_A", "a-course-from", {"a2_obtained_on": "2024-11-23"}, True),
    ("FORM_A", "a-course-from", {"a2_obtained_on": "none"}, False),
    ("EXP15", "exp-lic", {"licence_expires_on": "2026-11-23"}, True),
    ("EXP15", "exp-lic", {"licence_expires_on": "2026-11-22"}, False),
    ("EXP15", "exp-lic", {"licence_expires_on": "none"}, False),
    ("EXP15", "exp-end", {"licence_expires_on": "2026-11-22"}, True),
    ("EXP15", "exp-end", {"licence_expires_on": "none"}, False),
    # The civil status: one paper for a divorce, another for the other changes, none for a marriage (F2695)
    ("EC", "ec-divorce", {"civil_status_reason": "divorce"}, True),
    ("EC", "ec-divorce", {"civil_status_reason": "change"}, False),
    ("EC", "ec-act", {"civil_status_reason": "change"}, True),
    ("EC", "ec-act", {"civil_status_reason": "divorce"}, False),
    ("EC", "ec-act", {"civil_status_reason": "marriage"}, False),
    ("EC", "ec-act", {"civil_status_reason": "none"}, False),
    # The year of the exchange: each group of nationalities by its own date (domain 2.2, ECH_HUE)
    ("ECH_HUE", "hue-late", {**MOROCCAN, "stay_started_on": "2025-11-22"}, True),
    ("ECH_HUE", "hue-late", {**MOROCCAN, "stay_started_on": "2025-11-23"}, False),
    ("ECH_HUE", "hue-late", {**SPANIARD, "stay_started_on": "2015-11-22"}, False),
    ("ECH_HUE", "hue-late-european", {**SPANIARD, "resident_since": "2025-05-22"}, True),
    ("ECH_HUE", "hue-late-european", {**SPANIARD, "resident_since": "2025-05-23"}, False),
    ("ECH_HUE", "hue-late-european", {**MOROCCAN, "resident_since": "2015-05-22"}, False),
    ("ECH_HUE", "hue-early", {**SPANIARD, "resident_since": "2026-05-24"}, True),
    ("ECH_HUE", "hue-early", {**SPANIARD, "resident_since": "2026-05-23"}, False),
    ("ECH_HUE", "hue-early", {**SPANIARD, **BRITISH, "resident_since": "2026-05-24"}, False),
    ("ECH_HUE", "hue-early", {"resident_since": "2026-05-24", "licence_country": "MA"}, False),
    ("ECH_HUE", "hue-last", {**MOROCCAN, "stay_started_on": "2026-05-23", "resident_since": "none"}, True),
    ("ECH_HUE", "hue-last", {**MOROCCAN, "stay_started_on": "none", "resident_since": "2026-05-23"}, False),
    ("ECH_HUE", "hue-last", {**SPANIARD, "stay_started_on": "none", "resident_since": "2026-05-23"}, True),
    ("ECH_HUE", "hue-last", {**SPANIARD, "stay_started_on": "2026-05-23", "resident_since": "none"}, False),
    ("ECH_HUE", "hue-last", {**SPANIARD, **BRITISH, "resident_since": "2026-05-23"}, False),
    ("ECH_HUE", "hue-a2", {**MOROCCAN, "categories": ["A"]}, True),
    ("ECH_HUE", "hue-a2", {**MOROCCAN, "categories": ["B"]}, False),
    ("ECH_HUE", "hue-a2", {**BRITISH, "categories": ["A"]}, False),
    ("ECH_HUE", "hue-sanction", {**MOROCCAN, "sanction": "yes"}, True),
    ("ECH_HUE", "hue-sanction", {**MOROCCAN}, False),
    ("ECH_HUE", "eu-must", {**BRITISH}, True),
    ("ECH_HUE", "eu-must", {**BRITISH, "licence_lost": "no", "licence_expires_on": "none"}, False),
    ("ECH_HUE", "eu-must", {**MOROCCAN, "licence_lost": "yes"}, False),
    ("ECH_HUE", "hue-sanction", {**BRITISH, "sanction": "yes"}, False),
]  # fmt: skip


def row_holds(motive, key, on="2026-11-23", **facts):
    """Whether the row of this key holds of somebody, the rows before it notwithstanding ("right …": of two, the right)."""
    somebody = who({**ADULT, "motive": motive}, on=on, **facts)
    kind, _, name = key.rpartition(" ")
    rows = [row for row in rules_of(Motive(motive)).rows if row.key == name]
    (row,) = [row for row in rows if kind in {"", type(row).__name__.lower()}]
    return holds(row, somebody)


def test_a_row_holds_of_these_people_and_not_of_their_neighbours():
    wrong = [
        f"{motive} {key} {facts}"
        for motive, key, facts, yes in ROWS
        if row_holds(motive, key, **facts) != yes
    ]
    assert wrong == []


def test_while_the_day_of_the_exam_is_not_known_a_dated_row_is_open_unless_it_is_surely_not():
    somebody = who({**ADULT, "motive": "REU"})
    rows = {row.key: row for row in rules_of(Motive.REU).rows}
    assert holds(rows["age-b"], who({**ADULT, "motive": "REU"}, categories=["A1"])) is False
    for key in ("age-b", "cepc-2023"):
        with pytest.raises(NotYetKnown) as missing:
            holds(rows[key], somebody)
        assert missing.value.facts == ("exam_on",)


def test_the_right_that_a_foreign_licence_shows_ends_with_the_year_of_each_nationality():
    """A Moroccan counts from the first stay permit, however long ago the arrival; a European from the arrival."""
    recent = {**MOROCCAN, "stay_started_on": "2026-05-23", "resident_since": "2020-01-01"}
    facts = {"licence_lost": "no", "licence_expires_on": "none", "student": "no"}
    assert row_holds("ECH_HUE", "hue-flic", **{**recent, **facts}) is True
    assert row_holds("ECH_HUE", "hue-flic", **{**recent, **facts, "stay_started_on": "2025-11-22"}) is False
    spaniard = {**SPANIARD, "stay_started_on": "2015-01-01", "resident_since": "2025-06-01"}
    assert row_holds("ECH_HUE", "hue-flic", **{**spaniard, **facts}) is True
    assert row_holds("ECH_HUE", "hue-flic", **{**spaniard, **facts, "resident_since": "2025-05-22"}) is False
    assert row_holds("ECH_HUE", "hue-flic", **{**spaniard, **facts, "nationality": "FR"}) is False
    assert row_holds("ECH_HUE", "hue-flic", **{**recent, **facts, "licence_lost": "yes"}) is False


def test_a_child_of_14_who_learns_in_the_ordinary_way_waits_for_16_and_not_for_15():
    child = {**ADULT, "motive": "INS", "birth_date": "2012-01-01"}
    assert told(ask(child)) == "not_before R11 2028-01-01 ins-age"
    assert told(ask(child, learning_mode="aac")) == "not_before R11 2027-01-01 ins-age-aac"


def test_who_has_neither_a_hand_over_nor_an_end_is_not_in_time():
    dates = {"licence_surrendered_on": "none", "ban_ends_on": "none"}
    assert in_time(who({**ADULT, "motive": "INS_RET"}, **dates)) is False


# The rows of the price, in their order: the first that holds decides (domain 2.0, F34118).
STAMP = "stamp-guyane 1250, stamp-fee 2500"
ABROAD = f"{STAMP}, free 0"
PRICES = {
    "INS INS_EXT INS_RET": "ins-free 0",
    "REU": "reu-free 0",
    "PERTE VOL": STAMP,
    "DET": "det-fee 0",
    "ECH_EU ECH_HUE ECH_COM": ABROAD,
    "REU_EXT REU_RET FORM_AM FORM_A FORM_B96 FORM_78 ROSE EC EXP15 MED MED_REST SUSP ENR_EU RETAB MIL DIP PCI ERR": "free 0",
}


def test_every_motive_has_its_price():
    found = {
        str(motive): ", ".join(f"{row.key} {row.cents}" for row in rules_of(motive).fees) for motive in Motive
    }
    assert found == {motive: price for motives, price in PRICES.items() for motive in motives.split()}


# The codes that will stand on the card (domain 3.5, 3.7).
CODES = {
    "REU": "probation-aac 106, probation 106, automatic 78",
    "REU_EXT": "automatic 78",
    "REU_RET": "ret-probation 105",
    "DIP": "dip-probation 106",
    "FORM_B96": "b96-no-right 96",
    "ECH_EU ECH_HUE ECH_COM": "exchange-code 70",
}


def test_a_note_tells_the_code_that_will_stand_on_the_card():
    expected = {motive: codes for motives, codes in CODES.items() for motive in motives.split()}
    for motive in Motive:
        found = ", ".join(f"{note.key} {note.code}" for note in rules_of(motive).notes if note.code)
        assert (motive, found) == (motive, expected.get(motive, ""))


# The longest that a category lasts after an opinion (CR:R221-11, F1255; domain 3.6).
LONGEST = [
    # categories                            up to the age of … (none: for ever)    years
    ("C C1 C1E CE", 60, 5),
    ("C C1 C1E CE", 76, 2),
    ("C C1 C1E CE", None, 1),
    ("D D1 D1E DE", 60, 5),
    ("D D1 D1E DE", None, 1),
    ("A A1 A2 AM B B1 BE", 60, 5),
    ("A A1 A2 AM B B1 BE", 76, 2),
    ("A A1 A2 AM B B1 BE", None, 1),
]


def test_how_long_a_category_lasts_at_most_by_group_and_age():
    found = [(" ".join(sorted(p.categories)), None if p.under > 150 else p.under, p.years) for p in PERIODS]
    assert found == LONGEST


HOMES = {
    "own": ("vous avez un logement à votre nom", "vous n’avez pas de logement à votre nom"),
    "hosted": ("une autre personne vous héberge", "personne ne vous héberge"),
    "homeless": ("vous n’avez pas de domicile stable", "vous avez un domicile stable"),
    "hotel": ("vous vivez à l’hôtel", "vous ne vivez pas à l’hôtel"),
    "caravan": ("vous vivez dans un camping ou une caravane", "vous ne vivez pas dans une caravane"),
    "boat": ("vous vivez sur un bateau", "vous ne vivez pas sur un bateau"),
    "justif_adresse": (
        "votre fournisseur d’énergie confirme votre adresse",
        "votre fournisseur d’énergie ne confirme pas votre adresse",
    ),
}


def test_a_condition_says_in_french_why_it_holds_and_why_not():
    assert (lives("own").yes, lives("own").no) == HOMES["own"]
    assert {str(mode): (lives(mode).yes, lives(mode).no) for mode in AddressMode if mode in HOMES} == HOMES
    assert set(HOMES) == set(AddressMode)
    one, two = wants(Category.B), wants(Category.A1, Category.B1)
    assert (one.yes, one.no) == ("vous demandez la catégorie B", "vous ne demandez pas la catégorie B")
    assert two.yes == "vous demandez l’une des catégories A1 ou B1"
    assert two.no == "vous ne demandez pas l’une des catégories A1 ou B1"
