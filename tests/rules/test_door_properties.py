"""Whatever is asked: no exception, nothing asked twice, one more fact contradicts nothing (many more: proof/situations.py)."""

from __future__ import annotations

import random

import pytest

from permis.domain import door
from permis.domain.exploring import Told, walk
from permis.domain.situation import BY_NAME, NONE, Situation
from permis.domain.vocabulary import SCHOOL_ONLY
from tests.rules import situations

SEED = 20260912


def drawn(count, seed=SEED, **how):
    """So many situations, the same ones each time."""
    rng = random.Random(seed)
    return [situations.sane(rng, **how) for _ in range(count)]


def wrong(found):
    """The faults of all situations, each with the one that shows it."""
    return [(sentence, given) for given in found for sentence in situations.faults(given)]


def test_every_answer_is_whole_and_asks_for_nothing_twice():
    assert wrong(drawn(56)) == []


def test_with_few_facts_nothing_is_guessed_and_nothing_is_presumed_and_asked():
    assert wrong(drawn(28, known=0.25)) == []


def test_one_more_fact_never_contradicts_what_was_said():
    rng = random.Random(SEED)
    found = drawn(42, known=0.6)
    assert [(s, given) for given in found for s in situations.contradictions(rng, given)] == []


def test_growing_older_never_adds_an_assr2():
    found = [{**given, "motive": "REU", "held_categories": []} for given in drawn(40, known=0.9)]
    assert [given for given in found for _ in situations.growing_older(given)] == []


def refusal(raw):
    """The sentence with which these bytes are refused; nothing when they are a situation after all."""
    try:
        door.reply(raw, situations.TODAY)
    except door.Wrong as wrong:
        return wrong.sentence
    return ""


@pytest.mark.parametrize("n", range(5))
def test_hostile_bytes_are_refused_with_one_sentence_and_no_exception(n):
    rng = random.Random(SEED + n)
    for _ in range(12):
        raw = situations.hostile(rng)
        sentence = refusal(raw)
        assert "\n" not in sentence
        assert not sentence or 10 < len(sentence.encode("utf-8")) < 800


def in_the_form(name, value):
    """What the same person answers to the question of this fact."""
    if name == "held_categories" and not value:
        return [NONE]
    if name in {"categories", "category_ends_on"}:
        return value or ""
    return NONE if value is None else {"UK": "GB"}.get(str(value), value)


def test_the_pages_that_ask_question_by_question_end_where_the_door_does():
    compared = 0
    for given in drawn(40, known=1.0):
        try:
            asked = door.read(given, situations.TODAY)
        except door.Wrong:
            continue
        if asked.aside is not None or (asked.situation.motive in SCHOOL_ONLY and given["filer"] != "school"):
            continue  # the pages show the list that the school will need
        answers = {name: in_the_form(name, value) for name, value in given.items()}
        way = walk(Told(answers, shown=frozenset(BY_NAME)), asked.on)
        if way.page and not answers.get(way.page[0]):
            continue  # a form has no way to say « no category at all »
        compared += 1
        read = door.answer(door.Asked(asked.on, Situation(**way.situation.told())))
        assert (way.answer.outcome, way.page) == (read["outcome"], ()), given
        if read["outcome"] == "file":  # otherwise the pages stop before they have asked everything
            codes = {piece["code"] for piece in door.answer(asked)["pieces"]}
            assert {piece.piece for piece in way.answer.pieces} == codes, given
    assert compared > 20
