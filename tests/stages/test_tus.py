"""Uploads that go on where they were cut: the tus protocol to the letter, and a public client that speaks it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import threading
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections, transaction
from tusclient.client import TusClient

from permis import clock
from permis.accounts.models import Person as Account
from permis.adapters import adapter
from permis.adapters.storage import StorageDown, StorageFull
from permis.demo import world
from permis.domain.vocabulary import Role, SlotStatus, Verb
from permis.dossier import move
from permis.dossier.models import Slot
from permis.evidence import arrivals, work
from permis.evidence.models import Arrival, Upload
from permis.vision import files
from tests.conftest import given, jpeg
from tests.stages.test_ephoto import draft, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]

OFFSET = "application/offset+octet-stream"
MO = 1024 * 1024
OTHER = "tom.moreau@demo.telepermis.example"


@pytest.fixture
def lea():
    """Léa, signed in, before her documents."""
    return signed_in()


@pytest.fixture
def dossier():
    """A draft of hers, with no document."""
    return draft()


def metadata(**said):
    """What a client says of a file."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())


def digest(name, part):
    """A checksum as the protocol writes it."""
    return base64.b64encode(hashlib.new(name, part).digest()).decode()


class Sender:
    """A client that speaks tus through Django's own: every header as given, the CSRF check on."""

    def __init__(self, person, dossier, piece="ADDR"):
        self.person, self.dossier = person, dossier
        self.slot = dossier.slots.filter(asked=True, piece=piece).first()
        self.url = f"/demandes/{dossier.reference}/documents/{self.slot.pk}/envois/"
        person.open(f"/demandes/{dossier.reference}/documents/")

    def asks(self, verb, url, body=b"", *, kind=OFFSET, csrf=True, **headers):
        """One request; `None` leaves a header out."""
        said = {
            "Tus-Resumable": "1.0.0",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if csrf:
            said["X-CSRFToken"] = self.person.client.cookies[settings.CSRF_COOKIE_NAME].value
        said = {name: str(value) for name, value in said.items() if value is not None}
        return self.person.client.generic(verb, url, body, content_type=kind, headers=said, CONTENT_TYPE=kind)

    def begins(self, length, body=b"", *, kind="", **headers):
        """Opens an upload; with a body, its first bytes come along."""
        headers.setdefault("Upload_Metadata", metadata(filename="facture.jpg"))
        return self.asks(
            "POST", self.url, body, kind=kind or (OFFSET if body else ""), Upload_Length=length, **headers
        )

    def opened(self, length):
        """The address of a fresh upload."""
        answer = self.begins(length)
        assert answer.status_code == 201, answer.content
        return answer["Location"]

    def sends(self, url, offset, body, **more):
        """The next bytes."""
        return self.asks("PATCH", url, body, Upload_Offset=offset, **more)

    def where(self, url):
        """How many bytes are safe."""
        answer = self.asks("HEAD", url)
        assert answer.status_code == 200
        return int(answer["Upload-Offset"])


def says(answer):
    """The sentence of a refusal."""
    assert answer["Content-Type"] == "application/problem+json"
    found = answer.json()
    assert found["status"] == answer.status_code
    return found["detail"]


def status(slot):
    """The slot's status now."""
    return Slot.objects.get(pk=slot.pk).status


def storage_keys():
    """Everything that the storage holds."""
    return set(adapter("storage").keys())


# ── What a client that follows the protocol meets ───────────────────────────────────────────────────────────


def test_a_client_reads_what_we_speak_without_knowing_our_version(lea, dossier):
    sender = Sender(lea, dossier)
    answer = sender.asks("OPTIONS", sender.url, Tus_Resumable=None)
    assert answer.status_code == 204
    assert answer["Tus-Resumable"] == answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Max-Size"] == str(20 * MO)
    assert set(answer["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "expiration", "checksum", "termination",
    }  # fmt: skip
    assert "sha1" in answer["Tus-Checksum-Algorithm"].split(
        ","
    )  # the one that the protocol wants of every server


def test_lea_sends_a_picture_in_three_parts_and_it_counts_once_checked(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    begun = sender.begins(len(data))
    assert begun.status_code == 201
    assert begun["Tus-Resumable"] == "1.0.0"
    ends = parsedate_to_datetime(begun["Upload-Expires"])
    assert abs((ends - clock.now()) - dt.timedelta(hours=24)) < dt.timedelta(minutes=1)
    url, third = begun["Location"], len(data) // 3
    for at in (0, third):
        answer = sender.sends(url, at, data[at : at + third])
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(at + third))
        assert "Upload-Expires" in answer
        assert status(sender.slot) == "empty"  # nothing is acknowledged yet
    head = sender.asks("HEAD", url)
    assert (head["Upload-Offset"], head["Upload-Length"]) == (str(2 * third), str(len(data)))
    assert head["Cache-Control"] == "no-store"
    last = sender.sends(url, 2 * third, data[2 * third :])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(data)))
    assert "Upload-Expires" not in last
    assert status(sender.slot) == "received"
    work.sweep()
    assert status(sender.slot) == "ready"
    upload = Upload.objects.get(slot=sender.slot)
    assert (upload.current, upload.size, upload.read_name()) == (True, len(data), "facture.jpg")


