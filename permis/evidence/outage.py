"""When the storage does not answer: a page that says so, wherever a file was to be read or kept."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from permis.adapters.storage import StorageDown


class StorageOutage:
    """Answers 503 with what to do, where a view did not say it in its own words."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page, for this fault alone."""
        if not isinstance(error, StorageDown):
            return None
        response = render(request, "evidence/outage.html", {}, status=503)
        response.headers["Retry-After"] = "60"
        return response
