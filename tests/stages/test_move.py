"""The one door: a verb is said once, by who may, from where it may, and what it wrote can be verified."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction

from permis import clock, journey
from permis.accounts.models import Person
from permis.database.guard import Unguarded
from permis.database.leases import ATTEMPTS, Lost
from permis.domain.lifecycle import Refusal
from permis.domain.vocabulary import Motive, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.followups import sweep_dues
from permis.dossier.models import Dossier, Due, Event, FollowUp, Slot
from permis.dossier.verify import verify
from tests.conftest import given

LEA = {
    "categories": ["B"],
    "sex": "F",
    "birth_name": "Moreau",
    "given_names": "Léa",
    "birth_date": "2000-03-14",
    "birth_country": "FR",
    "birth_place": "Rennes",
    "nationality": "FR",
    "guardianship": "no",
    "address": "own",
    "letterbox": "Moreau",
    "street": "8 rue des Lices",
    "postcode": "35000",
    "town": "Rennes",
    "exam_department": "35",
    "learning_mode": "traditional",
    "medical_flag": "no",
    "notify_by": "email",
    "first_licence_promise": True,
}


@pytest.fixture
def lea(centres):
    """A citizen."""
    return Person.objects.get(email="lea.moreau@demo.telepermis.example")


@pytest.fixture
def draft(lea):
    """A draft with every answer and every document."""
    return whole_draft(lea)


def whole_draft(owner):
    """A draft that could be sent."""
    dossier = move.start(owner, Motive.REU)
    answers = {**LEA, "exam_on": clock.today().isoformat()}
    dossier = facts.save_answers(dossier, Role.CITIZEN, answers, revision=0)
    for slot in dossier.slots.filter(asked=True):
        given(slot, Role.CITIZEN)
    return dossier


def citizen(dossier):
    """The owner as an actor."""
    return move.Actor(Role.CITIZEN, str(dossier.owner_id))


AGENT = move.Actor(Role.AGENT, "someone")


def submitted(dossier, **also):
    """The draft, sent."""
    move.move(dossier, Verb.SUBMIT, citizen(dossier), key="submit", **also)
    dossier.refresh_from_db()
    return dossier


def in_review(dossier):
    """The draft, sent and taken up."""
    submitted(dossier)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    dossier.refresh_from_db()
    return dossier


def accept_all(dossier, status=SlotStatus.ACCEPTED):
    """An agent decides every document alike."""
    for slot in dossier.slots.filter(asked=True):
        facts.decide(slot, status, Role.AGENT, reason="R01" if status == SlotStatus.REFUSED else "")


def test_a_french_adult_at_home_is_asked_four_documents_on_six_sides(draft):
    asked = {(s.piece, s.side) for s in draft.slots.filter(asked=True)}
    assert asked == {
        ("ID", "recto"),
        ("ID", "verso"),
        ("ADDR", "page"),
        ("PHOTO", "photo"),
        ("PHOTO", "signature"),
        ("CEPC", "page"),
    }


def test_submitting_writes_state_event_followup_and_deadline_together(draft):
    submitted(draft)
    assert (draft.state, draft.version) == (State.SUBMITTED, 1)
    event = draft.events.get()
    assert (event.verb, event.before, event.after, event.n) == ("submit", "DRAFT", "SUBMITTED", 1)
    assert [f.follower for f in event.followups.all()] == ["tell"]
    assert {d.what for d in draft.dues.filter(status=Due.OPEN)} == {
        "silence"
    }  # those of the draft have lapsed


def test_told_twice_with_one_key_it_happened_once(draft):
    first = move.move(draft, Verb.SUBMIT, citizen(draft), key="submit")
    again = move.move(draft, Verb.SUBMIT, citizen(draft), key="submit")
    assert first.pk == again.pk
    assert draft.events.count() == 1


def test_a_page_that_is_old_is_told_so(draft):
    submitted(draft)
    with pytest.raises(move.Stale):
        move.move(draft, Verb.TAKE_UP, AGENT, seen=0)
    assert move.move(draft, Verb.TAKE_UP, AGENT, seen=1).after == State.IN_REVIEW


def test_a_draft_without_its_documents_is_not_sent(lea):
    dossier = move.start(lea, Motive.REU)
    with pytest.raises(Refusal, match="Il manque encore un document"):
        move.move(dossier, Verb.SUBMIT, citizen(dossier))
    assert dossier.events.count() == 0


def test_a_citizen_grants_nothing_and_a_stranger_role_says_nothing(draft):
    in_review(draft)
    for role in (Role.CITIZEN, Role.PLANT, Role.POST, Role.SYSTEM, Role.AUDITOR):
        with pytest.raises(Refusal):
            move.move(draft, Verb.APPROVE, move.Actor(role))


def test_granting_waits_until_each_document_is_accepted(draft):
    in_review(draft)
    with pytest.raises(Refusal, match="Chaque document doit être accepté"):
        move.move(draft, Verb.APPROVE, AGENT)
    accept_all(draft)
    assert move.move(draft, Verb.APPROVE, AGENT).after == State.APPROVED


def test_what_runs_with_a_move_is_undone_with_it(draft):
    def breaks(*_):
        Dossier.objects.filter(pk=draft.pk).update(department="35")
        raise Lost

    with pytest.raises(Lost):
        move.move(draft, Verb.SUBMIT, citizen(draft), also=breaks)
    draft.refresh_from_db()
    assert (draft.state, draft.department, draft.events.count()) == (State.DRAFT, "", 0)


def test_answers_are_saved_only_on_a_draft_and_only_from_the_last_page(draft):
    with pytest.raises(facts.Stale):
        facts.save_answers(draft, Role.CITIZEN, {"town": "Brest"}, revision=0)
    facts.save_answers(draft, Role.CITIZEN, {"town": "Brest"}, revision=1)
    submitted(draft)
    with pytest.raises(facts.NotNow):
        facts.save_answers(draft, Role.CITIZEN, {"town": "Paris"}, revision=2)
    draft.refresh_from_db()
    assert draft.read_answers()["town"] == "Brest"


def test_answers_are_unreadable_in_the_database(draft):
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers FROM dossier_dossier")
        stored = bytes(cursor.fetchone()[0])
    assert b"Moreau" not in stored
    assert draft.read_answers()["birth_name"] == "Moreau"


def test_changing_an_answer_keeps_the_documents_that_no_longer_apply_aside(draft):
    facts.save_answers(draft, Role.CITIZEN, {"address": "hosted"}, revision=1)
    assert not draft.slots.get(piece="ADDR").asked
    assert draft.slots.filter(piece="HEB", asked=True).exists()
    facts.save_answers(draft, Role.CITIZEN, {"address": "own"}, revision=2)
    slot = draft.slots.get(piece="ADDR")
    assert (slot.asked, slot.status) == (True, SlotStatus.READY)


def test_an_accepted_document_stays_shut_while_others_are_redone(draft):
    in_review(draft)
    accept_all(draft)
    bad = draft.slots.get(piece="ADDR")
    facts.decide(bad, SlotStatus.REFUSED, Role.AGENT, reason="R03")
    move.move(draft, Verb.ASK_FOR_MORE, AGENT)
    with pytest.raises(facts.NotNow):
        facts.decide(draft.slots.get(piece="CEPC"), SlotStatus.READY, Role.CITIZEN)
    assert facts.decide(bad, SlotStatus.READY, Role.CITIZEN).status == SlotStatus.READY


def test_the_guard_fails_every_write_that_goes_round_the_door(draft):
    with transaction.atomic(), pytest.raises(Unguarded):
        Dossier.objects.filter(pk=draft.pk).update(state=State.APPROVED)
    with transaction.atomic(), pytest.raises(Unguarded):
        Dossier.objects.filter(pk=draft.pk).update(answers=b"")
    with transaction.atomic(), pytest.raises(Unguarded):
        Slot.objects.filter(dossier=draft).update(status=SlotStatus.ACCEPTED)
    with transaction.atomic(), pytest.raises(Unguarded):
        draft.events.update(verb="approve")
    with transaction.atomic(), pytest.raises(Unguarded):
        draft.save()  # an update by save() would overwrite what was said meanwhile
    with pytest.raises(Unguarded, match="outside atomic"):
        Dossier.objects.filter(pk=draft.pk).update(department="35")


@pytest.mark.django_db(transaction=True)
def test_a_document_refused_during_the_grant_never_gives_a_granted_dossier_with_a_refused_document(
    centres, monkeypatch
):
    """The race that a lock on the dossier alone would lose."""
    lea = Person.objects.get(email="lea.moreau@demo.telepermis.example")
    dossier = in_review(whole_draft(lea))
    accept_all(dossier)
    read, go = threading.Event(), threading.Event()
    real = move.read_facts

    def slowly(*args):
        found = real(*args)
        read.set()
        go.wait(0.5)
        return found

    monkeypatch.setattr(move, "read_facts", slowly)
    granting = threading.Thread(
        target=lambda: (move.move(dossier, Verb.APPROVE, AGENT), connections.close_all())
    )
    granting.start()
    read.wait(5)
    with pytest.raises(facts.NotNow):
        facts.decide(dossier.slots.get(piece="ADDR"), SlotStatus.REFUSED, Role.AGENT, reason="R03")
    granting.join()
    dossier.refresh_from_db()
    assert dossier.state == State.APPROVED
    assert not dossier.slots.filter(status=SlotStatus.REFUSED).exists()


def test_a_follow_up_whose_lease_went_away_rolls_its_move_back(draft):
    in_review(draft)
    accept_all(draft)
    event = move.move(draft, Verb.APPROVE, AGENT)
    row = FollowUp.objects.get(event=event, follower="order_card")
    mine = FollowUp.claim(row.pk)
    with transaction.atomic():
        FollowUp.objects.filter(pk=row.pk).update(lease="somebody else")
    with pytest.raises(Lost):
        journey.follower_table()["order_card"](mine)
    draft.refresh_from_db()
    assert draft.state == State.APPROVED


def test_a_follow_up_that_always_fails_is_tried_later_and_later_then_parked(draft, monkeypatch):
    submitted(draft)
    monkeypatch.setitem(journey._TABLE, "tell", lambda _row: 1 / 0)
    row = FollowUp.objects.get(event__dossier=draft)
    for _ in range(ATTEMPTS + 3):
        with transaction.atomic():
            FollowUp.objects.filter(pk=row.pk).update(next_try=0)
        journey.beat()
    row.refresh_from_db()
    assert (row.parked, row.done, row.attempts, row.last_error) == (
        True,
        False,
        ATTEMPTS,
        "ZeroDivisionError",
    )


def test_verify_finds_a_whole_dossier_whole(draft):
    in_review(draft)
    report = verify(draft.reference)
    assert (report.checked, report.events, report.faults) == (1, 2, [])


SPOILT = {
    "hash": "'x' || substr(hash, 2)",
    "verb": "'approve'",
    "after": "'APPROVED'",
    "before": "'CLOSED'",
    "key": "'other'",
    "actor": "'other'",
    "role": "'system'",
    "day": "'2020-01-01'",
    "n": "7",
}


@pytest.mark.parametrize("column", [*SPOILT, "header", "detail", "at", "dossier_id", "id"])
def test_verify_names_the_dossier_whatever_column_of_an_event_is_spoilt(draft, column):
    in_review(draft)
    event = draft.events.get(n=2)
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED" if not sqlite else "PRAGMA defer_foreign_keys = 1")
        raw = connection.connection.cursor()  # the guard does not see it: as an intruder would write
        value = event.pk.hex if sqlite else str(event.pk)
        spot = "?" if sqlite else "%s"
        if column in {"header", "detail"}:
            stored = bytearray(bytes(getattr(event, column)))
            stored[len(stored) // 2] ^= 1
            raw.execute(
                f"UPDATE dossier_event SET {column} = {spot} WHERE id = {spot}", [bytes(stored), value]
            )
        elif column == "at":
            raw.execute(
                f"UPDATE dossier_event SET at = {spot} WHERE id = {spot}",
                ["2020-01-01 00:00:00+00:00", value],
            )
        elif column in {"dossier_id", "id"}:
            other = "0" * 32 if sqlite else "00000000-0000-0000-0000-000000000000"
            raw.execute(f"UPDATE dossier_event SET {column} = {spot} WHERE id = {spot}", [other, value])
        else:
            quoted = connection.ops.quote_name(column)
            raw.execute(f"UPDATE dossier_event SET {quoted} = {SPOILT[column]} WHERE id = {spot}", [value])
    faults = verify().faults
    assert any(reference == draft.reference for reference, _ in faults), faults
    with connection.cursor() as cursor:  # put it back, so that the test's own end finds its keys whole
        raw = connection.connection.cursor()
        if column in {"dossier_id", "id"}:
            good = {"dossier_id": draft.pk, "id": event.pk}[column]
            where = f"n = 2 AND {'dossier_id' if column == 'id' else 'id'} = {spot}"
            home = {"dossier_id": event.pk, "id": draft.pk}[column]
            raw.execute(
                f"UPDATE dossier_event SET {column} = {spot} WHERE {where}",
                [good.hex if sqlite else str(good), home.hex if sqlite else str(home)],
            )


def test_verify_names_a_state_that_the_events_do_not_say_and_a_lost_follow_up(draft):
    submitted(draft)
    raw = connection.connection.cursor()
    raw.execute("DELETE FROM dossier_followup")
    raw.execute("UPDATE dossier_dossier SET state = 'APPROVED'")
    whats = " ; ".join(what for _, what in verify(draft.reference).faults)
    assert "state is APPROVED, the events say SUBMITTED" in whats
    assert "follow-up tell is lost" in whats


def test_verify_names_a_document_that_is_gone_or_spoilt(draft):
    from permis.adapters import adapter
    from permis.evidence.models import Upload
    from permis.evidence.verify import verify_documents

    submitted(draft)
    gone, spoilt = Upload.objects.filter(slot__dossier=draft).order_by("pk")[:2]
    adapter("storage").delete(gone.files[0]["key"])
    whole = b"".join(adapter("storage").get(spoilt.files[0]["key"]))
    adapter("storage").put(spoilt.files[0]["key"], [whole[:-1] + bytes([whole[-1] ^ 1])])
    report = verify(draft.reference)
    verify_documents(report, draft.reference)
    whats = sorted(what.split(":")[1] for _, what in report.faults)
    assert whats == [" page 1 does not open", " page 1 is not in the storage"]


def test_a_deadline_acts_the_day_after_its_last_day_and_carries_its_legal_day(draft):
    in_review(draft)
    facts.decide(draft.slots.get(piece="ADDR"), SlotStatus.REFUSED, Role.AGENT, reason="R03")
    move.move(draft, Verb.ASK_FOR_MORE, AGENT)
    last = draft.dues.get(what="complement").day
    assert (last - clock.today()).days == 30
    sweep_dues(last)
    draft.refresh_from_db()
    assert draft.state == State.INCOMPLETE  # the last day is included
    sweep_dues(last + (last - clock.today()))  # a sweep that comes 30 days late
    draft.refresh_from_db()
    assert draft.state == State.CLOSED
    assert (draft.events.last().day - last).days == 1
    assert draft.dues.get(what="complement").status == Due.MET


def test_a_deadline_lapses_when_the_dossier_leaves_the_states_it_lives_in(draft):
    in_review(draft)
    facts.decide(draft.slots.get(piece="ADDR"), SlotStatus.REFUSED, Role.AGENT, reason="R03")
    move.move(draft, Verb.ASK_FOR_MORE, AGENT)
    facts.decide(draft.slots.get(piece="ADDR"), SlotStatus.READY, Role.CITIZEN)
    move.move(draft, Verb.COMPLETE, citizen(draft))
    assert draft.dues.get(what="complement").status == Due.LAPSED


def test_every_event_has_its_number_and_the_next_hash(draft):
    in_review(draft)
    assert list(Event.objects.filter(dossier=draft).values_list("n", flat=True)) == [1, 2]
    assert len(set(Event.objects.filter(dossier=draft).values_list("hash", flat=True))) == 2


def test_a_card_made_for_an_order_that_we_had_no_time_to_write_down_is_heard_once_it_is_written(
    draft, monkeypatch
):
    """Killed between the factory's counter and our own row: the news waits, and nothing stays stuck."""
    from permis.adapters.plant import demo
    from permis.production import work

    in_review(draft)
    accept_all(draft)
    event = move.move(draft, Verb.APPROVE, AGENT)
    with monkeypatch.context() as killed:
        killed.setattr(work, "move", lambda *_, **__: 1 / 0)
        journey.beat()
    assert demo.answer("made") == [draft.reference]
    journey.beat()
    draft.refresh_from_db()
    assert draft.state == State.APPROVED
    with transaction.atomic():
        FollowUp.objects.filter(event=event, follower="order_card").update(next_try=0)
    journey.settle()
    draft.refresh_from_db()
    assert draft.state == State.POSTED
    assert len(demo.orders()) == 1
