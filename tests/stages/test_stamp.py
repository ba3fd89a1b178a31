"""The stamp of a lost licence: judged when it is typed, held when the request leaves, spent or free at its end."""

from __future__ import annotations

import datetime as dt
import logging

import pytest

from permis import clock
from permis.accounts.models import Person
from permis.adapters import adapter
from permis.adapters.stamps import Refused, Unavailable, demo
from permis.adapters.stamps.demo import DemoStamps
from permis.database.leases import Lost
from permis.domain.lifecycle import Refusal
from permis.domain.vocabulary import Motive, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.models import Dossier, FollowUp
from permis.questions.summary import sections
from permis.submission import stamp
from tests.conftest import given as put_in
from tests.stages.test_move import AGENT, LEA, accept_all, citizen, in_review, submitted, whole_draft

pytestmark = pytest.mark.django_db

FEE, GUYANE = 2500, 1250


class Dead:
    """A service of stamps that does not answer."""

    def __getattr__(self, _name):
        def silent(*_):
            raise Unavailable

        return silent


@pytest.fixture
def dead(monkeypatch):
    """Nobody answers."""
    for module in ("form", "submission"):
        monkeypatch.setattr(f"permis.{module}.stamp.adapter", lambda _name: Dead())


def said(number, fee=FEE, day=None, **how):
    """The sentence about a number, without its no-break spaces."""
    remark = stamp.check({"stamp_number": number}, fee, day or clock.today(), **how)
    return remark and remark.sentence.replace("\u00a0", " ")


def test_a_good_stamp_needs_no_remark():
    assert said(demo.sell(2500)) is None
    assert said(demo.sell(1250), fee=GUYANE) is None


def test_nothing_is_asked_where_nothing_is_due_or_typed(dead):
    assert said("1234567890123456", fee=0) is None
    assert stamp.check({}, FEE, clock.today()) is None
    assert stamp.check({"stamp_number": None}, FEE, clock.today()) is None


def test_a_number_that_does_not_exist_is_said_with_where_to_read_it():
    assert said("0000000000000000") == (
        "Ce numéro de timbre n’existe pas. Recopiez les 16 chiffres du SMS ou du PDF."
    )


def test_a_stamp_for_a_fine_does_not_suit():
    assert said(demo.sell(2500, "fine")) == (
        "Un timbre d’amende ne convient pas : il faut un timbre « permis de conduire ». "
        "Écrivez le numéro d’un autre timbre."
    )
    assert said(demo.sell(2500, "boat")).startswith("Un timbre d’une autre sorte ne convient pas")


def test_a_stamp_of_another_amount_says_both_amounts():
    assert said(demo.sell(2500), fee=GUYANE).startswith(
        "Ce timbre vaut 25 € : pour cette demande, il faut 12,50 €."
    )
    assert said(demo.sell(1250)).startswith("Ce timbre vaut 12,50 € : pour cette demande, il faut 25 €.")


def test_a_used_stamp_a_refunded_one_and_one_of_another_request_are_each_said():
    used, refunded, held = (demo.sell(2500) for _ in range(3))
    DemoStamps().use(used, "other")
    demo.refund(refunded)
    DemoStamps().reserve(held, "other")
    assert said(used).startswith("Ce timbre a déjà servi.")
    assert said(refunded).startswith("Ce timbre a été remboursé")
    assert said(held).startswith("Ce timbre est déjà gardé pour une autre demande.")
    assert said(held, key="other") is None  # theirs


def test_an_old_stamp_says_until_which_day_it_was_good():
    number = demo.sell(2500)
    last = DemoStamps().look(number).valid_until
    assert said(number, day=last) is None
    sentence = said(number, day=last + dt.timedelta(days=1))
    assert sentence.startswith("Ce timbre était valable jusqu’au ")
    assert str(last.year) in sentence


def test_while_the_service_is_silent_typing_goes_on_and_sending_waits(dead):
    typing = stamp.check({"stamp_number": "1" * 16}, FEE, clock.today())
    assert not typing.blocks
    assert typing.sentence == (
        "Le service des timbres ne répond pas. Votre numéro est gardé, il sera vérifié à l’envoi."
    )
    sending = stamp.check({"stamp_number": "1" * 16}, FEE, clock.today(), sending=True)
    assert sending.blocks
    assert sending.sentence == (
        "Le service des timbres ne répond pas. Réessayez dans quelques minutes ; rien n’est perdu."
    )


@pytest.fixture
def lea(centres):
    """A citizen."""
    return Person.objects.get(email="lea.moreau@demo.telepermis.example")


