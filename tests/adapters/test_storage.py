"""One contract for where files are kept, run on a folder and on a real S3 server."""

from __future__ import annotations

import errno
import logging
import os
import resource
import socket
import subprocess
import threading
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from permis import clock
from permis.adapters import storage as contract
from permis.adapters.storage import StorageDown, StorageFull, adapter_for
from permis.adapters.storage import local as local_module
from permis.adapters.storage.local import LocalStorage
from permis.adapters.storage.s3 import S3Storage
from tests.services.s3 import running_s3

ACTS = (
    lambda storage: storage.put("ab/file.1", [b"x"]),
    lambda storage: b"".join(storage.get("ab/file.1")),
    lambda storage: storage.exists("ab/file.1"),
    lambda storage: storage.delete("ab/file.1"),
    lambda storage: list(storage.keys()),
)


@pytest.fixture(scope="module")
def server():
    """A real S3 server, for this file."""
    with running_s3() as found:
        yield found


@pytest.fixture(autouse=True)
def roomy(settings):
    """The disk of whoever runs the tests may be nearly full: that is another test's subject."""
    settings.PERMIS_ROOM = "0"


@pytest.fixture
def local(tmp_path):
    """A folder."""
    return LocalStorage(f"file://{tmp_path}/files")


@pytest.fixture
def patient(monkeypatch):
    """The server shares its processor with the other tests: what is looked at here is not its speed."""
    monkeypatch.setattr(S3Storage, "READ_S", 120.0)


@pytest.fixture
def s3(server, request, patient):
    """A prefix of its own in the bucket, since the server is shared."""
    return S3Storage(
        server.url.replace("?", f"/{request.node.name.partition('[')[0][:60].replace('_', '-')}?")
    )


@pytest.fixture(params=["local", "s3"])
def storage(request):
    """The storage, by either way."""
    return request.getfixturevalue(request.param)


def kept(storage, key):
    """What is kept under this key."""
    return b"".join(storage.get(key))


# --- the contract -----------------------------------------------------------------------------------------


def test_a_file_is_kept_whole_and_found_again(storage):
    assert storage.put("ab/file.1", [b"one", b"", b"two"]) == 6
    assert kept(storage, "ab/file.1") == b"onetwo"
    assert storage.exists("ab/file.1")
    assert list(storage.keys()) == ["ab/file.1"]
    storage.delete("ab/file.1")
    storage.delete("ab/file.1")
    assert not storage.exists("ab/file.1")
    assert list(storage.keys()) == []
    with pytest.raises(FileNotFoundError):
        storage.get("ab/file.1")


def test_the_largest_file_and_the_empty_one_come_back_byte_for_byte(storage):
    large = os.urandom(21 << 20)
    pieces = [large[at : at + 65_521] for at in range(0, len(large), 65_521)]
    assert storage.put("ab/large.1", pieces) == len(large)
    assert kept(storage, "ab/large.1") == large
    assert storage.put("ab/none.1", []) == 0
    assert kept(storage, "ab/none.1") == b""


def test_a_second_writing_takes_the_place_of_the_first(storage):
    storage.put("ab/file.1", [b"first, and longer"])
    storage.put("ab/file.1", [b"second"])
    assert kept(storage, "ab/file.1") == b"second"
    assert list(storage.keys()) == ["ab/file.1"]


@pytest.mark.parametrize("before", [None, b"what was there"])
def test_a_write_that_breaks_half_way_leaves_what_was_there_and_nothing_else(storage, before):
    if before:
        storage.put("ab/file.1", [before])

    def breaks():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        storage.put("ab/file.1", breaks())
    assert list(storage.keys()) == (["ab/file.1"] if before else [])
    if before:
        assert kept(storage, "ab/file.1") == before


