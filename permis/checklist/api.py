"""The open door: which documents, rights and price, for anybody's program, without a key."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.errors import HttpError
from ninja.throttling import BaseThrottle

from permis import clock
from permis.accounts import throttle
from permis.domain import door
from permis.domain.door.schema import input_schema, output_schema

router = Router(tags=["pieces"])

CALLS, WINDOW_S = 600, 60  # from one network address: a partner's server, or a whole school behind one


class Pace(BaseThrottle):
    """Counts the calls of this door alone, by network address."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Whether this call may pass; it is counted."""
        return throttle.within(request, "pieces", CALLS, WINDOW_S)

    def wait(self) -> float:
        """How long to wait at most, in seconds."""
        return WINDOW_S


def _problem(words: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}


@router.post(
    "/pieces",
    throttle=[Pace()],
    summary="Documents, droits et prix d’une situation",
    operation_id="pieces",
    url_name="pieces",
    # The bytes are read by the door itself, as the command does: ninja would let a key be given twice.
    openapi_extra={
        "requestBody": {"required": True, "content": {"application/json": {"schema": input_schema()}}},
        "responses": {
            200: {
                "description": "Ce que la loi répond, que la demande soit possible ou non",
                "content": {"application/json": {"schema": output_schema()}},
            },
            411: _problem("Corps envoyé par morceaux, sans sa longueur"),
            413: _problem("Plus de 256 Ko"),
            422: _problem("Ce n’est pas une situation : « errors » nomme la clé"),
            429: _problem("Plus de 600 appels en une minute"),
        },
    },
)
def pieces(request: HttpRequest, *, why: bool = False) -> HttpResponse:
    """The same answer as `permis pieces`. `why=1` adds, for each document of the catalogue, the rule that decided.

    Nothing of what is sent is kept.
    """
    found = door.reply(_body(request), clock.today(), why=why)
    response = HttpResponse(json.dumps(found, ensure_ascii=False), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _body(request: HttpRequest) -> bytes:
    """What was sent, one byte more than the limit at most: the door refuses that."""
    if not request.headers.get("Content-Length") and request.headers.get("Transfer-Encoding"):
        raise HttpError(
            411, "Envoyez la longueur du corps (Content-Length) : un envoi par morceaux n’est pas lu."
        )
    body: bytes = request.read(door.LIMIT + 1)
    return body
