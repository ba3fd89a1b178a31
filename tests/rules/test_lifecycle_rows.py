"""Table 3 row by row: who says what from where, on which condition, with which message, deadlines and button."""

from __future__ import annotations

import datetime as dt

import pytest

from permis.domain import lifecycle
from permis.domain.lifecycle import (
    ENDED,
    HANDED_OVER,
    ROWS,
    START_TERMS,
    TERMS,
    UNDER_INSTRUCTION,
    Facts,
    Refusal,
)
from permis.domain.vocabulary import Result, Role, SlotStatus, State, Verb

# Read against the sheet: statuses (domain 5.8), silence, complements and refusals (5.9), the letter (6).
# who | says | from → to | if | message | deadlines that begin | button of an agent
TABLE = """
citizen representative helper school | submit | DRAFT → SUBMITTED | photo_here & all_ready | registered | silence | -
citizen representative helper school | submit | DRAFT → AWAITING_PHOTO | photo_by_post & ready_but_photo | photo_awaited | photo_by_post | -
agent operator | receive_photo | AWAITING_PHOTO → SUBMITTED | photo_ready | - | silence | Photo reçue par courrier
agent supervisor fraud_referent | take_up | SUBMITTED → IN_REVIEW | nothing | in_instruction | - | Prendre ce dossier
agent supervisor fraud_referent | take_up | COMPLETED → IN_REVIEW | nothing | - | - | Prendre ce dossier
agent supervisor fraud_referent | release | IN_REVIEW → SUBMITTED | nothing | - | - | Rendre à la file
agent supervisor fraud_referent | ask_for_more | IN_REVIEW → INCOMPLETE | some_refused | to_complete | complement_reminder complement | Demander les documents refusés
citizen representative | complete | INCOMPLETE → COMPLETED | all_ready | - | silence | -
agent supervisor fraud_referent | verify | IN_REVIEW → VERIFYING | nothing | - | - | Demander une vérification
agent supervisor fraud_referent expert | conclude | VERIFYING → IN_REVIEW | nothing | - | - | Vérification terminée
agent supervisor fraud_referent | ask_original | IN_REVIEW → ORIGINAL_AWAITED | hands_over | original_asked | original | Demander le permis original
agent supervisor operator | receive_original | ORIGINAL_AWAITED → AUTHENTICATING | nothing | original_received | silence | Original reçu
agent supervisor expert | authenticate | AUTHENTICATING → IN_REVIEW | nothing | - | - | Original authentique
agent supervisor fraud_referent | approve | IN_REVIEW → APPROVED | all_accepted & original_seen | accepted | - | Accorder
agent supervisor | refuse | IN_REVIEW → REFUSED | reason_given | refused | appeal | Refuser la demande
supervisor | refuse | VERIFYING → REFUSED | reason_given | refused | appeal | Refuser la demande
supervisor | refuse | AUTHENTICATING → REFUSED | reason_given | refused | appeal | Refuser la demande
agent supervisor fraud_referent | close | IN_REVIEW → CLOSED | reason_given | closed | - | Classer sans suite
agent supervisor fraud_referent | close | ORIGINAL_AWAITED → CLOSED | reason_given | closed | - | Classer sans suite
system | close | INCOMPLETE → CLOSED | nothing | closed | - | -
system | close | AWAITING_PHOTO → CLOSED | nothing | closed | - | -
system | close | ORIGINAL_AWAITED → CLOSED | nothing | closed | - | -
system | close | RETURNED → CLOSED | nothing | closed | - | -
supervisor | reopen | REFUSED → IN_REVIEW | reason_given | reopened | silence | Rouvrir la demande
supervisor | reopen | CLOSED → IN_REVIEW | reason_given | reopened | silence | Rouvrir la demande
citizen representative | cancel | DRAFT → CANCELLED | nothing | - | - | -
system | cancel | DRAFT → CANCELLED | nothing | draft_closed | - | -
citizen representative | cancel | SUBMITTED → CANCELLED | cancellable | cancelled | - | -
citizen representative | cancel | AWAITING_PHOTO → CANCELLED | cancellable | cancelled | - | -
citizen representative | cancel | INCOMPLETE → CANCELLED | cancellable | cancelled | - | -
citizen representative | cancel | COMPLETED → CANCELLED | cancellable | cancelled | - | -
citizen representative | cancel | IN_REVIEW → CANCELLED | cancellable | cancelled | - | -
citizen representative | cancel | ORIGINAL_AWAITED → CANCELLED | cancellable | cancelled | - | -
system | register | APPROVED → REGISTERED | no_card | registered_result | - | -
system | reject_card | APPROVED → IN_REVIEW | no_card | number_refused | silence | -
system | order_card | APPROVED → IN_PRODUCTION | makes_card | in_production | - | -
plant | reject_card | IN_PRODUCTION → IN_REVIEW | not_said(make_card) | card_rejected | silence | -
plant | make_card | IN_PRODUCTION → IN_PRODUCTION | not_said(make_card) | - | - | -
plant system | post | IN_PRODUCTION → POSTED | said(make_card) | posted | - | -
post | miss | POSTED → AT_POST_OFFICE | nothing | at_post_office | post_office_reminder post_office | -
post | deliver | POSTED → DELIVERED | nothing | delivered | error_report | -
post | deliver | AT_POST_OFFICE → DELIVERED | nothing | delivered | error_report | -
post | deliver | MISSING → DELIVERED | nothing | delivered | error_report | -
post | return | POSTED → RETURNED | nothing | returned | kept_card | -
post system | return | AT_POST_OFFICE → RETURNED | nothing | returned | kept_card | -
system | repost | RETURNED → POSTED | may_repost | posted | - | -
agent supervisor operator | remake | RETURNED → APPROVED | reason_given | remade | - | Refaire fabriquer
post | return | MISSING → RETURNED | nothing | returned | kept_card | -
citizen representative | report_missing | POSTED → MISSING | nothing | missing | inquiry | -
citizen representative | report_missing | DELIVERED → MISSING | nothing | missing | inquiry | -
system | remake | MISSING → APPROVED | nothing | remade | - | -
agent supervisor operator | remake | MISSING → APPROVED | reason_given | remade | - | Refaire fabriquer
"""
ORDER = list(Role)


