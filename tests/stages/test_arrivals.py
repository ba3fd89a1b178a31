"""A file that was acknowledged is never lost and never half there: whatever fails, ends early, or comes at once."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
from django.db import OperationalError, connections, transaction

from permis import clock
from permis.accounts.models import Cert
from permis.accounts.models import Person as Account
from permis.adapters import adapter
from permis.adapters.antivirus import TEST_FILE, Unknown, Verdict
from permis.adapters.storage import StorageDown, StorageFull
from permis.database.guard import door
from permis.demo import world
from permis.domain.vocabulary import Piece, Role, SlotStatus, State, Verb
from permis.dossier import facts, move
from permis.dossier.models import Dossier, Slot
from permis.dossier.verify import Report, verify
from permis.evidence import arrivals, intake, keep, question, work
from permis.evidence.models import Arrival, EPhoto, Source, Upload
from permis.evidence.verify import verify_documents
from permis.vision import files
from tests.conftest import given, jpeg, portrait, read_page
from tests.stages.test_ephoto import draft, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]

AGENT = move.Actor(Role.AGENT, "someone")
CAMILLE = "camille.roux@demo.telepermis.example"


@pytest.fixture
def lea():
    """Léa, signed in."""
    return signed_in()


@pytest.fixture
def dossier():
    """A draft of hers, with no document."""
    return draft()


@pytest.fixture
def address(dossier):
    """The slot of her proof of address, which takes several files."""
    return dossier.slots.get(asked=True, piece="ADDR")


class Engine:
    """An antivirus that does what the test wants."""

    def __init__(self):
        self.down, self.found = True, False
        self.asked = []  # how long each question was ready to wait

    def look(self, chunks, *, within_s=None):
        """Nothing while it is down; else what it finds."""
        self.asked.append(within_s)
        for _ in chunks:
            pass
        if self.down:
            raise Unknown("ConnectionRefusedError")
        return Verdict(clean=not self.found, engine="test", signature="Eicar" if self.found else "")


@pytest.fixture
def engine(monkeypatch):
    """An antivirus that does not answer, until the test says so."""
    mine = Engine()
    real = work.adapter
    monkeypatch.setattr(work, "adapter", lambda name: mine if name == "antivirus" else real(name))
    return mine


def comes(slot, data=None, *, adds=False, name="a.jpg", role=Role.CITIZEN):
    """A file that is acknowledged, and whose check is still to be made."""
    slot = Slot.objects.select_related("dossier").get(pk=slot.pk)
    if data is None:
        data = portrait(name) if slot.side == "photo" else jpeg()
    return arrivals.receive(slot, role, data, name=name, channel="tus", adds=adds)


def status(slot):
    """The slot's status now."""
    return Slot.objects.get(pk=slot.pk).status


def names(slot):
    """The files that count, in the order in which they stand."""
    rows = Upload.objects.filter(slot=slot, current=True).order_by("given_at", "pk")
    return [upload.read_name() for upload in rows]


def tried_again():
    """What failed may be tried at once, and the lease of whoever died has ended."""
    with transaction.atomic():
        Arrival.objects.filter(done=False).exclude(whole_at=None).update(
            next_try=clock.ticks() - 1, lease_until=0.0
        )


def faults(dossier):
    """What `permis verify` says of this dossier."""
    report = verify(dossier.reference)
    verify_documents(report, dossier.reference)
    return [what for reference, what in report.faults if reference == dossier.reference]


def parts():
    """The sealed parts that the storage holds."""
    return {key for key in adapter("storage").keys() if ".p" in key}  # noqa: SIM118  an adapter, no dictionary


def sent(dossier):
    """Every other document is there, and the request leaves for Camille's centre."""
    for slot in dossier.slots.filter(asked=True, status="empty"):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    with transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(cert=Cert.objects.get(code="rennes"))
    dossier.refresh_from_db()


def asked_again(dossier, slot, note="Elle est coupée à droite."):
    """The request comes back to the person for this one document."""
    sent(dossier)
    move.move(dossier, Verb.TAKE_UP, AGENT)
    for other in dossier.slots.filter(asked=True):
        verdict = SlotStatus.REFUSED if other.pk == slot.pk else SlotStatus.ACCEPTED
        told = {"reason": "R05", "note": note} if other.pk == slot.pk else {}
        facts.decide(other, verdict, Role.AGENT, **told)
    move.move(dossier, Verb.ASK_FOR_MORE, AGENT, detail={"reason": "R05"})
    dossier.refresh_from_db()


# ── Several files ───────────────────────────────────────────────────────────────────────────────────────────


def test_files_stand_in_the_order_in_which_they_were_given_whichever_check_ends_first(address):
    rows = [comes(address, name=f"{n}.jpg", adds=n > 1) for n in (1, 2, 3)]
    for row in reversed(rows):
        assert status(address) == "received"
        assert work.run(row.pk)
    assert status(address) == "ready"
    assert names(address) == ["1.jpg", "2.jpg", "3.jpg"]
    assert not parts()


