"""The machine-readable zones: what each check digit sees, what it cannot see, and until when a document will do."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import mrz as drawn
from permis.standards import mrz
from permis.standards.mrz import ALPHABET, Kind

TODAY = date(2026, 11, 23)


def made(kind, seed=1):
    return drawn.zone(kind, random.Random(seed), drawn.TEST)


def codes(lines, today=TODAY):
    return {reason.code for reason in mrz.parse(lines, today).reasons}


def changed(lines, row, place, sign):
    fresh = list(lines)
    fresh[row] = fresh[row][:place] + sign + fresh[row][place + 1 :]
    return fresh


# ── Check digits ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "digit"), [("520727", "3"), ("AB2134<<<", "5"), ("<<<<<<", "0"), ("", "0"), ("Z", "5")]
)
def test_the_check_digit_is_that_of_the_worked_examples_of_the_standard(text, digit):
    assert mrz.check_digit(text) == digit


@given(st.text(ALPHABET, min_size=1, max_size=45), st.data())
def test_a_check_digit_sees_each_single_change_but_those_of_equal_value_mod_ten(text, data):
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from(ALPHABET))
    spoilt = text[:place] + other + text[place + 1 :]
    alike = mrz.check_digit(text[place]) == mrz.check_digit(other)
    assert (mrz.check_digit(spoilt) == mrz.check_digit(text)) == alike


def test_the_signs_that_no_check_digit_tells_apart_are_these():
    families = {}
    for sign in ALPHABET:
        families.setdefault(mrz.check_digit(sign), set()).add(sign)
    assert {"".join(sorted(family)) for family in families.values()} == {
        "0<AKU", "1BLV", "2CMW", "3DNX", "4EOY", "5FPZ", "6GQ", "7HR", "8IS", "9JT",
    }  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), data=st.data())
def test_a_spoilt_sign_under_a_check_digit_is_seen_or_has_the_same_value(kind, seed, data):
    lines = made(kind, seed)
    check = data.draw(st.sampled_from(mrz.checks(kind, lines)))
    span = data.draw(st.sampled_from(check.covers))
    place = data.draw(st.integers(span.start, span.end - 1))
    before = lines[span.line][place]
    other = data.draw(st.sampled_from([s for s in ALPHABET if mrz.check_digit(s) != mrz.check_digit(before)]))
    assert not check.right(changed(lines, span.line, place, other))


@pytest.mark.parametrize("kind", Kind)
def test_the_documents_that_we_draw_are_valid_and_of_their_kind(kind):
    for seed in range(40):
        zone = mrz.parse(made(kind, seed), TODAY)
        assert zone.valid, (zone.lines, zone.reasons)
        assert zone.kind is kind


# ── Grammar and calendar ────────────────────────────────────────────────────────────────────────────────────
def test_a_digit_read_for_a_letter_of_the_same_value_is_seen_by_the_grammar_of_a_french_licence():
    # 13GA00002 read 136A00002: G and 6 have the same value, and both check digits stay right
    body = "D1FRA13GA00002"
    first = body + mrz.check_digit(body) + "301231" + "MARTIN<<"
    lines = [first + mrz.check_digit(first)]
    assert mrz.parse(lines, TODAY).valid
    assert codes(changed(lines, 0, 7, "6")) == {"grammar"}


def test_a_date_that_no_calendar_has_is_told():
    body = "D1FRA13GA00002"
    first = body + mrz.check_digit(body) + "300231" + "MARTIN<<"
    assert codes([first + mrz.check_digit(first)]) == {"expires_on"}


@pytest.mark.parametrize(
    ("text", "day"),
    [("260101", "2026-01-01"), ("261124", "1926-11-24"), ("000229", "2000-02-29"), ("8306<<", "1983-06"),
     ("83<<<<", "1983"), ("<<<<<<", None), ("830230", None), ("831301", None), ("9409", "1994-09"), ("1713", None)],
)  # fmt: skip
def test_a_birth_or_an_issue_is_in_the_latest_century_that_is_not_in_the_future(text, day):
    assert mrz.past(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "day"), [("120415", "2012-04-15"), ("961210", "1996-12-10"), ("750101", "2075-01-01")]
)
def test_an_end_is_within_fifty_years_of_today(text, day):
    assert mrz.end(text, TODAY) == day


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(ALPHABET, min_size=30, max_size=44), min_size=1, max_size=3))
def test_whatever_signs_come_they_are_a_zone_or_a_sentence(lines):
    said = ""
    try:
        zone = mrz.parse(lines, TODAY)
        assert zone.valid == (not zone.reasons)
    except mrz.NotMrz as refused:
        said = str(refused)
    assert not said or said.endswith(".")


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(list(Kind)).flatmap(
    lambda kind: st.tuples(*[st.text(ALPHABET, min_size=mrz.SHAPES[kind][1], max_size=mrz.SHAPES[kind][1])] * mrz.SHAPES[kind][0])
))  # fmt: skip
def test_noise_of_the_right_shape_never_breaks_the_reader_of_fields(lines):
    try:
        mrz.parse(lines, TODAY)
    except mrz.NotMrz:
        assert len(lines) == 1
        assert not lines[0].startswith("D1FRA")


def test_a_copied_zone_may_have_spaces_for_fillers_small_letters_or_no_line_end():
    lines = tuple(made(Kind.TD3))
    assert mrz.lines_of("\n".join(lines).lower()) == lines
    assert mrz.lines_of("\r\n".join(line.replace("<", " ") for line in lines)) == lines
    assert mrz.lines_of("".join(lines)) == lines
    with pytest.raises(mrz.NotMrz):
        mrz.lines_of(" \n")


# ── Until when a document will do ───────────────────────────────────────────────────────────────────────────
def card(issued, birth):
    first = "IDFRALEGRAND".ljust(30, "<") + "075123"
    second = issued + "75112345"
    second += mrz.check_digit(second) + "ELISE".ljust(14, "<") + birth + mrz.check_digit(birth) + "F"
    return [first, second + mrz.check_digit(first + second)]


@pytest.mark.parametrize(
    ("issued", "birth", "valid_to", "accepted_to"),
    [
        ("1005", "800101", date(2025, 5, 31), date(2030, 5, 31)),  # an adult of 2010: fifteen years
        ("1005", "950101", date(2020, 5, 31), date(2025, 5, 31)),  # a minor of 2010: ten
        ("0312", "800101", date(2013, 12, 31), date(2018, 12, 31)),  # before the decree's first month
        ("0401", "800101", date(2019, 1, 31), date(2024, 1, 31)),  # its first
        ("1905", "800101", date(2034, 5, 31), date(2039, 5, 31)),  # fifteen years printed
    ],
)
def test_a_french_card_made_before_2021_lasts_as_the_decree_of_2013_says(
    issued, birth, valid_to, accepted_to
):
    found = mrz.standing(mrz.parse(card(issued, birth), TODAY), TODAY)
    assert (found.valid_to, found.accepted_to) == (valid_to, accepted_to)
    assert found.expired == (valid_to < TODAY)
    assert found.accepted == (accepted_to >= TODAY)


def licence(ends):
    first = "D1FRA13GA00002"
    first += mrz.check_digit(first) + ends + "LEGRAND<"
    return [first + mrz.check_digit(first)]


def test_a_card_that_ended_less_than_five_years_ago_is_told_with_the_day_until_which_it_will_do():
    found = mrz.standing(mrz.parse(card("1005", "800101"), TODAY), TODAY)
    assert found.reason.message == (
        "Ce document n’est plus valable depuis le 31 mai 2025 ; il est accepté jusqu’au 31 mai 2030."
    )


def test_a_licence_that_ended_is_not_accepted_longer_and_a_visa_says_nothing_of_that():
    ended = mrz.standing(mrz.parse(licence("261122"), TODAY), TODAY)
    assert (ended.expired, ended.accepted) == (True, False)
    last_day = mrz.standing(mrz.parse(licence("261123"), TODAY), TODAY)
    assert (last_day.expired, last_day.accepted, last_day.reason) == (False, True, None)
    assert mrz.standing(mrz.parse(made(Kind.MRVA), TODAY), TODAY) is None