def as_written(row):
    who = " ".join(sorted(row.actors, key=ORDER.index))
    terms = " ".join(term.what for term in row.terms)
    cells = (who, row.verb, f"{row.before} → {row.after}", row.needs.name, row.tells, terms, row.act)
    return " | ".join(cell or "-" for cell in cells)


def test_the_table_says_this_and_nothing_else():
    found = [as_written(row) for row in ROWS]
    expected = TABLE.strip().splitlines()
    assert [line for line in expected if line not in found] == []
    assert [line for line in found if line not in expected] == []
    assert found == expected


LIVES = [
    # deadline              while the request is …
    ("draft_reminder", "DRAFT"),
    ("draft_end", "DRAFT"),
    ("silence", "AUTHENTICATING COMPLETED IN_REVIEW SUBMITTED VERIFYING"),
    ("complement_reminder", "INCOMPLETE"),
    ("complement", "INCOMPLETE"),
    ("photo_by_post", "AWAITING_PHOTO"),
    ("original", "ORIGINAL_AWAITED"),
    ("post_office_reminder", "AT_POST_OFFICE"),
    ("post_office", "AT_POST_OFFICE"),
    ("appeal", "REFUSED"),
    ("error_report", "DELIVERED"),
    ("kept_card", "RETURNED"),
    ("inquiry", "MISSING"),
]


@pytest.mark.parametrize(("what", "states"), LIVES, ids=[line[0] for line in LIVES])
def test_a_deadline_lives_only_while_the_request_is(what, states):
    assert " ".join(sorted(lifecycle.term(what).while_in)) == states


def test_every_deadline_has_its_line_above_and_a_draft_begins_with_two():
    assert {line[0] for line in LIVES} == set(TERMS)
    assert [term.what for term in START_TERMS] == ["draft_reminder", "draft_end"]


def test_what_counts_as_being_instructed_and_as_ended():
    assert sorted(UNDER_INSTRUCTION) == ["AUTHENTICATING", "COMPLETED", "IN_REVIEW", "SUBMITTED", "VERIFYING"]
    assert sorted(ENDED) == ["CANCELLED", "CLOSED", "DELIVERED", "REFUSED", "REGISTERED"]


def test_an_original_is_handed_over_when_a_foreign_licence_becomes_a_french_one():
    assert sorted(HANDED_OVER) == ["ECH_COM", "ECH_EU", "ECH_HUE", "RETAB"]


def slots(*statuses):
    return Facts(slots=tuple((piece, "page", status) for piece, status in statuses))