def test_a_file_that_replaces_takes_the_place_of_all_that_came_before(address):
    for n in (1, 2):
        work.run(comes(address, name=f"{n}.jpg", adds=n > 1).pk)
    work.run(comes(address, name="new.jpg").pk)
    assert names(address) == ["new.jpg"]
    assert Upload.objects.filter(slot=address, current=False).exclude(set_aside_at=None).count() == 2


def test_a_file_that_was_replaced_while_it_waited_does_not_come_back(address):
    old, also_old = comes(address, name="old.jpg"), comes(address, name="old too.jpg", adds=True)
    new = comes(address, name="new.jpg")
    for row in (new, also_old, old):
        work.run(row.pk)
    assert names(address) == ["new.jpg"]
    assert status(address) == "ready"


def test_a_photo_replaced_while_it_waited_leaves_one_photo(dossier):
    photo = dossier.slots.get(piece="PHOTO", side="photo")
    old, new = comes(photo, name="old.jpg"), comes(photo, name="new.jpg", adds=True)  # no slot for two
    for row in (new, old):
        work.run(row.pk)
    assert names(photo) == ["new.jpg"]


def test_one_file_of_several_can_be_taken_out_and_the_last_one_empties_the_slot(lea, dossier, address):
    for n in (1, 2):
        work.run(comes(address, name=f"{n}.jpg", adds=n > 1).pk)
    first, second = Upload.objects.filter(slot=address, current=True).order_by("given_at")
    base = f"/demandes/{dossier.reference}/documents/fichiers"
    lea.open(f"{base}/{first.pk}/retirer/").sees("1.jpg")
    assert status(address) == "ready"  # a page that asks changes nothing
    lea.send()
    assert (status(address), names(address)) == ("ready", ["2.jpg"])
    assert lea.open(f"{base}/{first.pk}/retirer/").status == 404
    lea.open(f"{base}/{second.pk}/retirer/").send()
    assert (status(address), names(address)) == ("empty", [])


def test_taking_out_the_only_file_that_counts_leaves_the_one_that_still_waits(address):
    work.run(comes(address, name="1.jpg").pk)
    waiting = comes(address, name="2.jpg", adds=True)
    keep.take_back_one(Upload.objects.get(slot=address, current=True), Role.CITIZEN)
    assert (status(address), names(address)) == ("received", [])
    work.run(waiting.pk)
    assert (status(address), names(address)) == ("ready", ["2.jpg"])


def test_taking_out_the_only_file_leaves_an_empty_slot_when_the_one_that_waits_is_dangerous(address):
    work.run(comes(address, name="1.jpg").pk)
    waiting = comes(address, TEST_FILE, adds=True)
    keep.take_back_one(Upload.objects.get(slot=address, current=True), Role.CITIZEN)
    work.run(waiting.pk)
    assert status(address) == "empty"


def test_emptying_the_whole_slot_gives_up_what_waits_too(lea, dossier, address):
    work.run(comes(address, name="1.jpg").pk)
    waiting = comes(address, name="2.jpg", adds=True)
    lea.open(f"/demandes/{dossier.reference}/documents/{address.pk}/retirer/").send()
    assert status(address) == "empty"
    work.sweep()
    waiting.refresh_from_db()
    assert (status(address), waiting.outcome, waiting.cleared) == ("empty", "dropped", True)


def test_a_file_that_waits_can_be_given_up_from_the_page_and_after_the_request_is_sent_no_more(
    lea, dossier, address, engine
):
    first, second = comes(address, name="1.jpg"), comes(address, name="2.jpg", adds=True)
    lea.open(f"/demandes/{dossier.reference}/documents/").send(f"/envois/{second.pk}/abandonner/")
    assert status(address) == "received"
    assert "2.jpg" not in lea.page.text
    form = lea.form(f"/envois/{first.pk}/abandonner/")
    sent(dossier)
    lea.client.post(form.action, {name: values[0] for name, values in form.values.items()})
    first.refresh_from_db()
    assert (first.done, status(address)) == (False, "received")


def test_ten_files_at_most_and_the_sentence_says_what_to_do(lea, dossier, address, engine):
    for n in range(10):
        comes(address, name=f"{n}.jpg", adds=n > 0)
    with pytest.raises(files.Refused, match="Retirez-en un"):
        comes(
            address, name="11.jpg", adds=True
        )  # they only wait for their check: they are there all the same
    engine.down = False
    work.sweep()
    assert len(names(address)) == 10
    with pytest.raises(files.Refused, match="Retirez-en un"):
        comes(address, name="11.jpg", adds=True)
    work.run(comes(address, name="instead.jpg").pk)
    assert names(address) == ["instead.jpg"]


def test_a_refused_document_is_replaced_by_two_files_whichever_ends_first(dossier, address):
    asked_again(dossier, address)
    assert names(address) == ["a.jpg"]
    # Both are begun before either is whole, as a browser does with two files chosen together.
    slot = Slot.objects.select_related("dossier").get(pk=address.pk)
    data = [jpeg(), jpeg()]
    rows = [
        arrivals.begin(slot, Role.CITIZEN, name=f"{n}.jpg", length=len(data[n]), channel="tus", adds=n > 0)
        for n in (0, 1)
    ]
    for n in (0, 1):
        arrivals.append(rows[n], 0, [data[n]])
    for n in (1, 0):
        work.run(rows[n].pk)
    assert (status(address), names(address)) == ("ready", ["0.jpg", "1.jpg"])


