"""What every test may use: a clean outside world, a clock to move, pictures, people."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image, ImageDraw


@pytest.fixture(autouse=True)
def clean_world():
    """Each test begins with an empty outside world, an unmoved clock and empty throttles."""
    yield
    data = Path(settings.PERMIS_DATA)
    for name in ("outside", "files", "cache"):
        if (data / name).exists():
            shutil.rmtree(data / name, ignore_errors=True)


def jpeg(width=1200, height=1600, text="document", quality=80, mode="RGB"):
    """A picture that somebody might have taken."""
    image = Image.effect_noise((width // 8, height // 8), 40).resize((width, height)).convert(mode)
    ImageDraw.Draw(image).text((40, 40), text, fill=0 if mode == "L" else (0,) * len(image.getbands()))
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


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


def pytest_collection_modifyitems(items):
    """A test that uses the database uses both files: sessions live in the second one."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark or "db" in getattr(item, "fixturenames", ()):
            kept = mark.kwargs if mark else {}
            item.add_marker(pytest.mark.django_db(**{**kept, "databases": "__all__"}), append=False)