def lost_licence(owner, number, **answers):
    """A draft of somebody who lost a licence, ready to be sent, with the number of a stamp."""
    dossier = move.start(owner, Motive.PERTE)
    given = {**LEA, "motive": "PERTE", "held_categories": ["B"], "stamp_number": number, **answers}
    dossier = facts.save_answers(dossier, Role.CITIZEN, given, revision=0)
    for slot in dossier.slots.filter(asked=True):
        put_in(slot, Role.CITIZEN)
    return dossier


def changes(dossier, **answers):
    """Saves other answers in the draft."""
    dossier.refresh_from_db()
    return facts.save_answers(dossier, Role.CITIZEN, answers, revision=dossier.revision)


def became_free(dossier):
    """The draft asks for a first licence after all; the number of the stamp stays among its answers."""
    dossier = changes(dossier, motive="REU", exam_on=clock.today().isoformat())
    for slot in dossier.slots.filter(asked=True, status=SlotStatus.EMPTY):
        put_in(slot, Role.CITIZEN)
    return dossier


def state_of(number):
    """What the shop knows of the stamp."""
    return next(sold["state"] for sold in demo.stamps() if sold["number"] == number)


@pytest.fixture
def number():
    """A stamp that was bought."""
    return demo.sell(2500)


@pytest.fixture
def told(monkeypatch):
    """The followers are written for their verbs, and run under the names that the journey gives them."""
    from permis import journey

    verbs = {
        Verb.APPROVE: "use_stamp",
        Verb.REFUSE: "free_stamp",
        Verb.CLOSE: "free_stamp",
        Verb.CANCEL: "free_stamp",
        Verb.REOPEN: "hold_stamp",
    }
    monkeypatch.setattr(journey, "FOLLOWERS", {verb: (name,) for verb, name in verbs.items()})
    table = {name: getattr(stamp, name) for name in verbs.values()}
    monkeypatch.setattr(journey, "_TABLE", {"tell": stamp._close, **table})


def follow(dossier, name):
    """Runs the newest row of this follower."""
    row = FollowUp.objects.filter(event__dossier=dossier, follower=name).order_by("-event__n").first()
    getattr(stamp, name)(FollowUp.claim(row.pk))
    row.refresh_from_db()
    return row


def test_the_stamp_is_held_before_sending_spent_when_granted_and_only_once(lea, told, number):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    stamp.hold(dossier, number)  # sent again after a wrong code
    assert said(number, key=stamp.key_of(dossier), sending=True) is None
    in_review(dossier)
    accept_all(dossier)
    move.move(dossier, Verb.APPROVE, AGENT)
    assert follow(dossier, "use_stamp").done
    assert demo.stamps()[0]["state"] == "used"
    with pytest.raises(Refusal, match="ne peut plus être pris"):
        stamp.hold(lost_licence(lea, number), number)


def test_killed_between_its_two_halves_the_stamp_is_spent_once(lea, told, number, monkeypatch):
    dossier = lost_licence(lea, number)
    in_review(dossier)
    accept_all(dossier)
    move.move(dossier, Verb.APPROVE, AGENT)
    row = FollowUp.objects.get(event__dossier=dossier, follower="use_stamp")
    claimed = FollowUp.claim(row.pk)
    with monkeypatch.context() as patch:
        patch.setattr(FollowUp, "close", lambda *_: (_ for _ in ()).throw(Lost()))
        with pytest.raises(Lost):
            stamp.use_stamp(claimed)
    row.refresh_from_db()
    assert (row.done, demo.stamps()[0]["state"]) == (False, "used")
    stamp.use_stamp(claimed)
    row.refresh_from_db()
    assert row.done


@pytest.mark.parametrize("verb", [Verb.REFUSE, Verb.CLOSE])
def test_after_a_refusal_the_same_stamp_serves_for_a_new_request(lea, told, number, verb):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    in_review(dossier)
    move.move(dossier, verb, AGENT, detail={"reason": "Il manque une pièce."})
    follow(dossier, "free_stamp")
    again = lost_licence(lea, number)
    assert said(number, key=stamp.key_of(again)) is None
    stamp.hold(again, number)
    assert DemoStamps().look(number, stamp.key_of(again)).yours


def test_a_draft_given_up_frees_its_stamp_and_a_wrong_number_stops_nothing(lea, told, number):
    held = lost_licence(lea, number)
    stamp.hold(held, number)
    wrong = lost_licence(lea, "0" * 16)
    for dossier in (held, wrong, whole_draft(lea)):
        move.move(dossier, Verb.CANCEL, citizen(dossier))
        assert follow(dossier, "free_stamp").done
    assert demo.stamps()[0]["state"] == "unused"