def test_the_first_bytes_may_come_with_the_creation_and_even_all_of_them(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    part = sender.begins(len(data), data[:1000])
    assert (part.status_code, part["Upload-Offset"]) == (201, "1000")
    whole = sender.begins(len(data), data)
    assert (whole.status_code, whole["Upload-Offset"]) == (201, str(len(data)))
    assert sender.where(part["Location"]) == 1000
    assert status(sender.slot) == "received"


def test_bytes_at_the_wrong_place_are_not_taken_and_the_right_place_is_told(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.opened(len(data))
    sender.sends(url, 0, data[:500])
    for wrong in (0, 499, 501, len(data), 10**15):
        answer = sender.sends(url, wrong, data[:100])
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "500")
    assert sender.where(url) == 500


def test_more_bytes_than_announced_are_refused_and_what_came_before_stays(lea, dossier):
    sender = Sender(lea, dossier)
    url = sender.opened(1000)
    sender.sends(url, 0, b"a" * 400)
    assert sender.sends(url, 400, b"b" * 601).status_code == 413
    assert sender.where(url) == 400
    assert status(sender.slot) == "empty"
    assert sender.begins(10, b"c" * 11).status_code == 413


def test_another_version_of_the_protocol_is_told_ours_and_nothing_is_opened(lea, dossier):
    sender = Sender(lea, dossier)
    for said in (None, "0.2.2", "1.0.1", ""):
        answer = sender.begins(100, Tus_Resumable=said)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert not Arrival.objects.exists()
    url = sender.opened(100)
    for verb in ("HEAD", "PATCH", "DELETE"):
        assert sender.asks(verb, url, Tus_Resumable=None).status_code == 412


def test_bytes_under_another_type_are_not_taken(lea, dossier):
    sender = Sender(lea, dossier)
    url = sender.opened(100)
    for kind in ("application/octet-stream", "image/jpeg", "application/json"):
        assert sender.sends(url, 0, b"a" * 100, kind=kind).status_code == 415
    assert sender.where(url) == 0


@pytest.mark.parametrize("said", [None, "", "-1", "1e3", "0x10", "1 2", "²", "9" * 25])
def test_an_offset_that_is_no_number_is_refused_without_a_fault_of_ours(lea, dossier, said):
    sender = Sender(lea, dossier)
    url = sender.opened(100)
    assert sender.sends(url, said, b"a").status_code == (409 if said and len(said) > 20 else 400)
    assert sender.where(url) == 0


@pytest.mark.parametrize(
    ("length", "status_code", "words"),
    [
        (0, 422, "Ce fichier est vide"),
        (20 * MO + 1, 413, "pèse plus de 20 Mo"),
        (10**18, 413, "pèse plus de 20 Mo"),
        (None, 400, ""),
        ("", 400, ""),
        ("-1", 400, ""),
        ("12.5", 400, ""),
        ("beaucoup", 400, ""),
    ],
)
def test_a_length_that_cannot_be_is_refused_with_what_to_do(lea, dossier, length, status_code, words):
    answer = Sender(lea, dossier).begins(length)
    assert answer.status_code == status_code
    assert words in says(answer)
    assert not Arrival.objects.exists()


def test_exactly_twenty_megabytes_may_come(lea, dossier):
    assert Sender(lea, dossier).begins(20 * MO).status_code == 201


@pytest.mark.parametrize("name", ["sha1", "sha256", "md5"])
def test_a_part_that_comes_as_it_left_is_taken(lea, dossier, name):
    sender, part = Sender(lea, dossier), b"a part of a picture"
    url = sender.opened(100)
    right = digest(name, part)
    assert sender.sends(url, 0, part, Upload_Checksum=f"{name} {right}").status_code == 204
    assert sender.where(url) == len(part)


def test_a_part_that_was_spoilt_on_the_way_is_not_taken_and_can_be_sent_again(lea, dossier):
    sender, part = Sender(lea, dossier), b"a part of a picture"
    url = sender.opened(100)
    right = digest("sha1", part)
    answer = sender.sends(url, 0, part[:-1] + b"!", Upload_Checksum=f"sha1 {right}")
    assert answer.status_code == 460
    assert "Envoyez-la à nouveau" in says(answer)
    assert sender.where(url) == 0
    for unknown in ("crc32 AAAA", "sha1", "sha1 ***", "sha1 é", f"sha1 {right} {right}"):
        assert sender.sends(url, 0, part, Upload_Checksum=unknown).status_code == 460
    assert sender.where(url) == 0
    assert sender.sends(url, 0, part, Upload_Checksum=f"sha1 {right}").status_code == 204


def test_a_client_may_say_more_of_a_file_than_we_ask(lea, dossier):
    sender = Sender(lea, dossier)
    said = metadata(filename="é à.pdf", filetype="application/pdf", relativePath="x", colour="") + ",flag"
    assert sender.begins(100, Upload_Metadata=said).status_code == 201
    assert Arrival.objects.get().read_name() == "é à.pdf"


def test_a_client_that_says_nothing_of_a_file_sends_a_document(lea, dossier):
    assert Sender(lea, dossier).begins(100, Upload_Metadata=None).status_code == 201
    assert Arrival.objects.get().read_name() == "document"


def test_words_about_a_file_that_cannot_be_read_open_nothing(lea, dossier):
    sender = Sender(lea, dossier)
    for said in ("filename ***", "filename é", "filename YQ", ",,", "filename YQ==,filename \x7f"):
        answer = sender.begins(100, Upload_Metadata=said)
        assert answer.status_code == (201 if said == ",," else 400), said
    Arrival.objects.all().delete()
    assert not Arrival.objects.exists()


def test_a_name_that_climbs_out_of_its_folder_is_only_a_name(lea, dossier):
    sender = Sender(lea, dossier)
    sender.begins(10, Upload_Metadata=metadata(filename="../../etc/pass\x00wd\u202e.jpg"))
    assert Arrival.objects.get().read_name() == "passwd.jpg"


def test_a_paper_that_the_rule_does_not_allow_opens_nothing(lea, dossier):
    answer = Sender(lea, dossier).begins(100, Upload_Metadata=metadata(filename="a.jpg", given_as="JDC"))
    assert answer.status_code == 422
    assert "Choisissez dans la liste" in says(answer)


# ── Its end ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_upload_that_is_given_up_leaves_nothing_and_is_gone(lea, dossier):
    sender = Sender(lea, dossier)
    url = sender.opened(1000)
    sender.sends(url, 0, b"a" * 600)
    assert storage_keys()
    assert sender.asks("DELETE", url).status_code == 204
    assert not storage_keys()
    row = Arrival.objects.get()
    assert (row.done, row.cleared, bytes(row.data_key), bytes(row.name), row.parts) == (
        True,
        True,
        b"",
        b"",
        [],
    )
    for verb in ("HEAD", "DELETE"):
        assert sender.asks(verb, url).status_code == 410
    assert sender.sends(url, 600, b"a").status_code == 410


def test_an_upload_that_did_not_end_in_a_day_is_gone_and_nothing_of_it_is_left(lea, dossier):
    sender = Sender(lea, dossier)
    url = sender.opened(1000)
    sender.sends(url, 0, b"a" * 600)
    world.set_offset(23 * 3600)
    work.sweep()
    lea = signed_in()
    sender = Sender(lea, dossier)
    assert sender.where(url) == 600
    world.set_offset(24 * 3600 + 60)
    work.sweep()
    sender = Sender(signed_in(), dossier)
    answer = sender.sends(url, 600, b"a" * 400)
    assert answer.status_code == 410
    assert "Choisissez le fichier à nouveau" in says(answer)
    assert not storage_keys()
    assert status(sender.slot) == "empty"


def test_a_file_that_waits_for_its_check_can_still_be_given_up(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.begins(len(data), data)["Location"]
    assert status(sender.slot) == "received"
    assert sender.asks("DELETE", url).status_code == 204
    assert status(sender.slot) == "empty"
    work.sweep()
    assert not Upload.objects.exists()


# ── Whose it is ─────────────────────────────────────────────────────────────────────────────────────────────


def test_without_the_page_s_token_nothing_is_opened_sent_or_given_up(lea, dossier):
    sender = Sender(lea, dossier)
    url = sender.opened(100)
    assert sender.begins(100, csrf=False).status_code == 403
    assert sender.sends(url, 0, b"a", csrf=False).status_code == 403
    assert sender.asks("DELETE", url, csrf=False).status_code == 403
    assert sender.where(url) == 0
    assert Arrival.objects.count() == 1


def test_somebody_else_finds_no_upload_of_lea(lea, dossier):
    url = Sender(lea, dossier).opened(100)
    other = Account.objects.get(email=OTHER)
    theirs = draft(other)
    stranger = Sender(signed_in(OTHER), theirs)
    assert stranger.asks("HEAD", url).status_code == 404
    assert stranger.sends(url, 0, b"a").status_code == 404
    assert stranger.asks("DELETE", url).status_code == 404
    own_address = url.replace(dossier.reference, theirs.reference)
    assert stranger.sends(own_address, 0, b"a").status_code == 404
    mixed = stranger.url.replace(str(stranger.slot.pk), str(dossier.slots.first().pk))
    assert stranger.asks("POST", mixed, kind="", Upload_Length=10).status_code == 404
    assert Arrival.objects.get().offset == 0


def test_what_the_representative_began_is_not_gone_on_with_by_the_person_who_asks(lea, dossier):
    sender = Sender(lea, dossier)
    row = arrivals.begin(sender.slot, Role.REPRESENTATIVE, name="a.jpg", length=100, channel="tus")
    url = f"/demandes/{dossier.reference}/documents/envois/{row.pk}/"
    assert sender.asks("HEAD", url).status_code == 410
    assert sender.sends(url, 0, b"a" * 100).status_code == 410
    assert sender.asks("DELETE", url).status_code == 410
    assert status(sender.slot) == "empty"


def sent(dossier):
    """Every other document is there, and the request leaves."""
    for slot in dossier.slots.filter(asked=True, status="empty"):
        given(slot, Role.CITIZEN)
    move.move(dossier, Verb.SUBMIT, move.Actor(Role.CITIZEN, str(dossier.owner_id)))


def test_once_the_request_is_sent_nothing_begins_and_what_had_begun_ends(lea, dossier):
    sender = Sender(lea, dossier)
    url = sender.opened(100)
    sent(dossier)
    answer = sender.begins(100)
    assert answer.status_code == 403
    assert "la demande est envoyée" in says(answer)
    assert sender.sends(url, 0, b"a" * 100).status_code == 403
    assert Arrival.objects.get().done
    assert not [key for key in storage_keys() if ".p" in key]
    assert status(sender.slot) == "ready"


def test_a_file_sent_with_the_request_is_not_taken_out_of_it_by_its_address(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.begins(len(data), data)["Location"]
    sent(dossier)
    assert sender.asks("DELETE", url).status_code == 403
    assert status(sender.slot) == "received"
    work.sweep()
    assert status(sender.slot) == "ready"


# ── Cuts ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_answer_to_the_last_part_was_lost_and_the_part_sent_again_does_no_harm(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.opened(len(data))
    sender.sends(url, 0, data)
    # The client never read the answer: it asks where it is, or sends the same again.
    assert sender.sends(url, 0, data).status_code == 409
    assert sender.where(url) == len(data)
    again = sender.sends(url, len(data), b"")
    assert (again.status_code, again["Upload-Offset"]) == (204, str(len(data)))
    work.sweep()
    assert sender.where(url) == len(data)
    assert sender.sends(url, len(data), b"").status_code == 204
    assert Upload.objects.count() == 1


class Cut(BytesIO):
    """A line that breaks after some bytes."""

    def __init__(self, data, after):
        super().__init__(data[:after])

    def read(self, size=-1):
        """As long as there is something; then the line is cut."""
        got = super().read(size)
        if not got:
            raise OSError("connection reset")
        return got


def test_what_came_before_the_line_was_cut_is_kept(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.opened(len(data))
    token = lea.client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = lea.client.request(
        **lea.client._base_environ(
            PATH_INFO=url,
            REQUEST_METHOD="PATCH",
            CONTENT_TYPE=OFFSET,
            CONTENT_LENGTH=str(len(data)),
            HTTP_TUS_RESUMABLE="1.0.0",
            HTTP_UPLOAD_OFFSET="0",
            HTTP_X_CSRFTOKEN=token,
            **{"wsgi.input": Cut(data, 700)},
        )
    )
    assert answer.status_code == 400
    assert sender.where(url) == 700
    assert sender.sends(url, 700, data[700:]).status_code == 204
    work.sweep()
    assert status(sender.slot) == "ready"


def test_a_large_part_is_kept_in_several_sealed_pieces_and_read_back_whole(lea, dossier, monkeypatch):
    monkeypatch.setattr(arrivals, "PART", 1000)
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.opened(len(data))
    sender.sends(url, 0, data[:2500])
    row = Arrival.objects.get()
    assert [part["bytes"] for part in row.parts] == [1000, 1000, 500]
    sender.sends(url, 2500, data[2500:])
    row.refresh_from_db()
    assert arrivals.read(row) == data


def test_not_one_clear_byte_of_a_half_come_file_lies_in_our_folder(lea, dossier):
    sender = Sender(lea, dossier)
    canary = b"CANARI-de-Lea-Moreau-8-rue-des-Lices-" * 40
    url = sender.opened(2 * len(canary))
    assert sender.sends(url, 0, canary).status_code == 204
    assert sender.where(url) == len(canary)
    seen = 0
    for path in Path(settings.PERMIS_DATA).rglob("*"):
        if path.is_file():
            seen += 1
            found = path.read_bytes()
            assert b"CANARI-de-Lea" not in found, path.name
            assert base64.b64encode(b"CANARI-de-Lea-Mor")[:20] not in found, path.name
    assert seen
    row = Arrival.objects.get()
    assert b"facture" not in bytes(row.name)
    assert b"CANARI" not in b"".join(adapter("storage").get(row.parts[0]["key"]))


def test_too_many_uploads_begun_for_one_document_are_told_so(lea, dossier):
    sender = Sender(lea, dossier)
    for _ in range(arrivals.MOST_OPEN):
        sender.opened(10)
    answer = sender.begins(10)
    assert answer.status_code == 422
    assert "annulez-en" in says(answer)


@pytest.mark.parametrize("fault", [StorageDown("timeout"), StorageFull("no room")], ids=["down", "full"])
def test_while_the_storage_takes_nothing_the_client_is_told_when_to_come_back(
    lea, dossier, monkeypatch, fault
):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.opened(len(data))
    sender.sends(url, 0, data[:1000])

    def fails(*_, **__):
        raise fault

    with monkeypatch.context() as patched:
        patched.setattr(type(adapter("storage")), "put", fails)
        answer = sender.sends(url, 1000, data[1000:])
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "réessayez dans une minute" in says(answer)
    assert sender.where(url) == 1000
    assert status(sender.slot) == "empty"
    assert sender.sends(url, 1000, data[1000:]).status_code == 204
    work.sweep()
    assert status(sender.slot) == "ready"


def test_a_creation_whose_first_bytes_are_refused_leaves_no_upload_behind(lea, dossier):
    sender = Sender(lea, dossier)
    assert sender.begins(10, b"c" * 11).status_code == 413
    assert sender.begins(100, b"part", Upload_Checksum="sha1 AAAA").status_code == 460
    assert not Arrival.objects.filter(done=False).exists()
    assert lea.open(f"/demandes/{dossier.reference}/documents/").status == 200
    assert "s’est arrêté avant la fin" not in lea.page.text


def test_a_creation_whose_line_is_cut_after_some_bytes_leaves_no_upload_behind(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    answer = lea.client.request(
        **lea.client._base_environ(
            PATH_INFO=sender.url,
            REQUEST_METHOD="POST",
            CONTENT_TYPE=OFFSET,
            CONTENT_LENGTH=str(len(data)),
            HTTP_TUS_RESUMABLE="1.0.0",
            HTTP_UPLOAD_LENGTH=str(len(data)),
            HTTP_UPLOAD_METADATA=metadata(filename="facture.jpg"),
            HTTP_X_CSRFTOKEN=lea.client.cookies[settings.CSRF_COOKIE_NAME].value,
            **{"wsgi.input": Cut(data, 700)},
        )
    )
    assert answer.status_code == 400
    row = Arrival.objects.get()
    assert (row.done, row.outcome, row.cleared) == (True, "dropped", True)
    assert not storage_keys()


def test_a_whole_file_that_was_given_up_is_gone_for_who_asks_where_it_is(lea, dossier):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.begins(len(data), data)["Location"]
    assert sender.asks("DELETE", url).status_code == 204
    assert sender.asks("HEAD", url).status_code == 410
    assert sender.sends(url, len(data), b"").status_code == 410


def test_a_request_that_leaves_at_the_moment_of_giving_up_keeps_the_file(lea, dossier, monkeypatch):
    sender, data = Sender(lea, dossier), jpeg()
    url = sender.begins(len(data), data)["Location"]

    def leaves(*_):
        sent(dossier)
        return True  # as it was when it was asked

    with monkeypatch.context() as patched:
        patched.setattr("permis.evidence.tus.may_give", leaves)
        assert sender.asks("DELETE", url).status_code == 403
    assert status(sender.slot) == "received"
    assert sender.where(url) == len(data)


# ── Two at once, and a public client ────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_two_requests_for_the_same_place_at_once_are_written_once():
    dossier = draft()
    slot = dossier.slots.filter(asked=True, piece="ADDR").first()
    data = jpeg()
    row = arrivals.begin(slot, Role.CITIZEN, name="a.jpg", length=len(data), channel="tus")
    start, ends = threading.Barrier(4), []

    def sends():
        mine = Arrival.objects.select_related("slot__dossier").get(pk=row.pk)
        start.wait()
        try:
            arrivals.append(mine, 0, [data])
            ends.append("taken")
        except arrivals.Elsewhere:
            ends.append("elsewhere")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sends) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["elsewhere", "elsewhere", "elsewhere", "taken"]
    row.refresh_from_db()
    assert (row.offset, len(row.parts)) == (len(data), 1)
    assert storage_keys() == {row.parts[0]["key"]}
    assert arrivals.read(row) == data
    work.run(row.pk)
    assert status(slot) == SlotStatus.READY


def client_of(person, live_server):
    """A public client, with the person's cookies and the page's token."""
    cookies = person.client.cookies
    said = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    token = cookies[settings.CSRF_COOKIE_NAME].value
    return {"Cookie": said, "X-CSRFToken": token, "Origin": live_server.url}


@pytest.mark.django_db(transaction=True)
def test_a_public_client_sends_a_file_is_cut_and_another_one_goes_on(live_server):
    dossier = draft()
    lea = signed_in()
    sender = Sender(lea, dossier)
    data = jpeg(2000, 2800, quality=95)
    headers = client_of(lea, live_server)
    first = TusClient(live_server.url + sender.url, headers=headers).uploader(
        file_stream=BytesIO(data), chunk_size=64 * 1024, metadata={"filename": "facture d’été.jpg"}
    )
    first.upload(stop_at=len(data) // 2)
    assert 0 < first.offset < len(data)
    # That computer is off; another program has only the address.
    other = TusClient(live_server.url + sender.url, headers=headers).uploader(
        file_stream=BytesIO(data), chunk_size=100_000, url=first.url, upload_checksum=True
    )
    assert other.offset == first.offset
    other.upload()
    assert other.offset == len(data)
    row = Arrival.objects.get()
    assert arrivals.read(row) == data
    work.sweep()
    upload = Upload.objects.get(slot=sender.slot, current=True)
    assert upload.read_name() == "facture d’été.jpg"


@pytest.mark.django_db(transaction=True)
def test_a_public_client_sends_a_whole_file_at_once(live_server):
    dossier = draft()
    lea = signed_in()
    sender, data = Sender(lea, dossier), jpeg()
    whole = TusClient(live_server.url + sender.url, headers=client_of(lea, live_server)).uploader(
        file_stream=BytesIO(data)
    )
    whole.upload()
    assert whole.offset == len(data)
    work.sweep()
    assert status(sender.slot) == "ready"
    with transaction.atomic():
        assert Arrival.objects.get().outcome == "taken"
    assert files.LIMIT == 20 * MO


def test_whose_answer_was_lost_announces_the_same_file_again_and_goes_on_where_it_was(lea, dossier):
    sender, data, number = Sender(lea, dossier), jpeg(), "0123456789abcdef0123456789abcdef"
    said = {"Upload_Length": len(data), "Upload_Metadata": metadata(filename="a.jpg", id=number)}
    first = sender.asks("POST", sender.url, data[:1000], **said)
    assert (first.status_code, first["Upload-Offset"]) == (201, "1000")
    again = sender.asks("POST", sender.url, kind="", **said)
    assert (again.status_code, again["Location"], again["Upload-Offset"]) == (201, first["Location"], "1000")
    assert sender.asks("PATCH", again["Location"], data[1000:], Upload_Offset=1000).status_code == 204
    row = Arrival.objects.get()
    assert arrivals.read(row) == data
    whole = sender.asks("POST", sender.url, kind="", **said)
    assert (whole.status_code, whole["Upload-Offset"]) == (201, str(len(data)))
    assert Arrival.objects.count() == 1


def test_a_number_that_another_file_has_opens_nothing(lea, dossier):
    data, number = jpeg(), "0123456789abcdef0123456789abcdef"
    said = {"Upload_Length": len(data), "Upload_Metadata": metadata(filename="a.jpg", id=number)}
    mine = Sender(lea, dossier)
    assert mine.asks("POST", mine.url, data, **said).status_code == 201
    elsewhere = Sender(lea, dossier, "ID")
    answer = elsewhere.asks("POST", elsewhere.url, data, **said)
    assert answer.status_code == 409
    assert "Location" not in answer
    assert Arrival.objects.get().slot == mine.slot


def test_a_whole_file_that_comes_with_its_announcement_is_written_once(
    lea, dossier, django_assert_max_num_queries
):
    sender, data = Sender(lea, dossier), jpeg()
    said = {"Upload_Length": len(data), "Upload_Metadata": metadata(filename="a.jpg")}
    with django_assert_max_num_queries(21):
        answer = sender.asks("POST", sender.url, data, **said)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(data)))
    sender.slot.refresh_from_db()
    assert sender.slot.status == SlotStatus.RECEIVED
