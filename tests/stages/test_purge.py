"""What was set aside goes after 30 days and comes back until then; what is needed never goes; what is amiss is said."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
from pathlib import Path

import pytest
from django.db import transaction

from permis import clock
from permis.adapters import adapter
from permis.adapters.storage import StorageDown
from permis.adapters.storage.local import LocalStorage
from permis.cli import main
from permis.demo import world
from permis.domain.vocabulary import Role, SlotStatus
from permis.evidence import arrivals, keep, purge
from permis.evidence.models import Arrival, Comparison, EPhoto, Purge, Upload
from permis.vault import Broken
from tests.conftest import given as gives
from tests.stages.test_ephoto import booth  # noqa: F401  a fixture
from tests.stages.test_move import draft, in_review, lea  # noqa: F401  fixtures

ROOT = Path(__file__).parents[2]
DAY = 86400.0

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    """No other test has sent the sweep to rest."""
    monkeypatch.setattr(purge, "_rests_until", 0.0)


@pytest.fixture
def storage():
    """Where the files are."""
    return adapter("storage")


@pytest.fixture
def permis(capsys):
    """Runs `permis …` here; (exit code, answer, sentence)."""

    def run(*words):
        code = main(list(words))
        out, err = capsys.readouterr()
        assert len(err.splitlines()) <= 1, err
        return code, json.loads(out) if out.strip() else None, err.strip()

    return run


def later(**delta):
    """The world's clock goes on."""
    world.set_offset(clock.offset() + dt.timedelta(**delta).total_seconds())


def slot_of(dossier, piece, side=None):
    """A slot that is asked."""
    rows = dossier.slots.filter(asked=True, piece=piece)
    return (rows.filter(side=side) if side else rows).first()


def current(slot):
    """What counts in this slot."""
    return list(Upload.objects.filter(slot=slot, current=True))


def old(storage, key, days=2):
    """As if this file had been written so many days ago."""
    at = clock.ticks() - days * DAY
    os.utime(storage.root / key, (at, at))


def stray(storage, n=1):
    """Sealed files that nobody points to, as a crash between file and row leaves them; two days old."""
    import uuid

    keys = []
    for _ in range(n):
        name = str(uuid.uuid4())
        keys.append(f"{name[:2]}/{name}.1")
        storage.put(keys[-1], [b"sealed"])
        old(storage, keys[-1])
    return keys


# --- set aside, gone, brought back ------------------------------------------------------------------------


def test_what_a_person_replaces_in_a_draft_goes_after_thirty_days_and_not_a_day_before(draft, storage):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [first] = current(slot)
    keys = purge.keys_of(first)
    gives(slot, Role.CITIZEN, name="b.jpg")
    assert [u.pk for u in current(slot)] != [first.pk]
    assert set(Purge.objects.values_list("key", flat=True)) == keys
    later(days=29, hours=23)
    assert purge.remove_due() == 0
    assert all(storage.exists(key) for key in keys)
    later(hours=2)
    assert purge.remove_due() == len(keys)
    assert not any(storage.exists(key) for key in keys)
    first.refresh_from_db()
    assert (first.files, bytes(first.data_key), bytes(first.name), bytes(first.checks)) == ([], b"", b"", b"")
    with pytest.raises(Broken):
        first.key()
    assert Purge.objects.count() == 0
    assert purge.remove_due() == 0
    [there] = current(slot)
    assert keep.page_bytes(there, 1)


def test_a_document_taken_back_by_mistake_comes_back_until_its_day(draft, storage):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [given] = current(slot)
    before = keep.page_bytes(given, 1)
    keep.take_back(slot, Role.CITIZEN)
    assert purge.waiting(draft) == [given]
    later(days=20)
    back = purge.undo(given)
    assert (back.current, back.set_aside_at) == (True, None)
    slot.refresh_from_db()
    assert slot.status == SlotStatus.READY
    assert Purge.objects.count() == 0
    later(days=40)
    assert purge.remove_due() == 0
    assert keep.page_bytes(back, 1) == before
    with pytest.raises(purge.NotUndone):  # told twice
        purge.undo(back)
    assert current(slot) == [back]