def test_when_one_of_the_two_is_dangerous_the_refused_document_does_not_come_back_as_good(dossier, address):
    asked_again(dossier, address)
    bad, good = comes(address, TEST_FILE, name="bad.jpg"), comes(address, name="good.jpg", adds=True)
    for row in (good, bad):
        work.run(row.pk)
    assert (status(address), names(address)) == ("ready", ["good.jpg"])


# ── What the slot was before ────────────────────────────────────────────────────────────────────────────────


def test_a_file_that_comes_to_nothing_leaves_the_slot_as_it_was_empty(lea, dossier, address):
    row = comes(address, TEST_FILE)
    assert status(address) == "received"
    work.run(row.pk)
    assert status(address) == "empty"
    row.refresh_from_db()
    assert (row.outcome, row.said) == ("refused", intake.DANGEROUS)
    lea.open(f"/demandes/{dossier.reference}/documents/").sees(intake.DANGEROUS)
    abandoned = comes(address)
    assert arrivals.drop(abandoned)
    assert not arrivals.drop(abandoned)
    assert status(address) == "empty"


def test_a_file_that_comes_to_nothing_leaves_the_slot_as_it_was_ready(address):
    work.run(comes(address, name="good.jpg").pk)
    work.run(comes(address, TEST_FILE).pk)
    assert (status(address), names(address)) == ("ready", ["good.jpg"])
    arrivals.drop(comes(address, adds=True))
    assert (status(address), names(address)) == ("ready", ["good.jpg"])


def test_a_file_that_comes_to_nothing_leaves_the_slot_as_it_was_refused(lea, dossier, address):
    asked_again(dossier, address)
    work.run(comes(address, TEST_FILE).pk)
    assert status(address) == "refused"
    arrivals.drop(comes(address))
    here = Slot.objects.get(pk=address.pk)
    assert (here.status, here.reason) == ("refused", "R05")
    assert here.note_text(dossier.key()) == "Elle est coupée à droite."
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("Elle est coupée à droite.")


def test_two_files_one_good_one_not_the_good_one_stays_whatever_it_was_claimed_with(dossier, address):
    asked_again(dossier, address)
    bad, good = comes(address, TEST_FILE), comes(address, name="good.jpg", adds=True)
    with transaction.atomic():
        Arrival.objects.filter(pk=bad.pk).update(attempts=0)
    claimed = Arrival.claim(bad.pk)  # a worker has it in hand, as it was
    work.run(good.pk)
    work._refuse(claimed, intake.DANGEROUS)
    assert (status(address), names(address)) == ("ready", ["good.jpg"])


def test_two_files_that_both_come_to_nothing_leave_what_was_there_first(dossier, address):
    asked_again(dossier, address)
    rows = [comes(address, TEST_FILE), comes(address, TEST_FILE, adds=True)]
    work.run(rows[1].pk)
    assert status(address) == "received"
    work.run(rows[0].pk)
    assert status(address) == "refused"


# ── Antivirus down ──────────────────────────────────────────────────────────────────────────────────────────


def test_while_the_antivirus_is_down_the_person_goes_on_and_the_agent_is_shown_nothing(
    lea, dossier, address, engine
):
    data = jpeg()
    row = work.give(address, Role.CITIZEN, data=data, name="facture.jpg")
    assert (row.done, status(address)) == (False, "received")
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("facture.jpg", "Nous regardons votre fichier")
    tried_again()
    work.sweep()
    lea.open(f"/demandes/{dossier.reference}/documents/").sees(
        "facture.jpg", "Bien reçu. La vérification prend plus de temps", "vous pouvez continuer"
    )
    lea.open(f"/demandes/{dossier.reference}/recapitulatif/")
    assert lea.status == 200
    sent(dossier)
    assert dossier.get_state() is State.SUBMITTED
    assert faults(dossier) == []
    assert not Upload.objects.filter(slot=address).exists()
    move.move(dossier, Verb.TAKE_UP, AGENT)
    camille = signed_in(CAMILLE)
    page = camille.open(f"/agent/dossiers/{dossier.reference}/")
    page.sees("1 fichier en cours de vérification")
    html = page.response.content.decode()
    block = html[html.index(f'id="slot-{address.pk}"') :]
    block = block[: block.index("</section>")]
    assert 'value="accept"' not in block
    assert 'value="refuse"' not in block
    assert "<img" not in block
    other = next(form for form in camille.page.forms if "accept" in form.values.get("verdict", ()))
    for verdict in ("accept", "refuse"):
        body = {"verdict": verdict, "reason": "R05", "note": "floue", "upload": ""}
        camille.client.post(
            f"/agent/dossiers/{dossier.reference}/documents/{address.pk}/",
            {**body, "csrfmiddlewaretoken": other.values["csrfmiddlewaretoken"][0]},
        )
        assert status(address) == "received"
    for refused in (SlotStatus.ACCEPTED, SlotStatus.REFUSED):
        with pytest.raises(facts.NotNow):
            facts.decide(address, refused, Role.AGENT, reason="R05")
    engine.down = False
    tried_again()
    work.sweep()
    assert (status(address), names(address)) == ("ready", ["facture.jpg"])
    camille.open(f"/agent/dossiers/{dossier.reference}/")
    assert "en cours de vérification" not in camille.page.text
    assert faults(dossier) == []


