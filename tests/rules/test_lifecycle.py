"""Table 3 whole: who may do what, from where, by when; one sentence for each."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from permis.domain import lifecycle, terms
from permis.domain.lifecycle import ROWS, TERMS, Facts, Refusal, row_for
from permis.domain.vocabulary import Role, SlotStatus, State, Verb
from tests.rules.people import differences

READY = Facts(slots=(("ID", "recto", "ready"), ("PHOTO", "photo", "ready")))

# (role, verb, from) → to: written from the domain sheet, not from the table.
ALLOWED = {
    ("citizen", "submit", "DRAFT"): "SUBMITTED",
    ("agent", "take_up", "SUBMITTED"): "IN_REVIEW",
    ("agent", "take_up", "COMPLETED"): "IN_REVIEW",
    ("agent", "release", "IN_REVIEW"): "SUBMITTED",
    ("agent", "verify", "IN_REVIEW"): "VERIFYING",
    ("expert", "conclude", "VERIFYING"): "IN_REVIEW",
    ("agent", "ask_original", "IN_REVIEW"): "ORIGINAL_AWAITED",
    ("operator", "receive_original", "ORIGINAL_AWAITED"): "AUTHENTICATING",
    ("expert", "authenticate", "AUTHENTICATING"): "IN_REVIEW",
    ("citizen", "complete", "INCOMPLETE"): "COMPLETED",
    ("citizen", "cancel", "DRAFT"): "CANCELLED",
    ("citizen", "cancel", "SUBMITTED"): "CANCELLED",
    ("citizen", "cancel", "IN_REVIEW"): "CANCELLED",
    ("citizen", "cancel", "INCOMPLETE"): "CANCELLED",
    ("citizen", "cancel", "ORIGINAL_AWAITED"): "CANCELLED",
    ("citizen", "cancel", "COMPLETED"): "CANCELLED",
    ("citizen", "cancel", "AWAITING_PHOTO"): "CANCELLED",
    ("system", "cancel", "DRAFT"): "CANCELLED",
    ("system", "order_card", "APPROVED"): "IN_PRODUCTION",
    ("plant", "make_card", "IN_PRODUCTION"): "IN_PRODUCTION",
    ("plant", "reject_card", "IN_PRODUCTION"): "IN_REVIEW",
    ("post", "miss", "POSTED"): "AT_POST_OFFICE",
    ("post", "deliver", "POSTED"): "DELIVERED",
    ("post", "deliver", "AT_POST_OFFICE"): "DELIVERED",
    ("post", "deliver", "MISSING"): "DELIVERED",
    ("post", "return", "POSTED"): "RETURNED",
    ("post", "return", "MISSING"): "RETURNED",
    ("system", "remake", "MISSING"): "APPROVED",
    ("post", "return", "AT_POST_OFFICE"): "RETURNED",
    ("system", "return", "AT_POST_OFFICE"): "RETURNED",
    ("system", "repost", "RETURNED"): "POSTED",
    ("citizen", "report_missing", "POSTED"): "MISSING",
    ("citizen", "report_missing", "DELIVERED"): "MISSING",
    ("system", "close", "INCOMPLETE"): "CLOSED",
    ("system", "close", "RETURNED"): "CLOSED",
    ("system", "close", "AWAITING_PHOTO"): "CLOSED",
    ("system", "close", "ORIGINAL_AWAITED"): "CLOSED",
}


def test_who_may_do_what_from_where():
    def after(role, verb, before):
        return row_for(Verb(verb), State(before), Role(role), READY).after

    assert differences([(" ".join(who), *who, to) for who, to in ALLOWED.items()], after) == []


NEEDING = [
    ("agent", "approve", "IN_REVIEW", Facts(slots=(("ID", "recto", "accepted"),)), "APPROVED"),
    ("agent", "ask_for_more", "IN_REVIEW", Facts(slots=(("ID", "recto", "refused"),)), "INCOMPLETE"),
    ("agent", "refuse", "IN_REVIEW", Facts(reason_given=True), "REFUSED"),
    ("supervisor", "refuse", "VERIFYING", Facts(reason_given=True), "REFUSED"),
    ("agent", "close", "IN_REVIEW", Facts(reason_given=True), "CLOSED"),
    ("agent", "close", "ORIGINAL_AWAITED", Facts(reason_given=True), "CLOSED"),
    ("supervisor", "reopen", "REFUSED", Facts(reason_given=True), "IN_REVIEW"),
    ("supervisor", "reopen", "CLOSED", Facts(reason_given=True), "IN_REVIEW"),
    ("agent", "remake", "MISSING", Facts(reason_given=True), "APPROVED"),
    ("operator", "remake", "RETURNED", Facts(reason_given=True), "APPROVED"),
    ("system", "register", "APPROVED", Facts(makes_card=False), "REGISTERED"),
    ("system", "post", "IN_PRODUCTION", Facts(said=frozenset({Verb.MAKE_CARD})), "POSTED"),
    ("citizen", "submit", "DRAFT", Facts(slots=READY.slots[:1], photo_by_post=True), "AWAITING_PHOTO"),
    ("agent", "receive_photo", "AWAITING_PHOTO", READY, "SUBMITTED"),
]


@pytest.mark.parametrize(
    ("role", "verb", "before", "facts", "to"), NEEDING, ids=[f"{n[1]} from {n[2]}" for n in NEEDING]
)
def test_may_once_its_condition_is_met_and_not_before(role, verb, before, facts, to):
    assert row_for(Verb(verb), State(before), Role(role), facts).after == to
    unmet = Facts(slots=(("ID", "recto", "empty"),), makes_card=True, photo_by_post=facts.photo_by_post)
    with pytest.raises(Refusal) as refusal:
        row_for(Verb(verb), State(before), Role(role), unmet)
    assert len(refusal.value.sentence) > 10


SHUT = [
    ("a citizen grants nothing", "citizen", "approve", "IN_REVIEW", READY),
    ("an agent does not reopen what was refused", "agent", "reopen", "REFUSED", Facts(reason_given=True)),
    (
        "an agent does not refuse during a fraud check",
        "agent",
        "refuse",
        "VERIFYING",
        Facts(reason_given=True),
    ),
    ("nobody cancels once granted", "citizen", "cancel", "APPROVED", READY),
    ("a loss is not cancelled", "citizen", "cancel", "SUBMITTED", Facts(cancellable=False)),
    ("a card is made once", "plant", "make_card", "IN_PRODUCTION", Facts(said=frozenset({Verb.MAKE_CARD}))),
    (
        "a made card is not rejected",
        "plant",
        "reject_card",
        "IN_PRODUCTION",
        Facts(said=frozenset({Verb.MAKE_CARD})),
    ),
    ("no third sending", "system", "repost", "RETURNED", Facts(sends=2)),
    ("the post does not deliver what came back", "post", "deliver", "RETURNED", READY),
    ("an auditor only looks", "auditor", "take_up", "SUBMITTED", READY),
    ("a school does not cancel", "school", "cancel", "SUBMITTED", READY),
    (
        "a motive with a card is not merely registered",
        "system",
        "register",
        "APPROVED",
        Facts(makes_card=True),
    ),
]


@pytest.mark.parametrize(("why", "role", "verb", "before", "facts"), SHUT, ids=[s[0] for s in SHUT])
def test_shut(why, role, verb, before, facts):
    with pytest.raises(Refusal):
        row_for(Verb(verb), State(before), Role(role), facts)


def test_every_state_is_reached_and_every_verb_used():
    reached, todo = {State.DRAFT}, [State.DRAFT]
    while todo:
        here = todo.pop()
        for row in ROWS:
            if row.before is here and row.after not in reached:
                reached.add(row.after)
                todo.append(row.after)
    assert reached == set(State)
    assert {row.verb for row in ROWS} == set(Verb)


def test_every_state_that_is_not_an_end_has_a_way_out_for_us_or_by_itself():
    ends = {State.DELIVERED, State.REGISTERED, State.REFUSED, State.CLOSED, State.CANCELLED}
    for state in set(State) - ends:
        others = {role for row in ROWS if row.before is state for role in row.actors}
        assert others - {Role.CITIZEN, Role.REPRESENTATIVE}, f"{state} waits for the citizen for ever"


def some_facts(rng):
    """What may be the case of a dossier."""
    slots = [(rng.choice(("ID", "PHOTO", "ADDR")), "page") for _ in range(rng.randint(0, 3))]
    usual = rng.choice([[s.value for s in SlotStatus], ["accepted"], ["accepted", "refused"]])
    return Facts(
        slots=tuple((*slot, rng.choice(usual)) for slot in slots),
        makes_card=rng.random() < 0.5,
        cancellable=rng.random() < 0.5,
        photo_by_post=rng.random() < 0.5,
        said=frozenset(rng.sample(list(Verb), rng.randint(0, 4))),
        sends=rng.randint(0, 4),
        reason_given=rng.random() < 0.5,
    )


def acts(count):
    """(facts, state, role, the rows that are open) of so many dossiers, each by each way that the table has."""
    rng = random.Random(20261123)
    ways = sorted({(row.before, role) for row in ROWS for role in row.actors})
    for _ in range(count):
        facts = some_facts(rng)
        for before, role in ways:
            yield facts, before, role, lifecycle.allowed(before, role, facts)


def test_no_two_rows_allow_one_act():
    several = 0
    for facts, before, role, rows in acts(30):
        verbs = [row.verb for row in rows]
        several += len(verbs) > 1
        assert len(verbs) == len(set(verbs)), (facts, before, role)
    assert several


def test_nothing_is_granted_while_a_document_is_not_accepted():
    granted = 0
    for facts, *_, rows in acts(30):
        if any(row.verb is Verb.APPROVE for row in rows):
            granted += 1
            assert facts.slots
            assert all(status == "accepted" for *_, status in facts.slots)
    assert granted


def test_a_row_that_keeps_its_state_cannot_be_said_twice():
    for row in ROWS:
        if row.before is row.after:
            again = Facts(slots=READY.slots, said=frozenset({row.verb}), reason_given=True)
            assert not row.needs.check(again)


def test_every_row_has_a_sentence_and_a_source_and_every_agents_row_a_button():
    for row in ROWS:
        assert row.says.endswith((".", "}")), row.says
        assert str(row.source)
        if row.actors & {Role.AGENT, Role.SUPERVISOR}:
            assert row.act, f"{row.verb} from {row.before} has no button"


DEADLINES = [
    # what                  opened on      its day        then
    ("complement", "2026-11-23", "2026-12-23", "close"),
    ("complement_reminder", "2026-11-23", "2026-12-13", None),
    ("post_office", "2026-12-12", "2026-12-27", "return"),
    ("post_office_reminder", "2026-12-12", "2026-12-22", None),
    ("silence", "2026-12-31", "2027-02-28", None),
    ("appeal", "2026-12-31", "2027-02-28", None),
    ("error_report", "2026-08-31", "2027-02-28", None),
    ("kept_card", "2026-11-23", "2027-05-23", "close"),
    ("draft_reminder", "2026-11-23", "2026-11-30", None),
    ("draft_end", "2026-11-23", "2027-02-21", "cancel"),
    ("photo_by_post", "2026-11-23", "2026-12-23", "close"),
    ("original", "2026-11-23", "2026-12-23", "close"),
    ("inquiry", "2026-11-23", "2026-12-14", "remake"),
]


@pytest.mark.parametrize(("what", "start", "day", "then"), DEADLINES, ids=[d[0] for d in DEADLINES])
def test_the_deadline(what, start, day, then):
    term = TERMS[what]
    assert term.after(dt.date.fromisoformat(start)).isoformat() == day
    assert term.then == then


def test_every_deadline_is_in_the_list_above_and_acts_where_the_table_lets_it():
    assert {d[0] for d in DEADLINES} == set(TERMS)
    for term in TERMS.values():
        if term.then:
            for state in term.while_in:
                row_for(term.then, state, Role.SYSTEM, Facts(slots=READY.slots))


def test_the_letter_waits_15_days_at_the_post_office_and_leaves_with_its_deadline():
    (row,) = [r for r in ROWS if r.verb is Verb.MISS]
    assert {t.what for t in row.terms} == {"post_office", "post_office_reminder"}
    assert TERMS["post_office"].while_in == {State.AT_POST_OFFICE}


TOLD = {
    "submit": "registered",
    "take_up": "in_instruction",
    "ask_for_more": "to_complete",
    "approve": "accepted",
    "order_card": "in_production",
    "post": "posted",
    "miss": "at_post_office",
    "deliver": "delivered",
    "refuse": "refused",
    "close": "closed",
}


@pytest.mark.parametrize(("verb", "message"), TOLD.items())
def test_the_person_is_told(verb, message):
    told = {
        row.tells
        for row in ROWS
        if row.verb == verb and row.before is not State.COMPLETED and row.after is not State.AWAITING_PHOTO
    }
    assert told == {message}


def test_who_must_still_post_a_photo_is_told_so_when_the_request_is_registered():
    assert {row.tells for row in ROWS if row.after is State.AWAITING_PHOTO} == {"photo_awaited"}


def test_months_are_counted_date_to_date():
    assert terms.months(dt.date(2026, 10, 31), 4) == dt.date(2027, 2, 28)
    assert terms.months(dt.date(2027, 10, 31), 4) == dt.date(2028, 2, 29)
    assert terms.months(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert terms.months(dt.date(2026, 12, 15), 1) == dt.date(2027, 1, 15)


def test_an_age_is_reached_once_and_for_good():
    rng = random.Random(20261123)
    leap = [dt.date(1904, 2, 29), dt.date(2000, 2, 29), dt.date(2008, 2, 29), dt.date(1999, 2, 28)]
    drawn = [dt.date(1900, 1, 1) + dt.timedelta(days=rng.randrange(73_000)) for _ in range(60)]
    for birth in leap + drawn:
        for years in (0, 1, 4, 17, 18, rng.randint(0, 120)):
            day = terms.reaches_age(birth, years)
            assert terms.aged_at_least(birth, years, day)
            assert not terms.aged_at_least(birth, years, day - dt.timedelta(days=1))
            assert terms.age_on(birth, day) == years


def test_working_days_jump_week_ends_and_holidays():
    assert terms.working_days(dt.date(2026, 12, 24), 1) == dt.date(
        2026, 12, 28
    )  # 25 is Christmas, then a week-end
    assert terms.working_days(dt.date(2026, 4, 3), 1) == dt.date(2026, 4, 7)  # Easter Monday is 6 April 2026
    assert terms.easter(2027) == dt.date(2027, 3, 28)