@pytest.mark.parametrize(
    "key",
    ["../etc/passwd", "/etc/passwd", "a/../b", "", "a//b", ".hidden", "a/.b", "a\0b", "a/b\n", "a?b", "é/a"],
)
def test_a_key_that_leaves_its_place_is_refused_by_every_act(storage, key):
    for act in (lambda k: storage.put(k, [b"x"]), storage.get, storage.exists, storage.delete):
        with pytest.raises(ValueError, match="not a storage key"):
            act(key)


def test_a_folder_is_no_file(storage):
    storage.put("ab/cd/file.1", [b"x"])
    assert not storage.exists("ab/cd")
    assert not storage.exists("ab/cd/file.1/more")


def test_all_keys_are_listed_with_when_they_were_written_however_many(storage):
    before = clock.ticks()
    for n in range(12):
        storage.put(f"{n:02x}/many.{n}", [b"x"])
    found = dict(storage.written())
    assert sorted(found) == sorted(f"{n:02x}/many.{n}" for n in range(12)) == sorted(storage.keys())
    for at in found.values():
        assert before - 5 <= at <= clock.ticks() + 5  # S3 tells whole seconds


def test_eight_people_write_and_read_at_once(storage):
    faults = []

    def one(n):
        try:
            data = os.urandom(200_000)
            storage.put(f"ab/person-{n}.1", [data])
            assert kept(storage, f"ab/person-{n}.1") == data
        except BaseException as error:  # noqa: BLE001  told to the test, whatever it is
            faults.append(error)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(list(storage.keys())) == 8


# --- a folder ---------------------------------------------------------------------------------------------


def test_what_a_killed_write_left_is_no_key_and_is_tidied_once_it_is_old(local):
    local.put("ab/file.1", [b"x"])
    left = local.root / "ab" / ".file.2.4242.0011aabb"
    left.write_bytes(b"half")
    other = local.root / ".keep"
    other.write_bytes(b"")
    assert list(local.keys()) == ["ab/file.1"]
    assert local.tidy(clock.ticks() - 3600) == 0
    os.utime(left, (1, 1))
    assert local.tidy(clock.ticks() - 3600) == 1
    assert not left.exists()
    assert other.exists()
    assert kept(local, "ab/file.1") == b"x"


def test_new_files_are_refused_before_the_disk_is_full_and_acknowledged_ones_may_use_the_rest(
    local, settings
):
    local.put("ab/before.1", [b"x"])
    settings.PERMIS_ROOM = "100%"  # no disk has so much
    assert local.tight()
    with pytest.raises(StorageFull):
        local.put("ab/file.1", [b"x"])
    assert kept(local, "ab/before.1") == b"x"
    assert local.put("ab/page.1", [b"x"], reserve=True) == 1
    local.delete("ab/before.1")
    assert list(local.keys()) == ["ab/page.1"]
    settings.PERMIS_ROOM = "0"
    assert not local.tight()
    assert local.put("ab/file.1", [b"x"]) == 1


def test_the_room_that_stays_free_is_a_part_or_a_size():
    assert contract.floor("10%", 5_000) == 500
    assert contract.floor("0", 5_000) == 0
    assert contract.floor(" 256m ", 0) == 268_435_456
    assert contract.floor("20G", 0) == 21_474_836_480
    for wrong in ("", "ten", "-1", "101%", "10 %%", "1.5G", "9P"):
        with pytest.raises(ValueError, match="PERMIS_ROOM"):
            contract.floor(wrong, 1)


def test_a_folder_that_was_never_written_is_empty_and_has_the_room_of_its_disk(local):
    assert list(local.keys()) == []
    assert local.tidy(clock.ticks()) == 0
    assert 0 < local.room() <= 1


