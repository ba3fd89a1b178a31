"""The explorer's questions: only what still matters, once, and never a list that takes back what it said."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permis.domain import exploring, required, rights
from permis.domain.exploring import FORKS, ROOT, TODAY, UNSURE, WITHOUT, Aside, Fork, Told, walk
from permis.domain.situation import BY_NAME, NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Outcome, Piece

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


def test_a_request_that_is_not_open_says_what_to_do_today():
    assert set(TODAY) >= set(Motive) - set(required.FILES)
    for today in TODAY.values():
        assert today.text.endswith(".")
        assert str(today.source)
    assert set(WITHOUT) == set(Aside)
    for aside in (Aside.ADR, Aside.NOM_MARIAGE, Aside.PHOTO):
        assert WITHOUT[aside].source is not None


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
        "exam_on",
        "nationality",
        "address",
        "guardianship learning_mode already_given medical_flag",
    ]
    assert asked(way(LEA)) == "ID HEB ID_HEB ADDR_HEB PHOTO CEPC ASSR2 JDC"


def test_a_minor_is_asked_neither_where_he_lives_nor_about_guardianship():
    assert questions({**LEA, "birth_date": "2009-01-10"}) == [
        "categories",
        "birth_date",
        "exam_on",
        "nationality",
        "learning_mode already_given medical_flag",
    ]


def test_at_26_nothing_that_was_given_at_the_registration_matters():
    assert "already_given" not in " ".join(questions({**LEA, "birth_date": "2000-03-14"}))


def test_a_foreigner_of_22_is_asked_nothing_about_the_defence_day():
    pages = questions({**LEA, "birth_date": "2004-03-14", "nationality": "MA"})
    assert "already_given" not in " ".join(pages)


def test_one_box_for_the_paper_that_is_asked_and_none_for_the_other():
    def boxes(birth):
        return [box.slug for box in exploring.boxes_of(way({**LEA, "birth_date": birth}))]

    usual = ["guardianship:yes", "learning_mode:aac"]
    assert boxes("2008-05-14") == [*usual, "already_given:ASSR2", "already_given:JDC", "medical_flag:yes"]
    assert boxes("2003-05-14") == [*usual, "already_given:JDC", "medical_flag:yes"]
    assert boxes("1990-05-14") == [*usual, "medical_flag:yes"]


def test_somebody_who_lost_a_licence_is_asked_what_it_was_and_whether_it_is_in_guyane():
    assert questions(LOST) == [
        "held_categories",
        "birth_date",
        "nationality",
        "address",
        "filer guardianship department",
    ]
    assert asked(way(LOST)) == "ID ADDR PHOTO LOSS STAMP"
    assert required.fee(way(LOST).situation).cents == 2500
    assert required.fee(way({**LOST, "department": "973"}).situation).cents == 1250


def test_a_school_is_told_that_it_cannot_ask_for_a_lost_licence_before_any_document():
    stopped = way({**LOST, "filer": "school"})
    assert (stopped.answer.outcome, stopped.stops) == (Outcome.NOT_POSSIBLE, True)
    assert stopped.answer.pieces == ()


def test_one_sure_no_ends_the_way():
    young = {"motive": "REU", "categories": ["A2"], "birth_date": "2009-06-01", "exam_on": "2026-11-12"}
    stopped = way(young)
    assert stopped.stops
    assert stopped.answer.outcome is Outcome.NOT_POSSIBLE
    assert [" ".join(page) for page in stopped.pages] == ["categories", "birth_date", "exam_on"]


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
    child = {"motive": "REU", "categories": ["B1"], "birth_date": "2011-03-14"}
    stopped = way(child, unsaid={"exam_on"})
    assert (stopped.stops, stopped.answer.not_before) == (True, dt.date(2027, 3, 14))


def test_only_what_may_honestly_be_unknown_may_be_left_out():
    answers = {name: value for name, value in LEA.items() if name != "birth_date"}
    assert way(answers, unsaid={"birth_date"}).page == ("birth_date",)


def test_a_motive_that_is_not_open_asks_nothing_but_the_motive():
    assert way({"motive": "VOL"}).page == ("motive",)
    assert way({}).page == ("motive",)


def test_answers_that_no_longer_matter_are_kept_and_not_read():
    walked = way({**LEA, **LOST})
    assert "exam_on" not in walked.read
    back = way({**LEA, **LOST, "motive": "REU", "birth_date": "2008-05-14"})
    assert "exam_on" in back.read


# ── For everybody ──────────────────────────────────────────────────────────────────────────────────────────

births = st.dates(dt.date(1950, 1, 1), dt.date(2013, 1, 1)).map(dt.date.isoformat)
exams = st.dates(dt.date(2022, 1, 1), dt.date(2027, 6, 1)).map(dt.date.isoformat)
boxes = {
    "guardianship": st.sampled_from([None, "yes"]),
    "medical_flag": st.sampled_from([None, "yes"]),
    "learning_mode": st.sampled_from([None, "aac"]),
    "department": st.sampled_from([None, "973"]),
    "filer": st.sampled_from([None, None, None, "school"]),
    "already_given": st.sampled_from([None, ["ASSR2"], ["JDC"], ["ASSR2", "JDC"]]),
}
people = st.fixed_dictionaries({
    "motive": st.sampled_from([motive.value for motive in required.FILES]),
    "categories": st.sampled_from([["B"], ["A1"], ["A2"], ["B1"]]),
    "held_categories": st.sampled_from([["B"], ["B", "C"], ["D"], ["AM"]]),
    "birth_date": births,
    "exam_on": exams,
    "nationality": st.sampled_from(["FR", "PT", "CH", "MA", "GB"]),
    "address": st.sampled_from(["own", "hosted", "homeless", "hotel", "caravan", "boat"]),
    **boxes,
}).map(lambda facts: {name: value for name, value in facts.items() if value is not None})  # fmt: skip
EXAMPLES = settings(max_examples=100, deadline=None)


def steps(answers, *, unsaid=frozenset(), ahead=True):
    """Each moment of the way, answering page after page; fails when it does not end."""
    told, moments = Told({"motive": answers["motive"]}, unsaid, frozenset(), ahead), []
    for _ in range(20):
        here = walk(told, DAY)
        moments.append(here)
        if not here.page:
            return moments
        said = {fact: answers[fact] for fact in here.page if fact in answers}
        shown = {fact for fact in here.page if exploring.is_presumed(fact)}
        told = Told({**told.answers, **said}, unsaid, told.shown | shown, ahead)
    raise AssertionError(f"twenty pages and no end: {answers}")


@EXAMPLES
@given(people, st.sets(st.sampled_from(sorted(UNSURE))), st.booleans())
def test_it_always_ends_and_asks_nothing_twice(answers, unsaid, ahead):
    moments = steps(answers, unsaid=frozenset(unsaid), ahead=ahead)
    facts = [fact for page in moments[-1].pages for fact in page]
    assert len(facts) == len(set(facts))
    assert [moment.page for moment in moments[:-1]] == list(moments[-1].pages)
    assert len(moments) <= 8


@EXAMPLES
@given(people)
def test_a_document_once_asked_stays_asked_and_one_once_excluded_stays_out(answers):
    """Nothing is presumed, so each fact that is added can only decide what was open."""
    moments = steps(answers)
    days = {moment.situation.submitted_on for moment in moments}
    last = moments[-1]
    sure, still_open = exploring.open_pieces(last.situation)
    for moment in moments[1:] if len(days) == 1 else []:
        before, then_open = exploring.open_pieces(moment.situation)
        assert before <= sure
        assert not (set(Piece) - before - then_open) & (sure | still_open)


@EXAMPLES
@given(people, st.sets(st.sampled_from(sorted(UNSURE))))
def test_the_list_is_that_of_table_2_on_the_same_facts(answers, unsaid):
    last = steps(answers, unsaid=frozenset(unsaid))[-1]
    read = {name: answers[name] for name in ("motive", *last.read) if name in answers}
    same = required.answer(Situation.from_answers(read, today=last.situation.submitted_on))
    if last.stops:
        assert same.outcome is not Outcome.FILE
    else:
        assert [n.piece for n in last.answer.pieces] == [n.piece for n in same.pieces]


@EXAMPLES
@given(people)
def test_a_fact_is_asked_only_while_a_rule_reads_it_and_lacks_it(answers):
    for moment in steps(answers):
        lacked = lacked_by_any_rule(moment.situation) if moment.answer else {"motive"}
        assert set(moment.page) <= lacked
    assert not moment.page


def lacked_by_any_rule(situation):
    """Every unknown fact that some rule of the motive raises for, worked out apart."""
    rules = required.rules_of(situation.motive)
    tests = [row.when for row in (*rules.bars, *rules.needs, *rules.fees)]
    lacked = set()
    for reads in (*tests, rights.drive):
        try:
            reads(situation)
        except NotYetKnown as missing:
            lacked |= set(missing.facts)
    return lacked


@EXAMPLES
@given(people)
def test_nothing_that_was_not_asked_could_have_changed_the_end(answers):
    """Everything else that one might have said gives the same list, price and rights."""
    last = steps(answers)[-1]
    if last.stops:
        return
    known = {name: answers[name] for name in ("motive", *last.read) if name in answers}
    usual = Situation.from_answers(known, today=last.situation.submitted_on)
    whole = Situation.from_answers(
        {name: value for name, value in answers.items() if name in known or not exploring.is_presumed(name)},
        today=last.situation.submitted_on,
    )
    assert required.answer(usual).pieces == required.answer(whole).pieces
    assert required.fee(usual) == required.fee(whole)
    assert rights.drive(usual) == rights.drive(whole)


@EXAMPLES
@given(people, people)
def test_changing_one_answer_drops_only_what_no_longer_matters(answers, others):
    """What is still asked keeps its answer: the way goes on as if it had been answered so from the start."""
    for name in ("categories", "held_categories", "birth_date", "exam_on", "nationality", "address"):
        changed = {**answers, name: others[name]}
        again = walk(Told(changed, frozenset(), EVERY, True), DAY)
        assert not again.page, "an answer that still matters was lost"
        assert again.pages == steps(changed)[-1].pages


@EXAMPLES
@given(people)
def test_the_page_of_boxes_always_has_one(answers):
    for moment in steps(answers):
        if moment.page and exploring.is_presumed(moment.page[0]):
            assert {box.fact for box in exploring.boxes_of(moment)} == set(moment.page)


@pytest.mark.parametrize("motive", sorted(required.FILES))
def test_every_fact_that_a_rule_reads_has_a_question_or_a_box(motive):
    """A fact that nobody can be asked would stop the way."""
    situation = Situation(presume=False, motive=motive, submitted_on=DAY)
    with_boxes = {box.fact for box in exploring.BOXES}
    for fact in BY_NAME:
        if fact in {"motive", "submitted_on"}:
            continue
        assert fact in with_boxes if exploring.is_presumed(fact) else exploring.question_of(fact).label
    assert exploring.next_facts(situation)


@pytest.mark.parametrize("motive", sorted(required.FILES))
def test_every_row_that_is_not_for_everybody_says_of_whom_it_is_asked(motive):
    from permis.domain.conditions import always

    for need in required.rules_of(motive).needs:
        assert (need.when is always) == (need.who == ""), need.key
        assert need.who == "" or need.who.startswith("Si "), need.key
        assert not need.who.endswith("."), need.key
