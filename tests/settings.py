"""The product's settings, with what only a test needs: its own folder, no bell, and no forgiving template."""

import os
import tempfile
from pathlib import Path

_base = Path(os.environ.get("PERMIS_DATA") or tempfile.mkdtemp(prefix="tp-test-"))
_data = _base / os.environ.get("PYTEST_XDIST_WORKER", "main")
_data.mkdir(parents=True, exist_ok=True)
os.environ.update(PERMIS_MODE="demo", PERMIS_DATA=str(_data), QUEUE_URL="none:")

from config.settings import *  # noqa: E402, F403
from config.settings import STORAGES, TEMPLATES  # noqa: E402


class Undefined(str):
    """An unknown variable in a template is a fault, not an empty text."""

    __slots__ = ()

    def __contains__(self, item):
        return item == "%s"

    def __mod__(self, name):
        raise AssertionError(f"a template reads {name!r}, which the view does not give")


TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined("%s")
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
ALLOWED_HOSTS = ["*"]