def test_a_reopened_request_has_its_stamp_again_whatever_is_told_late(lea, told, number):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    in_review(dossier)
    move.move(dossier, Verb.REFUSE, AGENT, detail={"reason": "Une erreur."})
    head = move.Actor(Role.SUPERVISOR, "head")
    move.move(dossier, Verb.REOPEN, head, detail={"reason": "Recours accepté."})
    assert follow(dossier, "free_stamp").done  # the service was down, and is told only now
    assert demo.stamps()[0]["state"] == "reserved"
    DemoStamps().release(stamp.key_of(dossier))
    assert follow(dossier, "hold_stamp").done
    assert DemoStamps().look(number, stamp.key_of(dossier)).yours


def test_while_the_service_is_silent_nothing_is_sent_and_what_follows_waits(
    lea, told, number, dead, monkeypatch
):
    dossier = lost_licence(lea, number)
    with pytest.raises(Refusal, match="Réessayez dans quelques minutes ; rien n’est perdu"):
        stamp.hold(dossier, number)
    move.move(dossier, Verb.CANCEL, citizen(dossier))
    with pytest.raises(Unavailable):
        follow(dossier, "free_stamp")
    assert not FollowUp.objects.get(follower="free_stamp").done


def test_a_stamp_that_somebody_else_took_meanwhile_waits_for_an_operator(
    lea, told, number, monkeypatch, caplog
):
    from permis.dossier.followups import run

    dossier = lost_licence(lea, number)
    DemoStamps().use(number, "other")
    in_review(dossier)
    accept_all(dossier)
    move.move(dossier, Verb.APPROVE, AGENT)
    row = FollowUp.objects.get(event__dossier=dossier, follower="use_stamp")
    with caplog.at_level(logging.DEBUG):
        assert not run(row.pk)
    row.refresh_from_db()
    assert (row.done, row.last_error) == (False, Refused.__name__)
    assert number not in caplog.text


def test_a_request_without_a_stamp_follows_nothing(lea, told, dead):
    dossier = whole_draft(lea)
    move.move(dossier, Verb.CANCEL, citizen(dossier))
    assert follow(dossier, "free_stamp").done


def test_the_settings_name_an_adapter_that_keeps_the_contract():
    for act in ("look", "reserve", "use", "release"):
        assert callable(getattr(adapter("stamps"), act))


# ── Nothing is due ──────────────────────────────────────────────────────────────────────────────────────
def test_a_request_that_became_free_spends_no_stamp_when_it_is_granted(lea, told, number):
    dossier = in_review(became_free(lost_licence(lea, number)))
    accept_all(dossier)
    move.move(dossier, Verb.APPROVE, AGENT)
    assert follow(dossier, "use_stamp").done
    assert state_of(number) == "unused"


def test_a_stamp_spent_elsewhere_does_not_stop_a_request_that_became_free(lea, told, number):
    dossier = in_review(became_free(lost_licence(lea, number)))
    DemoStamps().use(number, "other")
    accept_all(dossier)
    move.move(dossier, Verb.APPROVE, AGENT)
    assert follow(dossier, "use_stamp").done


def test_what_a_request_held_before_it_became_free_is_given_back_at_the_sending(lea, told, number):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)  # sent, and killed before it was written
    dossier = became_free(dossier)
    with stamp.held(dossier, None):
        submitted(dossier)
    assert state_of(number) == "unused"


def test_what_a_free_request_still_holds_is_given_back_when_it_is_granted(lea, told, number):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    dossier = in_review(became_free(dossier))
    accept_all(dossier)
    move.move(dossier, Verb.APPROVE, AGENT)
    assert state_of(number) == "reserved"
    assert follow(dossier, "use_stamp").done
    assert state_of(number) == "unused"


def test_a_free_request_that_is_reopened_keeps_no_stamp(lea, told, number):
    dossier = in_review(became_free(lost_licence(lea, number)))
    move.move(dossier, Verb.REFUSE, AGENT, detail={"reason": "Une erreur."})
    move.move(
        dossier, Verb.REOPEN, move.Actor(Role.SUPERVISOR, "head"), detail={"reason": "Recours accepté."}
    )
    assert follow(dossier, "hold_stamp").done
    assert state_of(number) == "unused"


