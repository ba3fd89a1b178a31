"""Who is asked what for a further category, and for the licence that comes back: literals written from the law."""

from __future__ import annotations

from permis.domain import rights
from permis.domain.required import notes
from tests.rules.people import ask, codes, differences, drives, notes_of, told, who

# A French adult of 36 who holds B and passed the exam for A2.
FURTHER = {
    "motive": "REU_EXT",
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "categories": ["A2"],
    "held_categories": ["B"],
    "exam_on": "2026-11-20",
    "address": "own",
    "postcode": "35000",
}
# Somebody who passed the exam during a ban that ends on 15 December.
AGAIN = FURTHER | {
    "motive": "REU_RET",
    "categories": ["B"],
    "theory_only": "no",
    "ban_ends_on": "2026-12-15",
}
THEORY = AGAIN | {"theory_only": "yes", "exam_on": None, "theory_exam_on": "2026-11-20"}
HOLDS_ALL = {"held_categories": ["AM", "A1", "A2", "B", "C1", "C", "D1", "D"]}

# The age to sit is the age to obtain: 16, 17 or 18 on the day of the exam, 20 November 2026.
AGES = [
    ("A1", "2010-11-20", "age-light"),
    ("B1", "2010-11-20", "age-light"),
    ("B", "2009-11-20", "age-b"),
    ("A2", "2008-11-20", "age-a2"),
    ("BE", "2008-11-20", "age-be"),
    ("C1", "2008-11-20", "age-c1"),
    ("C1E", "2008-11-20", "age-c1"),
    ("C", "2008-11-20", "age-heavy-trained"),
    ("CE", "2008-11-20", "age-heavy-trained"),
    ("D1", "2008-11-20", "age-heavy-trained"),
    ("D1E", "2008-11-20", "age-heavy-trained"),
    ("D", "2008-11-20", "age-heavy-trained"),
    ("DE", "2008-11-20", "age-heavy-trained"),
]


def test_each_category_has_its_age_on_the_day_of_the_exam():
    cases = []
    for category, birth, key in AGES:
        facts = FURTHER | HOLDS_ALL | {"categories": [category]}
        next_day = f"{birth[:-2]}21"
        cases.append((f"{category} on the birthday", facts | {"birth_date": birth}, "file"))
        cases.append(
            (f"{category} on the eve", facts | {"birth_date": next_day}, f"not_possible R11 {key}"),
        )
    assert differences(cases, lambda facts: told(ask(facts))) == []


# Earlier than everybody: C, CE, D1, D1E before 21, D and DE before 24, with the training that allows it.
TRAINED = [
    ("C", "2005-11-20", "2005-11-21"),
    ("CE", "2005-11-20", "2005-11-21"),
    ("D1", "2005-11-20", "2005-11-21"),
    ("D1E", "2005-11-20", "2005-11-21"),
    ("D", "2002-11-20", "2002-11-21"),
    ("DE", "2002-11-20", "2002-11-21"),
]


def test_a_heavy_category_passed_earlier_than_everybody_asks_for_the_training():
    heavy = FURTHER | HOLDS_ALL | {"already_given": ["JDC", "ASSR2"]}
    cases = []
    for category, of_age, eve in TRAINED:
        facts = heavy | {"categories": [category]}
        cases.append(
            (f"{category} on the birthday", facts | {"birth_date": of_age}, "ID ADDR PHOTO CEPC LIC MED")
        )
        cases.append(
            (f"{category} on the eve", facts | {"birth_date": eve}, "ID ADDR PHOTO CEPC LIC MED FIMO"),
        )
    cases += [
        (small, heavy | {"categories": [small], "birth_date": "2005-11-21"}, "ID ADDR PHOTO CEPC LIC MED")
        for small in ("C1", "C1E")
    ]
    cases.append(("BE", heavy | {"categories": ["BE"], "birth_date": "2005-11-21"}, "ID ADDR PHOTO CEPC LIC"))
    assert differences(cases, lambda facts: codes(ask(facts))) == []