def test_what_is_gone_is_not_brought_back(draft):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [given] = current(slot)
    keep.take_back(slot, Role.CITIZEN)
    later(days=31)
    purge.remove_due()
    with pytest.raises(purge.NotUndone):
        purge.undo(Upload.objects.get(pk=given.pk))
    slot.refresh_from_db()
    assert slot.status == SlotStatus.EMPTY


def test_a_photo_that_comes_back_takes_the_place_of_the_one_that_replaced_it(draft):  # noqa: F811
    slot = slot_of(draft, "PHOTO", "photo")
    [first] = current(slot)
    gives(slot, Role.CITIZEN, name="b.jpg")
    [second] = current(slot)
    assert second.pk != first.pk
    purge.undo(Upload.objects.get(pk=first.pk))
    assert [u.pk for u in current(slot)] == [first.pk]
    assert purge.waiting(draft) == [second]
    purge.undo(Upload.objects.get(pk=second.pk))
    assert [u.pk for u in current(slot)] == [second.pk]


def test_what_was_sent_once_stays_whatever_replaces_it_later(draft, storage):  # noqa: F811
    in_review(draft)
    slot = slot_of(draft, "ADDR")
    [seen] = current(slot)
    with transaction.atomic():
        keep.set_aside(Upload.objects.filter(pk=seen.pk))
    assert Purge.objects.count() == 0
    with transaction.atomic():  # once taken for litter, by a database that did not know it
        for key in purge.keys_of(seen):
            Purge.objects.create(key=key, because=Purge.ORPHAN, due_at=clock.now())
    later(days=400)
    purge.sweep()
    seen.refresh_from_db()
    assert keep.page_bytes(seen, 1)


def test_what_was_set_aside_before_the_request_was_sent_goes_all_the_same_and_cannot_come_back_then(draft):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [first] = current(slot)
    gives(slot, Role.CITIZEN, name="b.jpg")
    in_review(draft)
    with pytest.raises(purge.NotUndone):
        purge.undo(Upload.objects.get(pk=first.pk))
    later(days=31)
    assert purge.remove_due() > 0
    assert Upload.objects.get(pk=first.pk).files == []
    assert keep.page_bytes(current(slot)[0], 1)


def test_a_mark_on_a_file_that_is_needed_is_taken_off_and_nothing_goes(draft, storage, booth):  # noqa: F811
    """However it came about: a faulty restore, a hand in the database."""
    [given] = current(slot_of(draft, "ADDR"))
    booth.code()
    deposit = EPhoto.objects.get()
    arriving = arrivals.begin(
        slot_of(draft, "ADDR"), Role.CITIZEN, name="c.jpg", length=20, channel="tus", adds=True
    )
    arrivals.append(arriving, 0, [b"half of it"])
    needed = set().union(
        purge.keys_of(given), purge.keys_of(deposit), purge.keys_of(Arrival.objects.get(pk=arriving.pk))
    )
    assert len(needed) >= 4
    with transaction.atomic():
        for n, key in enumerate(sorted(needed)):
            because = (Purge.SET_ASIDE, Purge.ORPHAN)[n % 2]
            Purge.objects.create(key=key, because=because, due_at=clock.now())
    assert purge.remove_due() == 0
    assert Purge.objects.count() == 0
    assert all(storage.exists(key) for key in needed)
    assert keep.page_bytes(given, 1)


@pytest.mark.parametrize("killed_at", ["before the file", "after the file"])
def test_a_worker_killed_in_the_middle_leaves_work_to_do_again_and_nothing_that_dangles(
    draft,  # noqa: F811
    storage,
    monkeypatch,
    killed_at,
):
    slot = slot_of(draft, "ADDR")
    [given] = current(slot)
    keys = purge.keys_of(given)
    keep.take_back(slot, Role.CITIZEN)
    later(days=31)
    real = LocalStorage.delete

    def dies(self, key):
        if killed_at == "after the file":
            real(self, key)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LocalStorage, "delete", dies)
        with pytest.raises(KeyboardInterrupt):
            purge.remove_due()
    assert purge.compare().danglers == []
    assert Purge.objects.count() == len(keys)
    assert purge.remove_due() == len(keys)
    assert not any(storage.exists(key) for key in keys)
    assert Purge.objects.count() == 0