# ── Nothing stays reserved ──────────────────────────────────────────────────────────────────────────────
def test_a_stamp_held_before_another_was_typed_is_free_when_the_draft_is_given_up(lea, told, number):
    second = demo.sell(2500)
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)  # the process was killed before it sent the request
    dossier = changes(dossier, stamp_number=second)
    move.move(dossier, Verb.CANCEL, citizen(dossier))
    assert follow(dossier, "free_stamp").done
    assert (state_of(number), state_of(second)) == ("unused", "unused")


def test_a_number_taken_out_of_the_draft_is_free_when_the_draft_is_given_up(lea, told, number):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    dossier = changes(dossier, stamp_number=None)
    move.move(dossier, Verb.CANCEL, citizen(dossier))
    assert follow(dossier, "free_stamp").done
    assert state_of(number) == "unused"


def fails(dossier, number, just_before):
    """Sends while the stamp is held, and finds that the page is old."""
    with stamp.held(dossier, number):
        assert state_of(number) == "reserved"
        just_before(dossier)
        raise facts.Stale


def test_a_sending_that_fails_frees_the_stamp_at_once(lea, told, number):
    with pytest.raises(facts.Stale):
        fails(lost_licence(lea, number), number, lambda dossier: changes(dossier, lost_place="Brest"))
    assert state_of(number) == "unused"


def test_a_stamp_whose_request_left_by_another_tab_stays_held(lea, told, number):
    with pytest.raises(facts.Stale):
        fails(lost_licence(lea, number), number, submitted)
    assert state_of(number) == "reserved"


def test_of_two_tabs_that_send_two_stamps_the_one_of_the_request_that_left_is_held(lea, told, number):
    second = demo.sell(2500)
    dossier = lost_licence(lea, number)
    with stamp.held(dossier, number):  # slow: the other tab overtakes it
        here = changes(dossier, stamp_number=second)
        submitted(here)
    assert (state_of(number), state_of(second)) == ("unused", "reserved")


def test_a_request_given_up_while_its_stamp_was_being_reserved_frees_it(lea, told, number, monkeypatch):
    dossier = lost_licence(lea, number)
    reserve = DemoStamps.reserve

    def slow(self, given, key):
        """The other tab gives up before the service answers."""
        move.move(dossier, Verb.CANCEL, citizen(dossier))
        follow(dossier, "free_stamp")
        return reserve(self, given, key)

    monkeypatch.setattr(DemoStamps, "reserve", slow)
    with pytest.raises(Refusal), stamp.held(dossier, number):
        move.move(dossier, Verb.SUBMIT, citizen(dossier))
    assert Dossier.objects.get(pk=dossier.pk).get_state() is State.CANCELLED
    assert state_of(number) == "unused"


def test_a_request_reopened_while_its_stamp_was_being_freed_has_it_again(lea, told, number, monkeypatch):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    in_review(dossier)
    move.move(dossier, Verb.REFUSE, AGENT, detail={"reason": "Une erreur."})
    release = DemoStamps.release
    head = move.Actor(Role.SUPERVISOR, "head")

    def slow(self, key):
        """The head reopens, and that is followed up, before the service answers."""
        monkeypatch.setattr(DemoStamps, "release", release)
        move.move(dossier, Verb.REOPEN, head, detail={"reason": "Recours accepté."})
        follow(dossier, "hold_stamp")
        return release(self, key)

    monkeypatch.setattr(DemoStamps, "release", slow)
    assert follow(dossier, "free_stamp").done
    assert DemoStamps().look(number, stamp.key_of(dossier)).yours


def test_while_the_service_is_silent_a_free_request_is_sent_and_what_it_held_waits(
    lea, told, number, monkeypatch
):
    dossier = lost_licence(lea, number)
    stamp.hold(dossier, number)
    dossier = became_free(dossier)
    with monkeypatch.context() as patch:
        patch.setattr("permis.submission.stamp.adapter", lambda _name: Dead())
        with stamp.held(dossier, None):
            in_review(dossier)
    assert state_of(number) == "reserved"
    move.move(dossier, Verb.REFUSE, AGENT, detail={"reason": "Une erreur."})
    assert follow(dossier, "free_stamp").done
    assert state_of(number) == "unused"


# ── Whoever reads the number could spend it ─────────────────────────────────────────────────────────────
def test_the_number_is_said_by_its_last_four_digits(lea):
    dossier = lost_licence(lea, "1234567890123456")
    said_of = {
        row.name: row.value
        for section in sections(dossier.read_answers(), dossier.situation())
        for row in section.rows
    }
    assert said_of["stamp_number"].replace("\u00a0", " ") == "•••• •••• •••• 3456"