GIVEN = [
    # what was given                                          all of it        all but the photo
    ("nothing is asked yet", (), False, False),
    ("a document not given", (("ID", "empty"),), False, False),
    ("a document that is safe with us, not checked yet", (("ID", "received"),), True, True),
    ("a document that somebody looks at", (("ID", "checking"),), False, False),
    ("a document given", (("ID", "ready"),), True, True),
    ("a document that an agent accepted", (("ID", "accepted"),), True, True),
    ("a document that an agent refused", (("ID", "refused"),), False, False),
    ("one given, one not", (("ID", "ready"), ("ADDR", "empty")), False, False),
    ("only the photo missing", (("ID", "ready"), ("PHOTO", "empty")), False, True),
    ("only the photo given", (("ID", "empty"), ("PHOTO", "ready")), False, False),
]


@pytest.mark.parametrize(("said", "given", "whole", "but_photo"), GIVEN, ids=[line[0] for line in GIVEN])
def test_a_request_leaves_when_each_document_was_given(said, given, whole, but_photo):
    facts = slots(*given)
    assert (facts.all_ready(), facts.all_ready(but="PHOTO")) == (whole, but_photo)
    assert (lifecycle.all_ready.check(facts), lifecycle.ready_but_photo.check(facts)) == (whole, but_photo)


PHOTO_BY_POST = [
    # what was given                                                       the sheet may be said to have come
    ((("PHOTO", "ready"), ("PHOTO", "ready")), True),
    ((("PHOTO", "ready"), ("PHOTO", "empty")), False),
    ((("ID", "ready"),), False),
    ((("ID", "refused"), ("PHOTO", "ready")), True),  # an agent then asks for the other document
    ((("PHOTO", "refused"),), False),
]


@pytest.mark.parametrize(("given", "come"), PHOTO_BY_POST)
def test_a_sheet_has_come_when_photo_and_signature_are_there_whatever_else_is_to_be_done_again(given, come):
    assert lifecycle.photo_ready.check(slots(*given)) is come


DECIDED = [
    # statuses                                       may be granted  something to do again
    ((), False, False),
    ((("ID", "accepted"),), True, False),
    ((("ID", "accepted"), ("ADDR", "ready")), False, False),
    ((("ID", "accepted"), ("ADDR", "refused")), False, True),
    ((("ID", "refused"),), False, True),
]


@pytest.mark.parametrize(("given", "granted", "again"), DECIDED)
def test_a_request_is_granted_when_each_document_was_accepted(given, granted, again):
    facts = slots(*given)
    assert (lifecycle.all_accepted.check(facts), lifecycle.some_refused.check(facts)) == (granted, again)


CONDITIONS = [
    # condition                  met by                                   not by
    ("photo_here", {}, {"photo_by_post": True}),
    ("photo_by_post", {"photo_by_post": True}, {}),
    ("reason_given", {"reason_given": True}, {}),
    ("cancellable", {}, {"cancellable": False}),
    ("makes_card", {}, {"makes_card": False}),
    ("no_card", {"makes_card": False}, {}),
    ("hands_over", {}, {"hands_over": False}),
    ("original_seen", {}, {"original_due": True}),
    ("may_repost", {"sends": 1}, {"sends": 2}),
]


@pytest.mark.parametrize(("name", "met", "unmet"), CONDITIONS, ids=[line[0] for line in CONDITIONS])
def test_a_condition_is_met_and_missed(name, met, unmet):
    needed = getattr(lifecycle, name)
    assert needed.name == name
    assert needed.check(Facts(**met))
    assert not needed.check(Facts(**unmet))
    assert needed.why(Facts(**met)) == ""
    assert needed.why(Facts(**unmet)) == needed.otherwise != ""


def test_a_letter_was_not_sent_before_the_first_time():
    assert Facts().sends == 0


def test_what_was_said_is_known_until_the_state_changes():
    made = Facts(said=frozenset({Verb.MAKE_CARD}))
    assert lifecycle.said(Verb.MAKE_CARD).check(made)
    assert not lifecycle.said(Verb.MAKE_CARD).check(Facts())
    assert lifecycle.not_said(Verb.MAKE_CARD).check(Facts())
    assert not lifecycle.not_said(Verb.MAKE_CARD).check(made)


def test_two_conditions_are_told_one_by_one():
    both = lifecycle.all_accepted & lifecycle.original_seen
    facts = Facts(slots=(("ID", "page", SlotStatus.READY),), original_due=True)
    assert [needed.name for needed in both.lacking(facts)] == ["all_accepted", "original_seen"]
    assert both.why(facts) == (
        "Chaque document doit être accepté avant d’accorder la demande. Le permis étranger original doit être reçu et "
        "vérifié avant d’accorder l’échange : demandez-le."
    )
    accepted = Facts(slots=(("ID", "page", SlotStatus.ACCEPTED),), original_due=True)
    assert [needed.name for needed in both.lacking(accepted)] == ["original_seen"]
    assert not both.check(accepted)
    assert both.check(Facts(slots=accepted.slots))


