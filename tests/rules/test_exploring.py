"""The explorer's questions: only what still matters, once, and never a list that takes back what it said."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from permis.domain import exploring, required, rights
from permis.domain.asked import medical, motive
from permis.domain.conditions import always
from permis.domain.exploring import BY_SCHOOL, FORKS, NONE_OF, ROOT, UNSURE, WITHOUT, Aside, Fork, Told, walk
from permis.domain.pieces import PIECES, REASONS_FOR, about, reasons_for
from permis.domain.situation import BY_NAME, NONE, NotYetKnown, Situation
from permis.domain.vocabulary import SCHOOL_ONLY, Category, Motive, Outcome, Piece, Reason

DAY = dt.date(2026, 11, 23)
LEA = {
    "motive": "REU",
    "categories": ["B"],
    "birth_date": "2008-05-14",
    "exam_on": "2026-11-12",
    "nationality": "FR",
    "address": "hosted",
}
LOST = {
    "motive": "PERTE",
    "held_categories": ["B", "A1"],
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "address": "own",
}
EVERY = frozenset(BY_NAME)


def way(answers, *, on=DAY, unsaid=(), shown=EVERY, ahead=False):
    """Where somebody is who said this."""
    return walk(Told(answers, frozenset(unsaid), frozenset(shown), ahead), on)


def asked(walked):
    """The pieces of the list, as text."""
    return " ".join(need.piece.value for need in walked.answer.pieces)


# ── Table 0 ────────────────────────────────────────────────────────────────────────────────────────────────


def ends(fork: Fork, depth=1):
    """(number of questions, where it leads) for each way through table 0."""
    for choice in fork.choices:
        if isinstance(choice.to, Motive | Aside):
            yield depth, choice.to
        else:
            yield from ends(FORKS[choice.to], depth + 1)


def test_three_questions_at_most_lead_to_each_of_the_28_motives_or_to_a_case_without_a_request():
    found = list(ends(FORKS[ROOT]))
    assert max(depth for depth, _ in found) == 3
    assert {to for _, to in found} == set(Motive) | set(Aside)
    assert len(set(Motive)) == 28


def test_every_question_of_table_0_is_on_a_way():
    led = {choice.to for fork in FORKS.values() for choice in fork.choices}
    assert {fork for fork in FORKS if fork != ROOT} == {
        to for to in led if not isinstance(to, Motive | Aside)
    }
    for fork in FORKS.values():
        slugs = [choice.slug for choice in fork.choices]
        assert len(slugs) == len(set(slugs))
        labels = [choice.label for choice in fork.choices]
        assert len(labels) == len(set(labels))


def test_every_case_without_a_request_says_why_and_the_three_of_the_law_quote_it():
    assert set(WITHOUT) == set(Aside)
    for aside in (Aside.ADR, Aside.NOM_MARIAGE, Aside.PHOTO, Aside.SCHOOL):
        assert WITHOUT[aside].source is not None
    assert BY_SCHOOL.source is not None


def test_table_0_and_the_form_know_the_same_28_motives():
    in_the_form = [found for _, group in motive.GROUPS for found, _ in group]
    assert sorted(in_the_form) == sorted(Motive)
    assert {to for _, to in ends(FORKS[ROOT]) if isinstance(to, Motive)} == set(in_the_form)


def test_one_goes_back_from_a_motive_to_the_question_that_led_to_it():
    assert exploring.fork_before(Motive.REU).slug == "reussi"
    assert exploring.fork_before(Motive.PERTE).slug == ROOT
    assert exploring.fork_before(Motive.ENR_EU).slug == "europe"
    assert exploring.fork_before("europe").slug == "ailleurs"


# ── Which questions, for whom: literal ways ────────────────────────────────────────────────────────────────


def questions(answers, **known):
    """The pages asked of somebody with these answers, one after the other, as text."""
    return [" ".join(page) for page in way(answers, **known).pages]


def test_lea_is_asked_five_things_then_shown_the_boxes():
    assert questions(LEA) == [
        "categories",
        "birth_date",
        "nationality",
        "exam_on",
        "address",
        "gearbox medical_flag guardianship learning_mode already_given",
    ]
    assert asked(way(LEA)) == "ID HEB ID_HEB ADDR_HEB PHOTO CEPC ASSR2 JDC"


def test_a_minor_is_asked_neither_where_he_lives_nor_about_guardianship():
    assert questions({**LEA, "birth_date": "2009-01-10"}) == [
        "categories",
        "birth_date",
        "nationality",
        "exam_on",
        "gearbox medical_flag learning_mode already_given",
    ]


def test_at_26_nothing_that_was_given_at_the_registration_matters():
    assert "already_given" not in " ".join(questions({**LEA, "birth_date": "2000-03-14"}))


def test_a_foreigner_of_22_is_asked_nothing_about_the_defence_day():
    pages = questions({**LEA, "birth_date": "2004-03-14", "nationality": "MA"})
    assert "already_given" not in " ".join(pages)


def test_one_box_for_the_paper_that_is_asked_and_none_for_the_other():
    def boxes(birth):
        return [box.slug for box in exploring.boxes_of(way({**LEA, "birth_date": birth}))]

    usual = ["guardianship:yes", "learning_mode:aac", "gearbox:automatic"]
    assert boxes("2008-05-14") == [*usual, "already_given:ASSR2", "already_given:JDC", "medical_flag:yes"]
    assert boxes("2003-05-14") == [*usual, "already_given:JDC", "medical_flag:yes"]
    assert boxes("1990-05-14") == [*usual, "medical_flag:yes"]


def test_somebody_who_lost_a_licence_is_asked_what_it_was_and_whether_it_is_in_guyane():
    assert questions(LOST) == [
        "nationality",
        "held_categories",
        "birth_date",
        "address",
        "sanction filer medical_flag guardianship department",
    ]
    assert asked(way(LOST)) == "ID ADDR PHOTO LOSS STAMP"
    assert required.fee(way(LOST).situation).cents == 2500
    assert required.fee(way({**LOST, "department": "973"}).situation).cents == 1250


def test_a_school_is_told_that_it_cannot_ask_for_a_lost_licence_before_any_document():
    stopped = way({**LOST, "filer": "school"})
    assert (stopped.answer.outcome, stopped.stops) == (Outcome.NOT_POSSIBLE, True)
    assert stopped.answer.pieces == ()


def test_one_sure_no_ends_the_way():
    young = {**LEA, "categories": ["A2"], "birth_date": "2009-06-01"}
    stopped = way(young)
    assert stopped.stops
    assert stopped.answer.outcome is Outcome.NOT_POSSIBLE
    assert [" ".join(page) for page in stopped.pages] == [
        "categories",
        "birth_date",
        "nationality",
        "exam_on",
    ]


def test_an_exam_to_come_stops_then_the_list_may_be_made_for_that_day():
    """Turning 21 between today and the exam: the ASSR2 is asked today, and no more on the day."""
    later = {**LEA, "birth_date": "2005-11-30", "exam_on": "2026-12-10"}
    stopped = way(later)
    assert (stopped.stops, stopped.answer.not_before) == (True, dt.date(2026, 12, 10))
    prepared = way(later, ahead=True)
    assert not prepared.stops
    assert prepared.situation.submitted_on == dt.date(2026, 12, 10)
    assert asked(prepared) == "ID HEB ID_HEB ADDR_HEB PHOTO CEPC JDC"


def test_who_does_not_know_the_day_of_the_exam_still_gets_a_list():
    answers = {name: value for name, value in LEA.items() if name != "exam_on"}
    walked = way(answers, unsaid={"exam_on"})
    assert (walked.page, walked.unsaid) == ((), ("exam_on",))
    assert asked(walked) == asked(way(LEA))


def test_at_15_without_a_day_of_exam_the_age_is_said_and_not_a_list():
    child = {"motive": "REU", "categories": ["B1"], "birth_date": "2011-03-14", "nationality": "FR"}
    stopped = way(child, unsaid={"exam_on"})
    assert (stopped.stops, stopped.answer.not_before) == (True, dt.date(2027, 3, 14))


def test_only_what_may_honestly_be_unknown_may_be_left_out():
    answers = {name: value for name, value in LEA.items() if name != "birth_date"}
    assert way(answers, unsaid={"birth_date"}).page == ("birth_date",)


def test_without_a_motive_the_motive_is_asked():
    assert way({}).page == ("motive",)


# ── Of each kind of request, one person: what is asked, and what is answered ───────────────────────────────

JEAN = {
    "motive": "VOL",
    "nationality": "FR",
    "theft_receipt_on": "2026-11-15",
    "held_categories": ["B"],
    "birth_date": "1975-01-01",
    "address": "own",
}
RENE = {
    "motive": "MED",
    "nationality": "FR",
    "medical_opinion_on": "2026-11-20",
    "categories": ["C", "CE"],
    "birth_date": "1968-04-02",
    "address": "own",
    "category_ends_on": {"C": "2027-01-15", "CE": "2027-01-15"},
}
AMAL = {
    "motive": "ECH_HUE",
    "categories": ["B"],
    "birth_date": "1990-04-02",
    "nationality": "MA",
    "resident_since": "2026-03-01",
    "stay_started_on": "2026-05-05",
    "licence_country": "MA",
    "licence_obtained_on": "2015-01-01",
    "licence_expires_on": NONE,
    "address": "own",
}
INES = {"motive": "FORM_AM", "birth_date": "2011-04-02", "nationality": "FR", "course_on": "2026-11-10"}


def test_without_a_receipt_a_theft_is_declared_first():
    stopped = way({**JEAN, "theft_receipt_on": NONE})
    assert (stopped.answer.outcome, stopped.stops) == (Outcome.NOT_POSSIBLE, True)
    assert "police" in stopped.answer.bar.instead
    assert asked(way(JEAN)) == "ID ADDR PHOTO THEFT STAMP"


def test_a_lorry_driver_is_asked_the_end_of_each_category_once():
    assert questions(RENE) == [
        "nationality",
        "medical_opinion_on",
        "categories",
        "birth_date",
        "address",
        "category_ends_on",
        "sanction guardianship",
    ]
    assert asked(way(RENE)) == "ID ADDR PHOTO LIC MED"
    assert list(exploring.parts_of(medical.ALL_ENDS, way(RENE).situation)) == ["C", "CE"]


def test_whoever_has_not_seen_the_doctor_yet_still_gets_a_list():
    answers = {name: value for name, value in RENE.items() if name != "medical_opinion_on"}
    walked = way(answers, unsaid={"medical_opinion_on"})
    assert (walked.page, walked.unsaid) == ((), ("medical_opinion_on",))
    assert asked(walked) == asked(way(RENE))


def test_a_licence_without_an_end_is_an_answer():
    walked = way(AMAL)
    assert walked.situation.licence_expires_on is None
    assert asked(walked) == "ID ADDR PHOTO FLIC TRAD STAY ADC"
    late = way({**AMAL, "stay_started_on": "2025-05-05"})
    assert (late.answer.outcome, late.stops) == (Outcome.NOT_POSSIBLE, True)


def test_a_student_is_told_that_there_is_no_exchange_and_a_lost_licence_costs_a_stamp():
    assert way({**AMAL, "student": "yes"}).answer.outcome is Outcome.NOT_POSSIBLE
    assert "STAMP" in asked(way({**AMAL, "licence_lost": "yes"}))


def test_what_only_a_school_files_gives_the_list_to_bring_and_never_asks_who_files():
    walked = way(INES)
    assert walked.answer.outcome is Outcome.FILE
    assert "filer" not in walked.read
    assert asked(walked) == "ID HEB ID_HEB ADDR_HEB PHOTO FORM REP ID_REP ASSR1"
    for motive_of_school in SCHOOL_ONLY:
        assert "filer" not in exploring.facts_in_question(way({"motive": motive_of_school}).situation)


def test_nobody_born_before_1988_needs_the_am_licence():
    stopped = way({"motive": "FORM_AM", "birth_date": "1987-12-31"})
    assert (stopped.answer.outcome, stopped.stops) == (Outcome.NOT_NEEDED, True)
    assert not way({"motive": "FORM_AM", "birth_date": "1988-01-01"}).stops


def test_after_the_theory_alone_no_practical_exam_is_asked():
    back = {"motive": "REU_RET", "nationality": "FR", "theory_only": "yes"}
    told = back | {"categories": ["B"], "birth_date": "1990-01-01", "medical_opinion_on": "2026-11-01"}
    assert way(told).page == ("theory_exam_on",)
    assert way({**told, "theory_only": "no"}).page == ("exam_on",)
    assert "exam_on" not in way({**told, "theory_exam_on": "2026-11-20", "address": "own"}).read


def test_a_day_of_exam_told_by_who_retakes_the_theory_alone_is_that_of_the_theory():
    back = {"motive": "REU_RET", "nationality": "FR", "theory_only": "yes", "exam_on": "2026-11-20"}
    told = back | {"categories": ["B"], "birth_date": "1990-01-01", "medical_opinion_on": "2026-11-01"}
    assert way(told).situation.theory_exam_on == dt.date(2026, 11, 20)
    assert "theory_exam_on" not in way(told).page


def test_answers_that_no_longer_matter_are_kept_and_not_read():
    walked = way({**LEA, **LOST})
    assert "exam_on" not in walked.read
    back = way({**LEA, **LOST, "motive": "REU", "birth_date": "2008-05-14"})
    assert "exam_on" in back.read


# ── For everybody ──────────────────────────────────────────────────────────────────────────────────────────

SEED = 20261123
CODES = [category.value for category in Category]
# What each fact may be; a fact that is not here is a day. None: not told.
HOW = {
    "nationality": ["FR", "PT", "CH", "MA", "GB"],
    "address": ["own", "hosted", "homeless", "hotel", "caravan", "boat"],
    "licence_country": ["PT", "MA", "GB", "NC", "UA", "FR"],
    "civil_status_reason": ["marriage", "divorce", "change"],
    "error_kind": ["name", "category", "validity", "restriction"],
    "theory_only": ["yes", "no"],
    "guardianship": [None, "yes"],
    "medical_flag": [None, "yes"],
    "student": [None, "yes"],
    "licence_lost": [None, "yes"],
    "sanction": [None, None, "yes"],
    "learning_mode": [None, "aac"],
    "gearbox": [None, "automatic"],
    "department": [None, "973"],
    "filer": [None, None, None, "school"],
    "already_given": [None, ["ASSR2"], ["JDC"], ["ASSR2", "JDC"]],
}
AHEAD = {"exam_on", "licence_expires_on", "ban_ends_on", "needed_on"}  # days that may be to come


def day(rng, first, last):
    """A day between these two years, both included."""
    return (dt.date(first, 1, 1) + dt.timedelta(days=rng.randrange(365 * (last - first + 1)))).isoformat()


def drawn(rng, fact):
    """Something that somebody may answer to this question."""
    if fact in NONE_OF and rng.random() < 0.3:
        return NONE
    if fact in HOW:
        return rng.choice(HOW[fact])
    if fact in {"categories", "held_categories"}:
        return rng.sample(CODES, rng.randint(1, 3))
    if fact == medical.ALL_ENDS:
        return {code: day(rng, 2022, 2027) for code in CODES}
    if fact == "birth_date":
        return day(rng, 1940, 2012)
    return day(rng, 2022, 2027) if fact in AHEAD else min(day(rng, 1995, 2026), DAY.isoformat())


def somebody(rng, request):
    """What somebody who makes this request would answer to every question."""
    facts = {fact: drawn(rng, fact) for fact in BY_NAME if fact not in {"motive", "submitted_on"}}
    return {"motive": request.value} | {name: value for name, value in facts.items() if value is not None}


def steps(answers, *, unsaid=frozenset(), ahead=True):
    """Each moment of the way, answering page after page; fails when it does not end."""
    told, moments = Told({"motive": answers["motive"]}, unsaid, frozenset(), ahead), []
    for _ in range(20):
        here = walk(told, DAY)
        moments.append(here)
        if not here.page:
            return moments
        said = {fact: answers[fact] for fact in here.page if fact in answers}
        shown = {fact for fact in here.page if exploring.has_box(fact)}
        told = Told({**told.answers, **said}, unsaid, told.shown | shown, ahead)
    raise AssertionError(f"twenty pages and no end: {answers}")


@pytest.fixture(scope="module")
def ways():
    """Of each kind of request one person who knows everything: (answers, moments of the way)."""
    rng = random.Random(SEED)
    people = [somebody(rng, request) for request in Motive]
    return [(answers, steps(answers)) for answers in people]


@pytest.fixture(scope="module")
def unsure_ways():
    """The same for every fourth kind, of people who do not know everything and prepare nothing for later."""
    rng = random.Random(SEED + 1)
    people = [
        (somebody(rng, request), frozenset(rng.sample(sorted(UNSURE), 4))) for request in list(Motive)[::4]
    ]
    return [(answers, steps(answers, unsaid=unsaid, ahead=False)) for answers, unsaid in people]


def test_it_always_ends_and_asks_nothing_twice(ways, unsure_ways):
    for answers, moments in [*ways, *unsure_ways]:
        facts = [fact for page in moments[-1].pages for fact in page]
        assert len(facts) == len(set(facts)), answers
        assert [moment.page for moment in moments[:-1]] == list(moments[-1].pages), answers
        assert len(moments) <= 14, answers


def test_a_document_once_asked_stays_asked_and_one_once_excluded_stays_out(ways):
    """Nothing is presumed, so each fact that is added can only decide what was open."""
    compared = 0
    for answers, moments in ways:
        if len({moment.situation.submitted_on for moment in moments}) > 1:
            continue
        sure, still_open = exploring.open_pieces(moments[-1].situation)
        for moment in moments[1:]:
            compared += 1
            before, then_open = exploring.open_pieces(moment.situation)
            assert before <= sure, answers
            assert not (set(Piece) - before - then_open) & (sure | still_open), answers
    assert compared > 50


def test_the_list_is_that_of_table_2_on_the_same_facts(ways, unsure_ways):
    stopped = 0
    for answers, moments in [*ways, *unsure_ways]:
        last = moments[-1]
        read = {name: answers[name] for name in ("motive", *last.read) if name in answers}
        same = required.answer(Situation.from_answers(read, today=last.situation.submitted_on))
        stopped += last.stops
        if last.stops:
            assert same.outcome is not Outcome.FILE, answers
        else:
            assert [n.piece for n in last.answer.pieces] == [n.piece for n in same.pieces], answers
    assert 0 < stopped < len(ways) + len(unsure_ways)


def test_a_fact_is_asked_only_while_a_rule_reads_it_and_lacks_it(ways):
    for answers, moments in ways:
        for moment in moments:
            lacked = lacked_by_any_rule(moment.situation) if moment.answer else {"motive"}
            assert set(moment.page) <= lacked, answers
        assert not moments[-1].page


def lacked_by_any_rule(situation):
    """Every unknown fact that some rule of the motive raises for, worked out apart."""
    rules = required.rules_of(situation.motive)
    readings = [lambda s, row=row: required.holds(row, s) for row in rules.rows]
    readings += [lambda s, row=row: required.holds(row, s) and row.day(s) for row in rules.deadlines]
    lacked = set()
    for reads in (*readings, rights.every_right, rights.validity, rights.probation_years):
        try:
            reads(situation)
        except NotYetKnown as missing:
            lacked |= set(missing.facts)
    return lacked


def test_nothing_that_was_not_asked_could_have_changed_the_end(ways):
    """Everything else that one might have said gives the same list, price and rights."""
    compared = 0
    for answers, moments in ways:
        last = moments[-1]
        if last.stops:
            continue
        compared += 1
        every = Situation.from_answers(answers, today=last.situation.submitted_on).told()
        whole = {**every, **last.situation.told()}
        for reads in (required.fee, rights.drive, rights.validity, required.notes, required.deadlines):
            assert reads(last.situation) == reads(Situation(**whole)), (reads, answers)
        assert required.answer(last.situation).pieces == required.answer(Situation(**whole)).pieces, answers
    assert compared > 5


def test_changing_one_answer_drops_only_what_no_longer_matters(ways):
    """What is still asked keeps its answer: the way goes on as if it had been answered so from the start."""
    rng = random.Random(SEED + 2)
    for answers, _ in ways[::3]:
        name = rng.choice(["categories", "birth_date", "exam_on", "nationality", "sanction"])
        other = drawn(rng, name)
        changed = {**answers, **({name: other} if other is not None else {})}
        again = walk(Told(changed, frozenset(), EVERY, True), DAY)
        assert not again.page, f"an answer that still matters was lost: {changed}"
        assert again.pages == steps(changed)[-1].pages, changed


def test_the_page_of_boxes_always_has_one(ways, unsure_ways):
    pages = 0
    for answers, moments in [*ways, *unsure_ways]:
        for moment in moments:
            if moment.page and exploring.has_box(moment.page[0]):
                pages += 1
                assert {box.fact for box in exploring.boxes_of(moment)} == set(moment.page), answers
    assert pages > 10


def test_every_fact_that_a_rule_reads_has_a_question_or_a_box():
    """A fact that nobody can be asked would stop the way."""
    for request in Motive:
        situation = Situation(presume=False, motive=request, submitted_on=DAY)
        for fact in BY_NAME:
            if fact in {"motive", "submitted_on"}:
                continue
            if exploring.has_box(fact):
                assert BY_NAME[fact].presumed(request) is not None, (request, fact)
            elif fact != medical.ALL_ENDS:
                assert exploring.question_of(fact, situation).label, (request, fact)
        assert exploring.next_facts(situation), request


def test_whoever_may_not_know_reads_what_is_then_left_open():
    for button, left in UNSURE.values():
        assert button
        assert left.endswith(".")
    assert set(UNSURE) | set(NONE_OF) <= set(BY_NAME)


def test_every_row_that_is_not_for_everybody_says_of_whom_it_is_asked():
    for need in (need for request in Motive for need in required.rules_of(request).needs):
        assert (need.when is always) == (need.who == ""), need.key
        assert need.who == "" or need.who.startswith(("Si ", "Sauf ")), need.key
        assert not need.who.endswith("."), need.key


# ── The words of the documents ─────────────────────────────────────────────────────────────────────────────


def test_every_document_of_the_catalogue_is_explained_and_may_be_refused_for_a_reason():
    assert set(PIECES) == set(Piece) - {Piece.LOSS}  # declared inside the form
    assert set(REASONS_FOR) == set(PIECES)
    for piece, words in PIECES.items():
        assert all((words.label, words.what, words.example, words.refused, words.sides)), piece
        assert reasons_for(piece)[0] is Reason.R01


def test_a_decision_and_a_certificate_are_told_in_the_words_of_the_request():
    assert about(Piece.DECISION, Motive.SUSP).label == "Décision de suspension"
    assert "référence 44" in about(Piece.DECISION, Motive.INS_RET).example
    assert "8 heures" in about(Piece.FORM, Motive.FORM_AM).what
    assert about(Piece.ID, Motive.SUSP) == PIECES[Piece.ID]


def test_who_holds_a_lorry_can_say_until_when_whatever_is_replaced():
    for motive_of_card in ("PERTE", "VOL", "DET", "ROSE", "EC"):
        known = Situation.from_answers(
            {"motive": motive_of_card, "held_categories": ["B", "C", "CE"]},
            today=dt.date(2026, 12, 1),
            presume=False,
        )
        assert list(exploring.parts_of("category_ends_on", known)) == ["C", "CE"], motive_of_card
