"""What a second, independent reading of the law put right: each bound met, and missed by a day or a year."""

from __future__ import annotations

import datetime as dt

import pytest

from permis.domain import exploring, required
from permis.domain.situation import NotYetKnown, Situation, noting_presumptions
from tests.rules import people, readings
from tests.rules.people import ask, codes, differences, who
from tests.rules.readings import ADULT, DAY, drives, each, ends, told, verdict

# ── What is held when nobody said it ───────────────────────────────────────────────────────────────────────


def test_who_registers_for_the_first_time_is_presumed_to_hold_nothing():
    first = ADULT | {"motive": "INS", "categories": ["B"], "birth_date": "2006-06-06"}
    with noting_presumptions() as noted:
        found = ask(first, on=DAY)
    assert (codes(found), found.unknown) == ("ID ADDR PHOTO (ASSR2) JDC", ())
    assert "pas encore de permis" in noted
    assert codes(ask(first, on=DAY, held_categories=["AM"])) == "ID ADDR PHOTO LIC (ASSR2) JDC"
    assert "held_categories" in ask(first, on=DAY, presume=False).unknown
    assert "held_categories" in ask(first | {"motive": "INS_EXT"}, on=DAY).unknown


# ── A heavy category that ends sooner than the paper that shows it ─────────────────────────────────────────

LORRY = ADULT | {"held_categories": ["B", "C"]}
LOST = LORRY | {"motive": "PERTE"}
SOONER = [
    # Until when the C lasts on the licence, of a loss told on 1 December: two papers, of 4 and of 2 months
    ("nobody says", {}, ["B C with ADCS, 2026-12-01 to 2027-04-01", "B C with LOSS_PAPER, 2026-12-01 to 2027-02-01"]),
    (
        "a day after the first paper",
        {"category_ends_on": {"C": "2027-04-02"}},
        ["B C with ADCS, 2026-12-01 to 2027-04-01", "B C with LOSS_PAPER, 2026-12-01 to 2027-02-01"],
    ),
    (
        "a day before the first paper does",
        {"category_ends_on": {"C": "2027-03-31"}},
        [
            "B with ADCS, 2026-12-01 to 2027-04-01",
            "C with ADCS, 2026-12-01 to 2027-03-31",
            "B C with LOSS_PAPER, 2026-12-01 to 2027-02-01",
        ],
    ),
    (
        "today",
        {"category_ends_on": {"C": "2026-12-01"}},
        [
            "B with ADCS, 2026-12-01 to 2027-04-01",
            "C with ADCS, 2026-12-01 to 2026-12-01",
            "B with LOSS_PAPER, 2026-12-01 to 2027-02-01",
            "C with LOSS_PAPER, 2026-12-01 to 2026-12-01",
        ],
    ),
    (
        "yesterday",
        {"category_ends_on": {"C": "2026-11-30"}},
        ["B with ADCS, 2026-12-01 to 2027-04-01", "B with LOSS_PAPER, 2026-12-01 to 2027-02-01"],
    ),
    # Driven for a living, a B may have an end too: the right of everybody else goes on.
    (
        "only the B has one",
        {"category_ends_on": {"B": "2026-12-15"}},
        ["B C with ADCS, 2026-12-01 to 2027-04-01", "B C with LOSS_PAPER, 2026-12-01 to 2027-02-01"],
    ),
]  # fmt: skip


def test_the_right_to_drive_a_lorry_ends_with_the_category_when_that_comes_first():
    found, expected = each(SOONER, lambda **facts: sorted(drives(LOST, **facts)))
    assert found == {name: sorted(lines) for name, lines in expected.items()}


# Of each request that replaces a licence in hand or stolen: B and C, the C of which ends on 15 December.
ENDING = LORRY | {"category_ends_on": {"C": "2026-12-15"}}
REPLACED = [
    ("VOL", {"theft_receipt_on": "2026-12-01"}, ["B with THEFT, 2026-12-01 to 2027-02-01", "C with THEFT, 2026-12-01 to 2026-12-15"]),
    ("DET", {}, ["B with LIC, 2026-12-01 to None", "C with LIC, 2026-12-01 to 2026-12-15"]),
    ("ROSE", {}, ["B with LIC, 2026-12-01 to 2033-01-19", "C with LIC, 2026-12-01 to 2026-12-15"]),
    ("EC", {"civil_status_reason": "change"}, ["B with LIC, 2026-12-01 to None", "C with LIC, 2026-12-01 to 2026-12-15"]),
    ("EXP15", {"licence_expires_on": "2027-02-01"}, ["B with LIC, 2026-12-01 to 2027-02-01"]),
]  # fmt: skip


