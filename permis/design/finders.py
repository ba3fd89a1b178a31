"""Finds the State's files for collectstatic, without making its package an app of ours."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from permis.design import skins


class StateFiles(BaseFinder):
    """Offers the files of the State's skin while it is worn, and nothing otherwise."""

    @cached_property
    def _storage(self) -> FileSystemStorage:
        storage = FileSystemStorage(location=skins.folder())
        storage.prefix = skins.PREFIX
        return storage

    @cached_property
    def _files(self) -> list[str]:
        return skins.files() if settings.PERMIS_SKIN == "dsfr" else []

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to say: config/settings.py refuses to start without the package."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The place of one file on the disk, or an empty list."""
        name = path.removeprefix(f"{skins.PREFIX}/")
        if name == path or name not in self._files:
            return []
        place = self._storage.path(name)
        return [place] if find_all else place

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        """Every file, with where it is read."""
        for name in self._files:
            yield name, self._storage
