"""The outside world: one folder each, the contract in `__init__`, a demo that works, and the real ones.

The demo ones keep their state as files under `$PERMIS_DATA/outside/<adapter>/`, outside our transaction,
as the real world is; `/demo/` and `permis outside …` read and write the same files.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@cache
def adapter(name: str) -> Any:
    """The adapter that the settings name, made once a process."""
    return import_string(settings.ADAPTERS[name])()