@pytest.mark.parametrize(("motive", "facts", "expected"), REPLACED, ids=[row[0] for row in REPLACED])
def test_it_ends_so_whatever_is_replaced_and_is_presumed_valid_when_nobody_says(motive, facts, expected):
    like = ENDING | {"motive": motive} | facts
    assert drives(like) == expected
    with noting_presumptions() as noted:
        unsaid = drives(like, category_ends_on=None)
    assert not any("2026-12-15" in line for line in unsaid)
    assert ("catégories de poids lourd en cours de validité" in noted) is (motive != "EXP15")
    assert not any(line.startswith("C") for line in drives(like, category_ends_on={"C": "2026-11-30"}))


def test_the_card_of_fifteen_years_shows_no_lorry():
    card = LORRY | {"motive": "EXP15", "licence_expires_on": "2027-02-01"}
    assert drives(card, held_categories=["A1", "B", "BE", "D"]) == [
        "A1 B BE with LIC, 2026-12-01 to 2027-02-01"
    ]
    assert drives(card, held_categories=["C", "D"]) == []


# ── A ban that the dates tell ──────────────────────────────────────────────────────────────────────────────

WORN = ADULT | {"motive": "DET", "held_categories": ["B"]}
STOPPED = "not_possible R13 sanction"
BANS = [
    ("from today", {"ban_starts_on": "2026-12-01", "ban_ends_on": "2027-06-01"}, STOPPED),
    ("from tomorrow", {"ban_starts_on": "2026-12-02", "ban_ends_on": "2027-06-01"}, "file"),
    ("to today", {"ban_starts_on": "2026-06-01", "ban_ends_on": "2026-12-01"}, STOPPED),
    ("to yesterday", {"ban_starts_on": "2026-06-01", "ban_ends_on": "2026-11-30"}, "file"),
    ("whose end nobody says", {"ban_starts_on": "2026-06-01"}, "file"),
    ("without an end", {"ban_starts_on": "2026-06-01", "ban_ends_on": "none"}, "file"),
    ("whose start nobody says", {"ban_ends_on": "2027-06-01"}, "file"),
]


def test_a_ban_that_runs_stops_a_request_that_is_not_about_it():
    found, expected = each(BANS, lambda **facts: verdict(WORN, **facts))
    assert found == expected


def test_a_ban_stops_no_request_that_is_about_it():
    ban = {"ban_starts_on": "2026-06-01", "ban_ends_on": "2026-12-01"}
    other = {"categories": ["B"], "exam_on": "2026-11-20", "licence_surrendered_on": "none"}
    back = other | {"licence_first_issued_on": "2010-01-01", "theory_only": "no"}
    for motive in ("SUSP", "INS_RET", "REU_RET"):
        assert (motive, verdict(ADULT | {"motive": motive}, **ban, **back)) == (motive, "file")


# ── The end of a category, and the day of the theory, by another name ──────────────────────────────────────

RENEWED = ADULT | {"motive": "MED", "categories": ["C"], "medical_opinion_on": "2026-11-20"}


def test_the_end_of_the_licence_is_that_of_the_categories_to_renew_unless_they_have_their_own():
    assert drives(RENEWED, licence_expires_on="2026-11-20") == ["C with LIC MED, 2026-12-01 to decision"]
    assert drives(RENEWED, licence_expires_on="2026-11-19") == []
    own = {"licence_expires_on": "2026-11-20", "category_ends_on": {"C": "2026-11-19"}}
    assert drives(RENEWED, **own) == []
    with pytest.raises(NotYetKnown) as missing:
        drives(RENEWED, licence_expires_on="none")
    assert missing.value.facts == ("category_ends_on",)


BACK = ADULT | {
    "motive": "REU_RET",
    "categories": ["B"],
    "theory_only": "yes",
    "medical_opinion_on": "2026-11-20",
}
THEORY = [
    ("told as the exam", {"exam_on": "2026-11-20"}, "file"),
    ("told as the exam, today", {"exam_on": "2026-12-01"}, "file"),
    ("told as the exam, tomorrow", {"exam_on": "2026-12-02"}, "not_before 2026-12-02 ret-theory-ahead"),
    ("told by its name", {"exam_on": "2026-12-02", "theory_exam_on": "2026-11-20"}, "file"),
    ("not passed", {"exam_on": "2026-11-20", "theory_exam_on": "none"}, "not_possible R06 ret-no-exam"),
    ("of which nobody says the day", {}, "open: theory_exam_on"),
    # There was no practical exam: that says nothing of the theory.
    ("beside a practical exam that was not", {"exam_on": "none"}, "open: theory_exam_on"),
]