def test_a_storage_that_is_down_keeps_the_marks_for_another_day(draft, monkeypatch):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    keep.take_back(slot, Role.CITIZEN)
    later(days=31)

    def down(*_):
        raise StorageDown("down")

    marks = Purge.objects.count()
    with monkeypatch.context() as patch:
        patch.setattr(LocalStorage, "delete", down)
        with pytest.raises(StorageDown):
            purge.remove_due()
    assert Purge.objects.count() == marks
    assert purge.remove_due() == marks


def test_somebody_who_changes_his_mind_in_the_very_moment_of_the_purge_keeps_his_document(draft, monkeypatch):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [given] = current(slot)
    keep.take_back(slot, Role.CITIZEN)
    later(days=31)
    real = purge.lock

    def another_was_first(dossier_id):
        monkeypatch.setattr(purge, "lock", real)
        purge.undo(Upload.objects.get(pk=given.pk))
        return real(dossier_id)

    monkeypatch.setattr(purge, "lock", another_was_first)
    assert purge.remove_due() == 0
    assert [u.pk for u in current(slot)] == [given.pk]
    assert keep.page_bytes(Upload.objects.get(pk=given.pk), 1)
    assert Purge.objects.count() == 0


def test_all_files_of_a_document_go_together(draft, storage):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [given] = current(slot)
    keys = sorted(purge.keys_of(given))
    keep.take_back(slot, Role.CITIZEN)
    with transaction.atomic():
        Purge.objects.filter(key__in=keys[1:]).delete()
    later(days=31)
    while Purge.objects.exists():
        assert purge.remove_due()
    assert not any(storage.exists(key) for key in keys)


# --- both sides -------------------------------------------------------------------------------------------


def test_a_key_tells_its_owner(draft, storage, booth):  # noqa: F811
    [given] = current(slot_of(draft, "ADDR"))
    for key in purge.keys_of(given):
        assert purge.owner_of(key) == given
    key = given.files[0]["key"]
    assert purge.owner_of(key[:-1] + "7") is None  # a page that it does not have
    booth.code()
    deposit = EPhoto.objects.get()
    assert {purge.owner_of(key).pk for key in purge.keys_of(deposit)} == {deposit.pk}
    for foreign in ("doctor/probe", "x/y", f"00/{given.pk}.1", "logos/logo.png", key.upper()):
        assert purge.owner_of(foreign) is None
        assert purge.id_in(foreign) is None or foreign[:2] == str(given.pk)[:2]


def test_a_file_that_belongs_to_nothing_is_found_marked_and_gone_after_thirty_days(draft, storage):  # noqa: F811
    [key] = stray(storage)
    storage.put("logos/logo.png", [b"of somebody else"])
    old(storage, "logos/logo.png", days=900)
    found = purge.compare()
    assert (found.orphans, found.danglers, found.foreign) == ([key], [], 1)
    assert purge.sweep() == 1
    assert purge.sweep() == 0  # once a day
    last = purge.last()
    assert (last.orphans, last.danglers, last.held_back) == (1, 0, False)
    later(days=31)
    assert purge.sweep() == 1
    assert not storage.exists(key)
    assert storage.exists("logos/logo.png")
    assert purge.compare().orphans == []
    assert Upload.objects.filter(current=True).count() == draft.slots.filter(asked=True).count()


def test_a_file_that_was_just_written_is_not_called_lost(storage):
    key = stray(storage)[0]
    os.utime(storage.root / key)
    found = purge.compare()
    assert (found.orphans, found.fresh) == ([], 1)


def test_a_file_that_finds_its_owner_again_stays(draft, storage):  # noqa: F811
    """A database that was restored from an old copy, then from a newer one."""
    [given] = current(slot_of(draft, "ADDR"))
    kept = given.files
    for key in purge.keys_of(given):
        old(storage, key)
    with transaction.atomic():
        Upload.objects.filter(pk=given.pk).update(files=[])
    assert purge.sweep() == len(purge.keys_of(given))
    with transaction.atomic():
        Upload.objects.filter(pk=given.pk).update(files=kept)
    later(days=31)
    assert purge.remove_due() == 0
    assert keep.page_bytes(given, 1)