WHY_NOT = [
    # who, says what, from where, with which facts                                   what is answered
    ("citizen", "cancel", "APPROVED", {}, "Ce n’est pas possible maintenant : demande acceptée."),
    ("auditor", "approve", "IN_REVIEW", {}, "Vous n’avez pas le droit de faire cela."),
    ("citizen", "submit", "DRAFT", {}, "Il manque encore un document."),
    ("citizen", "submit", "DRAFT", {"photo_by_post": True}, "Il manque encore un document."),
    ("agent", "refuse", "IN_REVIEW", {}, "Écrivez le motif que la personne lira."),
    ("system", "repost", "RETURNED", {"sends": 2}, "La lettre a déjà été envoyée deux fois."),
]


@pytest.mark.parametrize(("role", "verb", "before", "facts", "sentence"), WHY_NOT)
def test_who_may_not_is_told_what_to_do(role, verb, before, facts, sentence):
    with pytest.raises(Refusal) as refusal:
        lifecycle.row_for(Verb(verb), State(before), Role(role), Facts(**facts))
    assert refusal.value.sentence == sentence


def test_the_buttons_of_a_screen_are_those_whose_conditions_are_met_or_may_be_met():
    facts = Facts(hands_over=False, reason_given=True)
    open_now = [row.verb for row in lifecycle.allowed(State.IN_REVIEW, Role.AGENT, facts)]
    assert open_now == ["release", "verify", "refuse", "close"]
    shown = [row.verb for row in lifecycle.possible(State.IN_REVIEW, Role.AGENT, facts)]
    assert shown == ["release", "ask_for_more", "verify", "approve", "refuse", "close"]
    whatever = [row.verb for row in lifecycle.possible(State.IN_REVIEW, Role.AGENT)]
    assert whatever == ["release", "ask_for_more", "verify", "ask_original", "approve", "refuse", "close"]
    assert lifecycle.possible(State.IN_REVIEW, Role.AUDITOR) == ()
    assert [row.before for row in lifecycle.rows_for(Verb.TAKE_UP, State.COMPLETED)] == ["COMPLETED"]


def test_a_deadline_is_counted_from_the_day_that_opens_it():
    assert lifecycle.term("silence").after(dt.date(2026, 11, 23)) == dt.date(2027, 1, 23)
    with pytest.raises(KeyError):
        lifecycle.term("nothing of the sort")


WORDS = [
    ("card", "Votre carte", "une nouvelle carte", "Votre carte va être fabriquée."),
    (
        "corrected_card",
        "Votre carte corrigée",
        "une nouvelle carte",
        "Votre carte corrigée va être fabriquée.",
    ),
    (
        "booklet",
        "Votre permis international",
        "un nouveau permis international",
        "Votre permis international va être fabriqué.",
    ),
    (
        "registration",
        "Votre inscription",
        "une nouvelle inscription",
        "Nous vous écrivons dès que vous avez votre numéro d’inscription (NEPH).",
    ),
    (
        "record",
        "Votre enregistrement",
        "un nouvel enregistrement",
        "Nous vous écrivons dès que votre permis étranger est enregistré.",
    ),
]


@pytest.mark.parametrize(("result", "yours", "new", "soon"), WORDS, ids=[line[0] for line in WORDS])
def test_each_result_has_its_own_words(result, yours, new, soon):
    words = lifecycle.THINGS[result].words()
    assert (words["Yours"], words["new"], words["soon"]) == (yours, new, soon)


# States that are not worded as for a card: the letter carries a booklet, or nothing is made (domain 2.0, 5.8).
OTHERWISE = {
    ("booklet", "IN_PRODUCTION"): "Permis international en fabrication",
    ("booklet", "POSTED"): "Permis international expédié",
    ("booklet", "DELIVERED"): "Permis international remis",
    ("registration", "REGISTERED"): "Inscription faite",
}


def test_a_state_is_worded_as_for_a_card_unless_something_else_is_made():
    for result in Result:
        for state in State:
            expected = OTHERWISE.get((str(result), str(state)), state.label)
            assert (result, state, lifecycle.state_label(state, result)) == (result, state, expected)