WHO_MAY = [
    ("no exam passed", FURTHER | {"exam_on": "none"}, "not_possible R06 no-exam"),
    ("exam tomorrow", FURTHER | {"exam_on": "2026-11-24"}, "not_before 2026-11-24 exam-ahead"),
    ("exam today", FURTHER | {"exam_on": "2026-11-23"}, "file"),
    ("A, which is no exam", FURTHER | {"categories": ["A"]}, "not_possible a-by-training"),
    ("AM, which is no exam", FURTHER | {"categories": ["AM"]}, "not_possible am-by-training"),
    ("a trailer without B", FURTHER | {"categories": ["BE"], "held_categories": ["A2"]}, "not_possible needs-b"),
    ("a lorry without B", FURTHER | {"categories": ["C"], "held_categories": ["A2"]}, "not_possible needs-b"),
    ("a trailer without C1", FURTHER | {"categories": ["C1E"]}, "not_possible needs-c1"),
    ("a trailer without C", FURTHER | {"categories": ["CE"]}, "not_possible needs-c"),
    ("a trailer without D1", FURTHER | {"categories": ["D1E"]}, "not_possible needs-d1"),
    ("a trailer without D", FURTHER | {"categories": ["DE"]}, "not_possible needs-d"),
    ("a trailer with C asked beside", FURTHER | {"categories": ["C", "CE"]}, "file"),
    # The law of the exam's day: 18 for B until 31 December 2023
    (
        "B of 2023, the day before 18",
        FURTHER | {"categories": ["B"], "held_categories": ["A1"], "birth_date": "2006-01-01", "exam_on": "2023-12-31"},
        "not_possible R11 age-b-2023",
    ),
    (
        "B of 1 January 2024, the day before 18",
        FURTHER | {"categories": ["B"], "held_categories": ["A1"], "birth_date": "2006-01-02", "exam_on": "2024-01-01"},
        "file",
    ),
    # After an annulment
    ("again, exam passed during the ban", AGAIN, "file"),
    ("again, no exam", AGAIN | {"exam_on": "none"}, "not_possible R06 ret-no-exam"),
    ("again, exam tomorrow", AGAIN | {"exam_on": "2026-11-24"}, "not_before 2026-11-24 ret-exam-ahead"),
    ("again, exam today", AGAIN | {"exam_on": "2026-11-23"}, "file"),
    ("again, theory alone", THEORY, "file"),
    ("again, no theory", THEORY | {"theory_exam_on": "none"}, "not_possible R06 ret-no-exam"),
    (
        "again, theory tomorrow",
        THEORY | {"theory_exam_on": "2026-11-24"},
        "not_before 2026-11-24 ret-theory-ahead",
    ),
    ("again, theory today", THEORY | {"theory_exam_on": "2026-11-23"}, "file"),
]  # fmt: skip


def test_who_may_ask_for_it():
    assert differences(WHO_MAY, lambda facts: told(ask(facts))) == []


DOCUMENTS = [
    (
        "20, who held only AM",
        FURTHER | {"birth_date": "2006-06-06", "held_categories": ["AM"]},
        "ID ADDR PHOTO CEPC LIC ASSR2 JDC",
    ),
    (
        "21 today, who held only AM",
        FURTHER | {"birth_date": "2005-11-23", "held_categories": ["AM"]},
        "ID ADDR PHOTO CEPC LIC JDC",
    ),
    ("20, who held B", FURTHER | {"birth_date": "2006-06-06"}, "ID ADDR PHOTO CEPC LIC JDC"),
    ("a lorry", FURTHER | {"categories": ["C"]}, "ID ADDR PHOTO CEPC LIC MED"),
    ("a trailer", FURTHER | {"categories": ["BE"]}, "ID ADDR PHOTO CEPC LIC"),
    # After an annulment nobody has a licence to show, and one opinion is enough.
    ("again, unwell", AGAIN | {"medical_flag": "yes"}, "ID ADDR PHOTO CEPC MED PSY DECISION"),
    ("again, a lorry", AGAIN | {"categories": ["B", "C"]}, "ID ADDR PHOTO CEPC MED PSY DECISION"),
    ("again, 20", AGAIN | {"birth_date": "2006-06-06"}, "ID ADDR PHOTO CEPC JDC MED PSY DECISION"),
    ("again, theory alone", THEORY, "ID ADDR PHOTO CEPC MED PSY DECISION"),
]