def test_the_day_of_the_only_exam_is_that_of_the_theory():
    found, expected = each(THEORY, lambda **facts: verdict(BACK, **facts))
    assert found == expected


# ── An opinion serves two years ────────────────────────────────────────────────────────────────────────────

PASSED = ADULT | {"exam_on": "2026-11-20", "held_categories": ["B"], "learning_mode": "traditional"}
RETURNED = {"ban_starts_on": "2026-01-10", "ban_ends_on": "2026-07-10", "licence_surrendered_on": "none"}
RETURNED |= {"licence_first_issued_on": "2010-01-01", "theory_only": "no"}
# The request, what is particular to it, the row that stops; then whether that hangs on a heavy category.
OPINIONS = [
    ("SUSP", {"ban_starts_on": "2026-06-01", "ban_ends_on": "2026-12-01"}, "med-old", False),
    ("INS_RET", RETURNED, "med-old", False),
    ("REU_RET", RETURNED, "med-old", False),
    ("MED", {"category_ends_on": {"C": "2027-01-15"}}, "med-old", False),
    ("MED_REST", {}, "med-old", False),
    ("REU", {"categories": ["B", "C"]}, "med-old-heavy", True),
    ("REU_EXT", {}, "med-old-heavy", True),
    ("INS", {}, "med-old-heavy", True),
    ("INS_EXT", {}, "med-old-heavy", True),
    ("MIL", {}, "med-old-heavy", True),
    ("DIP", {}, "med-old-heavy", True),
]


@pytest.mark.parametrize(("motive", "facts", "row", "heavy"), OPINIONS, ids=[row[0] for row in OPINIONS])
def test_an_opinion_of_more_than_two_years_stops_the_request_that_rests_on_it(motive, facts, row, heavy):
    like = PASSED | {"motive": motive, "categories": ["C"], **facts}
    assert verdict(like, medical_opinion_on="2024-12-01") == "file"
    assert verdict(like, medical_opinion_on="2024-11-30") == f"not_possible R12 {row}"
    light = like | {"categories": ["B"], "held_categories": ["A1"]}
    expected = "file" if heavy else f"not_possible R12 {row}"
    assert verdict(light, medical_opinion_on="2024-11-30") == expected


@pytest.mark.parametrize(("motive", "facts"), [row[:2] for row in OPINIONS], ids=[row[0] for row in OPINIONS])
def test_an_opinion_of_an_unknown_day_stops_nobody_and_is_asked_where_nothing_is_presumed(motive, facts):
    like = PASSED | {"motive": motive, "categories": ["C"], "sanction": "no", "student": "no", **facts}
    stated = {"medical_opinion_on"} if motive in {"MED", "MED_REST"} else set()  # they are about the opinion
    assert set(ask(like, on=DAY).unknown) == stated
    assert "medical_opinion_on" in ask(like, on=DAY, presume=False).unknown
    light = like | {"categories": ["B"], "held_categories": ["A1"]}
    always_read = motive in {"SUSP", "INS_RET", "REU_RET", "MED", "MED_REST"}
    assert ("medical_opinion_on" in ask(light, on=DAY, presume=False).unknown) is always_read


def test_an_opinion_that_is_too_old_prolongs_no_category():
    lost = LORRY | {"motive": "PERTE"}
    assert ends(lost, medical_opinion_on="2024-12-01") == {"C": "2029-12-01"}
    assert ends(lost, medical_opinion_on="2024-11-30") == {}
    assert verdict(lost, medical_opinion_on="2024-11-30") == "file"  # nobody must bring one


# ── Ages ───────────────────────────────────────────────────────────────────────────────────────────────────

# The exam was on 20 November: who reaches the age that day, and who does the day after.
AGAIN = [
    ("B", "2009-11-20", "2009-11-21", "age-b"),
    ("A2", "2008-11-20", "2008-11-21", "age-a2"),
    ("A1", "2010-11-20", "2010-11-21", "age-light"),
    ("B1", "2010-11-20", "2010-11-21", "age-light"),
    ("BE", "2008-11-20", "2008-11-21", "age-be"),
    ("C1", "2008-11-20", "2008-11-21", "age-c1"),
    ("D", "2008-11-20", "2008-11-21", "age-heavy-trained"),
]


