"""Who may register for the exam, again after a licence was lost, and with what: literals written from the law."""

from __future__ import annotations

import datetime as dt

from permis.domain.exploring import NONE_OF, Told, walk
from permis.domain.required import notes
from permis.domain.required.registration_after_loss_of_rights import in_time
from permis.domain.situation import BY_NAME, Situation
from tests.rules.people import ask, codes, days_of, differences, drives, notes_of, told, who

# A French adult of 36 at home, who holds nothing.
FIRST = {
    "motive": "INS",
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "categories": ["B"],
    "held_categories": ["none"],
    "address": "own",
    "postcode": "35000",
}
FURTHER = FIRST | {"motive": "INS_EXT", "categories": ["A2"], "held_categories": ["B"]}
# Annulled for six months, a licence of 16 years; the licence was not handed over for an invalidation.
AGAIN = FIRST | {
    "motive": "INS_RET",
    "licence_first_issued_on": "2010-01-10",
    "ban_starts_on": "2026-01-10",
    "ban_ends_on": "2026-07-10",
    "licence_surrendered_on": "none",
}
AAC = {"learning_mode": "aac"}

WHO_MAY = [
    ("16 today", FIRST | {"birth_date": "2010-11-23"}, "file"),
    ("16 tomorrow", FIRST | {"birth_date": "2010-11-24"}, "not_before R11 2026-11-24 ins-age"),
    ("15 today, classic", FIRST | {"birth_date": "2011-11-23"}, "not_before R11 2027-11-23 ins-age"),
    ("14 today, classic", FIRST | {"birth_date": "2012-11-23"}, "not_before R11 2028-11-23 ins-age"),
    ("15 today, in AAC", FIRST | AAC | {"birth_date": "2011-11-23"}, "file"),
    (
        "15 tomorrow, in AAC",
        FIRST | AAC | {"birth_date": "2011-11-24"},
        "not_before R11 2026-11-24 ins-age-aac",
    ),
    (
        "born on a 29 February, 15 on the 28th",
        FIRST | AAC | {"birth_date": "2012-02-29"},
        "not_before R11 2027-02-28 ins-age-aac",
    ),
    (
        "16 tomorrow, a further category",
        FURTHER | {"birth_date": "2010-11-24"},
        "not_before R11 2026-11-24 ins-age",
    ),
    (
        "15 tomorrow in AAC, again",
        AGAIN | AAC | {"birth_date": "2011-11-24"},
        "not_before R11 2026-11-24 ins-age-aac",
    ),
    ("for A, which is no exam", FIRST | {"categories": ["A"]}, "not_possible a-by-training"),
    ("for AM, which is no exam", FIRST | {"categories": ["AM"]}, "not_possible am-by-training"),
    ("for A2", FIRST | {"categories": ["A2"]}, "file"),
    (
        "for A after A2",
        FURTHER | {"categories": ["A"], "held_categories": ["A2"]},
        "not_possible a-by-training",
    ),
    ("for AM after B", FURTHER | {"categories": ["AM"]}, "not_possible am-by-training"),
    ("for A again, which comes back as A2", AGAIN | {"categories": ["A"]}, "file"),
    ("for B and C together", FIRST | {"categories": ["B", "C"]}, "file"),
    ("during the ban", AGAIN | {"submitted_on": "2026-03-01"}, "file"),
]


def test_who_may_register():
    assert differences(WHO_MAY, lambda facts: told(ask(facts))) == []


def test_who_is_too_young_reads_the_documents_of_the_first_day():
    found = ask(FIRST | {"birth_date": "2010-12-24"})
    assert codes(found) == "ID HEB ID_HEB ADDR_HEB PHOTO REP ID_REP (ASSR2) (RECENSEMENT)"
    found = ask(FIRST | AAC | {"birth_date": "2011-12-24"})
    assert codes(found) == "ID HEB ID_HEB ADDR_HEB PHOTO REP ID_REP (ASSR2)"
    assert found.because == "En conduite accompagnée, l’inscription se fait à partir de 15 ans."


DOCUMENTS = [
    ("who holds AM", FIRST | {"held_categories": ["AM"]}, "ID ADDR PHOTO LIC"),
    ("who holds B", FIRST | {"held_categories": ["B"], "categories": ["A2"]}, "ID ADDR PHOTO LIC"),
    (
        "20, who holds AM: that is no first category",
        FIRST | {"birth_date": "2006-06-06", "held_categories": ["AM"]},
        "ID ADDR PHOTO LIC (ASSR2) JDC",
    ),
    (
        "20, who holds A1",
        FIRST | {"birth_date": "2006-06-06", "held_categories": ["A1"]},
        "ID ADDR PHOTO LIC JDC",
    ),
    (
        "20, who holds AM, a further category",
        FURTHER | {"birth_date": "2006-06-06", "held_categories": ["AM"]},
        "ID ADDR PHOTO LIC (ASSR2) JDC",
    ),
    (
        "20, who holds B, a further category",
        FURTHER | {"birth_date": "2006-06-06"},
        "ID ADDR PHOTO LIC JDC",
    ),
    ("for a lorry", FURTHER | {"categories": ["C"]}, "ID ADDR PHOTO LIC MED"),
    ("for a trailer", FURTHER | {"categories": ["BE"]}, "ID ADDR PHOTO LIC"),
    ("for a lorry again: one opinion", AGAIN | {"categories": ["C"]}, "ID ADDR PHOTO MED DECISION (PSY)"),
    ("again, unwell: one opinion", AGAIN | {"medical_flag": "yes"}, "ID ADDR PHOTO MED DECISION (PSY)"),
]