def test_the_documents_of():
    assert differences(DOCUMENTS, lambda facts: codes(ask(facts))) == []


DRIVING = [
    ("a further category", FURTHER, ["A2 with CEPC ID, 2026-11-20 to 2027-03-20"]),
    ("from a 31 October", FURTHER | {"exam_on": "2026-10-31"}, ["A2 with CEPC ID, 2026-10-31 to 2027-02-28"]),
    # The certificate is a licence for heavy categories too, on the exam route.
    (
        "a lorry",
        FURTHER | {"categories": ["C", "CE"]},
        ["C CE with CEPC ID, 2026-11-20 to 2027-03-20"],
    ),
    # Passed before the end of the ban: from the day after it; on the last day: still from the day after.
    ("again, exam before the end", AGAIN, ["B with CEPC ID, 2026-12-16 to 2027-04-16"]),
    (
        "again, exam on the last day",
        AGAIN | {"exam_on": "2026-12-15", "submitted_on": "2026-12-20"},
        ["B with CEPC ID, 2026-12-16 to 2027-04-16"],
    ),
    (
        "again, exam the day after the last",
        AGAIN | {"exam_on": "2026-12-16", "submitted_on": "2026-12-20"},
        ["B with CEPC ID, 2026-12-16 to 2027-04-16"],
    ),
    (
        "again, exam two days after the last",
        AGAIN | {"exam_on": "2026-12-17", "submitted_on": "2026-12-20"},
        ["B with CEPC ID, 2026-12-17 to 2027-04-17"],
    ),
    (
        "again, no end of a ban is known of",
        AGAIN | {"ban_ends_on": "none"},
        ["B with CEPC ID, 2026-11-20 to 2027-03-20"],
    ),
    ("again, theory alone", THEORY, []),
    ("again, no exam", AGAIN | {"exam_on": "none"}, []),
]


def test_what_one_may_drive_meanwhile():
    assert differences(DRIVING, lambda facts: drives(who(facts))) == []


NOTES = [
    ("a further category", FURTHER, "destroy cepc-france ext-soon"),
    ("a lorry", FURTHER | {"categories": ["C"]}, "destroy cepc-france cepc-heavy ext-soon"),
    (
        "B on an automatic gearbox",
        FURTHER | {"categories": ["B"], "held_categories": ["A1"], "gearbox": "automatic"},
        "destroy cepc-france ext-soon automatic",
    ),
    (
        "B on a manual gearbox",
        FURTHER | {"categories": ["B"], "held_categories": ["A1"], "gearbox": "manual"},
        "destroy cepc-france ext-soon",
    ),
    ("A2 on an automatic gearbox", FURTHER | {"gearbox": "automatic"}, "destroy cepc-france ext-soon"),
    ("again", AGAIN, "cepc-france commission ret-from ret-probation"),
    ("again, A", AGAIN | {"categories": ["A"]}, "cepc-france commission ret-from ret-a2 ret-probation"),
    ("again, theory alone", THEORY, "cepc-france commission"),
]


def test_what_one_must_know():
    assert differences(NOTES, lambda facts: notes_of(who(facts))) == []


def test_the_codes_that_will_stand_on_the_card():
    automatic = who(FURTHER | {"categories": ["B"], "held_categories": ["A1"], "gearbox": "automatic"})
    assert [row.code for row in notes(automatic) if row.code] == ["78"]
    assert [row.code for row in notes(who(AGAIN)) if row.code] == ["105"]


PROBATION = [
    ("who held B", FURTHER, None),
    ("who held only AM", FURTHER | {"held_categories": ["AM"]}, 3),
    ("who held AM and A1", FURTHER | {"held_categories": ["AM", "A1"]}, None),
    ("again, practical exam retaken", AGAIN, 3),
    ("again, practical exam retaken after AAC", AGAIN | {"learning_mode": "aac"}, 3),
    ("again, theory alone", THEORY, None),
]


def test_the_years_of_probation():
    assert differences(PROBATION, lambda facts: rights.probation_years(who(facts))) == []