def test_who_passes_again_has_the_age_of_the_exam_unless_only_the_theory_is_retaken():
    like = PASSED | RETURNED | {"motive": "REU_RET"}
    for category, old, young, row in AGAIN:
        facts = {"categories": [category]}
        said = [
            verdict(like, birth_date=old, **facts),
            verdict(like, birth_date=young, **facts),
            verdict(like, birth_date=young, theory_only="yes", **facts),
        ]
        assert (category, *said) == (category, "file", f"not_possible R11 {row}", "file")


ALONE = "ret-theory-alone"
THEORY_ALONE = [
    ("a licence of three years, a short ban", {}, False),
    ("a licence of three years less a day", {"licence_first_issued_on": "2023-01-11"}, True),
    ("a licence of three years to the day", {"licence_first_issued_on": "2023-01-10"}, False),
    ("a ban of a year less a day", {"ban_ends_on": "2027-01-09"}, False),
    ("a ban of a year", {"ban_ends_on": "2027-01-10"}, True),
    ("the practical exam retaken", {"licence_first_issued_on": "2023-01-11", "theory_only": "no"}, False),
]


def test_who_retakes_the_theory_alone_without_the_right_to_is_warned():
    like = BACK | RETURNED | {"theory_only": "yes", "theory_exam_on": "2026-11-20"}
    found, expected = each(THEORY_ALONE, lambda **facts: ALONE in told(like, **facts).split())
    assert found == expected
    (note,) = [row for row in required.rules_of("REU_RET").notes if row.key == ALONE]
    assert (note.source.key, note.code) == ("F1704", "")


def test_a_soldier_turns_a_lorry_or_a_bus_into_a_licence_from_18():
    soldier = ADULT | {"motive": "MIL", "held_categories": ["none"]}
    for category in ("C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE"):
        like = soldier | {"categories": [category]}
        said = verdict(like, birth_date="2008-12-01"), verdict(like, birth_date="2008-12-02")
        assert (category, *said) == (category, "file", "not_before R11 2026-12-02 mil-age")
    for category in ("A1", "A2", "A", "B1", "B", "BE"):
        assert verdict(soldier, categories=[category], birth_date="2008-12-02") == "file"
    assert readings.because(soldier, categories=["C"], birth_date="2008-12-02") == "F1452"


def test_the_certificate_of_a_course_taken_before_14_lets_drive_from_14_only():
    course = ADULT | {
        "motive": "FORM_AM",
        "filer": "school",
        "held_categories": ["none"],
        "course_on": "2026-11-20",
    }
    assert drives(course, birth_date="2012-11-20") == ["AM with FORM, 2026-11-20 to 2027-03-20"]
    assert drives(course, birth_date="2012-11-21") == ["AM with FORM, 2026-11-21 to 2027-03-20"]
    assert drives(course, birth_date="2012-12-01") == ["AM with FORM, 2026-12-01 to 2027-03-20"]


# What a category asks for here, of each exchange: the first day on which it can be had.
EXCHANGES = [
    ("ECH_EU", {"licence_country": "ES"}),
    ("ECH_HUE", {"licence_country": "MA", "licence_obtained_on": "2010-01-01", "stay_started_on": "none"}),
]
FROM_AGE = [
    ("A1 B1", 16, "exchange-age-light"),
    ("B", 17, "exchange-age-b"),
    ("A2 A BE", 18, "exchange-age-a2"),
    ("C1 C1E", 18, "exchange-age-c1"),
    ("C CE D1 D1E", 21, "exchange-age-heavy"),
    ("D DE", 24, "exchange-age-d"),
]


@pytest.mark.parametrize(("motive", "facts"), EXCHANGES, ids=[row[0] for row in EXCHANGES])
def test_who_is_too_young_for_a_category_is_told_the_day_of_the_exchange(motive, facts):
    for categories, age, row in FROM_AGE:
        for category in categories.split():
            like = ADULT | facts | {"motive": motive, "categories": [category], "resident_since": "none"}
            young = verdict(like, birth_date=f"{2026 - age}-12-02")
            year = verdict(like, birth_date=f"{2027 - age}-12-01")
            assert (category, verdict(like, birth_date=f"{2026 - age}-12-01")) == (category, "file")
            assert (category, young) == (category, f"not_before R11 2026-12-02 {row}")
            assert (category, year) == (category, f"not_before R11 2027-12-01 {row}")


def test_of_several_categories_the_highest_age_gives_the_day():
    like = ADULT | {"motive": "ECH_EU", "licence_country": "ES", "categories": ["A1", "B", "C", "D"]}
    assert verdict(like, birth_date="2012-12-02") == "not_before R11 2036-12-02 exchange-age-d"