def test_the_documents_of_who_registers():
    assert differences(DOCUMENTS, lambda facts: codes(ask(facts))) == []


# What each further category asks for first: it is held, or asked for at the same time.
FIRST_NEEDS = [
    ("BE", "A2", "needs-b"),
    ("C1", "A2", "needs-b"),
    ("C", "A2", "needs-b"),
    ("D1", "A2", "needs-b"),
    ("D", "A2", "needs-b"),
    ("C1E", "B", "needs-c1"),
    ("CE", "B", "needs-c"),
    ("CE", "C1", "needs-c"),
    ("D1E", "B", "needs-d1"),
    ("DE", "B", "needs-d"),
    ("DE", "D1", "needs-d"),
]
ENOUGH = [
    "BE B",
    "C1 B",
    "C B",
    "D1 B",
    "D B",
    "C1E C1",
    "C1E C",
    "CE C",
    "D1E D1",
    "D1E D",
    "DE D",
    "A2 A1",
    "B1 AM",
]


def further(wanted, *held):
    """What is said to who asks for one more category while holding these."""
    return told(ask(FURTHER | {"categories": [wanted], "held_categories": list(held)}))


def test_a_category_asks_for_the_one_below():
    cases = [(f"{w} with {h}", w, h, f"not_possible {key}") for w, h, key in FIRST_NEEDS]
    cases += [(pair, *pair.split(), "file") for pair in ENOUGH]
    assert differences(cases, further) == []
    together = FURTHER | {"categories": ["B", "BE"], "held_categories": ["A1"]}
    assert told(ask(together)) == "file"


NOTES = [
    ("16, for B", FIRST | {"birth_date": "2009-11-24"}, "ins-no-right ins-exam-age"),
    ("17, for B", FIRST | {"birth_date": "2009-11-23"}, "ins-no-right"),
    ("16, for A1", FIRST | {"birth_date": "2009-11-24", "categories": ["A1"]}, "ins-no-right"),
    ("for B and C", FIRST | {"categories": ["B", "C"]}, "ins-no-right ins-heavy"),
    ("further, for A2", FURTHER, "ins-no-right ins-keep-right"),
    (
        "further, 16, for B",
        FURTHER | {"birth_date": "2009-11-24", "categories": ["B"], "held_categories": ["A1"]},
        "ins-no-right ins-exam-age ins-keep-right",
    ),
]
NOTES += [
    (
        f"further, {cat}, born {birth}",
        FURTHER | {"categories": [cat], "birth_date": birth},
        f"ins-no-right{key} ins-keep-right",
    )
    for cat, birth, key in [
        ("C", "2005-11-24", " ins-age-c"),
        ("C", "2005-11-23", ""),
        ("CE", "2005-11-24", " ins-age-c"),
        ("D1", "2005-11-24", " ins-age-c"),
        ("D1E", "2005-11-24", " ins-age-c"),
        ("C1", "2005-11-24", ""),
        ("D", "2002-11-24", " ins-age-d"),
        ("DE", "2002-11-24", " ins-age-d"),
        ("D", "2002-11-23", ""),
        ("D1", "2002-11-24", ""),
    ]
]


def test_what_one_must_know_at_the_registration():
    assert differences(NOTES, lambda facts: notes_of(who(facts))) == []


def test_a_registration_gives_no_right_to_drive():
    for facts in (FIRST, FURTHER, AGAIN):
        assert drives(who(facts)) == []
        assert "L’inscription ne permet pas de conduire seul." in [row.says for row in notes(who(facts))]


ONLY, LATE, WHOLE = "insret-theory-only", "insret-too-late", "insret-whole"
BACK = [
    # licence of 3 years or more, ban of less than one year, registered in the nine months
    ("all is so", {}, ONLY, "insret-theory 2027-04-10"),
    (
        "a licence of 3 years today",
        {"licence_first_issued_on": "2023-01-10"},
        ONLY,
        "insret-theory 2027-04-10",
    ),
    ("a licence of 3 years tomorrow", {"licence_first_issued_on": "2023-01-11"}, WHOLE, ""),
    (
        "a licence too young, and nine months gone",
        {"licence_first_issued_on": "2023-01-11", "submitted_on": "2027-04-11"},
        WHOLE,
        "",
    ),
    ("a ban of one year but a day", {"ban_ends_on": "2027-01-09"}, ONLY, "insret-theory 2027-10-09"),
    ("a ban of one year", {"ban_ends_on": "2027-01-10"}, WHOLE, ""),
    ("the last day", {"submitted_on": "2027-04-10"}, ONLY, "insret-theory 2027-04-10"),
    ("the day after", {"submitted_on": "2027-04-11"}, LATE, "insret-theory 2027-04-10"),
    (
        "invalidated: from the hand-over, the last day",
        {"licence_surrendered_on": "2026-02-23"},
        ONLY,
        "insret-theory 2026-11-23",
    ),
    (
        "invalidated: from the hand-over, the day after",
        {"licence_surrendered_on": "2026-02-22"},
        LATE,
        "insret-theory 2026-11-22",
    ),
    ("from a 31 May to a 28 February", {"ban_ends_on": "2026-05-31"}, ONLY, "insret-theory 2027-02-28"),
    ("nobody knows since when", {"ban_starts_on": "none"}, WHOLE, ""),
]