def test_the_files_of_another_database_are_not_taken_for_litter(storage, permis):
    keys = stray(storage, purge.FEW_ORPHANS + 1)
    assert purge.sweep() == 0
    assert Purge.objects.count() == 0
    assert purge.last().held_back
    code, answer, _ = permis("doctor")
    hurts = {check["check"]: check["says"] for check in answer["checks"] if not check["well"]}
    assert "right database" in hurts["files"]
    assert permis("storage", "purge")[0] == 1
    code, answer, _ = permis("storage", "purge", "--however-many")
    assert (code, answer["marked"], answer["removed"]) == (0, len(keys), 0)
    later(days=31)
    code, answer, _ = permis("storage", "purge")
    assert (code, answer["removed"], answer["waiting"]) == (0, len(keys), 0)
    assert list(storage.keys()) == []


def test_a_document_that_is_missing_is_named_by_the_check_the_doctor_and_verify(draft, storage, permis):  # noqa: F811
    assert permis("storage", "check")[0] == 0
    [given] = current(slot_of(draft, "ADDR"))
    key = given.files[0]["key"]
    storage.delete(key)
    code, answer, _ = permis("storage", "check")
    assert (code, answer["whole"], answer["missing"], answer["belonging_to_nothing"]) == (1, False, 1, 0)
    assert answer["faults"] == [{"reference": draft.reference, "key": key, "what": "missing"}]
    purge.sweep()
    code, answer, _ = permis("doctor")
    assert "1 are missing" in next(c["says"] for c in answer["checks"] if c["check"] == "files")
    assert code == 1
    assert permis("verify", draft.reference)[0] == 1
    assert Upload.objects.get(pk=given.pk).files[0]["key"] == key  # said, and not hidden


def test_what_was_set_aside_is_neither_missing_nor_litter(draft, storage):  # noqa: F811
    keep.take_back(slot_of(draft, "ADDR"), Role.CITIZEN)
    for key in list(storage.keys()):
        old(storage, key)
    found = purge.compare()
    assert (found.orphans, found.danglers) == ([], [])
    later(days=31)
    purge.remove_due()
    found = purge.compare()
    assert (found.orphans, found.danglers) == ([], [])


def test_a_storage_that_is_down_is_not_taken_for_an_empty_one(draft, permis, monkeypatch):  # noqa: F811
    def down(_self):
        raise StorageDown("down")
        yield

    with monkeypatch.context() as patch:
        patch.setattr(LocalStorage, "written", down)
        code, answer, _ = permis("storage", "check")
        assert (code, answer["storage"]) == (1, "does not answer: StorageDown")
        with pytest.raises(StorageDown):
            purge.sweep()
    assert Comparison.objects.count() == 0
    assert purge.sweep() == 0  # it rests for a minute
    assert purge.last() is None
    monkeypatch.setattr(purge, "_rests_until", clock.ticks() - 1)
    purge.sweep()
    assert purge.last().danglers == 0  # the day was not lost


# --- the command ------------------------------------------------------------------------------------------


def test_an_operator_brings_back_what_was_taken_back_and_only_that(draft, permis):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    [given] = current(slot)
    other = slot_of(draft, "PHOTO", "photo")
    [face] = current(other)
    gives(other, Role.CITIZEN, name="b.jpg")
    keep.take_back(slot, Role.CITIZEN)
    code, answer, _ = permis("storage", "undo", draft.reference.lower())
    assert (code, [line["document"] for line in answer["back"]]) == (0, [str(given.pk)])
    assert [line["document"] for line in answer["waiting"]] == [str(face.pk)]
    assert permis("storage", "undo", draft.reference)[0] == 1  # nothing is empty any more
    code, answer, _ = permis("storage", "undo", draft.reference, "--document", str(face.pk))
    assert (code, answer["back"][0]["document"]) == (0, str(face.pk))