@pytest.fixture
def small_disk(tmp_path):
    """A storage whose disk takes 1 MB: a real small one where we may mount it, else the kernel's limit a file."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
        yield LocalStorage(f"file://{place}")
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_told_as_such_keeps_what_it_had_and_takes_files_again_once_there_is_room(small_disk):
    small_disk.put("ab/before.1", [b"kept"])
    with pytest.raises(StorageFull) as told:
        small_disk.put("ab/before.1", iter([os.urandom(1 << 19)] * 8))
    assert told.value.errno in {errno.ENOSPC, errno.EFBIG}
    assert "before" not in str(told.value)
    assert kept(small_disk, "ab/before.1") == b"kept"
    assert list(small_disk.keys()) == ["ab/before.1"]
    assert not list(small_disk.root.rglob(".*"))
    assert small_disk.put("ab/small.1", [b"x" * 1000]) == 1000


@pytest.mark.parametrize("broken", ["open", "write", "fsync", "replace"])
def test_a_disk_that_fails_at_any_step_keeps_nothing_by_half(local, monkeypatch, broken):
    from pathlib import Path

    def fails(*_args, **_more):
        raise OSError(errno.EIO, "Input/output error")

    local.put("ab/before.1", [b"kept"])
    with monkeypatch.context() as patch:
        if broken == "fsync":
            patch.setattr(os, "fsync", fails)
        elif broken == "write":
            patch.setattr(local_module, "_write", fails)
        else:
            patch.setattr(Path, broken, fails)
        with pytest.raises(StorageDown) as told:
            local.put("ab/before.1", [b"other"])
    assert not isinstance(told.value, StorageFull)
    assert kept(local, "ab/before.1") == b"kept"
    assert [path.name for path in (local.root / "ab").iterdir()] == ["before.1"]


def test_a_disk_that_cannot_be_read_is_not_taken_for_an_empty_one(local, monkeypatch):
    local.put("ab/file.1", [b"x"])
    real = os.scandir

    def fails(path="."):
        if str(path).endswith("ab"):
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(os, "scandir", fails)
    with pytest.raises(StorageDown):
        list(local.keys())


# --- S3 ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("patient")
def test_a_wrong_secret_opens_nothing_and_is_not_taken_for_an_absent_file(server):
    ours = S3Storage(server.url)
    ours.put("ab/file.1", [b"kept"])
    intruder = S3Storage(server.url_with("another secret"))
    for act in ACTS:
        with pytest.raises(StorageDown) as told:
            act(intruder)
        assert "another" not in str(told.value)
    assert kept(ours, "ab/file.1") == b"kept"
    ours.delete("ab/file.1")


@pytest.mark.usefixtures("patient")
def test_a_bucket_that_is_not_there_is_not_taken_for_an_absent_file(server):
    for act in ACTS:
        with pytest.raises(StorageDown):
            act(S3Storage(server.url_with(server.secret, bucket="another")))


@pytest.mark.usefixtures("patient")
def test_a_server_that_is_down_is_told_and_the_work_goes_on_once_it_is_back():
    with running_s3() as own:
        storage = S3Storage(own.url)
        storage.put("ab/file.1", [b"kept"])
        own.stop()
        for act in ACTS:
            with pytest.raises(StorageDown):
                act(storage)
        own.start()
        assert kept(storage, "ab/file.1") == b"kept"
        storage.put("ab/file.2", [b"more"])
        assert list(storage.keys()) == ["ab/file.1", "ab/file.2"]


@contextmanager
def answering(answer):
    """A server on this machine that answers every request so: `answer(handler)`. Gives its STORAGE_URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do(self):
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer(self)

        do_GET = do_PUT = do_HEAD = do_DELETE = do  # noqa: N815  the names that the library calls

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"s3://KEY:word@127.0.0.1:{server.server_address[1]}/papers?tls=0"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_server_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr(S3Storage, "READ_S", 0.2)
    monkeypatch.setattr(S3Storage, "ATTEMPTS", 1)
    with closing(socket.create_server(("127.0.0.1", 0))) as deaf:  # takes the call, and never says a word
        port = deaf.getsockname()[1]
        storage = S3Storage(f"s3://KEY:word@127.0.0.1:{port}/papers?tls=0")
        for act in ACTS:
            with pytest.raises(StorageDown, match="Timeout"):
                act(storage)


def test_patience_is_bounded_by_what_a_person_can_wait():
    assert S3Storage.ATTEMPTS * (S3Storage.CONNECT_S + S3Storage.READ_S) <= 30


