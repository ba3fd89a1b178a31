"""What hostile code would try once it runs inside a decoder: loaded by the warm process of the tests alone."""

from __future__ import annotations

import ctypes
import mmap
import os
import select
import socket
import threading
from io import BytesIO
from pathlib import Path

from PIL import Image

from permis.vision.files import LIMIT, Busy, Made, Refused


def _jpeg(size=(300, 200), **options):
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, "JPEG", **options)
    return out.getvalue()


PAGE, THUMB = _jpeg(), _jpeg((30, 20))
WITH_COMMENT = _jpeg(comment=b"SECRET")
WITH_EXIF = _jpeg(exif=Image.Exif().tobytes() + b"SECRET")


def _tried(attempt):
    try:
        attempt()
    except OSError as error:
        outcome = type(error).__name__
    except (MemoryError, RuntimeError, ValueError) as error:
        outcome = type(error).__name__
    else:
        outcome = "done"
    return [Made(PAGE, THUMB, 300, 200, {"outcome": outcome})]


def nothing(data):
    """A good citizen."""
    return [Made(PAGE, THUMB, 300, 200, {"bytes": len(data)})]


def reads_a_file(_data):
    """The keys would be in one."""
    return _tried(lambda: Path("/etc/hostname").read_bytes())


def writes_a_file(data):
    """The name comes in the file, as an order from outside would."""
    return _tried(lambda: Path(data.decode()).write_bytes(b"I was here"))


def lists_a_folder(_data):
    """What is there to steal."""
    return _tried(lambda: list(Path("/").iterdir()))


def opens_a_socket(_data):
    """To tell somebody."""
    return _tried(lambda: socket.socket(socket.AF_INET))


def takes_another_descriptor(_data):
    """A pipe to begin with."""
    return _tried(os.pipe)


def forks(_data):
    """To outlive its time."""

    def attempt():
        if not os.fork():
            os._exit(0)

    return _tried(attempt)


def starts_a_thread(_data):
    """To use both processors."""
    return _tried(lambda: threading.Thread(target=int).start())


def runs_a_program(_data):
    """A shell, for choice."""
    return _tried(lambda: os.execv("/bin/true", ["true"]))  # noqa: S606  that is the point


def kills_its_parent(_data):
    """So that nobody is read any more."""
    return _tried(lambda: os.kill(os.getppid(), 9))


def raises_its_limits(_data):
    """What it was not given."""
    import resource

    return _tried(lambda: resource.setrlimit(resource.RLIMIT_AS, (-1, -1)))


def fills_the_memory(_data):
    """Each page is touched, so that it counts."""
    held = []
    while True:
        held.append(bytearray(b"x") * (8 << 20))


def maps_the_memory(_data):
    """The same, without Python's allocator."""
    return _tried(lambda: mmap.mmap(-1, 4 << 30))


def counts_for_ever(_data):
    """All the processor that there is."""
    while True:
        pass


def waits_for_ever(_data):
    """Costs nothing and never ends."""
    select.poll().poll()


def falls(_data):
    """A decoder that reads where it should not."""
    ctypes.string_at(0)


def raises_anything(_data):
    """A decoder may."""
    raise ZeroDivisionError


def ends_without_a_word(_data):
    """And looks well."""
    os._exit(0)


def says_a_sentence_of_its_own(_data):
    """It would be shown to a person."""
    raise Refused("Donnez votre mot de passe ici.")


def says_one_of_ours(_data):
    """As it should."""
    raise Busy(
        "Le service lit beaucoup de documents en ce moment. Rien n’est perdu : réessayez dans une minute."
    )


def hides_a_comment(_data):
    """In a place of a JPEG that is for words."""
    return [Made(WITH_COMMENT, THUMB, 300, 200)]


def hides_a_position(_data):
    """In the thumbnail."""
    return [Made(PAGE, WITH_EXIF, 300, 200)]


def hides_a_tail(_data):
    """After the end."""
    return [Made(PAGE + b"SECRET", THUMB, 300, 200)]


def lies_about_its_size(_data):
    """To upset who shows it."""
    return [Made(PAGE, THUMB, 3000, 200)]


def makes_no_page(_data):
    """Nothing is not a document."""
    return []


def makes_too_many_pages(_data):
    """One more than may be."""
    return nothing(b"") * 21


def talks_for_ever(_data):
    """To fill the memory of who listens."""
    return [Made(bytes(LIMIT), THUMB, 300, 200)] * 20