def test_who_comes_back_in_nine_months_retakes_only_the_theory():
    def said(facts):
        one = who(AGAIN | facts)
        sent = facts.get("submitted_on", "2026-11-23")
        valid = f"ins-valid {int(sent[:4]) + 5}{sent[4:]}"
        assert days_of(one).startswith(valid)
        return (
            notes_of(one).removeprefix("ins-no-right commission insret-during "),
            days_of(one).removeprefix(valid).strip(),
        )

    cases = [(name, facts, (key, day)) for name, facts, key, day in BACK]
    assert differences(cases, said) == []


def test_nobody_is_in_time_when_there_is_no_day_to_count_from():
    somebody = who(AGAIN | {"ban_ends_on": "none", "licence_first_issued_on": None})
    assert not in_time(somebody)
    assert notes_of(somebody) == "ins-no-right commission insret-during"
    assert days_of(somebody) == "ins-valid 2031-11-23"


def test_a_category_a_comes_back_as_a2():
    assert notes_of(who(AGAIN | {"categories": ["A"]})).endswith("insret-theory-only insret-a2")
    assert not notes_of(who(AGAIN | {"categories": ["A2"]})).endswith("insret-a2")


def test_a_registration_is_valid_for_five_years_date_to_date():
    cases = [
        ("in December", "2026-12-01", "ins-valid 2031-12-01"),
        ("on a 29 February", "2028-02-29", "ins-valid 2033-02-28"),
    ]
    assert differences(cases, lambda sent: days_of(who(FIRST, submitted_on=sent))) == []


# A letter 48SI: the day of the hand-over is all that it lets somebody say.
KARIM = {
    "motive": "INS_RET",
    "licence_surrendered_on": "2026-08-15",
    "licence_first_issued_on": "2012-07-02",
}


def test_who_lost_every_point_needs_no_end_to_be_told_of_the_theory_alone():
    assert "insret-theory-only" in notes_of(who(KARIM)).split()
    assert days_of(who(KARIM)) == "ins-valid 2031-11-23 insret-theory 2027-05-15"
    young = who(KARIM | {"licence_first_issued_on": "2023-08-16"})
    assert "insret-whole" in notes_of(young).split()
    twice = who(KARIM | {"ban_ends_on": "2027-08-15"})  # a second invalidation in five years: twelve months
    assert "insret-whole" in notes_of(twice).split()


def test_a_hand_over_says_nothing_of_an_end_that_was_told_nor_of_other_requests():
    def read(**facts):
        return Situation.from_answers({**KARIM, **facts}, today=dt.date(2026, 11, 23), presume=False)

    karim = read()
    assert (karim.ban_starts_on, karim.ban_ends_on) == (dt.date(2026, 8, 15), dt.date(2027, 2, 15))
    assert read(ban_ends_on="none").ban_ends_on is None
    assert read(ban_starts_on="2026-09-01").ban_starts_on == dt.date(2026, 9, 1)
    assert not read(licence_surrendered_on="none").knows("ban_ends_on")
    assert not read(motive="REU_RET").knows("ban_ends_on")


def test_the_explorer_reads_the_end_from_the_hand_over_when_nobody_knows_it():
    told = {
        **KARIM,
        "categories": ["B"],
        "birth_date": "1985-03-14",
        "nationality": "FR",
        "address": "own",
        "medical_opinion_on": "2026-11-10",
    }
    unsaid = frozenset({"ban_starts_on", "ban_ends_on"})
    way = walk(Told(told, unsaid, frozenset(BY_NAME)), dt.date(2026, 11, 23))
    assert (way.page, way.unsaid) == ((), ())
    assert days_of(way.situation).endswith("insret-theory 2027-05-15")
    assert "insret-theory-only" in notes_of(way.situation).split()


def test_a_judge_s_annulment_is_no_hand_over_and_its_end_is_asked():
    told = {**KARIM, "birth_date": "1985-03-14", "nationality": "FR", "categories": ["B"], "address": "own"}
    judged = told | {"licence_surrendered_on": "none", "medical_opinion_on": "2026-11-10"}
    way = walk(Told(judged, frozenset(), frozenset(BY_NAME)), dt.date(2026, 11, 23))
    assert way.page == ("ban_ends_on",)
    assert "licence_surrendered_on" in NONE_OF
