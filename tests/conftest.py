"""What every test may use: a clean outside world, a clock to move, pictures, people."""

from __future__ import annotations

import collections
import functools
import hashlib
import itertools
import os
import random
import shutil
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageDraw, ImageFont


@pytest.fixture(autouse=True, scope="session")
def quick_documents():
    """The same bytes give the same pages: they are decoded and measured once a run, and no test cuts the power.

    The cage, its limits and its answers are tested by themselves in tests/vision, and what a power cut leaves by the
    drills (proof/crash.py, proof/intake.py), which run whole installations.
    """
    from permis.evidence import reading, work
    from permis.vision import cage

    patch = pytest.MonkeyPatch()
    patch.setattr(work, "cage", Remembered(cage.read))
    patch.setattr(reading, "cage", Remembered(cage.read))
    # Drawn pages have no zone, and the search for one takes seconds: test_reading asks for it by name.
    patch.setattr(settings, "PERMIS_READERS", ("2ddoc", "portrait", "signed_paper"))
    patch.setattr(os, "fsync", lambda _number: None)
    yield
    patch.undo()


class Remembered:
    """The cage, which remembers what it said of the last hundred files."""

    def __init__(self, read):
        self.known = collections.OrderedDict()
        self.asked = read

    def read(self, data, task="pages", **how):
        key = hashlib.sha256(data).digest(), task
        if key not in self.known:
            self.known[key] = self.asked(data, task, **how)
            while len(self.known) > 100:
                self.known.popitem(last=False)
        return self.known[key]


@pytest.fixture(autouse=True)
def clean_world():
    """Each test begins with an empty outside world, an unmoved clock and empty throttles."""
    yield
    data = Path(settings.PERMIS_DATA)
    for name in ("outside", "files", "cache"):
        if (data / name).exists():
            shutil.rmtree(data / name, ignore_errors=True)


FONT = Path(__file__).resolve().parent.parent / "permis" / "design" / "fonts" / "NotoSans-Regular.ttf"
_turn = itertools.count()


def jpeg(width=1200, height=1600, text="", quality=80, mode="RGB"):
    """A sharp, well-lit picture of a page that somebody might have taken; each call another page, if not named."""
    return _page(width, height, text or f"document {next(_turn) % 24}", quality, mode)


@functools.lru_cache(maxsize=256)
def _page(width, height, text, quality, mode):
    draw_from = random.Random(text)
    sheet = Image.new("RGB", (width, height), (236, 233, 226))
    pen = ImageDraw.Draw(sheet)
    unit = max(6, width // 60)
    font = ImageFont.truetype(str(FONT), unit)
    # Blocks of their own for each page: two papers do not look alike from afar.
    for _ in range(4):
        x, y = draw_from.randrange(1, 9) * width // 12, draw_from.randrange(1, 9) * height // 12
        shade = tuple(draw_from.choice(((40, 80, 150), (170, 60, 60), (60, 130, 90), (90, 90, 110))))
        pen.rectangle((x, y, x + width // 5, y + height // 8), fill=shade)
    for n in range(int(height / (unit * 1.9)) - 3):
        line = " ".join(
            "".join(draw_from.choices("abcdeilmnorstu", k=draw_from.randrange(3, 9))) for _ in range(9)
        )
        pen.text((2 * unit, (2 + n * 1.9) * unit), f"{text} {line}"[:58], fill=(25, 25, 35), font=font)
    out = BytesIO()
    sheet.convert(mode).save(out, "JPEG", quality=quality)
    return out.getvalue()


@functools.lru_cache(maxsize=64)
def portrait(text=""):
    """A photo that follows the rule, of a face that nobody has; another face for another text."""
    from bench import papers

    return papers.portrait(text)


@functools.lru_cache(maxsize=64)
def signed(text=""):
    """A picture of a sheet of paper with a signature on it; another one for another text."""
    from bench import papers

    return papers.signed(text)


def for_side(piece, side, text="", size=(900, 1200)):
    """A picture that will do for this side of this piece."""
    if side == "photo":
        return portrait(text)
    return signed(text) if side == "signature" else jpeg(*size, text)


@functools.cache
def read_page():
    """A page as the cage gives it, read once a run: for people whose documents are not what the test is about."""
    from permis.vision import cage

    return cage.read(jpeg())[0]


def given(slot, role, name="a.jpg", **more):
    """This slot has been given a document, which was checked and found good."""
    from permis.domain.vocabulary import SlotStatus
    from permis.dossier import facts
    from permis.evidence import keep
    from permis.evidence.models import Source

    page = read_page()
    with keep.stored(slot, [page], name=name, size=len(page.jpeg), source=Source.FILE, **more) as upload:
        facts.decide(slot, SlotStatus.READY, role, also=keep.upload_for(upload))
    return upload


@pytest.fixture(scope="session")
def picture():
    """The bytes of a JPEG."""
    return jpeg()


@pytest.fixture
def centres(db):
    """The two centres of the demo, with their people."""
    from permis.demo import people

    people.arrive()
    from permis.accounts.models import Cert

    return {cert.code: cert for cert in Cert.objects.all()}


@pytest.fixture(scope="session", autouse=True)
def _flush_opens_every_door():
    """Between two transactional tests Django empties the tables, which the guard would rightly refuse."""
    from django.db.backends.base.operations import BaseDatabaseOperations

    from permis.database.guard import WATCHED, door

    real = BaseDatabaseOperations.execute_sql_flush

    def flush(self, sql_list):
        with door(*WATCHED):
            return real(self, sql_list)

    BaseDatabaseOperations.execute_sql_flush = flush
    yield
    BaseDatabaseOperations.execute_sql_flush = real


def pytest_addoption(parser):
    """`--database`: only what uses it, for a second run of the same tests on another one."""
    parser.addoption("--database", action="store_true", help="only the tests that use the database")


def pytest_collection_modifyitems(config, items):
    """A test that uses the database uses both files: sessions live in the second one."""
    using = []
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark or "db" in getattr(item, "fixturenames", ()):
            using.append(item)
            kept = mark.kwargs if mark else {}
            item.add_marker(pytest.mark.django_db(**{**kept, "databases": "__all__"}), append=False)
    if config.getoption("--database"):
        here = {id(item) for item in using}
        config.hook.pytest_deselected(items=[item for item in items if id(item) not in here])
        items[:] = using