def test_a_request_whose_last_check_ends_after_it_was_sent_is_whole(dossier, address, engine):
    comes(address)
    sent(dossier)
    engine.down = False
    work.sweep()
    assert status(address) == "ready"
    assert faults(dossier) == []


def test_what_fails_is_looked_at_again_by_itself_at_once_when_the_antivirus_is_back(address, engine):
    row = comes(address)
    for n in (1, 2, 3):
        tried_again()
        work.sweep()
        row.refresh_from_db()
        assert (row.attempts, row.done, row.parked, row.last_error) == (n, False, False, "Unknown")
        assert row.next_try <= clock.ticks() + Arrival.LONGEST_RETRY
    with transaction.atomic():
        Arrival.objects.update(attempts=2000)
    tried_again()
    work.sweep()
    row.refresh_from_db()
    assert row.parked is False  # nothing that was acknowledged is given up in a night


def test_a_virus_found_after_the_request_was_sent_is_for_the_agent_to_ask_again(
    lea, dossier, address, engine
):
    comes(address, name="facture.jpg")
    sent(dossier)
    engine.down, engine.found = False, True
    work.sweep()
    assert status(address) == "refused"
    assert not Upload.objects.filter(slot=address).exists()
    assert not parts()
    assert faults(dossier) == []
    move.move(dossier, Verb.TAKE_UP, AGENT)
    signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/").sees(intake.DANGEROUS)


