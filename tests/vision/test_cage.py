"""A file that takes over its decoder gets nothing from it, and nobody else notices."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from permis.vision import cage, files
from permis.vision.cage import Cage, Limits
from permis.vision.files import Busy, Refused
from tests.conftest import jpeg
from tests.vision import escapes

ATTEMPTS = [
    name for name, made in vars(escapes).items() if callable(made) and made.__module__ == escapes.__name__
]
TASKS = {name: f"tests.vision.escapes:{name}" for name in ATTEMPTS if not name.startswith("_")}


@pytest.fixture(scope="module")
def shut():
    """A cage whose decoders are all hostile."""
    one = Cage(TASKS, Limits(cpu_s=1, wall_s=2.5))
    yield one
    one.close()


def costs(asked, task, data=b"x"):
    """What it took, and what the asker got: pages or a refusal."""
    told = []
    try:
        found = asked.read(data, task, told.append)
    except Refused as refusal:
        found = refusal
    return told[0], found


@pytest.mark.parametrize(
    "attempt",
    [
        "reads_a_file",
        "lists_a_folder",
        "opens_a_socket",
        "takes_another_descriptor",
        "forks",
        "starts_a_thread",
        "runs_a_program",
        "kills_its_parent",
        "raises_its_limits",
        "maps_the_memory",
    ],
)
def test_hostile_code_in_a_decoder_can_open_start_and_reach_nothing(shut, attempt):
    (page,) = shut.read(b"x", attempt)
    assert page.said["outcome"] != "done"


@pytest.mark.parametrize(
    "attempt", ["forks", "runs_a_program", "opens_a_socket", "kills_its_parent", "reads_a_file"]
)
def test_the_decoder_that_needs_a_thread_can_start_nothing_else(shut, attempt):
    heic = b"\0\0\0\x18ftypheic"
    assert shut.read(heic, "starts_a_thread")[0].said["outcome"] == "done"
    assert shut.read(heic, attempt)[0].said["outcome"] != "done"


def test_hostile_code_in_a_decoder_writes_nothing(shut, tmp_path):
    target = tmp_path / "written"
    (page,) = shut.read(str(target).encode(), "writes_a_file")
    assert page.said["outcome"] != "done"
    assert not target.exists()


def test_a_file_that_fills_the_memory_is_given_up_below_512_megabytes(shut):
    cost, found = costs(shut, "fills_the_memory")
    assert found.sentence == files.TOO_HEAVY
    assert 200 << 20 < cost.peak <= 512 << 20


def test_a_file_that_counts_for_ever_is_ended_at_its_time_of_processor(shut):
    cost, found = costs(shut, "counts_for_ever")
    assert found.sentence == files.TOO_HEAVY
    assert cost.ended == signal.SIGKILL
    assert cost.cpu_s < 2.5


def test_a_file_that_only_waits_is_ended_too(shut):
    cost, found = costs(shut, "waits_for_ever")
    assert found.sentence == files.TOO_HEAVY
    assert cost.ended == signal.SIGKILL
    assert cost.cpu_s < 1


@pytest.mark.parametrize(
    "attempt",
    [
        "falls",
        "raises_anything",
        "ends_without_a_word",
        "says_a_sentence_of_its_own",
        "hides_a_comment",
        "hides_a_position",
        "hides_a_tail",
        "lies_about_its_size",
        "makes_no_page",
        "makes_too_many_pages",
        "talks_for_ever",
    ],
)
def test_whatever_a_decoder_that_was_taken_over_answers_the_person_reads_a_sentence_of_ours(shut, attempt):
    with pytest.raises(Refused) as refusal:
        shut.read(b"x", attempt)
    assert refusal.value.sentence == files.TOO_HEAVY


def test_a_crash_touches_nobody_else_and_keeps_the_warm_process(shut):
    shut.start()
    before = shut.pid
    with ThreadPoolExecutor(4) as threads:
        crashes = [threads.submit(costs, shut, "falls") for _ in range(4)]
        good = [threads.submit(shut.read, b"four", "nothing") for _ in range(8)]
    assert all(one.result()[1].sentence == files.TOO_HEAVY for one in crashes)
    assert [one.result()[0].said for one in good] == [{"bytes": 4}] * 8
    assert shut.pid == before


def test_when_the_warm_process_dies_the_next_file_starts_another(shut):
    shut.start()
    before = shut.pid
    os.kill(before, signal.SIGKILL)
    assert shut.read(b"four", "nothing")[0].said == {"bytes": 4}
    assert shut.pid != before


def test_a_file_that_was_being_read_when_the_warm_process_died_is_read_again():
    own = Cage(TASKS, Limits(cpu_s=1, wall_s=3))
    try:
        own.start()
        first = own.pid
        found = []
        waiting = threading.Thread(target=lambda: found.append(costs(own, "waits_for_ever")))
        waiting.start()
        children = Path(f"/proc/{first}/task/{first}/children")
        until = time.monotonic() + 20
        while not children.read_text() and time.monotonic() < until:
            time.sleep(0.01)
        child = int(children.read_text())
        os.kill(first, signal.SIGKILL)
        waiting.join(30)
        assert own.pid != first
        assert found[0][1].sentence == files.TOO_HEAVY  # the second one told how it ended
        assert not Path(f"/proc/{child}").exists()  # the first child died with its parent
    finally:
        own.close()


def test_when_there_is_no_place_the_person_is_asked_to_come_back_and_the_file_is_not_blamed():
    own = Cage(TASKS, Limits(cpu_s=1, wall_s=4, wait_s=0.2, at_once=1))
    try:
        own.start()
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(costs, own, "waits_for_ever")
            until = time.monotonic() + 20
            while own._places._value and time.monotonic() < until:
                time.sleep(0.01)
            with pytest.raises(Busy) as refusal:
                own.read(b"x", "nothing")
            first.result()
        assert refusal.value.sentence == files.BUSY
    finally:
        own.close()


def test_two_files_are_decoded_at_once_and_the_others_wait_their_turn():
    picture = jpeg(1200, 1600)
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: len(cage.read(picture)), range(12)))
    assert found == [1] * 12


def _count(folder):
    return sum(1 for _ in Path(folder).iterdir())


def _open_files():
    return _count("/proc/self/fd")


def test_after_two_hundred_files_no_process_and_no_line_is_left(shut):
    shut.read(b"x", "nothing")
    mine, warms = _open_files(), _count(f"/proc/{shut.pid}/fd")
    for n in range(200):
        costs(shut, "falls" if n % 10 == 0 else "nothing")
    assert _open_files() == mine
    # It tells the end of a child before it has put the child away: a question more is answered after that.
    shut.read(b"x", "nothing")
    assert _count(f"/proc/{shut.pid}/fd") <= warms + 1  # the line of this last one may be open still
    shut.read(b"x", "nothing")
    assert Path(f"/proc/{shut.pid}/task/{shut.pid}/children").read_text().count(" ") <= 1


def test_the_warm_process_holds_no_key_no_environment_and_one_thread():
    cage.read(jpeg(300, 300))
    proc = Path(f"/proc/{cage._ours.pid}")
    assert proc.joinpath("environ").read_bytes() == b""
    assert _count(proc / "task") == 1
    opened = {str(number.readlink()) for number in (proc / "fd").iterdir()}
    assert all(one == "/dev/null" or one.startswith(("socket:", "pipe:")) for one in opened), opened
    loaded = proc.joinpath("maps").read_text()
    assert "_cffi_backend" not in loaded
    assert "cryptography" not in loaded


PROGRAM = """
import os, sys
sys.path.insert(0, sys.argv[1])
from permis.vision import cage
cage.start()
print(cage._ours.pid, flush=True)
if len(sys.argv) > 2:
    child = os.fork()
    if not child:
        mine = cage._ours.pid
        cage.start()
        print(mine, cage._ours.pid, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print(cage._ours._process.poll(), flush=True)
sys.stdin.read()
"""


def _asker(*more):
    root = str(Path(__file__).resolve().parents[2])
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, root, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _is_gone(pid):
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("end", ["killed", "at its end"])
def test_the_warm_process_ends_with_who_asks(end):
    with _asker() as asker:
        warm = int(asker.stdout.readline())
        if end == "killed":
            asker.kill()
        else:
            asker.stdin.close()
        assert _is_gone(warm)
        asker.wait()


def test_a_process_that_forks_does_not_share_its_warm_process():
    with _asker("fork") as asker:
        warm = int(asker.stdout.readline())
        mine, childs = asker.stdout.readline().split()
        assert mine == "None"
        assert int(childs) != warm
        assert asker.stdout.readline() == "None\n"  # that of the parent lives on
        asker.stdin.close()
        asker.wait()


def test_decoders_that_cannot_be_loaded_are_an_error_of_the_installation_and_not_of_the_file():
    own = Cage({"pages": "permis.vision.nowhere:pages"})
    with pytest.raises(RuntimeError, match="nowhere"):
        own.read(b"x")


@pytest.mark.parametrize(
    "answer", [b"", b"X", b"T", b"Tabc", b"T" + b"\0" * 20, b"Ranything", b"R" + "é".encode()[:1]]
)
def test_what_the_cage_says_is_believed_for_its_shape_alone(answer):
    with pytest.raises(Refused) as refusal:
        cage.unpack(answer)
    assert refusal.value.sentence == files.TOO_HEAVY


@pytest.mark.parametrize("said", [b"[]", b"{", b"[" * 5000, b"\xff", b'{"a": "' + b"x" * 70_000 + b'"}'])
def test_what_is_said_of_a_page_must_be_a_short_json_object(said):
    head = cage.HEAD.pack(300, 200, len(escapes.PAGE), len(escapes.THUMB), len(said))
    with pytest.raises(Refused):
        cage.unpack(cage.TAKEN + head + escapes.PAGE + escapes.THUMB + said)


def test_the_service_itself_never_loads_a_decoder_of_strangers_files(tmp_path):
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(jpeg(300, 300))
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from permis.vision import cage, files; "
        "cage.read(open(sys.argv[2], 'rb').read()); "
        "print([m for m in ('PIL', 'pypdfium2', 'pillow_heif', 'cv2', 'numpy') if m in sys.modules])"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code, root, picture], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"
