"""Suggestions of communes, for the boxes where one is typed; the pages work without them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from permis.questions import places

DAY = 24 * 3600
LONGEST = 60  # of a name of commune: the longest has 45 signs


@require_safe
def communes(request: HttpRequest) -> HttpResponse:
    """At most 8 communes for ?q= (what was typed) and ?cp= (a postcode); with ?naissance=1, places of birth.

    Says nothing of who asks, reads no session and writes nothing, so any cache may keep it for a day.
    """
    text = request.GET.get("q", "")[:LONGEST].strip()
    postcode = request.GET.get("cp", "").strip()
    found = places.suggest(text, postcode, birth=bool(request.GET.get("naissance")))
    response = JsonResponse({
        "communes": [
            {"name": p.name, "label": p.label, "code": p.code, "postcodes": list(p.postcodes)} for p in found
        ]
    })  # fmt: skip
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response