@pytest.mark.parametrize(("status", "code"), [(507, "InsufficientStorage"), (403, "QuotaExceeded")])
def test_a_server_without_room_is_told_from_one_that_is_down(status, code):
    def full(handler):
        said = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        handler.wfile.write(said)

    with answering(full) as url, pytest.raises(StorageFull):
        S3Storage(url).put("ab/file.1", [b"x"])


@pytest.mark.parametrize("status", [200, 301, 400, 404, 500, 503])
def test_a_page_of_some_proxy_is_neither_a_file_nor_its_absence(status, monkeypatch):
    monkeypatch.setattr(S3Storage, "ATTEMPTS", 1)

    def proxy(handler):
        said = b"<html>Not what you asked for</html>"
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(said)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(said)

    with answering(proxy) as url:
        storage = S3Storage(url)
        with pytest.raises(StorageDown):
            list(storage.keys())
        with pytest.raises(StorageDown):
            storage.put("ab/file.1", [b"x"])


def test_a_file_cut_on_its_way_back_is_not_taken_for_the_whole(monkeypatch):
    monkeypatch.setattr(S3Storage, "ATTEMPTS", 1)

    def cut(handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"the beginning")
        handler.close_connection = True

    with answering(cut) as url, pytest.raises(StorageDown):
        kept(S3Storage(url), "ab/file.1")


@pytest.mark.usefixtures("patient")
def test_neither_the_secret_nor_a_byte_of_a_file_is_shown_or_logged(server, caplog, request):
    request.addfinalizer(
        lambda: [logging.getLogger(n).setLevel(logging.NOTSET) for n in ("botocore", "urllib3")]
    )
    storage = S3Storage(server.url)
    with caplog.at_level(logging.DEBUG):
        storage.put("ab/file.1", [b"CANARY of a paper"])
        kept(storage, "ab/file.1")
        with suppress(StorageDown):
            S3Storage(server.url_with("wrong-canary")).exists("ab/file.1")
        storage.delete("ab/file.1")
    shown = caplog.text + repr(storage) + repr(storage.address) + str(vars(storage))
    for canary in (server.secret, "CANARY", "wrong-canary", server.key):
        assert canary not in shown


def test_the_address_of_a_bucket_is_read_with_its_marks(server):
    storage = S3Storage("s3://K%2FEY:s%40%3A%2Fx@files.example:9000/papers/of/us?region=fr-par&tls=0")
    address = storage.address
    assert (address.endpoint, address.bucket, address.prefix) == (
        "http://files.example:9000",
        "papers",
        "of/us/",
    )
    assert (address.key, address.secret, address.region) == ("K/EY", "s@:/x", "fr-par")
    plain = S3Storage("s3://KEY:word@files.example/papers").address
    assert (plain.endpoint, plain.prefix, plain.region) == ("https://files.example", "", "us-east-1")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "files",
        "http://KEY:CANARY@host/papers",
        "file://host/path",
        "file:relative",
        "file:///",
        "s3://host/papers",
        "s3://KEY:CANARY@host",
        "s3://KEY:CANARY@host/",
        "s3://KEY@host/papers",
        "s3://KEY:CANARY@host:port/papers",
        "s3://KEY:CANARY@host/papers?tls=yes",
        "s3://KEY:CANARY@host/papers?unknown=1",
        "s3://KEY:CANARY@host/papers/../x",
        "s3://KEY:CANARY@host/papers#x",
    ],
)
def test_an_address_that_is_none_is_refused_at_the_start_without_showing_the_secret(url):
    with pytest.raises(ValueError, match="STORAGE_URL must") as told:
        adapter_for(url, "10%")
    assert "CANARY" not in str(told.value)


def test_the_address_chooses_who_keeps():
    assert adapter_for("file:///var/files", "10%").endswith("LocalStorage")
    assert adapter_for("s3://KEY:word@host/papers", "0").endswith("S3Storage")