# ── A European who studies ─────────────────────────────────────────────────────────────────────────────────

# The name, the arrival, of a student; then of somebody else, asking on 1 December (six months before: 1 June).
SETTLED = [
    ("184 days, six months", "2026-05-31", "file", "not_before R10 2026-12-02 residence"),
    ("six months today", "2026-06-01", "file", "not_before R10 2026-12-03 residence"),
    ("six months tomorrow", "2026-06-02", "not_before R10 2026-12-02 residence", "not_before R10 2026-12-04 residence"),
    ("185 days", "2026-05-30", "file", "file"),
]  # fmt: skip


def test_a_european_student_lives_here_after_six_months_when_they_are_shorter_than_185_days():
    def said(arrived, student):
        return verdict(WORN, nationality="ES", resident_since=arrived, student=student)

    cases = [(name, arrived, "yes", expected) for name, arrived, expected, _ in SETTLED]
    cases += [(f"{name}, no student", arrived, "no", expected) for name, arrived, _, expected in SETTLED]
    assert differences(cases, said) == []


def test_a_student_never_waits_longer_than_the_others():
    """From 31 August to 28 February there are 181 days, from 1 March to 1 September 184: never more than 185."""
    for day, arrived in (("2027-02-28", "2026-08-31"), ("2027-09-01", "2027-03-01")):
        spaniard = {"nationality": "ES", "resident_since": arrived}
        assert verdict(WORN, on=day, student="yes", **spaniard) == "file"
        assert verdict(WORN, on=day, student="no", **spaniard).startswith("not_before R10")


def test_whether_a_european_studies_is_asked_only_while_it_decides():
    spaniard = {"nationality": "ES", "sanction": "no"}
    assert ask(WORN, on=DAY, presume=False, resident_since="2026-06-01", **spaniard).unknown == ("student",)
    assert ask(WORN, on=DAY, presume=False, resident_since="2026-05-30", **spaniard).unknown == ()
    french = ask(WORN, on=DAY, presume=False, resident_since="2026-06-01", sanction="no")
    assert french.unknown == ()


# ── A waiver, of whom it helps ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("motive", "facts"), EXCHANGES, ids=[row[0] for row in EXCHANGES])
def test_only_who_is_well_and_not_sanctioned_may_give_the_heavy_categories_up(motive, facts):
    like = ADULT | facts | {"motive": motive, "categories": ["C"]}
    cases = [
        ("well", {}, True),
        ("unwell", {"medical_flag": "yes"}, False),
        ("sanctioned", {"sanction": "yes"}, False),
        ("a car", {"categories": ["B"]}, False),
    ]
    found, expected = each(cases, lambda **more: "exchange-waiver" in told(like, **more).split())
    assert found == expected


# ── The page question by question says the same ────────────────────────────────────────────────────────────


def test_question_by_question_an_old_opinion_stops_who_asks_for_a_lorry():
    bus = {"motive": "MIL", "nationality": "FR", "categories": ["D"], "birth_date": "1981-01-01"}
    shown = frozenset({"sanction"})
    for opinion, stops in (("2024-12-01", False), ("2024-11-30", True)):
        told_all = exploring.Told({**bus, "medical_opinion_on": opinion}, shown=shown)
        way = exploring.walk(told_all, who(on=DAY).submitted_on)
        assert (opinion, way.stops) == (opinion, stops)
    assert people.told(way.answer) == "not_possible R12 med-old-heavy"


def keys_of(answers):
    person = Situation.from_answers({"birth_date": "1990-01-01", **answers}, today=dt.date(2026, 12, 1))
    return {note.key for note in required.notes(person)}


def test_a_civil_licence_goes_on_while_a_military_sheet_or_a_diploma_is_read():
    for motive, key in (("MIL", "mil-keep"), ("DIP", "dip-keep")):
        for held, kept in ((["B"], True), (["none"], False)):
            assert (key in keys_of({"motive": motive, "held_categories": held})) is kept, (motive, held)


def test_who_saw_the_doctor_after_the_end_is_told_to_wait_for_the_card():
    lorry = {"motive": "MED", "categories": ["C"], "category_ends_on": {"C": "2026-11-20"}}
    assert "med-provisional" in keys_of({**lorry, "medical_opinion_on": "2026-11-21"})
    assert "med-provisional" not in keys_of({**lorry, "medical_opinion_on": "2026-11-20"})
