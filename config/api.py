"""The API of partners under /api/v1/: the routers of the stages, errors as RFC 9457 problems."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.defaults import page_not_found
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from permis.checklist import api as checklist
from permis.domain import door
from permis.evidence import api as evidence

TOO_BIG = "Cet appel est trop lourd. Envoyez-en moins à la fois."
TOO_MANY = "Vous appelez trop vite. Attendez une minute, puis reprenez moins vite."
NOT_JSON = "Le corps de l’appel n’est pas du JSON lisible. Envoyez un objet JSON en UTF-8."
WRONG = "Un champ manque ou n’a pas la bonne forme : voyez « errors »."
NOTHING = "Il n’y a rien à cette adresse. La liste des adresses est dans /api/v1/openapi.json."
TITLES = {
    400: "Appel illisible",
    401: "Clé inconnue",
    403: "Non autorisé",
    404: "Introuvable",
    405: "Méthode refusée",
    411: "Longueur manquante",
    413: "Appel trop lourd",
    422: "Champ à corriger",
    429: "Trop d’appels",
    503: "Réessayez dans une minute",
}
SAID = {  # pydantic's kinds of fault, in words; never what was sent
    "missing": "Ce champ manque.",
    "extra_forbidden": "Ce champ n’existe pas.",
    "string_too_short": "Ce champ est trop court.",
    "string_too_long": "Ce champ est trop long.",
    "string_pattern_mismatch": "Ce champ n’a pas la bonne forme.",
    "string_type": "Ce champ doit être un texte.",
}

api = NinjaAPI(
    title="Télépermis",
    version="1",
    description="L’API des partenaires de Télépermis. Les erreurs suivent la RFC 9457.",
    docs_url=None,  # its pages load scripts of third parties
    urls_namespace="api",
)
api.add_router("", checklist.router)
api.add_router("", evidence.router)


def problem(status: int, detail: str, errors: list[dict[str, str]] | None = None) -> HttpResponse:
    """An error as RFC 9457 wants it."""
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Erreur"),
        "status": status,
        "detail": detail,
    }
    if errors:
        said["errors"] = errors
    response = HttpResponse(
        json.dumps(said, ensure_ascii=False), status=status, content_type="application/problem+json"
    )
    if status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="api"'
    if status == 429:
        response.headers["Retry-After"] = "900"
    if status == 503:
        response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(AuthenticationError)
def _no_key(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return problem(401, evidence.KEY_MISSING)


@api.exception_handler(HttpError)
def _refused(_request: HttpRequest, error: HttpError) -> HttpResponse:
    # Ninja's own words for a body that is no JSON are in English.
    return problem(error.status_code, NOT_JSON if error.status_code == 400 else error.message)


@api.exception_handler(Throttled)
def _too_many(_request: HttpRequest, error: Throttled) -> HttpResponse:
    response = problem(429, TOO_MANY)
    if error.wait:
        response.headers["Retry-After"] = str(error.wait)
    return response


@api.exception_handler(RequestDataTooBig)
def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem(413, TOO_BIG)


@api.exception_handler(door.Wrong)
def _no_situation(_request: HttpRequest, wrong: door.Wrong) -> HttpResponse:
    where = f"#/{wrong.field.replace('~', '~0').replace('/', '~1')}" if wrong.field else "#"
    status = 413 if isinstance(wrong, door.TooBig) else 422
    return problem(status, wrong.sentence, [{"pointer": where, "detail": wrong.sentence}])


@api.exception_handler(Http404)
def _nothing(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(404, NOTHING)


@api.exception_handler(evidence.NotTaken)
def _not_taken(_request: HttpRequest, error: evidence.NotTaken) -> HttpResponse:
    return problem(422, error.sentence, [{"pointer": f"#{error.field}", "detail": error.sentence}])


@api.exception_handler(ValidationError)
def _wrong_fields(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    found = []
    for fault in error.errors:
        where = [str(part) for part in fault["loc"]]
        # The place is told as (body, name of the argument, field …), or as (header, its name).
        pointer = "#/" + "/".join(where[2:]) if where[:1] == ["body"] else where[-1]
        found.append(
            {"pointer": pointer, "detail": SAID.get(fault["type"], "Ce champ n’a pas la bonne forme.")}
        )
    return problem(422, WRONG, found)


def _home(_request: HttpRequest) -> HttpResponse:
    """The address of the API leads to what it can do."""
    return redirect("api:openapi-json")


def _told(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The same view, whose refusal of a method is a problem like the others (ninja answers with bare words)."""

    @wraps(view)
    def answer(request: HttpRequest, **more: Any) -> HttpResponse:
        response = view(request, **more)
        if response.status_code != 405:
            return response
        refused = problem(405, f"Cette adresse n’accepte que {response.headers.get('Allow', 'POST')}.")
        refused.headers["Allow"] = response.headers.get("Allow", "POST")
        return refused

    return answer


def _ours(found: URLPattern) -> URLPattern:
    view = _home if found.name == "api-root" else found.callback
    return path(str(found.pattern), _told(view), name=found.name)


_patterns, _app, _space = api.urls
urls = ([_ours(found) for found in _patterns], _app, _space)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address where nothing is: a page for people, a problem for programs."""
    if request.path.startswith("/api/"):
        return problem(404, NOTHING)
    return page_not_found(request, exception)
