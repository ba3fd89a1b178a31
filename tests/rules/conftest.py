"""The rules are plain Python: what is tidied up around each other test (files, mail, URLs) is not touched by theirs."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
# Fixtures that every test of the house gets; eight hundred small tests would spend more time on them than on the law.
LEFT_OUT = {
    "clean_world",
    "_flush_opens_every_door",
    "django_test_environment",
    "_django_db_marker",
    "_django_setup_unittest",
    "_dj_autoclear_mailbox",
    "_django_set_urlconf",
    "_django_isolate_apps",
    "_fail_for_invalid_template_variable",
}


def pytest_collection_modifyitems(items):
    """Takes them away from the tests of this folder, none of which asks for one of them by name."""
    for item in items:
        if HERE in item.path.parents:
            item.fixturenames[:] = [name for name in item.fixturenames if name not in LEFT_OUT]


def pytest_collection_finish(session):
    """Where no test draws with Hypothesis, its plugin would still load it at the end, to find nothing to say."""
    if "hypothesis" not in sys.modules:
        session.config.pluginmanager.unregister(name="hypothesispytest")
