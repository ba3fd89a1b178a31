"""Uploads stay in memory up to the limit and never touch a disk in clear."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from permis.vision.files import LIMIT

SLACK = 2 * 1024 * 1024  # the other fields, and a file just over the limit, which gets its own sentence


class InMemoryOnly(FileUploadHandler):
    """Keeps up to `LIMIT` + 1 bytes: the form sees that the file is too big, the memory never holds more."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any) -> None:  # noqa: N803
        """Refuses a request that announces more than one file can be: nothing of it is read."""
        if content_length > LIMIT + SLACK:
            raise RequestDataTooBig("one file a request")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begins a file."""
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keeps a chunk; what comes after the limit is dropped."""
        room = LIMIT + 1 - self.held.tell()
        if room > 0:
            self.held.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file as Django's forms expect it; `size` is that of what was sent."""
        self.held.seek(0)
        return InMemoryUploadedFile(
            file=self.held,
            field_name=self.field_name,
            name=self.file_name or "document",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
