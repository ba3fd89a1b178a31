"""What every answer carries: a strict policy, no third party, nothing kept by a shared cache, a small page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string

# No inline script or style anywhere; Trusted Types shut the last door of script injection.
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; manifest-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# A document that somebody gave: even if it were a page in disguise it could run nothing.
DOCUMENT = "default-src 'none'; sandbox; frame-ancestors 'none'"
PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"


def _readable(request: HttpRequest) -> bool:
    """Whether the text of the request is in an encoding that exists (rot13 is a codec, and no encoding)."""
    try:
        "".encode((request.content_params or {}).get("charset", "utf-8"))
    except (LookupError, ValueError):
        return False
    return True


class Headers:
    """Sets what a view did not set itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request) if _readable(request) else HttpResponseBadRequest()
        response.headers.setdefault("Content-Security-Policy", PAGE)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class SmallPages(GZipMiddleware):
    """Compresses our pages, and nothing else: a person's documents are already small and pass as a stream.

    Django pads what it compresses with a random length, and masks the form's token anew in each page: the length
    of an answer tells nothing about a secret in it (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Leaves what is no page of ours as it is."""
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)


class NoEmptyPage:
    """An address that only a button opens says so to who typed it: Django's own answer is an empty page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.content and request.method != "HEAD":
            response.content = render_to_string("405.html", request=request)
        return response