def test_two_files_taken_back_together_come_back_together(draft, permis):  # noqa: F811
    slot = slot_of(draft, "ADDR")
    gives(slot, Role.CITIZEN, name="b.jpg", adds=True)
    both = {str(u.pk) for u in current(slot)}
    assert len(both) == 2
    keep.take_back(slot, Role.CITIZEN)
    _, answer, _ = permis("storage", "undo", draft.reference)
    assert {line["document"] for line in answer["back"]} == both


@pytest.mark.parametrize(
    "words",
    [
        ("storage",),
        ("storage", "burn"),
        ("storage", "undo"),
        ("storage", "undo", "nonsense"),
        ("storage", "undo", "TP-0000-0000"),
        ("storage", "check", "--deep"),
    ],
)
def test_words_that_mean_nothing_get_one_sentence(permis, words):
    code, answer, sentence = permis(*words)
    assert (code, answer) == (2, None)
    assert sentence


def test_an_id_that_is_none_or_another_dossiers_gets_one_sentence(draft, permis):  # noqa: F811
    [given] = current(slot_of(draft, "ADDR"))
    for wrong in ("1", str(given.pk)):
        code, _, sentence = permis("storage", "undo", draft.reference, "--document", wrong)
        assert code == 2
        assert sentence


def test_the_doctor_says_that_room_runs_out(permis, settings):
    settings.PERMIS_ROOM = "100%"
    _, answer, _ = permis("doctor")
    said = {check["check"]: (check["well"], check["says"]) for check in answer["checks"]}
    assert said["storage room"][0] is False
    assert "new documents are refused" in said["storage room"][1]
    assert said["storage"] == (True, "writes and reads")  # what is kept can still be read


# --- who may remove ---------------------------------------------------------------------------------------

# Those who take away what they wrote themselves a moment ago, and to which nobody points yet or any more.
UNWRITING = {
    ("arrivals.py", "_add"),  # its row was not written
    ("arrivals.py", "clear"),  # the parts of a file that has ended
    ("ephoto.py", "deposit"),
    ("keep.py", "_remove"),
    ("doctor.py", "_storage"),  # its own probe
}
KEEPERS = {
    ("arrivals.py", "_add"),
    ("ephoto.py", "deposit"),
    ("keep.py", "stored"),
    ("doctor.py", "_storage"),
}


def calls(name):
    """(file, function) of each call of this method of a storage, in all our sources."""
    for path in sorted((ROOT / "permis").rglob("*.py")):
        if "adapters" in path.parts or "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        for function in ast.walk(tree):
            if not isinstance(function, ast.FunctionDef):
                continue
            for node in ast.walk(function):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                if node.func.attr == name and "storage" in ast.unparse(node.func.value):
                    yield path.name, function.name


def test_only_the_purge_removes_files_and_only_owners_it_knows_write_them():
    assert set(calls("delete")) == UNWRITING | {("purge.py", "remove_due")}
    assert set(calls("put")) == KEEPERS


def test_nothing_that_the_database_points_to_goes_whatever_people_do(draft, storage):  # noqa: F811
    """Acts in many orders, on one document, with days that pass: what counts can always be read."""
    import random

    chance = random.Random(5)
    slot = slot_of(draft, "ADDR")
    for _ in range(40):
        act = chance.choice(("give", "add", "take back", "undo", "sweep", "month"))
        slot.refresh_from_db()
        aside = purge.waiting(draft)
        if act in {"give", "add"} and len(current(slot)) < arrivals.MOST_FILES:
            gives(slot, Role.CITIZEN, name="a.jpg", adds=act == "add")
        elif act == "take back" and slot.status != SlotStatus.EMPTY:
            keep.take_back(slot, Role.CITIZEN)
        elif act == "undo" and aside:
            purge.undo(chance.choice(aside))
        elif act == "sweep":
            purge.sweep()
        elif act == "month":
            later(days=chance.choice((1, 16, 31)))
        for upload in current(slot):
            assert keep.page_bytes(upload, 1)
    found = purge.compare()
    assert found.danglers == []
    later(days=62)
    purge.sweep()
    there = set(storage.keys())
    assert there == {key for u in Upload.objects.all() for key in purge.keys_of(u)}
    assert not Upload.objects.filter(slot=slot, current=False).exclude(files=[]).exists()