def test_a_virus_in_place_of_a_refused_document_does_not_make_the_refused_one_good(dossier, address, engine):
    asked_again(dossier, address)
    comes(address)
    move.move(dossier, Verb.COMPLETE, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    engine.down, engine.found = False, True
    work.sweep()
    assert status(address) == "refused"
    move.move(Dossier.objects.get(pk=dossier.pk), Verb.TAKE_UP, AGENT)
    signed_in(CAMILLE).open(f"/agent/dossiers/{dossier.reference}/").sees(intake.DANGEROUS)


@pytest.mark.parametrize(
    "state",
    ["SUBMITTED", "IN_REVIEW", "VERIFYING", "ORIGINAL_AWAITED", "AUTHENTICATING", "REFUSED", "CLOSED"],
)
def test_wherever_the_request_stands_when_the_check_ends_the_file_is_in_its_slot(
    dossier, address, engine, state
):
    comes(address, name="facture.jpg")
    sent(dossier)
    with transaction.atomic(), door("state"):
        Dossier.objects.filter(pk=dossier.pk).update(state=state)
    engine.down = False
    work.sweep()
    assert (status(address), names(address)) == ("ready", ["facture.jpg"])


def test_a_request_cancelled_while_a_check_waits_drops_the_file_and_stays_whole(dossier, address, engine):
    row = comes(address)
    sent(dossier)
    move.move(dossier, Verb.CANCEL, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    engine.down = False
    work.sweep()
    row.refresh_from_db()
    assert (row.done, row.outcome, row.cleared) == (True, "dropped", True)
    assert not Upload.objects.filter(slot=address).exists()
    assert not parts()
    assert faults(dossier) == []


def test_a_cancelled_request_with_a_dangerous_file_ends_the_same(dossier, address, engine):
    row = comes(address)
    sent(dossier)
    move.move(dossier, Verb.CANCEL, move.Actor(Role.CITIZEN, str(dossier.owner_id)))
    engine.down, engine.found = False, True
    work.sweep()
    row.refresh_from_db()
    assert row.done
    assert not parts()
    assert faults(dossier) == []


# ── What comes in the place of a file that waits ────────────────────────────────────────────────────────────


def test_a_question_takes_the_place_of_a_file_that_still_waits(dossier, address, engine):
    waiting = comes(address, name="old.jpg")
    question.ask(
        dossier, Slot.objects.select_related("dossier").get(pk=address.pk), Role.CITIZEN, "Que faire ?"
    )
    assert status(address) == "ready"
    waiting.refresh_from_db()
    assert (waiting.done, waiting.outcome) == (True, "dropped")
    engine.down = False
    tried_again()
    work.sweep()
    assert names(address) == [question.NAME]
    assert not parts()


def test_an_e_photo_takes_the_place_of_a_photo_that_still_waits(dossier, engine):
    photo = dossier.slots.get(piece="PHOTO", side="photo")
    comes(photo)
    with keep.stored(photo, [read_page()], name="e-photo", size=1, source=Source.EPHOTO) as upload:
        facts.decide(photo, SlotStatus.READY, Role.CITIZEN, also=keep.upload_for(upload))
    engine.down = False
    tried_again()
    work.sweep()
    assert names(photo) == ["e-photo"]
    assert not EPhoto.objects.exists()


# ── Workers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_worker_killed_in_the_middle_of_a_check_is_replaced_once_its_lease_has_ended(address):
    row = comes(address)
    assert Arrival.claim(row.pk) is not None  # and then nobody heard of it any more
    assert work.run(row.pk) is False
    assert work.sweep() == 0
    assert status(address) == "received"
    tried_again()
    work.sweep()
    assert status(address) == "ready"
    assert Upload.objects.filter(slot=address).count() == 1
    row.refresh_from_db()
    assert (row.attempts, row.outcome) == (2, "taken")


def test_a_worker_that_wakes_after_its_lease_has_ended_writes_nothing(address):
    row = comes(address)
    slow = Arrival.claim(row.pk)
    tried_again()
    work.run(row.pk)
    before = set(adapter("storage").keys())
    with pytest.raises(work.Lost):
        work._take(slow, address, [read_page()], {}, warned=False)
    assert Upload.objects.filter(slot=address).count() == 1
    assert set(adapter("storage").keys()) == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_document_of_one_file():
    dossier = draft()
    slot = dossier.slots.get(asked=True, piece="ADDR")
    rows = [comes(slot, name="1.jpg"), comes(slot, name="2.jpg", adds=True)]
    start, problems = threading.Barrier(2), []

    def works():
        start.wait()
        try:
            for row in rows:
                work.run(row.pk)
        except Exception as error:  # noqa: BLE001  told in the thread of the test
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=works) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert problems == []
    work.sweep()
    assert (status(slot), names(slot)) == ("ready", ["1.jpg", "2.jpg"])
    assert Upload.objects.filter(slot=slot).count() == 2
    assert not parts()


# ── Storage down ────────────────────────────────────────────────────────────────────────────────────────────


class Failing:
    """The real storage, which fails at one write and is good again afterwards."""

    def __init__(self, real, at, fault):
        self.real, self.at, self.fault, self.puts = real, at, fault, 0

    def put(self, key, chunks, **more):
        """The nth write fails, after what an unlucky disk may have taken."""
        self.puts += 1
        if self.puts == self.at:
            raise self.fault
        return self.real.put(key, chunks, **more)

    def __getattr__(self, name):
        return getattr(self.real, name)


@pytest.mark.parametrize("at", [1, 2, 3, 4])
@pytest.mark.parametrize("fault", [StorageDown("timeout"), StorageFull("no room")], ids=["down", "full"])
def test_storage_that_fails_at_any_write_of_a_check_leaves_nothing_half_and_it_is_done_again(
    address, monkeypatch, at, fault
):
    from tests.stages.test_intake import pdf

    row = comes(address, pdf(2), name="deux pages.pdf")
    before = set(adapter("storage").keys())
    failing = Failing(adapter("storage"), at, fault)
    with monkeypatch.context() as patched:
        patched.setattr(keep, "adapter", lambda _name: failing)
        assert work.run(row.pk) is False
    assert failing.puts == at
    assert set(adapter("storage").keys()) == before
    assert status(address) == "received"
    assert not Upload.objects.exists()
    row.refresh_from_db()
    assert (row.done, row.last_error) == (False, type(fault).__name__)
    tried_again()
    work.sweep()
    upload = Upload.objects.get(slot=address)
    assert (status(address), upload.pages, upload.held or upload.current) != ("received", 0, False)
    assert all(keep.page_bytes(upload, n) for n in (1, 2))


def test_storage_down_at_the_form_is_said_and_what_was_typed_is_kept(lea, monkeypatch):
    year = clock.today().year - 19
    dossier = draft(birth_date=f"{year}-01-05")
    slot = dossier.slots.get(asked=True, piece="ASSR2")
    failing = Failing(adapter("storage"), 1, StorageDown("timeout"))
    lea.open(f"/demandes/{dossier.reference}/documents/")
    with monkeypatch.context() as patched:
        patched.setattr(arrivals, "adapter", lambda _name: failing)
        lea.send(f"/documents/{slot.pk}/", file=("a.jpg", jpeg()), given_as="ASR")
    assert lea.status == 503
    assert lea.response["Retry-After"] == "60"
    lea.sees("Nous ne pouvons pas garder votre fichier en ce moment", "réessayez dans une minute")
    assert lea.form(f"/documents/{slot.pk}/").values["given_as"] == ["ASR"]
    assert status(slot) == "empty"
    assert not parts()
    lea.send(f"/documents/{slot.pk}/", file=("a.jpg", jpeg()), given_as="ASR").sees("c’est ajouté")


# ── What never became whole, and what ended ─────────────────────────────────────────────────────────────────


def test_a_file_that_never_became_whole_ends_after_a_day_and_is_destroyed(lea, dossier, address):
    data = jpeg()
    row = arrivals.begin(address, Role.CITIZEN, name="a.jpg", length=len(data), channel="tus")
    arrivals.append(row, 0, [data[:1000]])
    lea.open(f"/demandes/{dossier.reference}/documents/").sees("L’envoi s’est arrêté avant la fin")
    world.set_offset(24 * 3600 - 60)
    work.sweep()
    row.refresh_from_db()
    assert not row.done
    assert len(parts()) == 1
    world.set_offset(24 * 3600 + 60)
    work.sweep()
    row.refresh_from_db()
    assert (row.done, row.outcome, row.cleared, row.parts) == (True, "dropped", True, [])
    assert (bytes(row.data_key), bytes(row.name)) == (b"", b"")
    assert not parts()
    assert status(address) == "empty"


def test_a_file_that_waits_for_its_check_is_not_ended_after_a_day(address, engine):
    comes(address)
    world.set_offset(3 * 24 * 3600)
    tried_again()
    work.sweep()
    assert (status(address), len(parts())) == ("received", 1)


def test_parts_and_key_are_destroyed_when_the_file_has_become_a_document(address):
    row = comes(address)
    assert len(parts()) == 1
    work.run(row.pk)
    row.refresh_from_db()
    assert (row.cleared, row.parts, bytes(row.data_key), bytes(row.name)) == (True, [], b"", b"")
    assert not parts()


def test_parts_that_could_not_be_removed_are_removed_later(address, monkeypatch):
    row = comes(address)

    def fails(_self, _key):
        raise StorageDown("timeout")

    with monkeypatch.context() as patched:
        patched.setattr(type(adapter("storage")), "delete", fails)
        work.run(row.pk)
        assert status(address) == "ready"
        row.refresh_from_db()
        assert (row.done, row.cleared) == (True, False)
    work.sweep()
    row.refresh_from_db()
    assert row.cleared
    assert not parts()


# ── permis verify ───────────────────────────────────────────────────────────────────────────────────────────


def test_verify_sees_a_part_that_was_lost_and_one_that_was_spoilt(dossier, address):
    row = comes(address)
    assert faults(dossier) == []
    key = row.parts[0]["key"]
    storage = adapter("storage")
    sealed = b"".join(storage.get(key))
    storage.delete(key)
    assert any("is not in the storage" in fault for fault in faults(dossier))
    spoilt = bytearray(sealed)
    spoilt[len(spoilt) // 2] ^= 1
    storage.put(key, [bytes(spoilt)])
    assert any("does not open" in fault for fault in faults(dossier))
    storage.delete(key)
    storage.put(key, [sealed])
    assert faults(dossier) == []


def test_verify_sees_a_slot_that_says_received_with_nothing_that_waits(dossier, address):
    row = comes(address)
    with transaction.atomic():
        Arrival.objects.filter(pk=row.pk).update(done=True)
    report = Report()
    verify_documents(report, dossier.reference)
    assert [what for _, what in report.faults if "nothing waits for its check" in what]


def test_whose_photos_they_are_every_slot_knows_whether_it_takes_several():
    dossier = draft(Account.objects.get(email="lea.moreau@demo.telepermis.example"))
    one = {slot.piece for slot in dossier.slots.filter(asked=True) if not arrivals.several(slot)}
    assert one == {Piece.PHOTO}


# ── A database that stops in the middle, memory, leases ─────────────────────────────────────────────────────


class NoAnswer:
    """A COMMIT whose answer is lost: the rows are written or not, and we read an error."""

    def __init__(self, monkeypatch, written):
        self.real, self.written, self.inside = transaction.atomic, written, False
        monkeypatch.setattr(transaction, "atomic", self)

    def __call__(self, *args, **kwargs):
        """The outermost block ends so; those inside it as ever."""
        return self.real(*args, **kwargs) if self.inside else self._block()

    @contextlib.contextmanager
    def _block(self):
        self.inside = True
        try:
            with contextlib.suppress(Undo), self.real():
                yield
                if not self.written:
                    raise Undo
        finally:
            self.inside = False
        raise OperationalError("the connection was closed")


class Undo(Exception):
    """The server rolled back."""


@pytest.mark.parametrize("written", [True, False])
def test_a_part_whose_commit_was_not_answered_is_never_removed_and_is_acknowledged_if_it_is_there(
    address, monkeypatch, written
):
    data = jpeg()
    row = arrivals.begin(address, Role.CITIZEN, name="a.jpg", length=len(data), channel="tus")
    with monkeypatch.context() as patched:
        NoAnswer(patched, written)
        with contextlib.nullcontext() if written else pytest.raises(OperationalError):
            arrivals.append(row, 0, [data[:700]])
    assert len(parts()) == 1
    row = Arrival.objects.get(pk=row.pk)
    assert row.offset == (700 if written else 0)
    arrivals.append(row, row.offset, [data[row.offset :]])
    assert arrivals.read(row) == data


@pytest.mark.parametrize("written", [True, False])
def test_pages_whose_commit_was_not_answered_are_not_removed(address, monkeypatch, written):
    slot = Slot.objects.select_related("dossier").get(pk=address.pk)
    kept = []

    def keeps():
        with keep.stored(slot, [read_page()], name="a.jpg", size=1, source=Source.FILE) as upload:
            kept.append(upload)
            facts.decide(slot, SlotStatus.READY, Role.CITIZEN, also=keep.upload_for(upload))

    with monkeypatch.context() as patched:
        NoAnswer(patched, written)
        with pytest.raises(OperationalError):
            keeps()
    [upload] = kept
    assert all(adapter("storage").exists(file["key"]) for file in upload.files)
    assert Upload.objects.filter(pk=upload.pk).exists() is written


def test_after_a_part_that_the_storage_did_not_take_nothing_that_follows_stands_in_its_place(
    address, monkeypatch
):
    monkeypatch.setattr(arrivals, "PART", 300)
    data = jpeg()
    row = arrivals.begin(address, Role.CITIZEN, name="a.jpg", length=len(data), channel="tus")
    with monkeypatch.context() as patched:
        failing = Failing(adapter("storage"), 2, StorageDown("timeout"))
        patched.setattr(arrivals, "adapter", lambda _name: failing)
        with pytest.raises(arrivals.NotKept):
            arrivals.append(row, 0, [data[:1000]])
    assert (row.offset, failing.puts) == (300, 2)
    arrivals.append(row, 300, [data[300:]])
    assert arrivals.read(row) == data


class Antivirus:
    """Says yes, after what happens meanwhile."""

    def __init__(self, meanwhile):
        self.meanwhile = meanwhile

    def look(self, _chunks, **_):
        self.meanwhile()
        return Verdict(clean=True, engine="test")

    def stands(self, monkeypatch):
        real = work.adapter
        monkeypatch.setattr(work, "adapter", lambda name: self if name == "antivirus" else real(name))


@pytest.mark.django_db(transaction=True)
def test_a_check_that_is_longer_than_its_lease_is_not_begun_by_another_worker(monkeypatch):
    monkeypatch.setattr(Arrival, "LEASE", 0.6)
    row = comes(draft().slots.get(asked=True, piece="ADDR"))
    taken_over = []

    def meanwhile():
        end = Arrival.objects.get(pk=row.pk).lease_until + Arrival.LEASE
        while clock.ticks() < end:
            taken_over.append(Arrival.claim(row.pk) is not None)
            time.sleep(0.05)

    Antivirus(meanwhile).stands(monkeypatch)
    assert work.run(row.pk) is True
    assert taken_over
    assert not any(taken_over)


def test_what_a_killed_worker_had_claimed_is_taken_up_when_its_lease_has_run_out(address, monkeypatch):
    row = comes(address)
    mine, began = Arrival.claim(row.pk), clock.ticks()
    monkeypatch.setattr(clock, "ticks", lambda: began + Arrival.LEASE - 1)
    assert Arrival.claim(row.pk) is None
    monkeypatch.setattr(clock, "ticks", lambda: began + Arrival.LEASE + 1)
    assert Arrival.claim(row.pk) is not None
    with pytest.raises(work.Lost):
        mine.renew()


def test_a_worker_that_lost_its_lease_on_the_way_changes_nothing(address, monkeypatch):
    row = comes(address)

    def meanwhile():
        with transaction.atomic():
            Arrival.objects.filter(pk=row.pk).update(lease="another's")

    Antivirus(meanwhile).stands(monkeypatch)
    assert work.run(row.pk) is False
    address.refresh_from_db()
    assert address.status == SlotStatus.RECEIVED
    assert not Upload.objects.filter(slot=address).exists()


def test_one_file_for_which_nobody_answers_ends_the_sweep_and_the_next_begins_with_the_others(
    address, engine
):
    rows = [comes(address, name=f"{n}.jpg", adds=n > 0) for n in range(3)]
    for tried in ([0, 0, 1], [0, 1, 1], [1, 1, 1]):
        work.sweep()
        assert sorted(Arrival.objects.get(pk=row.pk).attempts for row in rows) == tried
        with transaction.atomic():
            Arrival.objects.filter(done=False).update(next_try=clock.ticks() - 1)
    engine.down = False
    work.sweep()
    assert names(address) == ["0.jpg", "1.jpg", "2.jpg"]


def test_what_never_became_whole_ends_although_the_antivirus_is_down(address, engine):
    row = arrivals.begin(address, Role.CITIZEN, name="a.jpg", length=1000, channel="tus")
    world.set_offset(25 * 3600)
    comes(address, name="late.jpg")
    work.sweep()
    row.refresh_from_db()
    assert row.done


def test_in_front_of_the_form_the_antivirus_and_the_cage_are_not_waited_for_long(
    lea, dossier, address, engine, monkeypatch
):
    engine.down = False
    waits = []

    def full(_data, _task, *, wait_s=None):
        waits.append(wait_s)
        raise files.Busy(files.BUSY)

    with monkeypatch.context() as patched:
        patched.setattr(work.cage, "read", full)
        row = work.give(address, Role.CITIZEN, data=jpeg(), name="facture.jpg")
        assert (row.done, status(address)) == (False, "received")
        lea.open(f"/demandes/{dossier.reference}/documents/").sees("Nous regardons votre fichier")
        tried_again()
        work.sweep()
    assert waits == engine.asked == [work.AT_FORM_S, None]
    assert work.AT_FORM_S <= 3


def test_a_fifth_big_file_at_once_is_left_to_the_worker_and_a_small_one_is_not(address, monkeypatch):
    small = jpeg()
    monkeypatch.setattr(work, "BIG", len(small))
    big = small + bytes(1000)
    taken = [work._places.acquire(blocking=False) for _ in range(4)]
    try:
        assert taken == [True] * 4
        row = work.give(address, Role.CITIZEN, data=big, name="big.jpg")
        assert (row.done, row.attempts, status(address)) == (False, 0, "received")
        assert work.give(address, Role.CITIZEN, data=small, name="small.jpg", adds=True).done
    finally:
        for _ in taken:
            work._places.release()
    assert work.give(address, Role.CITIZEN, data=big, name="big too.jpg", adds=True).done
    work.sweep()
    assert names(address) == ["big.jpg", "small.jpg", "big too.jpg"]


def test_a_file_whose_decoder_is_ended_from_outside_is_tried_again_and_refused_in_the_end(
    address, monkeypatch
):
    row = comes(address)

    def killed(*_, **__):
        raise files.Unlucky(files.BUSY)

    monkeypatch.setattr(work.cage, "read", killed)
    for _ in range(work.UNLUCKY_TRIES - 1):
        assert work.run(row.pk) is False
        tried_again()
    assert work.run(row.pk)
    row.refresh_from_db()
    assert (row.outcome, row.said, status(address)) == ("refused", files.TOO_HEAVY, "empty")


# ── What a person gives up, and what was refused ────────────────────────────────────────────────────────────


def test_a_whole_file_is_not_given_up_once_the_request_is_sent_nor_by_the_sweep(dossier, address, engine):
    row = comes(address)
    assert not arrivals.drop(row, only_coming=True)
    sent(dossier)
    assert not arrivals.drop(row)
    row.refresh_from_db()
    assert (row.done, len(row.parts), status(address)) == (False, 1, "received")


def test_the_name_of_a_refused_file_stays_under_a_key_of_its_own_until_another_replaces_it(address):
    bad = comes(address, TEST_FILE, name="mauvais.jpg")
    key = bytes(bad.data_key)
    work.run(bad.pk)
    bad.refresh_from_db()
    assert (bad.outcome, bad.parts, bad.read_name()) == ("refused", [], "mauvais.jpg")
    assert bytes(bad.data_key) != key  # that of the file itself is destroyed
    assert not parts()
    work.run(comes(address, name="2.jpg", adds=True).pk)
    assert work.sweep() == 0
    bad.refresh_from_db()
    assert bad.read_name() == "mauvais.jpg"
    comes(address, name="instead.jpg")
    bad.refresh_from_db()
    assert (bad.cleared, bytes(bad.data_key), bytes(bad.name)) == (True, b"", b"")


def test_the_name_of_a_refused_file_is_forgotten_after_a_day(address):
    bad = comes(address, TEST_FILE)
    work.run(bad.pk)
    world.set_offset(24 * 3600 + 60)
    work.sweep()
    bad.refresh_from_db()
    assert (bad.cleared, bytes(bad.data_key), bytes(bad.name)) == (True, b"", b"")


def test_what_an_agent_refused_stays_marked_when_it_is_taken_back_or_a_question_replaces_it(dossier, address):
    asked_again(dossier, address)
    refused = Upload.objects.get(slot=address)
    with transaction.atomic():
        Upload.objects.filter(pk=refused.pk).update(refused=False)
    slot = Slot.objects.select_related("dossier").get(pk=address.pk)
    question.ask(dossier, slot, Role.CITIZEN, "Que faire ?")
    refused.refresh_from_db()
    assert (refused.current, refused.refused) == (False, True)
    assert Upload.objects.get(slot=address, current=True).refused is False


def test_what_an_agent_refused_stays_marked_when_it_is_taken_out(dossier, address):
    asked_again(dossier, address)
    keep.take_back_one(Upload.objects.get(slot=address), Role.CITIZEN)
    taken_out = Upload.objects.get(slot=address)
    assert (status(address), taken_out.current, taken_out.refused) == ("empty", False, True)


def test_of_two_refused_pages_the_one_taken_out_is_marked_and_the_other_counts_again(dossier, address):
    work.run(comes(address, name="1.jpg").pk)
    work.run(comes(address, name="2.jpg", adds=True).pk)
    asked_again(dossier, address)
    with transaction.atomic():
        keep.mark_refused(address)
    keep.take_back_one(Upload.objects.filter(slot=address).first(), Role.CITIZEN)
    assert [(u.current, u.refused) for u in Upload.objects.filter(slot=address)] == [
        (False, True),
        (True, False),
    ]
    work.run(comes(address, name="3.jpg", adds=True).pk)
    assert names(address) == ["2.jpg", "3.jpg"]


def test_what_the_person_keeps_after_a_refusal_stays_when_the_next_file_is_dangerous(dossier, address):
    asked_again(dossier, address)
    slot = Slot.objects.select_related("dossier").get(pk=address.pk)
    about = {"name": "held.jpg", "size": 1, "source": Source.FILE}
    with keep.stored(slot, [read_page()], **about) as held, transaction.atomic():
        keep.hold(held)
    bad = comes(address, TEST_FILE, adds=True)
    assert keep.insist(held, Role.CITIZEN)
    assert status(address) == "received"
    work.run(bad.pk)
    assert (status(address), names(address)) == ("ready", ["held.jpg"])
