"""Léa's documents in a bucket: given, seen, judged, verified, taken back and brought back, on a real S3 server."""

from __future__ import annotations

import json

import pytest

from permis.adapters import adapter
from permis.adapters.storage.s3 import S3Storage
from permis.cli import main
from permis.dossier.models import Dossier
from permis.evidence import keep
from permis.evidence.models import Upload
from tests.conftest import jpeg
from tests.services.s3 import running_s3
from tests.stories.people import Agent, Citizen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("centres")]


@pytest.fixture
def bucket(settings, monkeypatch):
    """The installation keeps its files in a bucket."""
    monkeypatch.setattr(S3Storage, "READ_S", 60.0)  # the server shares its processor with the other tests
    with running_s3() as server:
        settings.STORAGE_URL = server.url
        settings.ADAPTERS = {**settings.ADAPTERS, "storage": "permis.adapters.storage.s3.S3Storage"}
        adapter.cache_clear()
        try:
            yield server
        finally:
            adapter.cache_clear()


def permis(capsys, *words):
    """(exit code, answer) of a command."""
    capsys.readouterr()
    code = main(list(words))
    return code, json.loads(capsys.readouterr().out)


def test_lea_gives_her_documents_an_agent_sees_them_and_everything_is_whole(bucket, capsys):
    lea = Citizen().signs_up().sends_all()
    dossier = Dossier.objects.get(reference=lea.reference)
    uploads = list(Upload.objects.filter(slot__dossier=dossier, current=True))
    assert len(uploads) == len(lea.slots())
    stored = [path for path in bucket.files.rglob("*") if path.is_file()]
    assert len(stored) >= len(uploads)
    for path in stored:
        assert not path.read_bytes().startswith((b"\xff\xd8", b"\x89PNG"))  # sealed before it left us

    camille = Agent().takes_up(lea.reference)
    for upload in uploads:
        seen = camille.client.get(f"/agent/dossiers/{lea.reference}/voir/{upload.pk}/1/")
        assert seen.status_code == 200
        assert b"".join(seen).startswith(b"\xff\xd8")
    camille.judges(lea.reference)
    assert permis(capsys, "verify", lea.reference)[1]["documents"] >= len(uploads)
    assert permis(capsys, "verify", lea.reference)[0] == 0
    code, answer = permis(capsys, "storage", "check")
    assert (code, answer["missing"], answer["belonging_to_nothing"]) == (0, 0, 0)

    lost = uploads[0].files[0]["key"]
    S3Storage(bucket.url).delete(lost)
    assert permis(capsys, "storage", "check")[1]["faults"] == [
        {"reference": lea.reference, "key": lost, "what": "missing"}
    ]
    assert permis(capsys, "verify", lea.reference)[0] == 1


def test_a_bucket_that_is_down_refuses_a_document_kindly_and_takes_it_once_it_is_back(bucket):
    lea = Citizen().signs_up().begins().answers()
    bucket.stop()
    lea.open(f"/demandes/{lea.reference}/documents/")
    _, _, slot = next(found for found in lea.slots() if found[0] == "ADDR")
    lea.send(f"/documents/{slot}/", file=("facture.jpg", jpeg(900, 1200)))
    assert lea.status in {422, 503}
    assert not Upload.objects.filter(slot=slot).exists()
    lea.open(f"/demandes/{lea.reference}/documents/")
    assert lea.status == 200  # the rest of the service is there
    bucket.start()
    lea.gives_documents(only="ADDR")
    assert Upload.objects.filter(slot=slot, current=True).count() == 1


def test_a_disk_that_is_nearly_full_refuses_a_document_kindly_and_lea_can_still_follow_and_go_on_later(
    settings,
):
    lea = Citizen().signs_up().begins().answers().gives_documents(only="PHOTO")
    [first, *_] = Upload.objects.filter(slot__dossier__reference=lea.reference, current=True)
    _, _, slot = next(found for found in lea.slots() if found[0] == "ADDR")
    settings.PERMIS_ROOM = "100%"
    lea.open(f"/demandes/{lea.reference}/documents/")
    lea.send(f"/documents/{slot}/", file=("facture.jpg", jpeg(900, 1200)))
    assert lea.status in {422, 503}
    assert not Upload.objects.filter(slot=slot).exists()
    assert keep.page_bytes(first, 1)
    lea.open(f"/demandes/{lea.reference}/documents/")
    assert lea.status == 200
    settings.PERMIS_ROOM = "0"
    lea.gives_documents(only="ADDR")
    assert Upload.objects.filter(slot=slot, current=True).count() == 1
